# /// exercise
# title = "The edge of small"
# topic = "small-object optimisations"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Which whole numbers are kept ready depends on the version."
# difficulty = 3
# differs = true
# ///
a = int("256")
b = int("256")
print(a is b)  #? prints
c = int("1000")
d = int("1000")  #? same c d
e = int("-6")
f = int("-6")
print(e is f)  #? prints
