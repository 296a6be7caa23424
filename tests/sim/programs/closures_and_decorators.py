"""Closures, decorators with and without arguments, counters, memo tables."""
from functools import wraps, reduce, partial, lru_cache


def make_counter():
    n = 0

    def counter(step=1):
        nonlocal n
        n += step
        return n

    def peek():
        return n

    counter.peek = peek
    return counter


def trace(prefix="->"):
    def decorate(f):
        @wraps(f)
        def wrapper(*args, **kwargs):
            shown = ", ".join([repr(a) for a in args] + [f"{k}={v!r}" for k, v in kwargs.items()])
            result = f(*args, **kwargs)
            print(f"{prefix} {f.__name__}({shown}) = {result!r}")
            return result
        return wrapper
    return decorate


def memo(f):
    cache = {}

    def inner(n):
        if n not in cache:
            cache[n] = f(n)
        return cache[n]

    inner.cache = cache
    return inner


@trace()
def add(a, b=2, *rest, scale=1, **extra):
    """Adds."""
    return (a + b + sum(rest)) * scale


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@lru_cache(maxsize=None)
def ways(n):
    return 1 if n <= 1 else ways(n - 1) + ways(n - 2)


c, d = make_counter(), make_counter()
print(c(), c(), c(5), d(), c.peek(), d.peek())
print(c.__closure__[0].cell_contents, c.__code__.co_freevars)
add(1)
add(1, 2, 3, 4, scale=2, colour="red")
print(add.__name__, add.__doc__, add.__wrapped__.__defaults__, add.__wrapped__.__kwdefaults__)
print(fib(50), len(fib.cache))
print(ways(60), ways.cache_info())
late = [lambda: i for i in range(3)]
early = [lambda i=i: i for i in range(3)]
print([f() for f in late], [f() for f in early])
print(reduce(lambda a, b: a * b, range(1, 6)), partial(pow, 2)(10), partial(int, base=2)("101"))


def apply(f, *args, **kw):
    return f(*args, **kw)


print(apply(sorted, [3, 1, 2], reverse=True), apply(dict, a=1, **{"b": 2}))


class Retry:
    def __init__(self, times):
        self.times = times

    def __call__(self, f):
        def run(*a):
            for attempt in range(1, self.times + 1):
                try:
                    return f(*a, attempt)
                except ZeroDivisionError as e:
                    print("attempt", attempt, e)
            return None
        return run


@Retry(3)
def shaky(x, attempt):
    return x / (attempt - 2)


print(shaky(10))
x = "global"


def outer():
    x = "outer"

    def show():
        return x
    x = "changed"
    return show


print(outer()())


def scoping():
    global x
    x = "set in function"


scoping()
print(x)
try:
    def f():
        print(y)
        y = 1
    f()
except UnboundLocalError as e:
    print("UnboundLocalError")
try:
    add(1, 2, b=3)
except TypeError as e:
    print(e)


def defaults(item, bucket=[]):
    bucket.append(item)
    return bucket


print(defaults(1), defaults(2), defaults(3, []))
compose = lambda *fs: lambda v: reduce(lambda acc, f: f(acc), fs, v)
print(compose(str.strip, str.upper, lambda s: s + "!")("  hey "))
print((lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4))
