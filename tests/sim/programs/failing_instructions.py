"""What an instruction holds dies in a certain order when it fails: operators, calls, arguments that find no place."""
class D:
    def __init__(s, n): s.n = n
    def __del__(s): print(s.n, end=" ")
def f(*a): raise KeyError
class E(D):
    def __add__(s, o): raise KeyError
    __lt__ = __getitem__ = __contains__ = __iadd__ = __add__
    def __setitem__(s, k, v): raise KeyError
    def __call__(s, *a): raise KeyError
    def __getattr__(s, n): raise KeyError
    def __delitem__(s, n): raise KeyError
def t(n, g):
    try: g()
    except Exception as e:
        print(n, type(e).__name__, end=": ")
        e = None
    print()
t("+", lambda: D(1) + D(2))
t("<", lambda: D(1) < D(2))
t("[]", lambda: D(1)[D(2)])
t("in", lambda: D(1) in D(2))
t("call", lambda: D(1)(D(2), D(3)))
t("fcall", lambda: f(D(2), D(3)))
t("len", lambda: len(D(2), D(3)))
t("neg", lambda: -D(2))
t("not", lambda: [D(1), not D(2), 1/0])
t("attr", lambda: [D(1), D(2).nope])
t("E+", lambda: E(1) + D(2))
t("E<", lambda: E(1) < D(2))
t("E[]", lambda: E(1)[D(2)])
t("Ein", lambda: D(1) in E(2))
t("Ecall", lambda: E(1)(D(2), D(3)))
t("Ekcall", lambda: E(1)(D(2), k=D(3)))
t("kcall", lambda: f(D(2), k=D(3)))
t("star", lambda: f(*[D(2), D(3)]))
t("starkw", lambda: f(*[D(2), D(3)], **{"k": D(4)}))
t("Eattr", lambda: E(1).foo)
t("slice", lambda: D(1)[D(2):D(3)])
t("list", lambda: [D(1), D(2), D(3), 1/0])
t("method", lambda: [].append(D(1), D(2)))
t("method2", lambda: "".join(D(1)))
t("unpack*", lambda: [*D(1)])
t("set", lambda: {D(1): 1, D(2): {}[1]})
t("unh", lambda: {(D(1), []): D(2)})
t("unh2", lambda: {(D(1), [])})
t("fmt", lambda: f"{D(1):x}{D(2)}")
t("bad index", lambda: [D(1)][D(2)])
t("cls", lambda: D(D(1), D(2), D(3)))
t("kw", lambda: D(zz=D(1)))
t("max", lambda: max(D(1), D(2)))
t("sorted", lambda: sorted([D(1), D(2), D(3)]))
t("raise", lambda: (_ for _ in ()).throw(D(1)))
def s(a, b, c): a[b] = c
def st(): D(1)[D(2)] = D(3)
t("setitem", st)
def st(): E(1)[D(2)] = D(3)
t("Esetitem", st)
def st(): del D(1)[D(2)]
t("delitem", st)
def st(): del E(1)[D(2)]
t("Edelitem", st)
def st(): 1 .x = D(3)
t("setattr", st)
def st(): D(1)[D(2):D(3)] = D(4)
t("setslice", st)
def st():
    a, b = D(1)
t("unpack", st)
def st():
    a, b = [D(1)]
t("unpack1", st)
def st():
    a, b = [D(1), D(2), D(3)]
t("unpack3", st)
def st():
    with D(1): pass
t("with", st)
def st():
    for x in D(1): pass
t("for", st)
def st():
    x = D(1)
    x += D(2)
t("iadd", st)
def st():
    x = E(1)
    x += D(2)
t("Eiadd", st)
def st():
    raise D(1)
t("raise", st)
def st():
    raise KeyError from D(1)
t("raise from", st)
def st():
    assert 0, D(1)
t("assert", st)
def st():
    try: raise KeyError
    except D(1): pass
t("except", st)
def st():
    import nothing
t("import", st)
def st():
    class X(D(1)): pass
t("class", st)
def st(a, *, b): 0
t("args", lambda: st(D(1), D(2)))
t("args1", lambda: st(D(1)))
t("args2", lambda: st(D(1), c=D(2)))
t("args3", lambda: st(D(1), a=D(2)))
