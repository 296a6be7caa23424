# Text adventure inventory
import sys
class Item:
    registry = {}
    def __new__(cls, name, *args):
        if name in cls.registry: return cls.registry[name]
        self = super().__new__(cls); cls.registry[name] = self
        return self
    def __init__(self, name, weight=1): self.name, self.weight = name, weight
    def __str__(self): return f"{self.name}({self.weight})"
    def __lt__(self, other): return self.weight < other.weight
    def __add__(self, o): return self.weight + (o.weight if isinstance(o, Item) else o)
    __radd__ = __add__
a, b = Item("lamp", 3), Item("rope", 2)
c = Item("lamp", 9)
print(a is c, a, sum([a, b]), sorted([a, b])[0], sys.getrefcount(a), max(a, b).name)
class Inventory(dict):
    def __missing__(self, k): print("missing", k); v = self[k] = []; return v
    def total(self): return sum(i.weight for v in self.values() for i in v)
inv = Inventory(); inv["hand"].append(a); inv["bag"] += [b, b]
print(inv.total(), inv, sys.getrefcount(b)) if False else print(inv.total(), len(inv), sys.getrefcount(b))
def parse(cmd, *, verbose=False):
    verb, *rest = cmd.split()
    match verb, rest:
        case ["take", [what]]: return f"take {what}"
        case ["go", [("north" | "south") as d]]: return f"go {d}"
        case ["go", []]: return "where?"
        case [v, [*xs]] if len(xs) > 2: return f"{v} too many {xs!r}"
        case _: return "?"
for cmd in ("take lamp", "go north", "go", "use a b c", "look up"): print(parse(cmd))
log = []
def logged(level):
    def deco(f):
        def inner(*a, **k):
            log.append((level, f.__name__, len(a), sorted(k)))
            return f(*a, **k)
        return inner
    return deco
@logged("info")
@logged("debug")
def act(x, y=2, **kw): return x * y
print(act(3), act(3, y=4), act(1, z=0), log)
it = iter("abc")
print([(x, next(it, None)) for x in it], list(map(lambda p: p[0] + p[1], zip("ab", "cd"))), list(filter(None, [0, 1, "", "x"])))
fibs = [0, 1]
while fibs[-1] < 50: fibs.append(sum(fibs[-2:]))
print(fibs, fibs[::2], fibs[-3:], fibs.index(8), any(f > 40 for f in fibs), all(fibs))
s = "".join(sorted(set("hello world") - {" "})); print(s, s.encode().hex(), s.translate(str.maketrans("lo", "01")), "%s" % (s,), s.center(12, "*"))
nested = {"a": [1, {"b": (2, 3)}], "c": {"d": None}}
def flat(x, path=""):
    if isinstance(x, dict):
        for k, v in x.items(): yield from flat(v, f"{path}.{k}")
    elif isinstance(x, (list, tuple)):
        for i, v in enumerate(x): yield from flat(v, f"{path}[{i}]")
    else: yield path[1:], x
print(list(flat(nested)))
try:
    try: {}["x"]
    except KeyError as e: raise ValueError("bad") from None
    finally: print("finally")
except ValueError as e: print(e.__cause__, e.__suppress_context__, repr(e.__context__))
def count(n):
    i = 0
    while i < n:
        got = yield i
        i = got if got is not None else i + 1
g = count(10); print(next(g), g.send(5), next(g), list(g))
x = 10
def scope():
    global x
    x += 1
    def inner():
        nonlocal y
        y += x
        return y
    y = 5
    return inner(), y
print(scope(), x)
print(*[f"{i:>3}{i**2:>5}{i**3:>6}" for i in range(1, 4)], sep="\n")
print(round(3.14159, 2), 1e100, 1/3, 2**0.5, 10**20, -7 // 2, -7 % 3, 0.1 + 0.2, float("inf"), 1_000, 0xff, 0b11, 1e-7, 123456789.123, 5e-324, 1.0, 100000000000000000.0)
class Temp:
    def __init__(self, c): self.c = c
    f = property(lambda s: s.c * 9 / 5 + 32, lambda s, v: setattr(s, "c", (v - 32) * 5 / 9), doc="fahrenheit")
t = Temp(100); t.f = 32; print(t.c, t.f, Temp.f.__doc__)
del t.c
try: t.f
except AttributeError as e: print(e)
print([i for i in range(20) if i % 2 if i % 3], {k: v for k, v in zip("abc", range(3))}, {len(w) for w in ["a", "bb", "cc"]}, (lambda x: (yield x))(1).__class__.__name__)
a = [3, 1, 2]; a.sort(reverse=True); a[1:1] = [9, 9]; del a[0]; a.insert(-1, 7); print(a, a.pop(0), a.count(9), a.copy() == a, a * 2, [*a, *"x"])
print("tab\tq'\"\\", repr("tab\tq'\"\\"), 'é\x00\u200b', ascii("é\U0001f600"), b"a\xff\n", r"\n", "a" "b")
print(bool([]), not None, 1 < 2 < 3, 1 == 1.0, "a" < "b", [1, 2] < [1, 3], (1,) + (2,), None or "d", 0 and 1, 1 if [] else 2, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, 256 >> 2)
import time
