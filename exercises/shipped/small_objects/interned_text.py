# /// exercise
# title = "Interned text"
# topic = "small-object optimisations"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Text made while the program runs is its own object until it is interned."
# difficulty = 2
# ///
import sys

a = "hello"
b = "".join(["hel", "lo"])
print(a == b, a is b)  #? prints
c = sys.intern(b)
d = "hello"  #? same a b c d
