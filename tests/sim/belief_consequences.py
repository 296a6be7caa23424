"""What else follows from each belief, worked out by hand: a belief is a rule of the machine, not one program's output.

(belief, program, what it prints under the belief). Programs run behind the prelude of tests/sim/belief_programs.py.
"""

from __future__ import annotations

CONSEQUENCES: list[tuple[str, str, str]] = [
    ("zero-waits", 'a = N("a"); l = [a]; d = {"k": l}; del a, l, d; p("x"); gc.collect(); p("y")', "x -a y"),
    (
        "zero-waits",
        """
def f(): o = N("o")
f(); p("x"); gc.collect(); p("y")
""",
        "x -o y",
    ),
    (
        "none-frees",
        """
def f():
    a = N("a"); b = a; a = None; p("x"); return b
b = f(); p("y")
""",
        "-a x y",
    ),
    (
        "collector-does-it",
        """
gc.enable(); a = N("a"); a = None; p("x"); gc.disable(); b = N("b"); b = None; p("y"); gc.collect(); p("z")
""",
        "-a x y -b z",
    ),
    ("embedded", 'x = N("x"); h = N("h"); h.x = x; del h; p("p"); del x; p("q")', "-h -x p q"),
    ("embedded", 'x = N("x"); d = {"k": [x]}; del d; p("p"); del x; p("q")', "-x p q"),
    (
        "embedded",
        """
class W:
    def __init__(self, *a, **k): self.a = a[0]
x = N("x"); w = W(x, k=x); p("p"); del w; p("q")
""",
        "p -x q",
    ),
    (
        "scope-frees",
        """
g = N("g")
def f(): o = g; n = N("n"); return n
r = f(); p("p"); del r, g; p("q")
""",
        "-n p -g q",
    ),
    (
        "del-destroys",
        """
def f():
    a = N("a"); b = a; del a; p("x"); return b
b = f(); p("y")
""",
        "-a x y",
    ),
    (
        "rebind-keeps",
        """
def f():
    a = N("a"); a = None; p("x")
f(); gc.collect(); p("y")
""",
        "x y",
    ),
    (
        "old-first",
        """
def f():
    a = N("a"); a = [p("new"), N("b")]; p("x")
f()
""",
        "-a new x -b",
    ),
    ("old-first", 'a = N("a"); a = [a]; p("x"); del a', "x -a"),
    ("items-in-order", 't = (N("0"), [N("1"), N("2")]); del t; xs = [N("3"), N("4")]; xs.clear(); p("p")', "-0 -1 -2 -3 -4 p"),
    (
        "last-use",
        """
def f(c):
    a = N("a"); b = N("b")
    for i in range(2): p(a.n)
    p("x")
    if c: p(b.n)
    p("y")
f(True)
""",
        "a a -a x b -b y",
    ),
    ("last-use", 'a = N("a"); h = N("h"); h.a = a; p("x"); h.a; p("y")', "x -h -a y"),
    (
        "block-scope",
        """
def f():
    for i in [1]:
        o = N("o")
    p("x")
    while True:
        q = N("q"); break
    p("y")
f()
""",
        "-o x -q y",
    ),
    (
        "block-scope",
        """
last = None
for k in [1, 2]: last = N(str(k))
p("x", last.n)
""",
        "-1 x 2",
    ),
    (
        "del-is-final",
        """
kept = {}
class Z(N):
    def __del__(self): kept[1] = self; p("d")
z = Z("z"); z.o = N("o"); w = weakref.ref(z); del z; p(w())
try: kept[1].o
except ReferenceError: p("gone")
""",
        "d -o None gone",
    ),
    (
        "del-is-final",
        """
class Z:
    def __del__(self): kept.append(self)
kept = []; z = Z(); z.me = z; del z; gc.collect(); p(len(kept))
try: print(kept[0])
except ReferenceError: p("gone")
""",
        "1 gone",
    ),
    (
        "disable-stops-counting",
        """
gc.enable(); a = N("a"); a = None; p("x"); gc.disable(); b = N("b"); b = None; p("y"); p(gc.collect())
""",
        "-a x y -b 0",
    ),
    ("count-exact", "a = []; b = [a]; p(sys.getrefcount(a)); p(sys.getrefcount([]))", "2 0"),
    (
        "count-names",
        """
a = []; d = {1: a}; s = (a,); h = N("h"); h.a = a; b = a
def f(x): return sys.getrefcount(x)
p(f(a))
""",
        "4",
    ),
    ("count-holders", "a = []; d = {1: a, 2: a}; s = (a, a, a); p(sys.getrefcount(a))", "4"),
    (
        "weakref-owns",
        """
import weakref; d = weakref.WeakValueDictionary(); d[1] = N("a"); p(len(d)); w = weakref.ref(N("b")); p("x"); del w; p("y")
""",
        "1 x -b y",
    ),
    (
        "cycle-at-once",
        """
def f():
    a = N("a"); b = N("b"); a.o = b; b.o = a
f(); p("x"); l = [N("l")]; l.append(l); l = None; p("y")
""",
        "-a -b x -l y",
    ),
    ("cycle-at-once", 'c = N("c"); c.me = c; d = {"c": c}; del c; p("x"); d.clear(); p("y")', "x -c y"),
    (
        "cycle-never",
        """
gc.enable()
for i in range(3000):
    c = N("c"); c.me = c
p("x", gc.collect(), len(gc.garbage))
""",
        "x 0 0",
    ),
    (
        "cycle-del-stuck",
        """
class A: pass
a = A(); a.me = a; del a; c = N("c"); c.l = [c]; del c; p(gc.collect(), [g.n for g in gc.garbage])
""",
        "3 ['c']",
    ),
    ("collect-counts-all", 'a = N("a"); a = None; d = {"k": 1}; d = None; p(gc.collect(), gc.collect())', "-a 2 0"),
    (
        "collect-unused",
        """
def f():
    a = N("a"); b = N("b"); p("x"); gc.collect(); p(b.n)
f()
""",
        "x -a b -b",
    ),
    (
        "assign-copies",
        """
class C: pass
a = {"k": []}; b = a; b["j"] = 1; c = C(); c.v = 1; d = c; d.v = 2
x, y = a, c
p(len(a), a["k"] is b["k"], c.v, x is a, y is c)
""",
        "1 True 1 False False",
    ),
    (
        "assign-copies",
        """
a = [1]; b = [a]; c = b[0]; c.append(2); p(a)
def f(x): x.append(3)
f(a); p(a)
""",
        "[1] [1, 3]",
    ),
    (
        "store-copies-in",
        """
a = [1]; d = {}; d["k"] = a; l = []; l.append(a); h = N("h"); h.a = a; b = a; a.append(2); p(d, l, h.a, b); del h
""",
        "{'k': [1]} [[1]] [1] [1, 2] -h",
    ),
    (
        "call-copies",
        """
class C:
    def set(self, v): self.v = v; v.append(2)
c = C(); a = [1]; c.set(a); p(a, c.v)
def f(*x, **k): pass
f(a, k=a); p(a)
""",
        "[1] [1, 2] [1]",
    ),
    (
        "call-by-name",
        """
def g(y): y = 3
def f(x, z): g(x); z = 5; p(x)
a = 1; b = 2; f(a, b); p(a, b)
""",
        "3 3 5",
    ),
    (
        "call-by-name",
        """
class C:
    def m(self, x): x = 9
def f():
    v = 1; C().m(v); p(v)
f(); w = 1; C().m(w + 0); p(w)
""",
        "9 1",
    ),
    (
        "names-linked",
        """
a = 1; b = a; c = b; a = 2; p(b, c); b = 7; a = 3; p(b, c)
def f():
    x = 1; y = x; x = 5; p(y)
f()
""",
        "2 2 7 7 5",
    ),
    (
        "equal-is-same",
        'p({1: [2]} is {1: [2]}, id([1]) == id([1]), [1] is [2], "a" * 30 is "a" * 30, 1 is 1.0)',
        "True True False True False",
    ),
    (
        "shallow-is-deep",
        """
a = {"k": [1]}; b = a.copy(); b["k"].append(2); c = list([[1]]); d = dict(a); d["k"].append(3); import copy
e = copy.copy(a); e["k"].append(4); p(a)
""",
        "{'k': [1]}",
    ),
    (
        "slice-is-view",
        """
a = [0, 1, 2, 3, 4]; b = a[1:3]; b[0] = 9; b.append(8); p(a, b); a[1] = 7; c = b[1:]; c.clear(); p(a, b)
b.sort(); b += [5, 4]; b.reverse(); p(a, len(b), b == a[1:4])
""",
        "[0, 9, 2, 8, 3, 4] [9, 2, 8] [0, 7, 3, 4] [7, 3, 4] [0, 4, 5, 7, 4, 3] 5 False",
    ),
    (
        "repeat-copies",
        "a = [0]; m = [a] * 2; m[0].append(1); p(m, a, m[0] is a); t = (a,) * 2; p(t[1] is a)",
        "[[0, 1], [0]] [0, 1] True False",
    ),
    (
        "default-fresh",
        """
def f(x, acc={"l": [0]}, *, k=[]):
    acc["l"].append(x); k.append(x); return len(acc["l"]), len(k)
p(f(1), f(2), f(3, k=[9]))
""",
        "(2, 1) (2, 1) (2, 2)",
    ),
    ("augment-rebinds", "a = [1]; b = a; b += (2,); d = {1}; e = d; e |= {2}; p(a, d)", "[1] {1}"),
    (
        "augment-mutates",
        't = (1,); u = t; box = [t]; u += (2,); s = "x"; d = {"s": s}; s += "y"; p(t, box, d)',
        "(1, 2) [(1, 2)] {'s': 'xy'}",
    ),
    (
        "tuple-deep-frozen",
        """
l = [1]; d = {"l": l}; t = (d,)
def tries(f):
    try: f()
    except TypeError: p("no")
tries(lambda: l.append(1)); tries(lambda: d.update(a=1)); del t; l.append(2); p(l)
""",
        "no no [1, 2]",
    ),
    (
        "closure-snapshot",
        """
x = 1
def f(): return x
x = 2
fs = []
for i in range(3): fs.append(lambda: i)
def counter():
    n = 0
    def step():
        nonlocal n; n += 1; return n
    return step
c = counter(); c(); p(f(), [g() for g in fs], c())
""",
        "1 [0, 1, 2] 2",
    ),
    (
        "all-ints-shared",
        """
p(10 ** 20 is 10 ** 10 * 10 ** 10, "ab" is "".join(["a", "b"]), id(2.5 * 2) == id(5.0 * 1), [1] is [1])
""",
        "True True True False",
    ),
    (
        "no-ints-shared",
        """
a = 5; b = a; p(a is b, 7 is 7, "q" is "q", None is None)
for i in (1, 1): p(i is 1)
""",
        "True False False True False False",
    ),
    (
        "id-for-ever",
        """
seen = {id(object()) for i in range(50)}; p(len(seen)); a = [1]; i = id(a); a.append(2); p(id(a) == i)
""",
        "50 True",
    ),
    ("article", 'a = N("a"); b = a; del a; p("x"); del b; p("y"); gc.collect(); p("z")', "x y -a z"),
    (
        "article",
        """
big = list(range(50)); box = [big]; big.append(1); small = [1]; box.append(small); small.append(2); p(len(box[0]), box[1])
""",
        "51 [1]",
    ),
    (
        "tracing",
        """
a = N("a"); b = N("b"); a.o = b; b.o = a; del a, b; p("x"); gc.collect(); p("y"); gc.collect(); p("z")
""",
        "x -a y -b z",
    ),
    (
        "tracing",
        """
def g():
    try: yield
    finally: p("closed")
i = g(); next(i); del i; p("x"); gc.collect(); p("y", hasattr(sys, "getrefcount"))
""",
        "x closed y False",
    ),
]
