a = [1]
class P:
    def __init__(self, v): self.v = v
    def __del__(self): print('P', self.v)
print(P(1).v)
q = P(2)
r = q
del q
try:
    1/0
except ZeroDivisionError as e:
    err = e
    s = P(3)
lst = [P(i) for i in range(4, 7)]
first, *rest = lst
print('end')
