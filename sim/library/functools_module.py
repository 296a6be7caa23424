"""The module functools: partial and reduce as natives, the rest as guest source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import advance, call, iterate, repr_text
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"partial": Record}
SIZES: dict[str, Any] = {"partial": lambda m, obj: 88}
MODULE = "module:functools"


@native(MODULE, "_types", 0, kind="function")
def functools_types(m: Machine, args: list[Any]) -> HeapObject:
    kind = m.types["partial"]
    kind.refs += 1
    return m.heap.tuple([kind])


@native("partial", "__new__", 1, None, raw=True, kind="static")
def partial_new(m: Machine, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    """parts: [function, argument tuple, keyword dict]; a partial of a partial is joined with it."""
    function, given = args[1], args[2:]
    named = dict(keywords)
    if function.type is m.types["partial"]:
        inner, before, words = function.parts
        m.charge(len(before.items) >> 3)
        given = [*before.items, *given]
        named = {**{entry.key.value: entry.value for entry in words.entries()}, **named}
        function = inner
    for one in (function, *given):
        one.refs += 1
    kept = m.heap.dict()
    for text, value in named.items():
        key = m.heap.name(text)
        value.refs += 1
        m.heap.dict_store(kept, text, key, value)
        m.heap.close(key)
    return m.heap.record("partial", [function, m.heap.tuple(list(given)), kept], 72)


@native("partial", "__call__", 0, None, raw=True)
def partial_call(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    owner = args[0]
    function, before, words = owner.parts
    named: dict[str, Any] = {entry.key.value: entry.value for entry in words.entries()}
    named.update(keywords)
    return (yield call(m, function, [*before.items, *args[1:], *named.values()], tuple(named)))


def _part(name: str, place: int) -> None:
    @getter("partial", name)
    def part(m: Machine, owner: Any) -> Any:
        owner.parts[place].refs += 1
        return owner.parts[place]


for _place, _name in enumerate(("func", "args", "keywords")):
    _part(_name, _place)


@native("partial", "__repr__", 0)
def partial_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    function, before, words = args[0].parts
    texts = [(yield repr_text(m, function))]
    for item in before.items:
        texts.append((yield repr_text(m, item)))
    for entry in words.entries():
        texts.append(f"{entry.key.value}={(yield repr_text(m, entry.value))}")
    return m.heap.str(f"functools.partial({', '.join(texts)})")


@native(MODULE, "reduce", 2, 3, kind="function")
def functools_reduce(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    function, source, initial = args
    iterator = frame.own((yield iterate(m, source)))
    total = frame.borrow(initial) if initial is not None else None
    while True:
        item = yield advance(m, iterator)
        if item is None:
            break
        frame.own(item)
        if total is None:
            total = item
            continue
        following = frame.own((yield call(m, function, [total, item])))
        frame.drop(total)
        frame.drop(item)
        total = following
    if total is None:
        raise m.error("TypeError", "reduce() of empty iterable with no initial value")
    return frame.give(total)


SOURCES: dict[str, str] = {
    "functools": '''
partial, = _types()

WRAPPER_ASSIGNMENTS = ("__module__", "__name__", "__qualname__", "__doc__")


def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=("__dict__",)):
    for name in assigned:
        if hasattr(wrapped, name):
            setattr(wrapper, name, getattr(wrapped, name))
    wrapper.__dict__.update(getattr(wrapped, "__dict__", {}))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped):
    def decorate(wrapper):
        return update_wrapper(wrapper, wrapped)
    return decorate


def _cached(function, maxsize):
    entries = {}
    hits = misses = 0

    def wrapper(*args, **kwargs):
        nonlocal hits, misses
        key = (args, tuple(kwargs.items())) if kwargs else args
        if key in entries:
            hits += 1
            value = entries.pop(key)
        else:
            misses += 1
            value = function(*args, **kwargs)
            if maxsize is not None and len(entries) >= maxsize and entries:
                del entries[next(iter(entries))]
        if maxsize is None or maxsize > 0:
            entries[key] = value
        return value

    def cache_clear():
        nonlocal hits, misses
        hits = misses = 0
        entries.clear()

    wrapper.cache_clear = cache_clear
    wrapper.cache_info = lambda: "CacheInfo(hits=%d, misses=%d, maxsize=%r, currsize=%d)" % (hits, misses, maxsize, len(entries))
    return update_wrapper(wrapper, function)


def lru_cache(maxsize=128, typed=False):
    if callable(maxsize):
        return _cached(maxsize, 128)
    return lambda function: _cached(function, maxsize)


def cache(function):
    return _cached(function, None)


class cached_property:
    def __init__(self, func):
        self.func = func
        self.attrname = None
        self.__doc__ = func.__doc__

    def __set_name__(self, owner, name):
        self.attrname = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        value = self.func(instance)
        instance.__dict__[self.attrname] = value
        return value


def cmp_to_key(compare):
    class K:
        __slots__ = ("obj",)

        def __init__(self, obj):
            self.obj = obj

        def __lt__(self, other):
            return compare(self.obj, other.obj) < 0

        def __eq__(self, other):
            return compare(self.obj, other.obj) == 0

    return K


def total_ordering(cls):
    if "__lt__" in cls.__dict__:
        cls.__gt__ = lambda self, other: other < self
        cls.__le__ = lambda self, other: self < other or self == other
        cls.__ge__ = lambda self, other: not self < other
    return cls
'''
}
