x = []
i = id(x)
del x
print("a")
y = []
print(id(y) == i)
del y
print("b")
z = []
print(id(z) == i)

