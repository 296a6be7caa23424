import sys
def f(a, *args, b=None, **kw):
    return sys.getrefcount(a), [sys.getrefcount(x) for x in args], b and sys.getrefcount(b), {k: sys.getrefcount(v) for k, v in sorted(kw.items())}
x = object(); y = object()
print(f(x)); print(f(x, y, y, b=y, z=x)); print(f(*[x, y])); print(f(**{"a": x, "q": y}))
class C:
    def m(self, o): return sys.getrefcount(self), sys.getrefcount(o)
    @classmethod
    def k(cls, o): return sys.getrefcount(o)
    @staticmethod
    def s(o): return sys.getrefcount(o)
    def __call__(self, o): return sys.getrefcount(o)
    def __getitem__(self, o): return sys.getrefcount(o)
    def __add__(self, o): return sys.getrefcount(self), sys.getrefcount(o)
    def __contains__(self, o): print(sys.getrefcount(o)); return True
    def __eq__(self, o): return sys.getrefcount(o)
    def __getattr__(self, n): return sys.getrefcount(self)
    def __enter__(self): return sys.getrefcount(self)
    def __exit__(self, *a): print(sys.getrefcount(self))
    def __iter__(self): yield sys.getrefcount(self)
    def __len__(self): return sys.getrefcount(self)
    def __str__(self): return str(sys.getrefcount(self))
    def __hash__(self): return sys.getrefcount(self)
c = C(); bm = c.m
print(c.m(x), bm(x), C.m(c, x), c.k(x), c.s(x), c(x), c[x], c + x, x in c, c == x, c.zzz, list(c), len(c), str(c), f"{c}", "%s" % c, hash(c), [c][0].m(x), (lambda o: sys.getrefcount(o))(x), sys.getrefcount(x), [sys.getrefcount(i) for i in [x]], list(map(sys.getrefcount, [x, y])), max([x], key=sys.getrefcount) is x, sorted([x, y], key=sys.getrefcount) == [x, y], len({sys.getrefcount(x): x}), (x, sys.getrefcount(x))[1], [x, x, sys.getrefcount(x)][2], sys.getrefcount(x) if x else 0, x and sys.getrefcount(x), not sys.getrefcount(x))
with c as n: print(n)
for i in (x, y): print(sys.getrefcount(i), end=" ")
for i, j in zip([x], [y]): print(sys.getrefcount(i), sys.getrefcount(j), end=" ")
for i, j in enumerate([x, y]): print(sys.getrefcount(j), end=" ")
for k, v in {"a": x}.items(): print(sys.getrefcount(v), end=" ")
a = b = x; t = (x, [x], {x: x}); print(sys.getrefcount(x)); del a, b; u, *v = t; print(sys.getrefcount(x)); del t, u, v
def outer():
    z = object()
    def inner(): return sys.getrefcount(z)
    return inner(), sys.getrefcount(z), inner
r = outer(); print(r[0], r[1], r[2]())
def rec(o, n): return sys.getrefcount(o) if n == 0 else rec(o, n - 1)
print(rec(x, 3), rec(object(), 2))
try: raise KeyError(x)
except KeyError as e: print(sys.getrefcount(x), sys.getrefcount(e))
def g(o):
    yield sys.getrefcount(o)
    got = yield
    yield sys.getrefcount(got), sys.getrefcount(o)
it = g(x); print(next(it)); next(it); print(it.send(y)); print(sys.getrefcount(it), sys.getrefcount(x)); del it; print(sys.getrefcount(x))
match [x, {"k": y}]:
    case [p, {"k": q}]: print(sys.getrefcount(p), sys.getrefcount(q), sys.getrefcount(x))
s = "dyn" + str(1); print(sys.getrefcount(s)); i = int("123456"); print(sys.getrefcount(i), sys.getrefcount(s * 2), sys.getrefcount(s[:2]), sys.getrefcount(i + 1))
l = [x] * 5; print(sys.getrefcount(x)); l2 = l[:]; print(sys.getrefcount(x)); l.clear(); l2 = None; print(sys.getrefcount(x))
