# /// exercise
# title = "Inside the box?"
# topic = "small-object optimisations"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A container holds references. What is in it is not a part of it."
# difficulty = 2
# claim = "Small objects are embedded in the memory of the larger objects that contain them."
# belief = "article"
# ///
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("bye", self.name)


small = Noisy("small")
box = [small]
pair = (box, small)
print(pair[1] is box[0])  #? prints
del box  #? dies
del pair  #? dies
#? holders small
del small  #? dies
