# /// exercise
# title = "Constants of one file"
# topic = "small-object optimisations"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Equal constants of one file are one object; a computed twin is another."
# difficulty = 2
# ///
def number():
    return 5000


def pair():
    return (1, "two words")


a = 5000
b = number()
c = int("5000")  #? same a b c
p = (1, "two words")
q = pair()
print(p is q, p[1] is q[1])  #? prints
lists = [], []
print(lists[0] is lists[1])  #? prints
