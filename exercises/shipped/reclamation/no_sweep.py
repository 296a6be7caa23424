# /// exercise
# title = "Is there a sweep?"
# topic = "reclamation and sweeping"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "An object dies in the statement that takes its last reference, with nothing to wait for."
# difficulty = 1
# claim = "A periodic sweep frees the objects whose count is zero."
# belief = "article"
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
print("before")
a = None  #? dies
print("after")
numbers = list(range(100))  #? alive
gc.collect()  #? collect
