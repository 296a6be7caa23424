# /// exercise
# title = "A place that is still held"
# topic = "pooling and reuse"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Memory is free when the object dies, not when a name goes."
# difficulty = 1
# ///
a = [1]
b = a
place = id(a)
del a  #? dies
c = [2]
print(id(c) == place)  #? prints
del b  #? dies
d = [3]
print(id(d) == place)  #? prints
#? count d
