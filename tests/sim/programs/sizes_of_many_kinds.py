import sys
from collections import deque, OrderedDict, Counter, defaultdict, namedtuple
from enum import Enum
from dataclasses import dataclass
P = namedtuple('P', 'x y')
@dataclass
class DC:
    a: int
    b: str = 'x'
@dataclass(slots=True)
class DS:
    a: int
class W(dict): pass
class V(list): __slots__ = ()
class V2(list): __slots__ = ('q',)
class X(Exception):
    def __init__(self, a): super().__init__(a); self.a = a
class Y: pass
y = Y()
for n in range(3): setattr(y, 'a%d' % n, n)
g = sys.getsizeof
print(g(P(1, 2)), g(DC(1)), g(DS(1)), g(W()), g(V()), g(V2()), g(X(1)), g(y))
print(g(i for i in range(10)), g(x for x in []), g((a, b) for a in [] for b in a))
class Outer:
    class Inner: pass
    def __iter__(self):
        for i in range(3):
            yield i
print(g(Outer().__iter__()), g(Outer.Inner), g(Outer))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
it = fib()
print(g(it)); next(it); print(g(it)); it.close(); print(g(it))
for k in (int, str, list, dict, tuple, float, bytes, set, bytearray, frozenset, complex):
    class S(k): pass
    class T(k): __slots__ = ()
    print(k.__name__, g(S()), g(T()), g(S), g(T))
for k in (KeyError, OSError, ValueError, StopIteration, SystemExit, AttributeError, NameError, ImportError, SyntaxError, UnicodeDecodeError):
    class S(k): pass
    print(k.__name__, g(S), g(k) - g(int))
print(g(deque([1, 2])), g(Counter('abc')), g(defaultdict(int)))
print([g([0] * n) for n in range(6)], [g(list(range(n))) for n in range(0, 12)])
print([g('x' * n) for n in (0, 1, 2, 10)], g('é'), g('éa'), g('中'), g('中国'), g('😀'), g('😀a'))
l = []
for i in range(20): l.append(i); print(g(l), end=' ')
d = {}
for i in range(12): d[i] = i; print(g(d), end=' ')
s = set()
for i in range(12): s.add(i); print(g(s), end=' ')
print(g(lambda: 0), g(print), g(sys), g(type), g(object()), g(range(5)), g(iter([])), g(enumerate([])), g(zip()), g(map(str, [])), g({}.keys()))
