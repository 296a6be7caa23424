# /// exercise
# title = "Finalisers in a ring"
# topic = "the cycle collector"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A cycle with finalisers is collected: all finalisers run first, in the order in which the objects were made."
# difficulty = 2
# ///
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("bye", self.name)


import gc

gc.disable()
gc.collect()
a = Noisy("a")
b = Noisy("b")
c = Noisy("c")
c.next = a
a.next = b
b.next = c
del c, a, b  #? order
gc.collect()  #? order
print(len(gc.garbage))  #? prints
