# /// exercise
# title = "A ring of three"
# topic = "the cycle collector"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "The collector finds a whole group that only its own members hold."
# difficulty = 1
# ///
import gc


class Node:
    pass


gc.disable()
gc.collect()
a, b, c = Node(), Node(), Node()
a.next, b.next, c.next = b, c, a
single = Node()
del a, b  #? alive
del single  #? dies
del c  #? dies
gc.collect()  #? collect
