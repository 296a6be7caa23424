import sys
from enum import Enum, IntEnum, Flag, auto
from dataclasses import dataclass, field, asdict, replace, astuple
from abc import ABC, abstractmethod
from typing import Optional, List, Generic, TypeVar, Protocol, NamedTuple, Callable, Union
import contextlib, functools, copy, types
class Color(Enum):
    RED = 1
    GREEN = auto()
    def nice(self): return self.name.title()
print(Color.RED, Color(2), Color["RED"].nice(), list(Color), Color.RED is Color(1), repr(Color.GREEN), Color.RED.value)
class Perm(Flag):
    R = auto(); W = auto(); X = auto()
print(Perm.R | Perm.X, Perm.R in (Perm.R | Perm.W), ~Perm.R & Perm.W, bool(Perm.R & Perm.W))
class N(IntEnum):
    ONE = 1
print(N.ONE + 1, N.ONE == 1, f"{N.ONE}", str(N.ONE))
@dataclass(order=True)
class Item:
    name: str
    price: float = 1.0
    tags: list = field(default_factory=list, compare=False)
i = Item("a", 2.0); j = replace(i, name="b"); print(i, i < j, asdict(i), i.tags is j.tags, sys.getrefcount(i.tags), astuple(j))
@dataclass(frozen=True)
class Pt:
    x: int
    y: int = 0
    def __post_init__(self):
        if self.x < 0: raise ValueError("neg")
try: Pt(1).x = 5
except Exception as e: print(type(e).__name__, e)
print(hash(Pt(1)) == hash(Pt(1)), {Pt(1): "a"}[Pt(1)])
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @classmethod
    def make(cls, *a): return cls(*a)
    @staticmethod
    def unit(): return "cm"
class Sq(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2
try: Shape()
except TypeError as e: print(e)
print(Sq.make(3).area(), Sq.unit(), isinstance(Sq(1), Shape), issubclass(Sq, Shape))
class Desc:
    def __set_name__(self, o, n): self.n = "_" + n
    def __get__(self, o, t=None):
        if o is None: return self
        return getattr(o, self.n, "unset")
    def __set__(self, o, v):
        if not isinstance(v, int): raise TypeError(f"{self.n[1:]} must be int, not {type(v).__name__}")
        setattr(o, self.n, v)
class H:
    a = Desc()
h = H(); print(h.a); h.a = 3; print(h.a, h.__dict__)
try: h.a = "x"
except TypeError as e: print(e)
class Meta(type):
    reg = {}
    def __new__(m, n, b, ns, **k):
        c = super().__new__(m, n, b, ns); m.reg[n] = k; return c
    def __call__(cls, *a):
        print("make", cls.__name__); return super().__call__(*a)
class Q(metaclass=Meta, tag=1):
    def __init_subclass__(cls, /, **k): super().__init_subclass__(); print("sub", cls.__name__, k)
class Q2(Q, tag=2): pass
Q2(); print(Meta.reg)
class A:
    def hi(self): return ["A"]
class B(A):
    def hi(self): return ["B"] + super().hi()
class C(A):
    def hi(self): return ["C"] + super().hi()
class D(B, C):
    def hi(self): return ["D"] + super().hi()
print(D().hi(), [c.__name__ for c in D.__mro__])
@contextlib.contextmanager
def tag(n):
    print("<", n); 
    try: yield n
    finally: print(">", n)
with tag("a") as t, contextlib.suppress(KeyError): {}[t]
with contextlib.ExitStack() as st:
    for n in "xy": st.enter_context(tag(n))
    st.callback(print, "cb")
class Emp(NamedTuple):
    name: str
    id: int = 3
e = Emp("z"); print(e, e.id, e[0], Emp._field_defaults)
@functools.total_ordering
class V:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(V(1) <= V(2), V(3) > V(2), sorted([V(3), V(1)])[0].v, max(V(1), V(5)).v)
ns = types.SimpleNamespace(a=1, b=[2]); print(ns, vars(ns))
c2 = copy.deepcopy({"a": [1, {2}]}); c3 = copy.copy([1, [2]]); print(c2, c3)
try:
    try: 1 / 0
    except ZeroDivisionError as e: raise RuntimeError("wrap") from e
except RuntimeError as e: print(repr(e.__cause__), e.__suppress_context__, e.__traceback__.tb_next)
try: raise ExceptionGroup("g", [ValueError(1), TypeError("t"), ExceptionGroup("h", [KeyError(2)])])
except* ValueError as eg: print("VE", eg.exceptions)
except* (TypeError, KeyError) as eg: print("TK", eg)
class MyErr(Exception):
    def __init__(self, code, msg="m"): super().__init__(msg); self.code = code
    def __str__(self): return f"[{self.code}] {self.args[0]}"
try: raise MyErr(42)
except MyErr as m: print(m, repr(m), m.args, sys.exc_info()[0] is MyErr)
e = ValueError("n"); e.add_note("note1"); print(e.__notes__)
print(*(f"{x!r:>4}" for x in (None, True, 1.5, "s", b"b")), sep="|")
a, (b, *c), d = 1, [2, 3, 4], {5}
print(a, b, c, d, (x := 5), [y := 1, y**2], *range(2), {**{"k": 1}, "l": 2}, [*"ab"], (lambda *a, k=1, **kw: (a, k, kw))(1, 2, z=3))
def kw(a, /, b, *, c): return a, b, c
print(kw(1, b=2, c=3))
for bad in (lambda: kw(1, 2),
    lambda: kw(a=1, b=2, c=3),
    lambda: kw(1, 2, 3),
    lambda: len(5),
    lambda: [].pop(),
    lambda: {}["q"],
    lambda: "a" + 1,
    lambda: int("x"),
    lambda: [1, 2][5],
    lambda: None.foo,
    lambda: undefined,
    lambda: (1).x(),
    lambda: "abc".index("z"),
    lambda: float("q"),
    lambda: [1].remove(3),
    lambda: next(iter([])),
    lambda: a.b,
    lambda: {[]: 1},
    lambda: sum("ab"),
    lambda: sorted([1, "a"]),
    lambda: max([]),
    lambda: range(1, 2, 0),
    lambda: chr(-1),
    lambda: int([]),
    lambda: print(sepp=1),
    lambda: object().x,
    lambda: "%d" % "s",
    lambda: "{}".format(),
    lambda: "{a}".format(a=1, b=2)[5],
    lambda: tuple(1),
    lambda: dict([1]),
    lambda: set([[]]),
    lambda: iter(3),
    lambda: 3(),
    lambda: A().zz,
    lambda: A(1),
    lambda: D.nope,
    lambda: super().x,
    lambda: 1 < "a",
    lambda: [] + (),
    lambda: -"a",
    lambda: 5 % 0,
    lambda: 2.0 // 0,
    lambda: b"a" + "a",
    lambda: "a".join([1]),
    lambda: isinstance(1, 2),
    lambda: zip([1], strict=2) and list(zip([1], [], strict=True)),

    lambda: exec("1 +"),
    lambda: eval("(")):
    try: print(bad())
    except Exception as ex: print(type(ex).__name__, ex)
