# /// exercise
# title = "The new before the old"
# topic = "reclamation and sweeping"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "An assignment makes the new object, moves the name, and only then lets the old one go."
# difficulty = 2
# ///
log = []


class Part:
    def __init__(self, number):
        self.number = number
        log.append("+" + str(number))

    def __del__(self):
        log.append("-" + str(self.number))


p = Part(1)
p = Part(2)  #? dies
print(log)  #? prints
p = [p, Part(3)]  #? alive
p = None  #? order
print(log)  #? prints
