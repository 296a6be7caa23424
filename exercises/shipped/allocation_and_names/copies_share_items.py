# /// exercise
# title = "A copy shares what is in it"
# topic = "allocation and names"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "Slicing and repeating make new lists with the same items in them."
# difficulty = 2
# ///
inner = [0]
a = [inner]
b = a[:]
c = [inner] * 3  #? same a b a[0] b[0] c[2]
#? count inner
b.append(1)
c[0].append(2)
print(len(a), len(b), a)  #? prints
