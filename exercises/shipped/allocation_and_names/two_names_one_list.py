# /// exercise
# title = "Two names, one list"
# topic = "allocation and names"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Assignment gives an object one more name; it copies nothing."
# difficulty = 1
# ///
a = [1, 2]
b = a
c = [1, 2]
b.append(3)  #? same a b c
print(a, c)  #? prints
print(a is b, a == c)  #? prints
