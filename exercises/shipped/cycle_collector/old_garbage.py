# /// exercise
# title = "Old garbage"
# topic = "the cycle collector"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A young collection does not look at objects that have grown old."
# difficulty = 3
# ///
import gc


class Node:
    pass


gc.disable()
gc.collect()
old = Node()
old.me = old
gc.collect()
young = Node()
young.me = young
del old, young
gc.collect(0)  #? collect
gc.collect(1)  #? collect
gc.collect(2)  #? collect
