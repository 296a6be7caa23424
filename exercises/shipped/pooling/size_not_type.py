# /// exercise
# title = "By size, not by type"
# topic = "pooling and reuse"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Instances share memory by size: an object of another class takes the place of a dead one."
# difficulty = 3
# ///
class Pair:
    __slots__ = ("a", "b")


class Point:
    __slots__ = ("x", "y")


class Triple:
    __slots__ = ("p", "q", "r", "s", "t", "u")


first = Pair()
place = id(first)
del first  #? dies
second = Point()
print(id(second) == place)  #? prints
place = id(second)
del second  #? dies
third = Triple()
print(id(third) == place)  #? prints
