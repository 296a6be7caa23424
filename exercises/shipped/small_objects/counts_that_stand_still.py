# /// exercise
# title = "A count that stands still"
# topic = "small-object optimisations"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "From 3.12 on None and the small numbers are immortal: references to them are not counted."
# difficulty = 3
# differs = true
# ///
import sys

before = sys.getrefcount(None)
row = [None] * 1000
after = sys.getrefcount(None)
print(after - before)  #? prints
mine = []
before = sys.getrefcount(mine)
row = [mine] * 1000
after = sys.getrefcount(mine)
print(after - before)  #? prints
#? count mine
