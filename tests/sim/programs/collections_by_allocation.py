import gc
gc.collect()
log = []
def cb(phase, info):
    log.append((phase, info["generation"], info["collected"], info["uncollectable"]))
gc.callbacks.append(cb)
class N:
    def __init__(self): self.me = self
def churn(n):
    for i in range(n): N()
churn(500)
a = [[] for i in range(3000)]
d = [{} for i in range(900)]
t = [(i, []) for i in range(900)]
gc.callbacks.remove(cb)
print(log)
print(gc.collect())
