# /// exercise
# title = "Leaving a function"
# topic = "allocation and names"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A function's names end with it. Its objects end only if nobody outside holds them."
# difficulty = 2
# claim = "Leaving the scope of a function frees every object that was made in it."
# belief = "scope-frees"
# ///
class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("bye", self.name)


kept = []


def work():
    local = Noisy("local")
    stored = Noisy("stored")
    result = Noisy("result")
    kept.append(stored)
    return result


got = work()  #? dies local stored result
kept.clear()  #? dies local stored result
got = None  #? dies local stored result
