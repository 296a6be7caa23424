"""Plugins by decorator, pipelines of callables, lazy evaluation, dispatch by type, a mini test runner."""
import functools
from functools import cached_property, reduce, partial, cmp_to_key
from typing import Callable, Dict, List, NamedTuple

COMMANDS: Dict[str, Callable] = {}


def command(name=None, *, aliases=()):
    def register(f):
        for key in (name or f.__name__, *aliases):
            if key in COMMANDS:
                raise KeyError(f"duplicate command {key!r}")
            COMMANDS[key] = f
        return f
    return register


@command(aliases=("sum", "plus"))
def add(*numbers: float) -> float:
    return sum(numbers)


@command("mul")
def multiply(*numbers):
    return reduce(lambda a, b: a * b, numbers, 1)


@command()
def greet(who="world", *, loud=False):
    text = f"hello {who}"
    return text.upper() if loud else text


try:
    @command("add")
    def again(): ...
except KeyError as e:
    print(e)
for line in ("add 1 2 3", "mul 2 5", "greet", "greet Ann", "nope 1", "add x"):
    name, *args = line.split()
    try:
        parsed = [float(a) if a.replace(".", "").isdigit() else a for a in args]
        print(f"{line!r:>12} = {COMMANDS[name](*parsed)}")
    except KeyError as e:
        print(f"unknown command {e.args[0]}")
    except TypeError as e:
        print("bad arguments:", e)
print(sorted(COMMANDS), greet(loud=True))


class Lazy:
    def __init__(self, n): self.n = n

    @cached_property
    def squares(self):
        print("computing")
        return [i * i for i in range(self.n)]


z = Lazy(4)
print(z.squares, z.squares, "squares" in vars(z))


class Stage(NamedTuple):
    name: str
    run: Callable


def pipeline(*stages):
    def go(data):
        for stage in stages:
            data = stage.run(data)
            print(f"  after {stage.name}: {data}")
        return data
    return go


clean = pipeline(Stage("strip", lambda xs: [x.strip() for x in xs]), Stage("drop", lambda xs: [x for x in xs if x]), Stage("sort", sorted),
                 Stage("group", lambda xs: {k: [x for x in xs if x[0] == k] for k in sorted({x[0] for x in xs})}))
print(clean([" pear", "apple ", "", "plum", " avocado"]))


def by_length_then_name(a, b):
    return (len(a) > len(b)) - (len(a) < len(b)) or (a > b) - (a < b)


print(sorted(["pear", "fig", "kiwi", "date", "apple"], key=cmp_to_key(by_length_then_name)))


class Test:
    results = []

    def __init_subclass__(cls):
        for name in [n for n in vars(cls) if n.startswith("test_")]:
            instance = cls()
            try:
                instance.setup()
                getattr(instance, name)()
            except AssertionError as e:
                Test.results.append((name, f"failed: {e}"))
            except Exception as e:
                Test.results.append((name, f"error: {type(e).__name__}"))
            else:
                Test.results.append((name, "ok"))

    def setup(self): pass


class ListTest(Test):
    def setup(self): self.xs = [3, 1, 2]
    def test_sorts(self):
        self.xs.sort()
        assert self.xs == [1, 2, 3]
    def test_fails(self): assert len(self.xs) == 4, f"length is {len(self.xs)}"
    def test_errors(self): self.xs[10]


for name, result in Test.results:
    print(f"{name:.<15}{result}")


@functools.lru_cache(maxsize=2)
def slow(n):
    print("slow", n)
    return n * 2


print(slow(1), slow(1), slow(2), slow(3), slow(1), slow.cache_info())
slow.cache_clear()
print(slow.cache_info(), slow.__name__, slow.__wrapped__(5))
double = partial(multiply, 2)
print(double(4), double.func.__name__, double.args, double.keywords)


def curry(f, n):
    return f if n == 0 else lambda x: curry(partial(f, x), n - 1) if n > 1 else f(x)


print(curry(lambda a, b, c: a + b * c, 3)(1)(2)(3))
print(reduce(lambda acc, kv: {**acc, kv[1]: kv[0]}, {"a": 1, "b": 2}.items(), {}))
