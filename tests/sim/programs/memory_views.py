import sys, gc
b = bytearray(b'hello'); m = memoryview(b)
print(sys.getsizeof(m), gc.is_tracked(m), sys.getrefcount(b), m[0], bytes(m[1:3]) if False else m[1:3].tobytes(), len(m), m.nbytes, m.itemsize, m.format, m.readonly, m.ndim, m.shape, m.strides, m.obj is b, m.contiguous, m.tolist())
m[0] = 72; m[1:3] = b'EL'; print(b, m.tobytes(), m.hex(), m == b'HELlo', m[::-1].tobytes(), m[-1], list(m), 72 in m)
n = m[1:]; print(sys.getrefcount(b), sys.getrefcount(m), n.obj is b)
for f in (lambda: b.append(1), lambda: b.extend(b'x'), lambda: b.pop(), lambda: b.clear(), lambda: b.insert(0, 1), lambda: b.__delitem__(0), lambda: b.__iadd__(b'x'), lambda: m.__setitem__(0, 300), lambda: m[9], lambda: m.__setitem__(slice(0, 2), b'abc'), lambda: memoryview('a'), lambda: memoryview(3), lambda: memoryview(), lambda: memoryview(b'ab').__setitem__(0, 1), lambda: m['a'], lambda: hash(m), lambda: b.__setitem__(slice(0, 1), b'abc')):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
b[0] = 104; b[1:3] = b'el'; print(b)
n.release(); m.release(); b.append(33); print(b, repr(m)[:20])
try: m[0]
except ValueError as e: print(e)
with memoryview(b'abc') as v: print(v.readonly, v.tolist(), hash(v) == hash(b'abc'), v)if False else print(v.readonly, v.tolist(), hash(v) == hash(b'abc'))
try: len(v)
except ValueError as e: print(e)
m = memoryview(b); del m; b.append(1); print(len(b), sys.getrefcount(b))
print(bytes(memoryview(b'xy')), bytearray(memoryview(b'xy')), b''.join([memoryview(b'a'), b'b']), b'a' == memoryview(b'a'), memoryview(memoryview(b'q')).tobytes(), type(memoryview(b'')).__name__, sys.getsizeof(memoryview(b'')))
def f():
    big = bytearray(10); v = memoryview(big)[2:4]; return v
v = f(); print(v.tolist(), len(v.obj))
