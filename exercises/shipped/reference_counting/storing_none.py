# /// exercise
# title = "Storing None"
# topic = "reference counting"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Storing None lets go of one reference. Any other value would do the same."
# difficulty = 1
# claim = "Setting a variable to None frees the object."
# belief = "none-frees"
# ///
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("bye", self.name)


a = Noisy("first")
b = a
a = None  #? dies
b = 0  #? dies
c = Noisy("second")
box = [c]
c = None  #? dies
box[0] = "text"  #? dies
