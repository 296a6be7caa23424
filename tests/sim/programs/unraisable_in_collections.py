"""What finalizers, callbacks and closing generators raise reaches sys.unraisablehook, in collections too."""
import gc, sys, weakref
def hook(what): print("ignored", what.exc_type.__name__, what.exc_value, what.object is not None)
sys.unraisablehook = hook
class D:
    def __del__(self):
        print("del")
        raise ValueError(1)
def cb(r):
    print("cb")
    raise KeyError(2)
gc.collect()
D()
d = D(); d.me = d; del d
print(gc.collect())
d = D(); d.me = d; e = D(); e.me = e; w = weakref.ref(d, cb); del d, e
print(gc.collect())
d = D(); w = weakref.ref(d, cb); del d
def g():
    try: yield
    finally:
        print("closing")
        raise TypeError(3)
k = g(); next(k); del k
k = g(); next(k); l = [k]; l.append(l); del k, l
print(gc.collect())
def gcb(p, i): raise IndexError(p)
gc.callbacks.append(gcb)
gc.collect()
gc.callbacks.clear()
