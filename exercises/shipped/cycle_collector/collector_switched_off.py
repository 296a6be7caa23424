# /// exercise
# title = "The collector, switched off"
# topic = "the cycle collector"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Counting frees by itself; the collector has nothing to do with a count of zero."
# difficulty = 1
# claim = "The garbage collector deallocates an object when its count reaches zero."
# belief = "collector-does-it"
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
b.me = b
a = None  #? dies
b = None  #? dies
gc.collect()  #? collect
