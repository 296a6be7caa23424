# /// exercise
# title = "Small numbers are shared"
# topic = "small-object optimisations"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Small whole numbers exist once, wherever they come from; bigger ones that are computed do not."
# difficulty = 1
# ///
a = int("200")
b = int("199") + 1
c = int("5000")
d = int("4999") + 1  #? same a b c d
print(a is b, c is d, c == d)  #? prints
