"""Looking at functions, classes and objects."""


def f(a, b=1, *args, c, **kw):
    "doc of f"
    local = a
    return local


class A:
    """doc of A"""
    x = 1

    def m(self): return self.x
    @classmethod
    def k(cls): return cls
    @staticmethod
    def s(): return 3


class B(A):
    pass


b = B()
print(f.__name__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__code__.co_varnames, f.__code__.co_argcount, f.__module__, f.__qualname__)
print(A.__doc__, A.__name__, A.__module__, B.__base__, B.__bases__, A.__subclasses__(), B.__doc__)
print(b.__class__, type(b) is B, type(type(b)), b.m.__self__ is b, b.m.__func__ is A.m, A.k.__self__, b.s())
print([n for n in dir(A) if not n.startswith("__")], [n for n in vars(A) if not n.startswith("__")])
print(isinstance(True, int), issubclass(bool, int), type(1), type(None), type(print), type(f), type(b.m), type(A.x), type(Exception))
f.attribute = 5
print(f.attribute, f.__dict__, hasattr(f, "nope"))
B.y = 9
b.z = 10
print(b.y, b.z, "y" in B.__dict__, "y" in b.__dict__)
setattr(b, "w", 3)
delattr(b, "w")
print(hasattr(b, "w"), getattr(b, "w", "default"))
b.__class__ = A
print(type(b).__name__)
A.m = lambda self: "patched"
print(b.m())
print(callable(A), callable(3), callable(len), id(b) == id(b), hash("a") == hash("a"), len.__name__, print.__name__)
print(B().k() is B, B.k() is B, A.__dict__["s"].__func__())
print(repr(f).split(" at ")[0], repr(b.m).split(" at ")[0], repr(A), repr(len), repr(b).split(" at ")[0])
print(type("X", (), {"v": 1})().v, type("Y", (A,), {}).__mro__[1] is A)
print((lambda: 0).__name__, (lambda: 0).__qualname__, (i for i in ()).__name__)


def outer():
    class Inner:
        def method(self): pass
    def func(): pass
    return Inner, func


I, g = outer()
print(I.__qualname__, g.__qualname__, I.method.__qualname__)
print(f.__annotations__, outer.__closure__)


def annotated(a: int, b: "str" = "x") -> bool: ...


print(annotated.__annotations__)


class Ann:
    p: int = 3
    q: "str"


print(Ann.__annotations__, Ann.p)
print(object().__eq__(1), int.__name__, "abc".__class__.__name__, [].__class__ is list)
import sys
print(sys.getrecursionlimit(), sys.version_info[0], sys.version_info >= (3, 8), sys.maxsize > 2**31)
print(__name__, __doc__)
if __name__ == "__main__":
    print("main")
try:
    b.q
except AttributeError as e:
    print(e, e.name, e.obj is b)
try:
    A.nothing
except AttributeError as e:
    print(e)
try:
    sys.nothing
except AttributeError as e:
    print(e)
try:
    nothing
except NameError as e:
    print(e, e.name)
try:
    import nothing_here
except ImportError as e:
    print("ImportError")
try:
    b()
except TypeError as e:
    print(e)
try:
    A(1)
except TypeError as e:
    print(e)
try:
    (1)()
except TypeError as e:
    print(e)
