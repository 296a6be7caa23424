# Cycles through classes derived from built-in ones, and what a full collection leaves tracked.
import gc


class Stack(list):
    pass


class Named:
    pass


class Both(Stack, Named):
    pass


class Deeper(Stack):
    pass


class Record(dict):
    pass


class Pair(tuple):
    pass


class Trouble(Exception):
    pass


gc.disable()
gc.collect()
for kind in (Stack, Both, Deeper, Record, Pair, Trouble):
    thing = kind()
    thing.own = thing
    del thing
    print(kind.__name__, gc.collect())
thing = None

outer = {1: ([],)}
nested = ((1.5,), ("a",), ([],))
flat = {1: (2, 3)}
gc.collect()
print(gc.is_tracked(outer), gc.is_tracked(nested), gc.is_tracked(nested[0]), gc.is_tracked(flat))

changing = {0: "zero"}
try:
    for key in changing:
        del changing[key]
        changing[key + 1] = "more"
except RuntimeError as problem:
    print(problem)


class Sub(property):
    pass


class Shelf:
    @Sub
    def size(self):
        "how many"
        return 3


print(Shelf().size, Shelf.size.__doc__)
try:
    Shelf().size = 4
except AttributeError as problem:
    print(problem)
