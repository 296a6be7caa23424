# /// exercise
# title = "Shared, or used again?"
# topic = "pooling and reuse"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A shared object is one object with many holders. Used-again memory holds one object after the other."
# difficulty = 2
# ///
seven = int("7")
other = int("7")
half = seven / 2
place = id(half)
again = seven / 2  #? same seven other half again
print(id(again) == place)  #? prints
del half
later = seven / 4
print(id(later) == place)  #? prints
