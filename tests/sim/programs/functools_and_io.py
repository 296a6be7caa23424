from functools import *
import io, contextlib, sys
@lru_cache(maxsize=2)
def f(x): return x * 2
for i in (1, 2, 1, 3, 2): f(i)
print(f.cache_info(), f.cache_info().hits, f.cache_parameters()); f.cache_clear(); print(f.cache_info())
@lru_cache(typed=True)
def g(x): return x
g(1); g(1.0); print(g.cache_info())
@cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(30), fib.cache_info())
@total_ordering
class V:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print([V(1) < V(2), V(1) <= V(1), V(2) > V(1), V(2) >= V(3), V(1) > V(1), V(1) >= V(1)])
@total_ordering
class W:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __ge__(self, o): return self.v >= o.v
print([W(1) < W(2), W(1) <= W(1), W(2) > W(1), W(2) >= W(3), W(1) > W(1), W(2) <= W(1)])
try:
    @total_ordering
    class X: pass
except ValueError as e: print(e)
@singledispatch
def show(x): return f'object {x}'
@show.register
def _(x: int): return f'int {x}'
@show.register(list)
def _(x): return f'list {len(x)}'
@show.register(str)
def show_str(x): return f'str {x!r}'
print(show(1), show([1]), show('a'), show(1.5), show(True), show.dispatch(bool) is show.dispatch(int), show.__name__)
class D:
    @singledispatchmethod
    def m(self, x): return 'other'
    @m.register
    def _(self, x: int): return 'int'
    @cached_property
    def c(self): print('computed'); return 7
    def add(self, a, b=2): return a + b
    add5 = partialmethod(add, 5)
d = D(); print(d.m(1), d.m('x'), d.c, d.c, d.__dict__, d.add5(), d.add5(b=9))
class S:
    __slots__ = ()
    @cached_property
    def c(self): return 1
try: S().c
except TypeError as e: print(e)
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)), reduce(lambda a, b: a + b, [1, 2, 3], 10))
buf = io.StringIO()
with contextlib.redirect_stdout(buf):
    print('hidden', 1); print('two', end='!')
print(repr(buf.getvalue()), buf.tell())
s = io.StringIO('a\nbb\nccc'); print(s.readline(), s.read(1), list(s), s.read(), s.seek(0), s.readlines())
s.write('x'); print(s.getvalue()[-3:]); s.close()
try: s.read()
except ValueError as e: print(e)
with io.StringIO() as t: print('into', file=t); print(repr(t.getvalue()))
with contextlib.suppress(KeyError): {}['x']
with contextlib.ExitStack() as st:
    st.callback(print, 'bye'); st.enter_context(contextlib.closing(io.StringIO())); print('in')
with contextlib.nullcontext(3) as n: print(n)
