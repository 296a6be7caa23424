# /// exercise
# title = "del takes away a name"
# topic = "reference counting"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "del removes a name. The object dies when nothing refers to it."
# difficulty = 1
# ///
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("bye", self.name)


a = Noisy("one")
b = a
del a  #? dies
shelf = [b]
del b  #? dies
#? count shelf[0]
shelf.clear()  #? dies
print("end")
