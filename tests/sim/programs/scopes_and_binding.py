"""Names, mutability, copies, argument passing, augmented assignment, unpacking, del."""
import copy


def mutate(lst, n, d={}):
    lst.append(n)
    n += 1
    d[n] = n
    lst = [0]
    return lst, n, d


xs, k = [1], 5
print(mutate(xs, k), xs, k, mutate(xs, 8)[2])
a = [1, [2, 3]]
b = a
c = a[:]
d = copy.deepcopy(a)
e = copy.copy(a)
a[1].append(4)
a.append(5)
print(a, b, c, d, e, a is b, a[1] is c[1], a[1] is d[1])
x = y = []
x.append(1)
print(y, x == y, id(x) == id(y))
t = (1, [2])
try:
    t[1] += [3]
except TypeError as err:
    print(err, t)
x, y = 1, 2
x, y = y, x
i, lst = 0, [10, 20, 30]
i, lst[i] = 2, 99
print(x, y, i, lst)
for n in [1, 2, 3]:
    pass
print(n, [n for n in range(9)][-1], n)


class Scope:
    a = inner_only = 1
    b = [a for _ in range(2)] if False else [1]
    try:
        c = [inner_only + i for i in range(2)]
    except NameError as e:
        c = "NameError"

    def m(self):
        try:
            return a
        except NameError:
            return "no"


print(Scope.c, Scope().m() is a)


class Shared:
    items = []
    total = 0

    def add(self, x):
        self.items.append(x)
        self.total += x


p, q = Shared(), Shared()
p.add(1)
q.add(5)
print(Shared.items, Shared.total, p.total, q.total, p.items is q.items)
del p.total
print(p.total)


def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw


print(f(1, d=4), f(1, 2, 3, 4, 5, d=6, z=7), f(*[1, 2], **{"d": 3, "b": 9}))
for call in (lambda: f(), lambda: f(1), lambda: f(1, 2, d=1, c=1, e=1, **{"d": 2}), lambda: f(a=1, d=2), lambda: mutate(), lambda: mutate(1, 2, 3, 4), lambda: (lambda x: x)(y=1), lambda: print(1, foo=2), lambda: len(), lambda: len([], [])):
    try:
        call()
    except TypeError as err:
        print(str(err).replace("__main__.", ""))


def outer():
    v = 1

    def inner():
        nonlocal v
        v += 1
        return v
    inner()
    del_me = 3
    del del_me
    try:
        del_me
    except UnboundLocalError as err:
        print("unbound")
    return v, inner(), locals().keys() >= {"v"}


print(outer())
print(sorted(k for k in globals() if not k.startswith("_"))[:5], "__name__" in globals(), __name__)
*head, tail = "abc"
(m, n), o = (1, 2), 3
[p1, [p2, *p3]] = [1, [2, 3, 4]]
print(head, tail, m, n, o, p1, p2, p3)
print(1 < 2 < 3, 1 < 3 > 2, 0 or "x", "" and 1, not 0, None is None, 3 if 0 else 4, 1 == 1.0 == True)
s = "abc"
s2 = s
s += "d"
print(s, s2, s is s2)
print([f"{v}" for v in (lambda *a: a)(*range(2), *[7])], max(*[1, 5, 2]), print("side") or "after")
z = lambda: (yield 1)
print(list(z()))
big = 10 ** 50
print(big, -big // 7, big % 1000007, len(str(2 ** 200)), 0xff, 0b11, 1_000, 1e2, 3j ** 2)
exec("made = 1 + 1")
print(made, eval("made * 21"), eval("[i for i in range(3)]"))
while True:
    try:
        break
    finally:
        print("breaking")
assert True
pass
if x: print("one line")
global_list = [1, 2, 3, 4]
for v in global_list[:]:
    if v % 2:
        global_list.remove(v)
print(global_list, ... is Ellipsis, type(...).__name__, NotImplemented)
