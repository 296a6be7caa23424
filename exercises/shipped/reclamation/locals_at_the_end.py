# /// exercise
# title = "Locals at the end of a function"
# topic = "reclamation and sweeping"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Locals die in the order of their places in the function, which 3.14 turned round."
# difficulty = 3
# differs = true
# ///
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("bye", self.name)


def work(first):
    second = Noisy("second")
    third = Noisy("third")
    first = Noisy("first")


work(None)  #? order
