import collections.abc as c
import collections
def g(): yield
class It:
    def __iter__(self): return self
    def __next__(self): raise StopIteration
class NoHash:
    __hash__ = None
objs = dict(int=1, str="", list=[], tuple=(), dict={}, set=set(), frozenset=frozenset(), range=range(1), bytes=b"", bytearray=bytearray(), gen=g(), func=g, builtin=len, meth=[].append, cls=int, none=None, float=1.0, it=It(), nohash=NoHash(), keys={}.keys(), items={}.items(), values={}.values(), listiter=iter([]), zip=zip(), enum=enumerate([]), deque=collections.deque(), obj=object(), lam=lambda: 0, bound=It().__iter__, dd=collections.defaultdict(int), od=collections.OrderedDict(), ctr=collections.Counter())
for n, o in objs.items():
    print(n, [k for k in c.__all__ if k not in ("ByteString", "Buffer") and isinstance(o, getattr(c, k))])
class L(c.MutableSequence):
    def __init__(self, *a): self.d = list(a)
    def __getitem__(self, i): return self.d[i]
    def __setitem__(self, i, v): self.d[i] = v
    def __delitem__(self, i): del self.d[i]
    def __len__(self): return len(self.d)
    def insert(self, i, v): self.d.insert(i, v)
l = L(1, 2, 3); l.append(4); l.extend([5]); l.reverse(); l += [9]; print(list(l), l.pop(), l.index(3), l.count(2), 3 in l, list(reversed(l))); l.remove(3); l.clear(); print(len(l))
class M(c.MutableMapping):
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
m = M(); m["a"] = 1; m.update(b=2); print(m.get("z", 0), dict(m), m.setdefault("q", 5), list(m.items()), m == {"a": 1, "b": 2, "q": 5}, m.pop("a"), "b" in m); m.popitem(); print(len(m))
try: c.Sequence()
except TypeError as e: print(e)
class S(c.Set):
    def __init__(self, it): self.e = list(dict.fromkeys(it))
    def __contains__(self, x): return x in self.e
    def __iter__(self): return iter(self.e)
    def __len__(self): return len(self.e)
s = S("abc"); print(list(s & S("bcd")), list(s | "d"), s <= S("abcd"), s == {"a", "b", "c"}, s.isdisjoint("z"), list(s ^ S("a")), list(s - S("a")))
print(issubclass(list, c.Sequence), issubclass(dict, c.Mapping), c.Iterable, type(c.Iterable).__name__, c.Mapping.__module__, c.Iterable[int], c.Mapping.__abstractmethods__ == {"__getitem__", "__iter__", "__len__"})
print(type(collections.deque()), collections.defaultdict, collections.Counter, collections.OrderedDict)
