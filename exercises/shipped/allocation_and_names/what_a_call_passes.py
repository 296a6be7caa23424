# /// exercise
# title = "What a call passes"
# topic = "allocation and names"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A parameter is a further name of the caller's object, and a name of its own."
# difficulty = 2
# ///
def add(items):
    items.append(1)
    items = ["new"]
    items.append(2)
    print(items)  #? prints


basket = []
add(basket)
print(basket)  #? prints
#? count basket
