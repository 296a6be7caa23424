"""The spare slice, and which new tuples are tracked."""
import gc
gc.collect()
l = [][:2]; print(gc.get_count())
l = [1, 2, 3]
gc.collect()
l = l[:2]; print(gc.get_count())
gc.collect()
gc.collect()
n = len("abc")
print(gc.is_tracked((object,)), gc.is_tracked((n, int)), gc.is_tracked((n, n)))
def g(x): return gc.is_tracked(x)
def f(*a): return gc.is_tracked(a)
print(f(n), f(int), f(()), f((n,)), f(None), g(tuple([int])), g(tuple([n])), g((*[int], n)))
gc.collect()
t = (int, n); print(g(t)); gc.collect(); print(g(t))
