"""Dataclasses: defaults, order, frozen, inheritance, replace, fields."""
from dataclasses import dataclass, field, asdict, astuple, replace, fields, FrozenInstanceError, is_dataclass, KW_ONLY, InitVar, make_dataclass, MISSING
from typing import ClassVar, List, Optional


@dataclass
class Item:
    name: str
    price: float = 0.0
    tags: List[str] = field(default_factory=list)
    count: ClassVar[int] = 0

    def total(self, n=1):
        return self.price * n


@dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0
    label: str = field(default="", compare=False, repr=False)


@dataclass
class Base:
    a: int
    b: int = 2


@dataclass
class Derived(Base):
    c: int = 3
    b: int = 20
    total: int = field(init=False)

    def __post_init__(self):
        self.total = self.a + self.b + self.c


@dataclass
class Order:
    id: int
    lines: list = field(default_factory=list, repr=False)
    _: KW_ONLY
    note: Optional[str] = None
    scale: InitVar[int] = 1

    def __post_init__(self, scale):
        self.id *= scale


@dataclass(slots=True)
class Slotted:
    x: int
    y: int = 5


@dataclass(eq=False)
class Identity:
    v: int


@dataclass(unsafe_hash=True)
class Hashed:
    v: int
    w: str = "w"


i, j = Item("pen", 1.5), Item("pen", 1.5)
i.tags.append("new")
print(i, j, i == j, j.tags, i.total(3), Item.count)
print(asdict(i), astuple(i), [f.name for f in fields(i)], is_dataclass(Item), is_dataclass(3))
v = [Version(1, 2), Version(1), Version(0, 9, "beta")]
print(sorted(v), max(v), Version(1, 2) < Version(1, 3), Version(1) == Version(1, 0, "x"), len({Version(1), Version(1, 0)}))
try:
    v[0].major = 3
except FrozenInstanceError as e:
    print(type(e).__name__, e)
try:
    del v[0].major
except AttributeError as e:
    print(e)
print(Derived(1), Derived(1, 2, 3), replace(Base(1, 2), b=9))
o = Order(1, [1], note="n", scale=3)
print(o, o.lines)
s = Slotted(1)
print(s, Slotted.__slots__, hasattr(s, "__dict__"))
print(Identity(1) == Identity(1), hash(Hashed(1)) == hash(Hashed(1)), Hashed(1) in {Hashed(1)})
for bad in (lambda: Item(), lambda: Item(1, 2, 3, 4), lambda: Order(1, [], "positional"), lambda: hash(i), lambda: Base(1) < Base(2)):
    try:
        bad()
    except TypeError as e:
        print("TypeError:", e)
try:
    @dataclass
    class Bad:
        x: list = []
except ValueError as e:
    print(e)
try:
    @dataclass
    class Worse:
        x: int = 1
        y: int
except TypeError as e:
    print(e)
C = make_dataclass("C", ["x", ("y", int, 5)])
print(C(1), C.__name__)


@dataclass
class Nested:
    items: list
    table: dict
    item: Item


print(asdict(Nested([Item("a")], {"k": Item("b")}, Item("c"))))
print(Item.__match_args__, Item.__eq__ is not object.__eq__, Item.__doc__)
print(repr(fields(Base)[1].default), fields(Base)[0].default is MISSING, fields(Base)[0].type)


@dataclass
class Loop:
    name: str
    other: "Loop" = None


l = Loop("l")
l.other = l
print(l)


@dataclass
class WithProperty:
    w: int
    h: int

    @property
    def area(self):
        return self.w * self.h

    def __repr__(self):
        return f"<{self.w}x{self.h}>"


print(WithProperty(2, 3), WithProperty(2, 3).area)
