# /// exercise
# title = "A weak reference does not hold"
# topic = "reference counting"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A weak reference adds nothing to the count and is told of the death."
# difficulty = 2
# ///
import sys
import weakref


class Thing:
    pass


def gone(reference):
    print("gone")


a = Thing()
w = weakref.ref(a, gone)
print(sys.getrefcount(a))  #? prints
b = w()  #? holders a
del a  #? order
del b  #? order
print(w() is None)  #? prints
