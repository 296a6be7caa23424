# /// exercise
# title = "Counting inside a function"
# topic = "reference counting"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "From 3.14 on a function lends its locals to the calls it makes, so getrefcount prints less."
# difficulty = 3
# differs = true
# ///
import sys


def show(x):
    print(sys.getrefcount(x))  #? prints


def make():
    y = []
    print(sys.getrefcount(y))  #? prints


v = []
show(v)
make()
print(sys.getrefcount(v))  #? prints
