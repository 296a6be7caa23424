"""Which class adds __dict__ and __weakref__, what refers to a class, and how large its instances are."""
import sys, gc
g = sys.getrefcount
class Mixin: pass
class Node: __slots__ = "name"
class Leaf(Node): __slots__ = "extra"
class Item(Leaf, Mixin): pass
class Item2(Leaf, Mixin): __slots__ = ()
class Item3(Mixin, Leaf): pass
class Item4(Mixin, Leaf): __slots__ = ("z",)
class W: __slots__ = "__weakref__",
class D: __slots__ = "__dict__",
class I5(W, D): pass
class I6(D, W): __slots__ = ()
class I7(Leaf, W): __slots__ = "__dict__"
class E(Exception): pass
class E2(Exception): __slots__ = ()
class L(list): pass
class I8(L, Mixin): pass
class I9(Mixin, L): pass
class T(tuple): pass
for c in (Mixin, Node, Leaf, Item, Item2, Item3, Item4, W, D, I5, I6, I7, E, E2, L, I8, I9, T):
    print(c.__name__, g(c), sorted(n for n in vars(c) if n in ("__dict__", "__weakref__")), hasattr(c(), "__dict__"), sys.getsizeof(c()))
