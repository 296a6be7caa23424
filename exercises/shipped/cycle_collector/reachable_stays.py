# /// exercise
# title = "What can be reached stays"
# topic = "the cycle collector"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A collection frees what cannot be reached, whether or not it will be used."
# difficulty = 2
# ///
import gc


class Node:
    pass


gc.disable()
gc.collect()
a = Node()
b = Node()
a.other = b
b.other = a
a.extra = []
keep = b
del a, b
gc.collect()  #? collect
#? holders keep
keep = None  #? dies
gc.collect()  #? collect
