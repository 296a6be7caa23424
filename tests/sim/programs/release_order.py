"""The order in which an instruction lets go of callee, arguments, operands and slices."""
class D:
    def __init__(s, n=0): s.n = n
    def __del__(s): print(s.n, end=" ")
class E(D):
    def __add__(s, o): return 1
    __lt__ = __getitem__ = __contains__ = __iadd__ = __add__
    def __setitem__(s, k, v): pass
    def __call__(s, *a, **k): return 1
    def __getattr__(s, n): return 1
    def __delitem__(s, n): pass
    def __index__(s): return 1
    def __iter__(s): return iter([])
    def m(s, *a): pass
class F(D):
    def __call__(s, *a, **k): return a
import functools, collections, operator
def f(*a, **k): pass
def t(n, g):
    r = g()
    print(n, end=": ")
    r = None
    print()
def suite():
    t("+", lambda: E(1) + D(2))
    t("<", lambda: E(1) < D(2))
    t("[]", lambda: E(1)[D(2)])
    t("in", lambda: D(1) in E(2))
    t("call", lambda: E(1)(D(2), D(3)))
    t("kcall", lambda: E(1)(D(2), k=D(3)))
    t("callF", lambda: F(1)(D(2), D(3)))
    t("star", lambda: E(1)(*[D(2), D(3)]))
    t("starkw", lambda: E(1)(*[D(2), D(3)], **{"k": D(4)}))
    t("len", lambda: len([D(1), D(2)]))
    t("slice", lambda: E(1)[D(2):D(3)])
    t("lslice", lambda: [D(1)][E(2):E(3)])
    t("method", lambda: [D(0)].append(D(1)))
    t("method2", lambda: [D(0)].insert(E(1), D(2)))
    t("guest method", lambda: E(1).m(D(2), D(3)))
    t("is", lambda: D(1) is D(2))
    t("tuple in", lambda: D(1) in (D(2), D(3)))
    t("isinst", lambda: isinstance(D(1), (D, E)))
    t("getattr", lambda: getattr(D(1), "n"))
    t("getattrd", lambda: getattr(D(1), "z", D(2)))
    t("partial", lambda: functools.partial(f, D(1), k=D(2))(D(3), j=D(4)))
    t("print", lambda: print(D(1) and "", D(2) and "", end="") )
    t("list()", lambda: list((D(1), D(2))))
    t("zip", lambda: list(zip([D(1)], [D(2)])))
    t("map", lambda: list(map(f, [D(1)], [D(2)])))
    t("dict", lambda: {1: D(1)}.get(1, D(2)))
    t("dictsd", lambda: {1: D(1)}.setdefault(2, D(2)))
    t("dict=", lambda: {1: D(1), 1: D(2)})
    t("deque", lambda: collections.deque([D(1), D(2), D(3)], 2))
    t("itemgetter", lambda: operator.itemgetter(1)([D(1), D(2)]))
    t("attrgetter", lambda: operator.attrgetter("n")(D(1)))
    t("reduce", lambda: functools.reduce(lambda a, b: b, [D(1), D(2), D(3)]))
    t("fstr", lambda: f"{D(1) is D(2)}{D(3) is None}")
    t("list+", lambda: [D(1)] + [D(2)])
    t("tuple+", lambda: (D(1),) + (D(2),))
    t("list*", lambda: [D(1)] * 2)
    t("dict|", lambda: {1: D(1)} | {1: D(2)})
    t("and", lambda: D(1) and D(2))
    t("chain<", lambda: E(1) < E(2) < E(3))
    t("lambda", lambda: (lambda *a: D(4))(D(1), D(2)))
    def st(): E(1)[D(2)] = D(3)
    t("setitem", st)
    def st(): E(1)[D(2):D(3)] = D(4)
    t("setslice", st)
    def st(): [D(0), D(1)][E(2):E(3)] = [D(4)]
    t("lsetslice", st)
    def st(): del E(1)[D(2)]
    t("delitem", st)
    def st(): del E(1)[D(2):D(3)]
    t("delslice", st)
    def st(): D(1).x = D(3)
    t("setattr", st)
    def st():
        x = E(1)
        x += D(2)
    t("iadd", st)
    def st():
        a, b = D(1), D(2)
        a, b = b, a
    t("swap", st)
    def st():
        a, *b = D(1), D(2), D(3)
    t("star", st)
    def st():
        for a in [D(1), D(2)]: pass
    t("for", st)
    def st():
        a = [D(i) for i in range(3)]
        a[0] = D(4)
        a[1:2] = []
    t("lst", st)
    def st():
        a = {1: D(1)}
        a[1] = D(2)
        del a[1]
        a.update({3: D(3)}, k=D(4))
        a.pop(3)
    t("dct", st)
for _ in range(4): suite()
