import array, sys, gc
a = array.array('i')
print(sys.getsizeof(a), gc.is_tracked(a), a.itemsize)
last = None; out = []
for i in range(70):
    a.append(i)
    s = sys.getsizeof(a)
    if s != last: out.append((i, s)); last = s
print(out)
out = []
while a:
    a.pop(); s = sys.getsizeof(a)
    if s != last: out.append((len(a), s)); last = s
print(out)
for c in 'bBhHiIlLqQfd': 
    x = array.array(c, [1, 2, 3]); print(c, x.itemsize, sys.getsizeof(x), x, x[0], x[1:], x * 2)
print(sys.getsizeof(array.array('i', range(10))), sys.getsizeof(array.array('d', [1.0] * 5)), sys.getsizeof(array.array('i', (1,2,3))), sys.getsizeof(array.array('b', b'abc')))
for v in (lambda: array.array('i', [1.5]), lambda: array.array('x'), lambda: array.array('b', [200]), lambda: array.array('i', ['a']), lambda: array.array('B', [-1]), lambda: array.array('i')[0], lambda: array.array('i').pop(), lambda: array.array('i').remove(1), lambda: array.array('i', [1]) + [2], lambda: array.array(), lambda: array.array('i', 3), lambda: array.array('i').index(3), lambda: array.array('I', [2**40]), lambda: array.array('i', [2**40])):
    try: print(v())
    except Exception as e: print(type(e).__name__, e)
from array import array
a = array('i', [5, 3, 1]); a[0] = 7; a[1:2] = array('i', [8, 9]); print(a, len(a), 9 in a, a.index(9), a.count(8), a.tolist(), a.tobytes(), list(a), sum(a), sorted(a), max(a))
del a[0]; a.insert(1, 4); a.extend([1, 2]); a += array('i', [6]); a.reverse(); print(a, a == array('i', a), a != array('i'), a < array('i', [99]), a.pop(0), a.remove(4), a.typecode, type(a), type(a).__name__, array('d'))
b = a; b.append(1); print(a is b, sys.getrefcount(a), a[0] is a[0], a[::2])
big = array('q', [2**40]); print(big[0] is big[0], big[0] == big[0])
import copy; c = copy.copy(a); print(c == a, c is a)
f = array('f', [0.1]); print(f, f[0] == 0.1)
x = array('B'); x.frombytes(b'hi'); print(x, bytes(x) if False else x.tobytes())
for t in range(3): print([v for v in array('h', range(t))])
