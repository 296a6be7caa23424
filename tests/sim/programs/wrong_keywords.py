def f(alpha, beta=2, *, gamma=3): pass
class C:
    def __init__(self, size=1): pass
    def meth(self, count): pass
for call in (lambda: f(1, bet=3), lambda: f(1, gama=3), lambda: f(alpha=1, zzz=3), lambda: f(1, beta=1, bets=3), lambda: C(sise=3), lambda: C().meth(cuont=1), lambda: C().meth(counts=1),
    lambda: print(1, ends=""), lambda: sorted([1], reversed=True), lambda: int("1", bas=2), lambda: "a".split(sepp=1), lambda: enumerate([], strt=1), lambda: max([], defalt=1), lambda: zip([], stric=1), lambda: dict(a=1).get(k=1), lambda: [].sort(keys=1), lambda: sum([], strt=1), lambda: round(1, ndigit=2)):
    try: print(call())
    except Exception as e: print(type(e).__name__, e)
