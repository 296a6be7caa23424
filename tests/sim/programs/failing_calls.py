"""Arguments of calls that fail: those without a place first, then the slots."""
class D:
    def __init__(s, n): s.n = n
    def __del__(s): print(s.n, end=" ")
def t(n, g):
    try: g()
    except Exception as e:
        print(n, type(e).__name__, end=": ")
        e = None
    print()
def st(a, b, *, c): 0
def f2(a, b, *c, d): 0
def f3(a, b=1, **k): 0
t("a", lambda: st(D(1), D(2)))
t("b", lambda: st(D(1), D(2), D(3), D(4)))
t("c", lambda: st(D(1), D(2), D(3), c=D(4)))
t("d", lambda: st(D(1), D(2), c=D(3), k=D(4), j=D(5)))
t("e", lambda: st(D(1), D(2), k=D(3), c=D(4), j=D(5)))
t("f", lambda: st(D(1), a=D(2), c=D(3)))
t("g", lambda: f2(D(1), D(2), D(3), D(4)))
t("h", lambda: f2(D(1), D(2), D(3), D(4), x=D(5)))
t("i", lambda: f3())
t("j", lambda: f3(D(1), D(2), D(3), k=D(4)))
t("k", lambda: f3(D(1), a=D(2), k=D(4)))
t("l", lambda: f3(k=D(4), j=D(2)))
t("m", lambda: f3(*[D(1), D(2), D(3)]))
t("n", lambda: f3(*[D(1)], **{"a": D(2), "k": D(3)}))
t("o", lambda: f3(*(D(1), D(2)), **{"a": D(3), "k": D(4)}))
class C(D):
    def __init__(s, a, b): 0
    def m(s, a): 0
    __call__ = m
t("p", lambda: C(D(1)))
t("q", lambda: C(D(1), D(2), D(3)))
t("r", lambda: C(D(1), k=D(2)))
C.n = 9
t("s", lambda: C(0, 0).m(D(1), D(2)))
t("t", lambda: C(0, 0)(D(1), D(2)))
t("u", lambda: C(0, 0)(D(1), a=D(2)))
x = C(0, 0)
t("v", lambda: x.m(D(1), D(2)))
def st():
    m = C(0, 0).m
    m(D(1), D(2))
t("w", st)
t("x", lambda: [].append())
t("y", lambda: sorted(D(1), D(2)))
t("z", lambda: sorted([D(1), D(2)], key=D(3)))
t("A", lambda: list(map(D(1), [D(2)])))
t("B", lambda: dict(D(1)))
t("C", lambda: [1].index(D(1)))
t("D", lambda: {}[D(1)])
t("E", lambda: getattr(D(1), "zip"))
t("F", lambda: print(D(1), sep=D(2)))
t("G", lambda: isinstance(D(1), D(2)))
t("H", lambda: int(D(1), D(2)))
t("I", lambda: "".join([D(1), D(2)]))
t("J", lambda: "%d" % D(1))
t("K", lambda: "%d %d" % (1, D(1)))
t("L", lambda: "{} {}".format(D(1) and 1))
t("M", lambda: [D(1)] + (D(2),))
t("N", lambda: [D(1)] * D(2))
t("O", lambda: {1: D(1)} | D(2))
t("P", lambda: [D(1), D(2)].remove(D(3)))
t("R", lambda: super(D(1), D(2)))
t("S", lambda: type(D(1), D(2), D(3)))
t("T", lambda: [*D(1), D(2)])
t("U", lambda: (D(1), *D(2)))
t("V", lambda: {**D(1)})
t("W", lambda: D(1) if D(2) < 1 else D(3))
t("X", lambda: [x for x in D(1)])
t("Y", lambda: [x.q for x in [D(1), D(2)]])
t("Z", lambda: {x: x.q for x in [D(1), D(2)]})
t("0", lambda: [y for x in [D(1), D(2)] for y in x])
t("1", lambda: list(x.q for x in [D(1), D(2)]))
t("2", lambda: sum([D(1), D(2)]))
t("3", lambda: max([D(1), D(2)]))
t("4", lambda: [D(1)].sort(key=lambda x: x.q))
t("5", lambda: sorted([D(1), D(2)], key=lambda x: x.q))
t("6", lambda: (lambda x, y=D(5): x.q)(D(1)))
