"""Reference counts and deaths where classes come from the library."""
import gc
import sys
import weakref
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, asdict, replace
from enum import Enum, IntEnum
from operator import attrgetter, itemgetter, methodcaller
from types import SimpleNamespace, MethodType, MappingProxyType
from typing import Generic, NamedTuple, TypeVar, Optional, List

gc.collect()
count = sys.getrefcount
T = TypeVar("T")


class Token:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)


@dataclass
class Box:
    item: object
    tags: list = field(default_factory=list)


@dataclass(frozen=True)
class Frozen:
    item: object


@dataclass(slots=True)
class Slotted:
    item: object


class Pair(NamedTuple):
    left: object
    right: object


class Shape(ABC):
    def __init__(self, item): self.item = item
    @abstractmethod
    def area(self): ...


class Square(Shape):
    def area(self): return count(self)


class Holder(Generic[T]):
    def __init__(self, item: T): self.item = item


class Color(Enum):
    RED = 1
    BLUE = 2


t = Token("t")
base = count(t)
for make in (Box, Frozen, Slotted, Square, Holder, lambda x: Pair(x, x), lambda x: SimpleNamespace(a=x, b=x), lambda x: Holder[int](x)):
    made = make(t)
    print(count(t) - base, count(made))
    del made
    print(count(t) - base)
b = Box(t)
c = replace(b)
d = Box(t, b.tags)
print(count(t) - base, b == c, count(b.tags), count(c.tags), b is c, c.tags is b.tags)
del b, c, d
print(count(t) - base, Square(1).area())
key = itemgetter(0)
rows = [(t, 1), (t, 0)]
print(count(t) - base, key(rows[0]) is t, count(t) - base, sorted(rows, key=itemgetter(1))[0][1])
del rows
name = attrgetter("name")
print(name(t), methodcaller("__class__")(t) if False else type(t).__name__)
m = MethodType(lambda self: count(self) - base, t)
print(m(), count(t) - base)
del m
print(count(t) - base)
members = list(Color)
print(count(members) - 1, Color.RED is members[0], Color(1) is Color.RED)
view = MappingProxyType({"k": t})
print(count(t) - base)
del view
r = weakref.ref(Box(t))
print(r(), count(t) - base)
b = Box(t)
r = weakref.ref(b)
print(r() is b, count(b))
b.tags.append(b)
del b
print(r() is not None, gc.collect() > 0, r(), count(t) - base)
p = Pair(Token("left"), Token("right"))
q = p._replace(left=None)
print("replaced")
del p
print("p gone")
del q
print("q gone")
s = Square(Token("square"))
s = None
print("next")
e = ExceptionGroup("g", [ValueError(Token("inside"))])
e = None
ns = SimpleNamespace(tok=Token("ns"))
ns.tok = Token("ns2")
del ns.tok
print(ns)


def f(x: Optional[List[int]] = None, *, y: "T" = Token("default")) -> Box:
    return Box(x)


print(f(t).item is t, count(t) - base, sorted(f.__annotations__))
del f
print("f gone")
try:
    Shape(Token("never"))
except TypeError as e:
    print(str(e)[:39])
del t
print("end")
