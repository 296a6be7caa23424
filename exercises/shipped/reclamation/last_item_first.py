# /// exercise
# title = "The last item first"
# topic = "reclamation and sweeping"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A list lets go of its items from the back, a dictionary in the order of insertion."
# difficulty = 2
# ///
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("bye", self.name)


a, b, c = Noisy("a"), Noisy("b"), Noisy("c")
row = [a, b, c]
del a, b, c
del row  #? order
x, y = Noisy("x"), Noisy("y")
table = {"second": y, "first": x}
del x, y
table.clear()  #? order
outer = Noisy("outer")
inner = Noisy("inner")
outer.part = inner
del inner
del outer  #? order
