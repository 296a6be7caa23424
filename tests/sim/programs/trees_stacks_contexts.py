import sys, gc, weakref
class Tree:
    def __init__(self, v, *kids):
        self.v = v; self.kids = list(kids)
        for k in kids: k.parent = weakref.proxy(self)
    def walk(self, depth=0):
        yield depth, self.v
        for k in self.kids:
            yield from k.walk(depth + 1)
    def __del__(self): print("free", self.v)
t = Tree(1, Tree(2, Tree(3)), Tree(4))
for d, v in t.walk(): print(" " * d, v, sep="")
print(sys.getrefcount(t), sys.getrefcount(t.kids[0]), weakref.getweakrefcount(t))
k = t.kids[0]
del t
try:
    print(k.parent.v)
except ReferenceError as e:
    print("gone", e)
print(k.kids[0].parent.v)
g = k.walk()
print(next(g), sys.getrefcount(k))
k = None
print("before close")
del g
print("after")
class Stack:
    def __init__(self): self._d = []
    def push(self, x): self._d.append(x); return self
    def pop(self): return self._d.pop()
    def __len__(self): return len(self._d)
    def __iter__(self): return iter(self._d)
    def __contains__(self, x): return x in self._d
    def __getitem__(self, i): return self._d[i]
    def __bool__(self): return bool(self._d)
s = Stack().push(1).push([2]).push("three")
x = s[1]
print(len(s), list(s), [2] in s, sys.getrefcount(x), bool(s), *s, s[-1], s[0:2])
s.pop(); s.pop(); print(sys.getrefcount(x))
class Ctx:
    def __init__(self, n): self.n = n
    def __enter__(self): print("enter", self.n); return self
    def __exit__(self, t, v, tb):
        print("exit", self.n, t and t.__name__, v, tb is not None)
        return self.n == "swallow"
with Ctx("a") as a, Ctx("swallow") as b:
    print(sys.getrefcount(a), sys.getrefcount(b))
    raise KeyError("k")
print(sys.getrefcount(a), a.n)
try:
    with Ctx("outer"):
        1 / 0
except ZeroDivisionError as e:
    tb = e.__traceback__
    print(tb.tb_lineno, tb.tb_frame.f_code.co_name, sys.getrefcount(e), e.__context__)
def f(n):
    if n == 0:
        return sys._getframe().f_back.f_locals["n"]
    return f(n - 1)
print(f(3))
print(gc.isenabled(), gc.collect(), gc.garbage)
