"""The module itertools as guest source: each iterator holds what its C counterpart holds."""

from __future__ import annotations

SOURCES: dict[str, str] = {
    "itertools": '''
class chain:
    def __init__(self, *iterables):
        self._sources = iter(iterables)
        self._current = None

    @classmethod
    def from_iterable(cls, iterable):
        made = cls()
        made._sources = iter(iterable)
        return made

    def __iter__(self):
        return self

    def __next__(self):
        while True:
            if self._current is None:
                self._current = iter(next(self._sources))
            try:
                return next(self._current)
            except StopIteration:
                self._current = None


class cycle:
    def __init__(self, iterable):
        self._source = iter(iterable)
        self._saved = []
        self._place = -1

    def __iter__(self):
        return self

    def __next__(self):
        if self._place < 0:
            try:
                item = next(self._source)
            except StopIteration:
                self._place = 0
            else:
                self._saved.append(item)
                return item
        if not self._saved:
            raise StopIteration
        item = self._saved[self._place]
        self._place = (self._place + 1) % len(self._saved)
        return item


class count:
    def __init__(self, start=0, step=1):
        self._next = start
        self._step = step

    def __iter__(self):
        return self

    def __next__(self):
        value = self._next
        self._next = value + self._step
        return value


class repeat:
    def __init__(self, object, times=None):
        self._object = object
        self._times = times

    def __iter__(self):
        return self

    def __next__(self):
        if self._times is not None:
            if self._times <= 0:
                raise StopIteration
            self._times -= 1
        return self._object


def islice(iterable, *span):
    limits = slice(*span)
    start, stop, step = limits.start or 0, limits.stop, limits.step or 1
    iterator = iter(iterable)
    place = 0
    while stop is None or start < stop:
        while place < start:
            try:
                next(iterator)
            except StopIteration:
                return
            place += 1
        try:
            item = next(iterator)
        except StopIteration:
            return
        yield item
        item = None
        place += 1
        start += step
    while stop is not None and place < stop:
        for item in iterator:
            break
        place += 1


def tee(iterable, n=2):
    source = iter(iterable)
    waiting = [[] for _ in range(n)]

    def branch(mine):
        while True:
            if not mine:
                try:
                    item = next(source)
                except StopIteration:
                    return
                for queue in waiting:
                    queue.append(item)
                item = None
            yield mine.pop(0)

    return tuple(branch(queue) for queue in waiting)


def takewhile(predicate, iterable):
    for item in iterable:
        if not predicate(item):
            return
        yield item


def dropwhile(predicate, iterable):
    iterator = iter(iterable)
    for item in iterator:
        if not predicate(item):
            yield item
            break
    yield from iterator


def filterfalse(predicate, iterable):
    for item in iterable:
        if not (item if predicate is None else predicate(item)):
            yield item


def starmap(function, iterable):
    for args in iterable:
        yield function(*args)


def compress(data, selectors):
    return (item for item, chosen in zip(data, selectors) if chosen)


def pairwise(iterable):
    iterator = iter(iterable)
    for before in iterator:
        break
    else:
        return
    for item in iterator:
        yield before, item
        before = item


def accumulate(iterable, func=None, *, initial=None):
    iterator = iter(iterable)
    total = initial
    if initial is None:
        try:
            total = next(iterator)
        except StopIteration:
            return
    yield total
    for item in iterator:
        total = total + item if func is None else func(total, item)
        yield total


def zip_longest(*iterables, fillvalue=None):
    iterators = [iter(one) for one in iterables]
    running = len(iterators)
    while running:
        row = []
        for place, iterator in enumerate(iterators):
            if iterator is None:
                row.append(fillvalue)
                continue
            try:
                row.append(next(iterator))
            except StopIteration:
                iterators[place] = None
                running -= 1
                row.append(fillvalue)
        if running:
            yield tuple(row)


def product(*iterables, repeat=1):
    pools = [tuple(one) for one in iterables] * repeat
    rows = [()]
    for pool in pools:
        rows = [row + (item,) for row in rows for item in pool]
    yield from rows


def permutations(iterable, r=None):
    pool = tuple(iterable)
    r = len(pool) if r is None else r
    for places in product(range(len(pool)), repeat=r):
        if len(set(places)) == r:
            yield tuple(pool[place] for place in places)


def combinations(iterable, r):
    pool = tuple(iterable)
    for places in permutations(range(len(pool)), r):
        if sorted(places) == list(places):
            yield tuple(pool[place] for place in places)


def groupby(iterable, key=None):
    group = []
    started = False
    for item in iterable:
        mark = item if key is None else key(item)
        if started and mark != current:
            yield current, iter(group)
            group = []
        current = mark
        started = True
        group.append(item)
    if started:
        yield current, iter(group)
'''
}
