import gc, sys
gc.disable(); gc.collect()
class Node:
    def __init__(s, n): s.n = n; s.links = []
    def __del__(s): print("d", s.n, end=" ")
def ring(n):
    ns = [Node(i) for i in range(n)]
    for i, x in enumerate(ns): x.links.append(ns[(i + 1) % n])
    return ns
r = ring(4); keep = r[2]; del r
print(gc.collect()); print(sys.getrefcount(keep))
keep.links.clear(); print("cleared", gc.collect()); del keep; print("|", gc.collect())
a = Node("a"); b = Node("b"); a.links.append(b); b.links.append(a); a.t = (a, b); b.d = {"a": a}
a.s = {b}; a.f = lambda: b
del a, b; print(gc.collect())
class Res:
    def __init__(s): s.c = s
    def __del__(s): global saved; saved = s; print("res", end=" ")
x = Res(); del x; print(gc.collect(), saved.c is saved); saved.c = None; del saved; print("end", gc.collect())
gc.set_debug(gc.DEBUG_SAVEALL); q = []; q.append(q); del q; print(gc.collect(), gc.garbage); gc.set_debug(0); gc.garbage.clear(); print(gc.collect())
gc.freeze(); print(gc.get_freeze_count() > 0); gc.unfreeze(); print(gc.get_freeze_count())
w = []; print(gc.is_finalized(w), gc.get_referrers(w)[0] is globals(), len([o for o in gc.get_objects() if o is w]))
class E(Exception): pass
def raiser():
    big = [1, 2, 3]
    raise E(big)
try: raiser()
except E as e:
    print(sys.getrefcount(e.args[0]), sys.getrefcount(e))
    saved = e
print(sys.getrefcount(saved), sys.getrefcount(saved.__traceback__), saved.__traceback__.tb_next.tb_frame.f_locals["big"])
saved.__traceback__ = None
print(sys.getrefcount(saved.args[0]), gc.collect())
def selfref():
    try: raise ValueError
    except ValueError as e:
        err = e
    return None
selfref(); print(gc.collect())
def gen():
    yield gen
    x = (yield)
it = gen(); next(it); it2 = it; print(sys.getrefcount(it), it.gi_frame is not None, it.gi_running); it.close(); print(it.gi_frame)
import weakref
class Obs:
    def __init__(s): s.subs = weakref.WeakSet()
    def fire(s): return sorted(x.n for x in s.subs)
o = Obs(); p = Node(1); q = Node(2); o.subs.add(p); o.subs.add(q); print(o.fire()); del p; print(o.fire()); del q; print(o.fire())
