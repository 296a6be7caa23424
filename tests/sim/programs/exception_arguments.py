"""An exception's args is the tuple that its class was called with; list() and dict() pass the free lists by."""
import sys
g = sys.getrefcount
class E(Exception):
    def __init__(self, x): print(g(x), g(self))
class E2(Exception):
    def __init__(self, x, y=1):
        super().__init__(x, y)
        print(g(x), g(self.args))
class E3(Exception):
    def __new__(cls, *a):
        r = super().__new__(cls, *a)
        print(g(a), g(r.args), a is r.args)
        return r
x = []
e = E(x); print(g(x), g(e.args)); e = E(x)
e = E2(x); print(g(x), g(e.args)); e = E2(x)
e = E3(x); print(g(x), g(e.args)); e = E3(x)
e = ValueError(x, x); print(g(x), g(e.args))
a = []; i = id(a); del a; b = list(); print(id(b) == i)
a = {}; i = id(a); del a; b = dict(); print(id(b) == i)
b = list(); i = id(b); del b; b = list(); print(id(b) == i)
b = list(); i = id(b); del b; b = []; print(id(b) == i)
