import gc, sys, weakref
gc.disable()
class A:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"A{self.n}"
    def __del__(self): print("del", self.n, end="; ")
def cb(r): print("cb", end="; ")
xs = [A(i) for i in range(3)]
ws = [weakref.ref(x, cb) for x in xs]
xs[0].o = xs[1]; xs[1].o = xs[0]
xs.pop(); print("popped")
xs.clear(); print("cleared", [w() for w in ws])
print(gc.collect(), [w() for w in ws])
wd = weakref.WeakValueDictionary(); k = A(9); wd["k"] = k; print(list(wd.items()), len(wd)); del k; print(len(wd), "k" in wd)
ks = weakref.WeakKeyDictionary(); k = A(10); ks[k] = 1; print(len(ks)); k = None; print(len(ks))
st = weakref.WeakSet(); k = A(11); st.add(k); print(len(st), k in st); del k; print(len(st))
f = weakref.finalize(A(12), print, "fin12"); print(f.alive)
q = A(13); f2 = weakref.finalize(q, print, "fin13"); print(f2.alive, f2.peek() is not None); del q; print(f2.alive)
class B:
    def m(self): return "m"
b = B(); wm = weakref.WeakMethod(b.m); print(wm()(), sys.getrefcount(b)); del b; print(wm())
class R:
    keep = []
    def __del__(self): R.keep.append(self); print("res", end="; ")
r = R(); del r; print(len(R.keep)); R.keep.clear(); print(len(R.keep))
l = []; l.append(l); print(gc.is_tracked(l), gc.is_tracked(()), gc.is_tracked((1,)), gc.is_tracked({}), gc.is_tracked({"a": []}), gc.is_tracked(1), len(gc.get_referrers(l)) > 0, gc.get_referents(l)[0] is l)
print(gc.get_threshold(), gc.get_count()[1:], gc.get_stats()[2]["collections"] >= 0, gc.get_debug())
del l; print(gc.collect())
d1 = {}; d2 = {"o": d1}; d1["o"] = d2; del d1, d2; t = (lst := [],); lst.append(t); del lst, t; print(gc.collect())
def outer():
    def rec(n): return n and rec(n - 1)
    return rec(3)
print(outer(), gc.collect())
try: raise ValueError("x")
except ValueError as e: keep = e
def g():
    loc = A(20)
    raise KeyError
try: g()
except KeyError as e: err = e
print("still", sys.getrefcount(err)); err = None; print("end")
gc.enable()
