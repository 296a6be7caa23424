"""When a generator expression makes its iterator, what it holds, and in which order it lets go."""
class N:
    def __init__(s, n): s.n = n
    def __del__(s): print("del", s.n, end=" ")
    def __len__(s): return 1
def t(f):
    r = f(); print("|", end=" "); r = None; print()
t(lambda: tuple(5 for a in [N(1), N(2)]))
t(lambda: tuple(N(4) for a in [N(1), N(2)]))
t(lambda: list(a.n for a in [N(1), N(2)]))
t(lambda: [a.n for a in [N(1), N(2)]])
t(lambda: [a.n for a in (N(1), N(2))])
def f():
    for a in [N(1), N(2)]: pass
t(f)
def f():
    for a in [N(1), N(2)]: break
t(f)
def f():
    for a in [N(1), N(2)]: return 5
t(f)
def f():
    for a in [N(1), N(2)]:
        for b in (N(3), N(4)): return 5
t(f)
def f():
    try:
        for a in [N(1), N(2)]: 1/0
    except ZeroDivisionError: pass
t(f)
def g():
    for a in [N(1), N(2)]: yield 5
t(lambda: list(g()))
t(lambda: next(g()))
def g():
    yield from [N(1), N(2)]
t(lambda: list(g()))
t(lambda: next(g()))
t(lambda: (x for x in [N(1), N(2)]))
t(lambda: next(x for x in [N(1), N(2)]))
t(lambda: any(x for x in [N(1), N(2)]))
t(lambda: [[y for y in [N(1), x]] for x in [N(3), N(2)]])
for a in [N(1), N(2)]: pass
print("top")
for a in (N(1), N(2)): pass
del a
print("top")
t(lambda: [[], tuple(N(4) for a3 in [N(6), N(7)])][0])
r = [[], tuple(N("4") for a3 in [N(6), N(7)])][0]; print()
match [[], tuple(N("4") for a3 in [type("T5", (N,), {})("6"), N("7")])][0]:
    case [a1, *_]: pass
    case _: print()
from sys import getrefcount as g
class I:
    def __iter__(self): print("iter", g(self)); return iter([1])
l = [1]
print([n for n in (g(l) for x in l)], g(l))
k = (x for x in l)
print(g(l)); next(k); print(g(l)); list(k); print(g(l))
i = I()
k = (x for x in i)
print("made", g(i)); next(k); print(g(i)); list(k); print(g(i))
try: k = (x for x in 5)
except TypeError as e: print(e)
k = (x for x in (y for y in l)); next(k); print(g(l))
import gc
k = (x for x in l)
k = (x for x in range(3))
def f():
    a = [1]
    k = (g(a) for x in a)
    print(g(a)); print(next(k)); print(g(a))
    k = None
    print(g(a))
f()
import gc
gc.collect(); gc.disable()
def g(l):
    del_me = 1
    for x in l: yield x
def h():
    l = []
    for x in l: yield x
    l2 = [1, 2]
    me = yield
    l2.append(me)
    for x in l2: yield x
k = h(); next(k); k.send(k); del k
print(gc.collect())
l = []; k = g(l); l.append(1); l.append(k); next(k); del k, l
print(gc.collect())
l = [1]; k = (x for x in l); l.append(k); del k, l
print(gc.collect())
l = [1]; k = (x for x in l); l.append(k); next(k); del k, l
print(gc.collect())
def f(n):
    return (x for x in [n] for y in (n, x))
k = f(5); print(list(k))
c = 3
k = (x + c for x in (1, 2) if x < c); print(list(k))
def o(a):
    return (a + x for x in [a, a])
print(list(o(3)))
class K: z = list(x for x in [1, 2])
print(K.z, sum(i for i in range(4)), any(i for i in ()), all(i for i in [1]))
try: (x for x in 5)
except TypeError as e: print(e)
k = (x for x in [1])
try: k.throw(ValueError)
except ValueError: print("thrown")
k = (x for x in [1]); k.close(); print(list(k))
