import sys
class Sleep:
    def __init__(self, n): self.n = n
    def __await__(self):
        got = yield self.n
        return got
async def inner(x):
    print('inner', x)
    v = await Sleep(x)
    print('got', v)
    return x * 2
async def outer():
    a = await inner(1)
    b = await inner(2)
    return a + b
def run(coro):
    value = None
    while True:
        try:
            out = coro.send(value)
            print('yielded', out)
            value = out * 10
        except StopIteration as e:
            return e.value
c = outer()
print(type(c).__name__, c.__name__, sys.getrefcount(c), c.cr_running, c.cr_await)
print(run(c))
print(sys.getrefcount(c), c.cr_frame)
try: c.send(None)
except RuntimeError as e: print(e)
class CM:
    async def __aenter__(self):
        print('enter'); return self
    async def __aexit__(self, t, v, tb):
        print('exit', t and t.__name__); return True
async def agen(n):
    try:
        for i in range(n):
            await Sleep(i)
            yield i
    finally:
        print('agen done')
async def main():
    async with CM() as c:
        print('body', sys.getrefcount(c))
        raise ValueError
    async for x in agen(3):
        print('x', x)
    else:
        print('else')
    l = [y async for y in agen(3) if y]
    print(l)
    d = {y: await inner(y) async for y in agen(2)}
    print(d)
    g = (y async for y in agen(2))
    async for z in g: print('z', z)
    async with CM(), CM():
        return 'ret'
print(run(main()))
async def brk():
    async for x in agen(5):
        if x == 1: break
    return x
print(run(brk()))
try: run(1)
except AttributeError as e: print(e)
async def bad(): await 3
try: run(bad())
except TypeError as e: print(e)
async def bad2():
    async for x in [1]: pass
try: run(bad2())
except TypeError as e: print(e)
async def bad3():
    async with 3: pass
try: run(bad3())
except TypeError as e: print(e)
async def st(): raise StopIteration
try: run(st())
except RuntimeError as e: print(e, repr(e.__cause__))
c = inner(5)
try:
    for x in c: pass
except TypeError as e: print(e)
c.close()
ag = agen(2)
print(type(ag).__name__, ag.__aiter__() is ag, ag.ag_running)
a = ag.__anext__()
print(type(a).__name__, sys.getrefcount(ag))
try: a.send(None)
except StopIteration as e: print('stop', e.value)
try: a.send(None)
except StopIteration as e: print('stop', e.value)
async def closer():
    g = agen(3)
    print(await g.__anext__())
    await g.aclose()
    try: await g.__anext__()
    except StopAsyncIteration: print('closed')
    h = agen(3)
    print(await h.asend(None))
    try: await h.athrow(KeyError('k'))
    except KeyError as e: print('thrown', e)
run(closer())
def gen():
    x = yield 1
c = outer()
print(c.send(None))
try: c.throw(ValueError('t'))
except ValueError as e: print('out', e)
class D:
    def __del__(self): print('del D')
async def holds():
    d = D()
    await Sleep(1)
c = holds()
c.send(None)
del c
print('end')
async def fin():
    try:
        await Sleep(1)
    finally:
        print('fin')
c = fin(); c.send(None); c.close()
f = lambda: (await_ for await_ in [1])
async def nested():
    async def deep(n):
        if n == 0: return await Sleep(7)
        return await deep(n - 1)
    return await deep(5)
print(run(nested()))
