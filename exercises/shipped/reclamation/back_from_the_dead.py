# /// exercise
# title = "Back from the dead"
# topic = "reclamation and sweeping"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A finaliser may store its object; then it lives on, and its finaliser never runs again."
# difficulty = 3
# ///
saved = []


class Phoenix:
    def __del__(self):
        saved.append(self)
        print("rescued")


bird = Phoenix()
del bird  #? alive
#? order
print(len(saved))  #? prints
saved.clear()  #? dies
#? order
