# /// exercise
# title = "Last freed, first used"
# topic = "pooling and reuse"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A free list gives back what it got last."
# difficulty = 2
# ///
a, b, c = [], [], []
places = [id(a), id(b), id(c)]
del a, b, c
x, y, z = [], [], []
print([places.index(id(x)), places.index(id(y)), places.index(id(z))])  #? prints
del y
w = []
print(places.index(id(w)))  #? prints
#? same w x z
