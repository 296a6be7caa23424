# /// exercise
# title = "Back to the pool"
# topic = "pooling and reuse"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Memory can be used again as soon as its object dies. No collection stands in between."
# difficulty = 2
# claim = "Memory goes back to the pool when the next sweep has marked it as free."
# belief = "article"
# ///
import gc


class Slot:
    __slots__ = ("value",)


gc.disable()
a = Slot()
place = id(a)
a = None  #? dies a
b = Slot()  #? alive a b
print(id(b) == place)  #? prints
