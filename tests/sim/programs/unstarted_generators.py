"""Generators that never ran, in cycles and closed; gc.is_finalized while the finalizer runs."""
import gc
gc.collect()
gc.disable()
def f():
    l = [1]
    l.append(a for a in l)
f()
print(gc.collect())
def g(x):
    yield x
def f():
    l = [1]
    l.append(g(l))
f()
print(gc.collect())
def f():
    l = [1]
    l.append(g(l)); next(l[1])
f()
print(gc.collect())
class D:
    def __del__(self): print("fin", gc.is_finalized(self))
D()
d = D(); d.me = d; del d
print(gc.collect())
import sys
g = sys.getrefcount
def gen(x): yield x
x = []
k = gen(x)
k.close()
print(g(x), gc.get_referrers(x) and 1, k.gi_frame)
del k
print(g(x))
