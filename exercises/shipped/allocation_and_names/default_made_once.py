# /// exercise
# title = "A default is made once"
# topic = "allocation and names"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A default value is made when def runs, and the function keeps it."
# difficulty = 2
# ///
def put(item, box=[]):
    box.append(item)
    return box


a = put("x")
b = put("y")
c = put("z", [])  #? same a b c
#? count a
print(a, c)  #? prints
