"""What goes wrong in classes, and what Python says."""
from abc import ABC, abstractmethod


def attempt(f):
    try:
        print("->", f())
    except Exception as e:
        print(type(e).__name__, "|", e)


class A:
    __slots__ = ("x",)

    def m(self, a, b=1): return a

    @property
    def p(self): return 1

    @classmethod
    def c(cls, z): return z

    @staticmethod
    def s(q): return q


a = A()
attempt(lambda: a.x)
attempt(lambda: setattr(a, "y", 1))
attempt(lambda: setattr(a, "p", 1))
attempt(lambda: delattr(a, "p"))
attempt(lambda: delattr(a, "x"))
attempt(lambda: a.m())
attempt(lambda: a.m(1, 2, 3))
attempt(lambda: a.m(1, c=3))
attempt(lambda: A.m())
attempt(lambda: A.m(1))
attempt(lambda: A.c())
attempt(lambda: a.s())
attempt(lambda: A(1))
attempt(lambda: A.nothing)
attempt(lambda: a.nothing())
attempt(lambda: a + a)
attempt(lambda: a < a)
attempt(lambda: a[0])
attempt(lambda: len(a))
attempt(lambda: a())
attempt(lambda: [x for x in a])
attempt(lambda: 1 in a)
attempt(lambda: int(a))
attempt(lambda: -a)
attempt(lambda: hash(a) == hash(a))
attempt(lambda: f"{a:5}")
attempt(lambda: A.__slots__)
attempt(lambda: super(A).m)
attempt(lambda: type("X", (int, str), {}))
attempt(lambda: type("X", (A, A), {}))
attempt(lambda: type("X", 1, {}))
attempt(lambda: type("X", (1,), {}))
attempt(lambda: type(1, (), {}))
attempt(lambda: type("B", (bool,), {}))
attempt(lambda: int.new)
attempt(lambda: setattr(int, "new", 1))
attempt(lambda: isinstance(1, 2))
attempt(lambda: issubclass(1, int))
attempt(lambda: issubclass(int, "x"))
attempt(lambda: object(1))
attempt(lambda: object.__new__(A, 1))
attempt(lambda: object().x)
attempt(lambda: setattr(object(), "x", 1))
attempt(lambda: getattr(a, 1))


class Init:
    def __init__(self): return 5


class BadRepr:
    def __repr__(self): return 5


class BadLen:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n


class BadBool:
    def __bool__(self): return 3


class BadIter:
    def __iter__(self): return 5


class BadHash:
    def __hash__(self): return "x"


class BadIndex:
    def __index__(self): return "x"


class NoNext:
    def __iter__(self): return self


class BadStr:
    def __str__(self): return None


attempt(lambda: Init())
attempt(lambda: repr(BadRepr()))
attempt(lambda: str(BadStr()))
attempt(lambda: len(BadLen(-1)))
attempt(lambda: len(BadLen("a")))
attempt(lambda: bool(BadBool()))
attempt(lambda: list(BadIter()))
attempt(lambda: hash(BadHash()))
attempt(lambda: [1][BadIndex()])
attempt(lambda: list(NoNext()))
attempt(lambda: next(5))
attempt(lambda: iter(5))


class Abstract(ABC):
    @abstractmethod
    def f(self): ...
    @abstractmethod
    def g(self): ...


class Half(Abstract):
    def f(self): return 1


attempt(Abstract)
attempt(Half)
attempt(lambda: Half.f(None))


class Parent:
    def __init__(self, a): self.a = a


class Child(Parent):
    def __init__(self): pass


attempt(lambda: Child().a)
attempt(lambda: Parent())


class Loop:
    @property
    def value(self): return self.missing


attempt(lambda: Loop().value)
attempt(lambda: Loop().__class__.__name__)


class GetAttr:
    def __getattr__(self, name): raise AttributeError(f"no {name} here")


attempt(lambda: GetAttr().foo)
attempt(lambda: hasattr(GetAttr(), "foo"))
attempt(lambda: getattr(GetAttr(), "foo", "default"))


class Private:
    def __init__(self): self.__secret = 1
    def get(self): return self.__secret


attempt(lambda: Private().__secret)
attempt(lambda: Private().get())
attempt(lambda: Private()._Private__secret)
attempt(lambda: vars(Private()))
