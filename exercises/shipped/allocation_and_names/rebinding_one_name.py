# /// exercise
# title = "A name moves, the others stay"
# topic = "allocation and names"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Rebinding moves one name; changing an object in place shows through all its names."
# difficulty = 1
# ///
a = [1]
b = a
a = [2]  #? same a b
c = b
c += [3]  #? same b c
print(a, b, c)  #? prints
s = "left "
t = s
t += "right"
print(s, t)  #? prints
