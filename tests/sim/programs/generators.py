"""Generators: pipelines, send, throw, close, yield from, return values."""
from itertools import count, islice, takewhile, chain


def naturals():
    n = 1
    while True:
        yield n
        n += 1


def evens(source):
    for x in source:
        if x % 2 == 0:
            yield x


def averager():
    total = 0.0
    number = 0
    average = None
    while True:
        value = yield average
        if value is None:
            return (number, average)
        total += value
        number += 1
        average = total / number


def report(results):
    while True:
        result = yield from averager()
        results.append(result)
        if result[0] == 0:
            return "done"


def careful():
    try:
        while True:
            try:
                got = yield "ready"
                print("got", got)
            except ValueError as e:
                print("handled", e)
    finally:
        print("closing")


def flatten(tree):
    for item in tree:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


def fibonacci(limit):
    a, b = 0, 1
    while a < limit:
        yield a
        a, b = b, a + b


print(list(islice(evens(naturals()), 5)))
results = []
r = report(results)
next(r)
for v in (10, 20, 33):
    print(r.send(v))
print(r.send(None))
try:
    r.send(None)
except StopIteration as stop:
    print("stop", stop.value)
print(results)
c = careful()
print(next(c))
print(c.send(1))
print(c.throw(ValueError("boo")))
c.close()
print(list(c))
try:
    c.throw(KeyError("late"))
except KeyError as e:
    print("KeyError", e)
print(list(flatten([1, [2, [3, [4]], 5], [], [[6]]])))
print(sum(fibonacci(100)), max(fibonacci(1000)), 21 in fibonacci(50))
print([x for x in takewhile(lambda n: n < 20, (k * k for k in count(1)))])
print(list(chain("ab", range(3), (n for n in [9]))))
g = (x * 2 for x in range(3))
print(next(g), next(g), next(g), next(g, "end"))
a, *b = fibonacci(10)
print(a, b)
it = iter(["x", "y"])
for left, right in zip(it, it):
    print(left, right)
print(dict(enumerate("abc", start=1)))


def countdown(n):
    while n:
        sent = yield n
        n = sent if sent is not None else n - 1


cd = countdown(5)
print(next(cd), next(cd), cd.send(2), next(cd), next(cd, None))


def bad():
    yield 1
    raise StopIteration("inner")


try:
    list(bad())
except RuntimeError as e:
    print("RuntimeError:", e, type(e.__cause__).__name__)
print(iter(callable, None) if False else list(iter(iter([3, 2, 1, 0, 7]).__next__, 0)))
