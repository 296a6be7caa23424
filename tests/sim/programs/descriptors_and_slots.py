"""Descriptors, slots, properties through inheritance, class namespaces, method resolution."""


class Logged:
    def __init__(self): self.log = []
    def __set_name__(self, owner, name): self.log.append(f"{owner.__name__}.{name}")
    def __get__(self, obj, owner):
        self.log.append("get")
        return (obj is None, owner.__name__)


class NonData:
    def __get__(self, obj, owner): return "non-data"


class Data(NonData):
    def __set__(self, obj, value): obj.__dict__["d"] = f"stored {value}"


class Host:
    l = Logged()
    n = NonData()
    d = Data()

    def method(self): return "method"


h = Host()
h.__dict__.update(n="instance n", d="instance d", method=lambda: "instance method", l="instance l")
print(h.n, h.d, h.method(), h.l, Host.l, Host.__dict__["l"].log)
h.d = 5
print(h.d, vars(h)["d"])
del h.n
print(h.n)


class Base:
    __slots__ = ("a", "_b")

    @property
    def b(self): return self._b

    @b.setter
    def b(self, v): self._b = v * 2


class Derived(Base):
    __slots__ = ("c",)

    @Base.b.setter
    def b(self, v): self._b = v * 10


class Free(Base):
    pass


x, y, z = Base(), Derived(), Free()
x.b = y.b = z.b = 1
z.anything = 3
y.c = 4
print(x.b, y.b, z.b, z.__dict__, hasattr(y, "__dict__"), Derived.__slots__, Base.a, y.c)
for o, n in ((x, "c"), (y, "zzz")):
    try:
        setattr(o, n, 1)
    except AttributeError as e:
        print(str(e)[:38])
try:
    x.a
except AttributeError as e:
    print("unset slot")
try:
    class Clash:
        __slots__ = ("v",)
        v = 1
except ValueError as e:
    print(e)


class Weird:
    __slots__ = {"doc": "documented"}


w = Weird()
w.doc = 1
print(w.doc, Weird.__slots__)


class Upper:
    def __call__(self, f):
        return lambda *a: f(*a).upper()


class Meta(type):
    def __new__(m, name, bases, ns, **kw):
        ns = {k: (Upper()(v) if callable(v) and not k.startswith("__") else v) for k, v in ns.items()}
        return super().__new__(m, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
        cls.kw = kw

    def __instancecheck__(cls, o): return hasattr(o, "quack")
    def __subclasscheck__(cls, c): return "quack" in c.__dict__
    def __lt__(cls, o): return cls.__name__ < o.__name__
    def __add__(cls, o): return type(cls)(cls.__name__ + o.__name__, (cls, o), {})
    def __call__(cls, *a):
        o = super().__call__(*a)
        o.born = cls.__name__
        return o


class P(metaclass=Meta, flag=1):
    def hi(self): return "p"


class Q(metaclass=Meta):
    def hi(self): return "q"
    def bye(self): return "bye"


R = P + Q
print(R.__name__, [c.__name__ for c in R.__mro__], R().hi(), R().bye(), R().born, P.kw, P < Q, sorted([Q, P])[0].__name__)


class Duck:
    quack = 1


print(isinstance(Duck(), P), issubclass(Duck, P), isinstance(3, P), isinstance(P(), P))


class A:
    def who(self): return ["A"]
    def __init_subclass__(cls, tag="none", **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag


class B(A, tag="b"):
    def who(self): return ["B", *super().who()]


class C(A):
    def who(self): return ["C", *super().who()]


class D(B, C, tag="d"):
    def who(self): return ["D", *super().who()]
    @classmethod
    def make(cls): return super().__new__(cls)
    @staticmethod
    def st(): return __class__.__name__


print(D().who(), B.tag, C.tag, D.tag, type(D.make()).__name__, D.st(), super(D, D()).who(), super(B, D()).who())
try:
    class E(A, other=1): pass
except TypeError as e:
    print(e)


class Counter:
    count = 0
    def __init__(self): type(self).count += 1


class Sub(Counter): pass


Counter(), Sub(), Sub()
print(Counter.count, Sub.count)


class Body:
    x = 1
    y = x + 1
    z = [i * y for i in range(3)] if False else [y]
    def f(self, v=x): return v
    class Inner:
        w = 5
    locals()["dynamic"] = 7
    del x


print(Body.y, Body().f(), Body.Inner.w, Body.dynamic, hasattr(Body, "x"), Body.z)


class New:
    cache = {}
    def __new__(cls, k):
        if k not in cls.cache:
            cls.cache[k] = super().__new__(cls)
        return cls.cache[k]
    def __init__(self, k): self.inits = getattr(self, "inits", 0) + 1


print(New(1) is New(1), New(1).inits, New(2) is New(1))


class Other:
    def __new__(cls): return 42
    def __init__(self): print("never")


print(Other())


class Point(tuple):
    __slots__ = ()
    def __new__(cls, x, y): return tuple.__new__(cls, (x, y))
    x = property(lambda self: self[0])
    y = property(lambda self: self[1])


pt = Point(3, 4)
print(pt, pt.x + pt.y, pt == (3, 4), isinstance(pt, tuple), hash(pt) == hash((3, 4)))
try:
    pt.z = 1
except AttributeError:
    print("no z")


class Proxy:
    def __init__(self, target): object.__setattr__(self, "_t", target)
    def __getattr__(self, n): return getattr(self._t, n)
    def __setattr__(self, n, v): setattr(self._t, n, v)
    def __delattr__(self, n): delattr(self._t, n)
    def __len__(self): return len(self._t)
    def __getitem__(self, k): return self._t[k]


px = Proxy([1, 2])
px.append(3)
print(len(px), px[2], px.count(1), list(px))
prop = property(lambda self: 1, doc="the doc")
print(prop.fget(None), prop.fset, prop.__doc__, type(prop).__name__, Base.b.fget.__name__, Derived.b.fset is not Base.b.fset)
print(D.make.__func__.__name__, D.__dict__["st"].__func__(), (lambda: 0).__get__(5).__self__, D.who.__get__(D(), D)())
