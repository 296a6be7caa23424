"""with: contextlib, nested, suppression, ExitStack."""
from contextlib import contextmanager, suppress, closing, ExitStack, nullcontext


@contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name.upper()
    except ValueError as e:
        print("swallowed", e)
    finally:
        print(f"</{name}>")


class Timer:
    log = []

    def __enter__(self):
        self.log.append("start")
        return self

    def __exit__(self, *exc):
        self.log.append(exc[0].__name__ if exc[0] else "clean")
        return False


with tag("a") as t, tag("b"):
    print(t)
with tag("c"):
    raise ValueError("bad")
try:
    with tag("d"):
        raise KeyError("k")
except KeyError as e:
    print("out", e)
with Timer():
    pass
try:
    with Timer() as timer:
        1 / 0
except ZeroDivisionError:
    print(timer.log)
with suppress(KeyError, IndexError):
    {}["x"]
    print("not reached")
with ExitStack() as stack:
    for n in "xyz":
        stack.enter_context(tag(n))
    stack.callback(print, "callback", 1)
    print("inside")


class Conn:
    def close(self):
        print("conn closed")


with closing(Conn()) as c:
    print(type(c).__name__)
with nullcontext(5) as five:
    print(five)


def f():
    with tag("ret"):
        return "value"


print(f())
for i in range(3):
    with Timer():
        if i == 1:
            break
print(i, Timer.log)


@contextmanager
def never():
    if False:
        yield


try:
    with never():
        pass
except RuntimeError as e:
    print(e)


@tag("deco")
def decorated(x):
    print("in", x)
    return x + 1


print(decorated(1))
with (tag("p") as p, tag("q") as q):
    print(p, q)
