"""Short programs on which wrong models of memory and CPython part: one for each belief, and more to tell them from one another.

Each prints words; what comes behind the bar (the program's end) is no part of the answer. `right` is what CPython 3.13 prints, `wrong`
what the belief of that name prints. Both were worked out by hand before the belief could run; `!Error` ends the program.
"""

from __future__ import annotations

from typing import NamedTuple

import sim

PRELUDE = """import gc, sys
gc.collect(); gc.disable()
def p(*x): print(*x, end=" ")
class N:
    def __init__(self, n): self.n = n
    def __del__(self): p("-" + self.n)
"""
END = "\nprint('|')\n"


class Program(NamedTuple):
    text: str
    right: str
    wrong: str = ""

    @property
    def source(self) -> str:
        needs = "import weakref\n" if "weakref" in self.text else ""
        return needs + PRELUDE + self.text + END


def answer(program: Program, belief: str, python: str = "3.13") -> str:
    """What the program prints under a belief before the bar, and how it ended if not as it should."""
    outcome = sim.run(program.source, python=python, belief=belief)
    printed = outcome.output.split("|")[0].strip()
    if outcome.ending == "finished":
        return printed
    return f"{printed} !{(outcome.error or outcome.reason or outcome.ending).split(':')[0]}"


# The program of each belief.
OWN: dict[str, Program] = {
    "zero-waits": Program('a = N("a"); a = None; p("x"); gc.collect(); p("y")', "-a x y", "x -a y"),
    "none-frees": Program('a = N("a"); b = a; a = None; p("x"); b = None; p("y")', "x -a y", "-a x y"),
    "collector-does-it": Program('a = N("a"); a = None; p("x"); p(gc.collect())', "-a x 0", "x -a 1"),
    "embedded": Program('x = N("x"); box = [x]; del box; p("p"); del x; p("q")', "p -x q", "-x p q"),
    "scope-frees": Program(
        """def f(s):
    o = N("o"); s.append(o)
st = []; f(st); p("p"); st.clear(); p("q")""",
        "p -o q",
        "-o p q",
    ),
    "del-destroys": Program('a = N("a"); b = a; del a; p("p"); del b; p("q")', "p -a q", "-a p q"),
    "assign-copies": Program("a = [1]; b = a; b.append(2); p(len(a), a is b)", "2 True", "1 False"),
    "store-copies-in": Program("a = [1]; box = [a]; a.append(2); p(len(box[0]), sys.getrefcount(a))", "2 3", "1 2"),
    "call-copies": Program(
        """def f(x): x.append(2)
a = [1]; f(a); p(len(a))""",
        "2",
        "1",
    ),
    "call-by-name": Program(
        """def f(x): x = [9]
a = [1]; f(a); p(a)""",
        "[1]",
        "[9]",
    ),
    "names-linked": Program("a = [1]; b = a; a = [2]; p(b)", "[1]", "[2]"),
    "equal-is-same": Program("x = [1]; y = [1]; p(x == y, x is y)", "True False", "True True"),
    "all-ints-shared": Program('p(int("7") is int("7"), int("5000") is int("5000"))', "True False", "True True"),
    "no-ints-shared": Program('p(int("7") is int("7"), int("5000") is int("5000"))', "True False", "False False"),
    "id-for-ever": Program("p(id([]) == id([]))", "True", "False"),
    "count-exact": Program("a = []; p(sys.getrefcount(a))", "2", "1"),
    "count-names": Program("a = []; c = [a, a]; p(sys.getrefcount(a))", "4", "2"),
    "count-holders": Program("a = []; c = [a, a]; p(sys.getrefcount(a)); c.pop(); p(sys.getrefcount(a))", "4 3", "3 3"),
    "weakref-owns": Program('a = N("a"); w = weakref.ref(a); p(sys.getrefcount(a)); a = None; p(w() is None)', "2 -a True", "3 False"),
    "cycle-at-once": Program('c = N("c"); c.me = c; del c; p("p"); gc.collect(); p("q")', "p -c q", "-c p q"),
    "cycle-never": Program('c = N("c"); c.me = c; del c; p("p"); gc.collect(); p("q")', "p -c q", "p q"),
    "cycle-del-stuck": Program('c = N("c"); c.me = c; del c; gc.collect(); p(len(gc.garbage))', "-c 0", "1"),
    "collect-counts-all": Program("a = []; a = None; c = []; c.append(c); del c; p(gc.collect())", "1", "2"),
    "last-use": Program('a = N("a"); p(a.n); p("p"); gc.collect(); p("q")', "a p q", "a -a p q"),
    "collect-unused": Program('a = N("a"); p("p"); gc.collect(); p("q")', "p q", "p -a q"),
    "rebind-keeps": Program('a = N("a"); a = N("b"); p("p"); del a; p("q")', "-a p -b q", "p -b q"),
    "old-first": Program(
        """class M(N):
    def __init__(self, n):
        super().__init__(n); p("+" + n)
a = M("a"); a = M("b"); p("p")""",
        "+a +b -a p",
        "+a -a +b p",
    ),
    "scope-reverse": Program(
        """def f():
    a = N("a"); b = N("b")
f(); p("p")""",
        "-a -b p",
        "-b -a p",
    ),
    "items-in-order": Program('xs = [N("0"), N("1"), N("2")]; del xs; p("p")', "-2 -1 -0 p", "-0 -1 -2 p"),
    "shallow-is-deep": Program("a = [[1]]; b = a[:]; b[0].append(2); p(a[0], b[0] is a[0])", "[1, 2] True", "[1] False"),
    "slice-is-view": Program("a = [1, 2]; b = a[:]; b.append(3); p(len(a))", "2", "3"),
    "repeat-copies": Program("m = [[0]] * 3; m[0].append(1); p(m[1], sys.getrefcount(m[0]))", "[0, 1] 5", "[0] 2"),
    "default-fresh": Program(
        """def d(a=[]):
    a.append(1); return len(a)
p(d(), d())""",
        "1 2",
        "1 1",
    ),
    "augment-rebinds": Program("a = [1]; b = a; b += [2]; p(len(a), a is b)", "2 True", "1 False"),
    "augment-mutates": Program('s = "a"; t = s; t += "b"; p(s)', "a", "ab"),
    "tuple-deep-frozen": Program(
        """t = ([],)
try:
    t[0].append(1)
except TypeError:
    p("error")
p(len(t[0]))""",
        "1",
        "error 0",
    ),
    "block-scope": Program(
        """for k in [N("k")]:
    pass
p("p"); del k; p("q")""",
        "p -k q",
        "-k p !NameError",
    ),
    "closure-snapshot": Program(
        """def make():
    x = N("x"); f = lambda: x; x = None; p("p"); return f
f = make(); p(type(f()).__name__)""",
        "-x p NoneType",
        "p N",
    ),
    "del-is-final": Program(
        """kept = []
class Z:
    def __del__(self): kept.append(self)
z = Z(); del z; p(len(kept)); p(type(kept[0]).__name__)""",
        "1 Z",
        "1 !ReferenceError",
    ),
    "disable-stops-counting": Program('gc.disable(); a = N("a"); a = None; p("x"); gc.enable(); p("y")', "-a x y", "x y"),
    "article": Program('x = N("x"); box = [x]; del box; p("p"); gc.collect(); p("q")', "p q", "p -x q"),
    "tracing": Program(
        'a = N("a"); a.b = N("b"); w = weakref.ref(a.b); del a; p("p"); p(gc.collect(), w()); p(gc.collect())',
        "-a -b p 0 None 0",
        "p -a 0 None -b 0",
    ),
}

# What tells apart beliefs that agree on all of the above, and shows more of the whole models.
MORE: dict[str, Program] = {
    "collector on": Program('gc.enable(); a = N("a"); a = None; p("x"); gc.collect(); p("y")', "-a x y"),
    "pools": Program(
        """class S: __slots__ = ("v",)
class T: __slots__ = ("v",)
a = S(); place = id(a); a = None; gc.collect()
b = T(); p(id(b) == place); b = None; gc.collect(); c = S(); p(id(c) == place)""",
        "True True",
    ),
    "a swept loop": Program(
        """seen = 0
class C:
    def __del__(self):
        global seen; seen += 1
for i in range(1500): C()
p(seen > 0, seen == 1500)""",
        "True True",
    ),
    "two in a cycle": Program('a = N("a"); b = N("b"); a.o = b; b.o = a; del a, b; p(gc.collect()); p(gc.collect())', "-a -b 2 0"),
    "numbers": Program("p(10 ** 9 is int('1000000000'), 'ab' is 'a' + str('b'))", "False False"),
    "attributes": Program('x = N("x"); h = N("h"); h.x = x; del x; p("p"); del h; p("q")', "p -h -x q"),
}
PROGRAMS = {**OWN, **MORE}
