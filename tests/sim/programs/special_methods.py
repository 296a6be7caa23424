"""Operator protocol: reflected, in-place, comparison, hashing, calling, containers from built-ins."""
from functools import total_ordering


@total_ordering
class Money:
    def __init__(self, cents): self.cents = cents
    def __eq__(self, o): return isinstance(o, Money) and self.cents == o.cents
    def __lt__(self, o): return self.cents < o.cents
    def __hash__(self): return hash(self.cents)
    def __add__(self, o): return Money(self.cents + (o.cents if isinstance(o, Money) else o))
    def __radd__(self, o): return self + o
    def __sub__(self, o): return Money(self.cents - o.cents)
    def __iadd__(self, o):
        self.cents += o.cents
        return self
    def __truediv__(self, k): return self.cents / k
    def __floordiv__(self, k): return self.cents // k
    def __mod__(self, k): return self.cents % k
    def __divmod__(self, k): return divmod(self.cents, k)
    def __rmul__(self, k): return Money(self.cents * k) if isinstance(k, int) else NotImplemented
    def __abs__(self): return Money(abs(self.cents))
    def __int__(self): return self.cents
    def __float__(self): return self.cents / 100
    def __index__(self): return self.cents
    def __bool__(self): return self.cents != 0
    def __round__(self, n=0): return f"round {n}"
    def __invert__(self): return Money(-self.cents)
    def __repr__(self): return f"${self.cents / 100:.2f}"
    def __call__(self, *a, **k): return a, k
    def __lshift__(self, n): return f"<<{n}"
    def __rsub__(self, o): return f"{o} minus"
    def __contains__(self, x): return x == self.cents
    def __len__(self): return 7
    def __reversed__(self): return iter("desrever")
    def __ror__(self, o): return ("ror", o)


a, b = Money(100), Money(250)
print(a + b, sum([a, b]), b - a, 3 * a, a < b, a >= b, a != b, max(a, b), {a: 1}[Money(100)])
c = a
c += b
print(a, c is a, a / 3, a // 3, a % 3, divmod(a, 3), abs(Money(-5)), int(a), float(a), [1, 2, 3][Money(1)], bool(Money(0)))
print(round(a), round(a, 2), ~a, a(1, k=2), a << 3, 5 - a, 350 in a, len(a), "".join(reversed(a)), 1 | a, bin(Money(5)), "x" * Money(2))
for bad in (lambda: a * 2, lambda: a ** 2, lambda: "s" + a if False else a @ a, lambda: a["k"], lambda: -a, lambda: iter(a), lambda: a < 3):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)


class Vector(tuple):
    def __new__(cls, *xs): return super().__new__(cls, xs)
    def __add__(self, o): return Vector(*(p + q for p, q in zip(self, o)))
    @property
    def norm2(self): return sum(p * p for p in self)


v = Vector(1, 2) + Vector(3, 4)
print(v, type(v).__name__, v.norm2, v[0], v == (4, 6), isinstance(v, tuple), Vector(1, 2) * 2)


class CaseDict(dict):
    def __setitem__(self, k, v): super().__setitem__(k.lower(), v)
    def __getitem__(self, k): return super().__getitem__(k.lower())
    def __missing__(self, k): return f"<{k}>"


d = CaseDict()
d["ABC"] = 1
print(d, d["aBc"], d["nope"], len(d), list(d), d.get("ABC"))


class Bag(list):
    def add(self, x):
        self.append(x)
        return self
    def __repr__(self): return f"Bag{list(self)}"


print(Bag([1]).add(2).add(3), Bag() == [], len(Bag("ab")), Bag([3, 1]) + [2], sorted(Bag([3, 1])))


class Meter(float):
    def __str__(self): return f"{float(self)}m"
    def __repr__(self): return f"Meter({float(self)})"


class Even(int):
    def __new__(cls, v): return super().__new__(cls, v - v % 2)


class Loud(str):
    def __str__(self): return self.upper() + "!"
    def shout(self): return Loud(self * 2)


print(Meter(2.5), repr(Meter(1)), Meter(1) + 1, Even(7), Even(7) + 1, type(Even(3) + Even(3)).__name__, Loud("hi"), f"{Loud('yo')}", Loud("a").shout(), Loud("x") == "x")


class Eq:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v


try:
    hash(Eq(1))
except TypeError as e:
    print(e)
print(Eq(1) == Eq(1), Eq(1) != Eq(2), Eq(1) in [Eq(1)], [Eq(1)] == [Eq(1)])


class R:
    def __eq__(self, o): return NotImplemented
    def __lt__(self, o): return NotImplemented


print(R() == R(), R() != 1)
try:
    sorted([R(), R()])
except TypeError as e:
    print(e)


class Str:
    def __str__(self): return "str"


class Rep:
    def __repr__(self): return "rep"


print(Str(), [Rep()], str(Rep()), f"{Rep()!s:>5}|{Str():<5}|" if False else f"{Rep()!s:>5}|", "%s %r" % (Str(), Rep()))


class Grid:
    def __getitem__(self, k): return k
    def __class_getitem__(cls, k): return ("class", k)


print(Grid()[1:2, ..., ::3], Grid()[()], Grid()[-1], Grid[int, str])


class Bool:
    def __bool__(self): return False


class Len0:
    def __len__(self): return 0


print(bool(Bool()), bool(Len0()), not Bool(), Bool() or "or", len(Len0()) and "and", [1] and "yes")
class Hash:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 2
    def __eq__(self, o): return self.n == o.n
    def __repr__(self): return f"H{self.n}"


print({Hash(1), Hash(3), Hash(2), Hash(1)} == {Hash(3), Hash(2), Hash(1)}, len({Hash(i % 3): i for i in range(9)}))
print((1).__add__(2), "a".__len__(), [1].__contains__(1), int.__mul__(3, 4), (5).__eq__("5"), str.upper("x"), list.append)
