"""Iterators made from other iterators: reversed, enumerate, zip, map, filter (Objects/enumobject.c, Python/bltinmodule.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.iterators import NOT_PLAIN, advance_plain, drop_parts, hinted, itself, reusable
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import native, wrong_keyword
from sim.machine.operations import advance, call, call_method, get_item, index_of, iterate, length, truth
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = dict.fromkeys(("reversed", "enumerate", "zip", "map", "filter"), Record)
SIZES: dict[str, Any] = {
    "reversed": lambda m, obj: 48,
    "enumerate": lambda m, obj: 72,
    "zip": lambda m, obj: 64,
    "map": lambda m, obj: m.profile.map_size,
    "filter": lambda m, obj: 48,
}


@native("reversed", "__new__", 1, kind="static")
def reversed_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    source = args[1]
    method = m.lookup(source.type, "__reversed__")
    if method is m.none_object:
        raise m.error("TypeError", f"'{source.type.name}' object is not reversible")
    if method is not None:
        return (yield call_method(m, source, "__reversed__", []))
    if m.lookup(source.type, "__getitem__") is None or isinstance(source, Dict):
        raise m.error("TypeError", f"'{source.type.name}' object is not reversible")
    size = yield length(m, source)
    source.refs += 1
    return m.heap.record("reversed", [source], 32, state=size - 1)


@native("reversed", "__next__", 0)
def reversed_next(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    iterator = args[0]
    if iterator.parts[0] is None:
        return None
    if iterator.state >= 0:
        index = frame.own(m.heap.int(iterator.state))
        try:
            item = yield get_item(m, iterator.parts[0], index)
            iterator.state -= 1
            return item
        except GuestError as error:
            if not (m.matches(error, "IndexError") or m.matches(error, "StopIteration")):
                raise
            m.heap.close(error.exception)
    drop_parts(m, iterator)
    return None


native("reversed", "__iter__", 0)(itself)
hinted("reversed", lambda it: it.state + 1 if it.parts[0] is not None else 0)

# --- enumerate, zip, map, filter --------------------------------------------------------------------------------------


@native("enumerate", "__new__", 1, 2, keywords=("iterable", "start"), kind="static")
def enumerate_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """parts: [iterator, result tuple]; state: the next index."""
    start = 0 if args[2] is None else (yield index_of(m, args[2]))
    iterator = yield iterate(m, args[1])
    result = m.heap.tuple([m.none(), m.none()])
    return m.heap.record("enumerate", [iterator, result], 56, state=start)


@native("enumerate", "__next__", 0)
def enumerate_next(m: Machine, args: list[Any]) -> Any:
    owner = args[0]
    item = advance_plain(m, owner.parts[0])
    if item is NOT_PLAIN:
        return NativeFrame(m, _enumerate_slow, owner)
    return None if item is None else _numbered(m, owner, item)


def _enumerate_slow(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    item = yield advance(m, owner.parts[0])
    return None if item is None else _numbered(m, owner, item)


def _numbered(m: Machine, owner: Any, item: HeapObject) -> HeapObject:
    number = m.heap.int(owner.state)
    owner.state += 1
    return reusable(m, owner, 1, [number, item])


native("enumerate", "__iter__", 0)(itself)


def _iterators(m: Machine, frame: NativeFrame, sources: list[HeapObject]) -> Any:
    """Iterators over all sources, held by the frame until they are in a tuple (the caller's)."""
    made: list[HeapObject] = []
    for source in sources:
        made.append(frame.own((yield iterate(m, source))))
    for one in made:
        frame.give(one)
    return m.heap.tuple(made)


def _strictness(m: Machine, frame: NativeFrame, name: str, keywords: dict[str, HeapObject]) -> Any:
    for keyword in keywords:
        if keyword != "strict" or (name == "map" and m.profile.version < "3.14"):
            if name == "map" and m.profile.version < "3.14":
                raise m.error("TypeError", "map() takes no keyword arguments")
            raise wrong_keyword(m, name, keyword, ("strict",))
    return "strict" in keywords and (yield truth(m, keywords["strict"]))


@native("zip", "__new__", 0, None, raw=True, kind="static")
def zip_new(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    """parts: [tuple of iterators, result tuple]; state: strict."""
    strict = yield from _strictness(m, frame, "zip", keywords)
    iterators = yield from _iterators(m, frame, args[1:])
    result = m.heap.tuple([m.none() for _ in args[1:]])
    return m.heap.record("zip", [iterators, result], 48, state=strict)


@native("zip", "__next__", 0)
def zip_next(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner = args[0]
    iterators = owner.parts[0].items
    if not iterators:
        return None
    found: list[Any] = []
    for position, iterator in enumerate(iterators):
        item = yield advance(m, iterator)
        if item is None:
            if owner.state:
                yield from _uneven(m, frame, "zip", iterators, position)
            return None
        found.append(frame.own(item))
    for item in found:
        frame.give(item)
    return reusable(m, owner, 1, found)


def _uneven(m: Machine, frame: NativeFrame, name: str, iterators: list[Any], position: int) -> Any:
    """zip(strict=True) whose argument `position` ended: an error unless all end together."""
    if position:
        raise m.error("ValueError", f"{name}() argument {position + 1} is shorter than argument{_others(position)}")
    for place in range(1, len(iterators)):
        item = yield advance(m, iterators[place])
        if item is not None:
            m.heap.close(item)
            raise m.error("ValueError", f"{name}() argument {place + 1} is longer than argument{_others(place)}")


def _others(position: int) -> str:
    return " 1" if position == 1 else f"s 1-{position}"


native("zip", "__iter__", 0)(itself)


@native("map", "__new__", 1, None, raw=True, kind="static")
def map_new(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    """parts: [tuple of iterators, function]; state: strict."""
    strict = yield from _strictness(m, frame, "map", keywords)
    if len(args) < 3:
        raise m.error("TypeError", "map() must have at least two arguments.")
    iterators = yield from _iterators(m, frame, args[2:])
    args[1].refs += 1
    return m.heap.record("map", [iterators, args[1]], m.profile.map_size - 16, state=strict)


@native("map", "__next__", 0)
def map_next(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """C keeps the items it took during the call."""
    owner = args[0]
    found: list[Any] = []
    for position, iterator in enumerate(owner.parts[0].items):
        item = yield advance(m, iterator)
        if item is None:
            if owner.state:
                yield from _uneven(m, frame, "map", owner.parts[0].items, position)
            return None
        found.append(frame.own(item))
    return (yield call(m, owner.parts[1], found))


native("map", "__iter__", 0)(itself)


@native("filter", "__new__", 2, kind="static")
def filter_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """parts: [function, iterator]."""
    iterator = yield iterate(m, args[2])
    args[1].refs += 1
    return m.heap.record("filter", [args[1], iterator], 32)


@native("filter", "__next__", 0)
def filter_next(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    function, iterator = args[0].parts
    by_truth = function is m.none_object or function is m.types["bool"]
    while True:
        item = yield advance(m, iterator)
        if item is None:
            return None
        frame.own(item)
        verdict = item
        if not by_truth:
            verdict = frame.own((yield call(m, function, [item])))
        good = yield truth(m, verdict)
        if verdict is not item or not by_truth:
            frame.drop(verdict)
        if good:
            return frame.give(item)
        frame.drop(item)


native("filter", "__iter__", 0)(itself)
