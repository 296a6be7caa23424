"""tuple: making, items, slices, comparing. repr is in container_reprs.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.hashing import EXOTIC, plain_equal, plain_hash, sequence_hash, token_of
from sim.library.iterators import drain
from sim.library.lists import repeat_count
from sim.library.ranges import slice_indices
from sim.library.sequences import compare_sequences, count_of, position_of
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import equal, hash_of, index_of
from sim.objects.containers import Record, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"tuple": Tuple}


def tuple_size(m: Machine, owner: Any) -> int:
    return m.profile.tuple_header + 8 * len(owner.items)


SIZES: dict[str, Any] = {"tuple": tuple_size}


def tuple_from(m: Machine, frame: NativeFrame, source: HeapObject) -> Any:
    """PySequence_Tuple: an exact tuple is itself; a new reference."""
    if source.__class__ is Tuple:
        source.refs += 1
        return source
    items = yield from drain(m, frame, source)
    return m.heap.display_tuple(items)


@native("tuple", "__new__", 0, 1, kind="static")
def tuple_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    cls, source = args
    if cls is m.types["tuple"]:
        if source is None:
            return m.heap.tuple([])
        return (yield from tuple_from(m, frame, source))
    items = [] if source is None else (yield from drain(m, frame, source))
    return m.new_native(cls, items)


def _part(m: Machine, owner: Any, start: int, stop: int, step: int) -> HeapObject:
    """A slice: a whole exact tuple is itself."""
    if step == 1 and start == 0 and stop >= len(owner.items) and owner.__class__ is Tuple:
        owner.refs += 1
        return owner
    items = [owner.items[place] for place in range(start, stop, step)]
    m.charge(len(items) >> 4)
    for item in items:
        item.refs += 1
    return m.heap.tuple(items)


@native("tuple", "__getitem__", 1)
def tuple_getitem(m: Machine, args: list[Any]) -> Any:
    owner, key = args
    if key.__class__ is Int:
        return _item(m, owner, key.value)
    if key.__class__ is Record and key.type is m.types["slice"]:
        span = slice_indices(m, key, len(owner.items))
        if span.__class__ is tuple:
            return _part(m, owner, *span)
        return NativeFrame(m, _part_slow, owner, span)
    if not isinstance(key, Int) and m.lookup(key.type, "__index__") is None:
        raise m.error("TypeError", f"tuple indices must be integers or slices, not {key.type.name}")
    return NativeFrame(m, _item_slow, owner, key)


def _item(m: Machine, owner: Any, index: int) -> HeapObject:
    items = owner.items
    if -len(items) <= index < len(items):
        found: HeapObject = items[index]
        found.refs += 1
        return found
    raise m.error("IndexError", "tuple index out of range")


def _item_slow(m: Machine, frame: NativeFrame, owner: Any, key: HeapObject) -> Any:
    return _item(m, owner, (yield index_of(m, key)))


def _part_slow(m: Machine, frame: NativeFrame, owner: Any, pending: Any) -> Any:
    span = yield pending
    return _part(m, owner, *span)


@native("tuple", "__len__", 0)
def tuple_len(m: Machine, args: list[Any]) -> Any:
    return m.heap.int(len(args[0].items))


@native("tuple", "__hash__", 0)
def tuple_hash(m: Machine, args: list[Any]) -> Any:
    if args[0].__class__ is Tuple and token_of(m, args[0]) is not EXOTIC:
        return m.heap.int(plain_hash(m, args[0]))
    return NativeFrame(m, _hash_slow, args[0])


def _hash_slow(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    lanes = []
    for item in owner.items:
        m.charge(4)
        lanes.append((yield hash_of(m, item)))
    return m.heap.int(sequence_hash(lanes))


@native("tuple", "__contains__", 1)
def tuple_contains(m: Machine, args: list[Any]) -> Any:
    owner, item = args
    for index, one in enumerate(owner.items):
        found = plain_equal(one, item)
        if found is None:
            return NativeFrame(m, _contains_slow, owner, item, index)
        if found:
            return m.heap.bool(True)
    m.charge(len(owner.items) >> 4)
    return m.heap.bool(False)


def _contains_slow(m: Machine, frame: NativeFrame, owner: Any, item: HeapObject, index: int) -> Any:
    for one in owner.items[index:]:
        if (yield equal(m, one, item)):
            return m.heap.bool(True)
    return m.heap.bool(False)


@native("tuple", "index", 1, 3)
def tuple_index(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, item, first, last = args
    start = 0 if first is None else (yield index_of(m, first))
    stop = None if last is None else (yield index_of(m, last))
    index = yield from position_of(m, frame, owner, item, start, stop)
    if index < 0:
        raise m.error("ValueError", "tuple.index(x): x not in tuple")
    return m.heap.int(index)


@native("tuple", "count", 1)
def tuple_count(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.int((yield from count_of(m, frame, args[0], args[1])))


@native("tuple", "__add__", 1)
def tuple_add(m: Machine, args: list[Any]) -> Any:
    left, right = args
    if not isinstance(right, Tuple):
        return m.not_implemented()
    for one, other in ((left, right), (right, left)):
        if not one.items and other.__class__ is Tuple:
            other.refs += 1
            return other
    items = left.items + right.items
    m.heap.afford(8 * len(items))
    m.charge(len(items) >> 4)
    for item in items:
        item.refs += 1
    return m.heap.tuple(items)


@native("tuple", "__concat__", 1)
def tuple_concat(m: Machine, args: list[Any]) -> Any:
    """What the sequence slot says once nobody took the operands."""
    raise m.error("TypeError", f'can only concatenate tuple (not "{args[1].type.name}") to tuple')


def _repeated(m: Machine, owner: Any, times: HeapObject) -> Any:
    if isinstance(times, Int):
        return _times(m, owner, times.value)
    if m.lookup(times.type, "__index__") is None:
        return m.not_implemented()
    return NativeFrame(m, _repeat_slow, owner, times)


def _times(m: Machine, owner: Any, count: int) -> HeapObject:
    if owner.__class__ is Tuple and (count == 1 or not owner.items):
        owner.refs += 1
        return owner
    items = owner.items * repeat_count(m, len(owner.items), count)
    m.heap.afford(8 * len(items))
    m.charge(len(items) >> 4)
    for item in items:
        item.refs += 1
    return m.heap.tuple(items)


def _repeat_slow(m: Machine, frame: NativeFrame, owner: Any, times: HeapObject) -> Any:
    return _times(m, owner, (yield index_of(m, times)))


def _repetition(name: str) -> None:
    @native("tuple", name, 1)
    def repeat(m: Machine, args: list[Any]) -> Any:
        return _repeated(m, args[0], args[1])


for _name in ("__mul__", "__rmul__", "__repeat__"):
    _repetition(_name)


def _comparison(name: str, op: str) -> None:
    @native("tuple", name, 1)
    def compare_tuples(m: Machine, args: list[Any]) -> Any:
        if not isinstance(args[1], Tuple):
            return m.not_implemented()
        return compare_sequences(m, op, args[0], args[1])


for _name, _op in (("__eq__", "=="), ("__ne__", "!="), ("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")):
    _comparison(_name, _op)
