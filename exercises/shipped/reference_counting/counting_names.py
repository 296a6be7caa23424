# /// exercise
# title = "Counting names"
# topic = "reference counting"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "getrefcount counts the names, and its own argument too."
# difficulty = 1
# ///
import sys

a = []
print(sys.getrefcount(a))  #? prints
#? count a
b = a
print(sys.getrefcount(a))  #? prints
del b
print(sys.getrefcount(a))  #? prints
