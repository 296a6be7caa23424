# /// exercise
# title = "The same place again"
# topic = "pooling and reuse"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Two objects never have one id at the same time, but one may have it after the other."
# difficulty = 1
# ///
a = []
place = id(a)
b = []
print(id(b) == place)  #? prints
del a  #? dies
c = []
print(id(c) == place)  #? prints
print(id([]) == id([]))  #? prints
