# /// exercise
# title = "What an exception keeps"
# topic = "reclamation and sweeping"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A handled exception keeps the frames it came from, with their locals, until the handler ends."
# difficulty = 3
# ///
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("bye", self.name)


def fail():
    local = Noisy("local")
    raise ValueError


try:
    fail()
except ValueError:
    print("handler")  #? alive local
    print("still handling")
print("after")  #? alive local
print("end")
