# /// exercise
# title = "A list in itself"
# topic = "the cycle collector"
# python = ["3.11", "3.12", "3.13", "3.14", "3.15"]
# summary = "A list that holds itself keeps its own count above zero until the collector comes."
# difficulty = 1
# ///
import gc

gc.disable()
gc.collect()
loop = []
loop.append(loop)  #? count loop
del loop  #? dies
gc.collect()  #? collect
