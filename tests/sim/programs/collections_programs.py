import collections
import collections.abc
from collections import Counter, ChainMap, OrderedDict, UserDict, UserList, UserString, namedtuple
from collections.abc import Mapping, Sequence, MutableMapping, Iterable, Iterator, Hashable, Callable, Sized, MutableSet, Set
a, b = Counter('abracadabra'), Counter(a=1, b=5, z=2)
print(a, b)
print(a + b, a - b, a | b, a & b, sep='\n')
print(+Counter(a=-1, b=2), -Counter(a=-1, b=2), a.total())
print(a == Counter('abracadabra'), a != b, a <= b, a >= Counter('ab'), a < b, a > Counter('a'))
a.subtract('aaaaaaaa'); print(a, list(a.elements()), a.most_common(2))
a += b; print(a); a -= Counter(z=5); print(a); a |= Counter(q=1); print(a); a &= Counter(b=3, q=1); print(a)
del a['nothing']; print(a['nothing'], 'nothing' in a)
try: a + {}
except TypeError as e: print(e)
m = ChainMap({'a': 1}, {'a': 2, 'b': 3})
print(m, m['a'], m['b'], len(m), list(m), dict(m), m.maps, m.parents, m.new_child({'c': 1}))
m['x'] = 9; del m['a']; print(m, m['a'])
try: m['nope']
except KeyError as e: print('KeyError', e)
try: del m['b']
except KeyError as e: print('KeyError', e)
class LowerDict(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k.lower(), v)
d = LowerDict(A=1); d['B'] = 2; d.update({'C': 3}); print(d, d.data, len(d), d.get('a'), d.pop('b'), list(d.items()), isinstance(d, Mapping), isinstance(d, dict))
class L(UserList):
    def append(self, x): print('append', x); super().append(x)
l = L([3, 1]); l.append(2); l.sort(); print(l, l[0], l[:2], l + [9], l * 2, len(l), 2 in l, l == [1, 2, 3], type(l[:1]).__name__, l.pop(), l.index(2))
s = UserString('Hello'); print(s, s.upper(), s + '!', s[1:3], len(s), 'ell' in s, s == 'Hello', type(s.lower()).__name__, s.count('l'))
for x in ([], (), 'a', {}, set(), 3, len, iter([]), range(3), (i for i in []), print, None):
    print(type(x).__name__, [c.__name__ for c in (Mapping, Sequence, MutableMapping, Iterable, Iterator, Hashable, Callable, Sized, Set, MutableSet, collections.abc.Generator, collections.abc.Collection, collections.abc.Reversible, collections.abc.Container)if isinstance(x, c)])
class Range3(Sequence):
    def __len__(self): return 3
    def __getitem__(self, i):
        if i >= 3: raise IndexError(i)
        return i * 10
r = Range3(); print(list(r), 20 in r, r.index(10), r.count(0), list(reversed(r)), isinstance(r, Iterable))
class Bag(MutableMapping):
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
g = Bag(); g['x'] = 1; g.update(y=2); print(dict(g), list(g.keys()), list(g.values()), g.setdefault('z', 3), g.pop('x'), g.popitem(), g == {'y': 2}, 'y' in g, g.get('q'))
class Half(Mapping):
    def __len__(self): return 0
try: Half()
except TypeError as e: print(e)
class Walks:
    def __iter__(self): return iter([1])
print(isinstance(Walks(), Iterable), issubclass(Walks, Iterable), isinstance(Walks(), Sized))
class Tags(Set):
    def __init__(self, it): self.it = list(dict.fromkeys(it))
    def __contains__(self, x): return x in self.it
    def __iter__(self): return iter(self.it)
    def __len__(self): return len(self.it)
t = Tags('abc') & Tags('bcd'); print(sorted(t), Tags('ab') <= Tags('abc'), sorted(Tags('ab') | Tags('c')), sorted(Tags('abc') - Tags('a')), Tags('ab') == Tags('ba'), Tags('a').isdisjoint('b'))
o = OrderedDict(a=1, b=2); print(o, OrderedDict(), o == {'b': 2, 'a': 1}, o == OrderedDict(b=2, a=1)); o.move_to_end('a'); print(o, o.popitem(last=False))
P = namedtuple('P', 'x y', defaults=[0]); p = P(1)
try: p.x = 2
except AttributeError as e: print(e)
print(p, p._asdict(), p._replace(y=5), P._make([7, 8]), P._fields, P._field_defaults, p == (1, 0), hash(p) == hash((1, 0)))
