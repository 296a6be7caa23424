"""Calls with stars and keywords of classes, metaclasses, instances and exceptions: who holds the arguments meanwhile."""
from sys import getrefcount as g
class C:
    def __init__(self, a, k=None): print("init", g(self), g(a), g(k) if k is not None else "-")
class N:
    def __new__(cls, a, k=None):
        print("new", g(a), g(k) if k is not None else "-")
        return super().__new__(cls)
class S(str):
    def __new__(cls, a, k=None):
        print("new", g(a), g(k) if k is not None else "-")
        return super().__new__(cls)
class K:
    def __call__(self, a, k=None): print("call", g(self), g(a), g(k) if k is not None else "-")
class M(type):
    def __call__(cls, *a, **k):
        print("meta", len(a), g(k))
        return super().__call__(*a, **k)
class M2(type):
    def __call__(cls, *a, **k):
        return type.__call__(cls, *a, **k)
class M3(type):
    def __call__(cls, a, k=None):
        return super().__call__(a, k=k)
class MC(C, metaclass=M): pass
class MC2(C, metaclass=M2): pass
class MC3(C, metaclass=M3): pass
class E(Exception):
    def __init__(self, a, k=None): print("exc", g(self), g(a), g(self.args), g(k) if k is not None else "-")
def star(f, *a, **k): return f(*a, **k)
def star2(f, *a): return f(*a)
def lst(f, a): return f(*[a])
def kwd(f, a): return f(**{"a": a})
def one(f, a): return f(a)
def key(f, a, k): return f(a, k=k)
x, y = [], {}
for f in C, N, S, K(), MC, MC2, MC3, E, C(x).__init__:
    print("==", f.__name__ if isinstance(f, type) else "inst")
    star(f, x, k=y)
    star(f, x)
    star(f, a=x, k=y) if f is not E else 0
    star2(f, x)
    lst(f, x)
    kwd(f, x) if f is not E else 0
    one(f, x)
    key(f, x, y)
    f(x)
    f(x, k=y)
    f(*[x], **{"k": y})
print(g(x), g(y))
