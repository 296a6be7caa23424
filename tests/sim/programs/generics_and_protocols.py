"""Iterators, iterables and generators in their protocols; typing at class level; mixins; copy; ordering."""
import copy
from abc import ABC, abstractmethod
from typing import Generic, Iterable, Iterator, List, Optional, Tuple, TypeVar, Union, Any, Callable

T = TypeVar("T")
U = TypeVar("U")


class Option(Generic[T]):
    __slots__ = ("_value",)

    def __init__(self, value: Optional[T]):
        self._value = value

    @classmethod
    def none(cls) -> "Option[T]":
        return cls(None)

    def map(self, f: Callable[[T], U]) -> "Option[U]":
        return self if self._value is None else Option(f(self._value))

    def or_else(self, default: T) -> T:
        return default if self._value is None else self._value

    def __repr__(self):
        return f"Some({self._value!r})" if self._value is not None else "Nothing"

    def __eq__(self, o):
        return isinstance(o, Option) and self._value == o._value


print(Option(3).map(lambda v: v + 1).map(str), Option.none().map(len), Option(None).or_else(9), Option[int](5), Option(1) == Option(1))


class Repository(ABC, Generic[T]):
    def __init__(self): self._rows: List[T] = []

    @abstractmethod
    def key(self, row: T) -> Any: ...

    def add(self, row: T) -> None:
        if any(self.key(r) == self.key(row) for r in self._rows):
            raise ValueError(f"duplicate key {self.key(row)!r}")
        self._rows.append(row)

    def find(self, key) -> Optional[T]:
        return next((r for r in self._rows if self.key(r) == key), None)

    def __iter__(self) -> Iterator[T]: return iter(self._rows)

    def __len__(self): return len(self._rows)


class Words(Repository[str]):
    def key(self, row): return row.lower()


w = Words()
for word in ("One", "two", "ONE"):
    try:
        w.add(word)
    except ValueError as e:
        print(e)
print(list(w), w.find("TWO".lower()), w.find("x"), len(w), [*w], "One" in w)
try:
    Repository()
except TypeError as e:
    print(e)


class Chunks:
    def __init__(self, data: Iterable[T], size: int): self.data, self.size = data, size

    def __iter__(self):
        chunk = []
        for item in self.data:
            chunk.append(item)
            if len(chunk) == self.size:
                yield tuple(chunk)
                chunk.clear()
        if chunk:
            yield tuple(chunk)


c = Chunks("abcdefgh", 3)
print(list(c), list(c), dict(enumerate(c)))


class Peekable:
    def __init__(self, it):
        self._it = iter(it)
        self._cache = []

    def __iter__(self): return self

    def peek(self, default=None):
        if not self._cache:
            try:
                self._cache.append(next(self._it))
            except StopIteration:
                return default
        return self._cache[0]

    def __next__(self):
        return self._cache.pop() if self._cache else next(self._it)


p = Peekable([1, 1, 2, 3, 3, 3])
runs = []
for x in p:
    n = 1
    while p.peek() == x:
        next(p)
        n += 1
    runs.append((x, n))
print(runs, p.peek("empty"))


class Tree:
    def __init__(self, value, *children): self.value, self.children = value, list(children)

    def __iter__(self):
        yield self.value
        for child in self.children:
            yield from child

    def walk(self, depth=0):
        yield depth, self.value
        for child in self.children:
            yield from child.walk(depth + 1)

    def __copy__(self): return Tree(self.value, *self.children)

    def __deepcopy__(self, memo): return Tree(copy.deepcopy(self.value, memo), *(copy.deepcopy(c, memo) for c in self.children))


t = Tree([1], Tree([2], Tree([3])), Tree([4]))
s, d = copy.copy(t), copy.deepcopy(t)
t.value.append(9)
print(list(t), s.value is t.value, d.value, list(d))
for depth, value in t.walk():
    print("  " * depth + str(value))


class Comparable:
    def __lt__(self, o): return self.rank() < o.rank()
    def __eq__(self, o): return self.rank() == o.rank()
    def __hash__(self): return hash(self.rank())


class Printable:
    def __str__(self): return f"<{type(self).__name__}:{self.rank()}>"
    __repr__ = __str__


class Card(Comparable, Printable):
    ORDER = "23456789TJQKA"

    def __init__(self, face): self.face = face
    def rank(self): return self.ORDER.index(self.face)


hand = [Card(f) for f in "KA2T"]
print(sorted(hand), max(hand), hand.index(Card("2")), Card("K") in hand, len({Card("2"), Card("2")}), sorted(hand, reverse=True)[0])


def gen_with_cleanup(log):
    try:
        for i in range(3):
            received = yield i
            log.append(received)
    except GeneratorExit:
        log.append("exit")
        raise
    finally:
        log.append("finally")


log = []
g = gen_with_cleanup(log)
print(next(g), g.send("a"), g.send("b"))
g.close()
print(log)
del g
log.clear()
for i in gen_with_cleanup(log):
    if i == 1:
        break
print(log)


def interleave(*iterables):
    iterators = [iter(i) for i in iterables]
    while iterators:
        for it in iterators[:]:
            try:
                yield next(it)
            except StopIteration:
                iterators.remove(it)


print(list(interleave("abc", [1, 2], range(10, 14))), sum(1 for _ in interleave()))
print([(x, y) for x, y in zip(*[iter(range(6))] * 2)], [b - a for a, b in zip([1, 4, 9], [4, 9, 16])])
nested = [1, [2, (3, {4: [5]})], "s"]
clone = copy.deepcopy(nested)
clone[1][1][1][4].append(6)
print(nested, clone, nested == clone, copy.copy(nested)[1] is nested[1])
