# /// exercise
# title = "Slots and attributes count"
# topic = "reference counting"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Each slot of a container and each attribute is a reference of its own."
# difficulty = 2
# ///
import sys


class Box:
    pass


a = []
box = Box()
box.item = a
pair = (a, a)
table = {"key": a}
print(sys.getrefcount(a))  #? prints
#? holders a
del pair  #? count a
table["key"] = box.item
box.item = None  #? holders a
