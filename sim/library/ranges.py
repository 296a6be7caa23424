"""range and slice: objects, arithmetic of indices, and the helpers that every sequence uses for slicing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.hashing import plain_equal, plain_hash, range_length, sequence_hash, token_of
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import equal, hash_of, index_of
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Float, Int, Range, RangeIterator

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"range": Range, "slice": Record, "range_iterator": RangeIterator, "longrange_iterator": RangeIterator}
SIZES: dict[str, Any] = {
    "range": lambda m, obj: 48,
    "slice": lambda m, obj: 56,
    "range_iterator": lambda m, obj: m.profile.range_iterator_size,
}
LARGEST_SIZE = (1 << 63) - 1

# --- slices -----------------------------------------------------------------------------------------------------------


def new_slice(m: Machine, start: HeapObject, stop: HeapObject, step: HeapObject) -> Record:
    """slice(start, stop, step); the parts are stolen."""
    return m.heap.record("slice", [start, stop, step], 40, free_list="slice")


def slice_indices(m: Machine, span: Any, length: int) -> Any:
    """PySlice_Unpack and PySlice_AdjustIndices: (start, stop, step) for a sequence of this length, or a frame that gives them."""
    none = m.none_object
    values: list[int | None] = []
    for part in span.parts:
        if part is none:
            values.append(None)
        elif part.__class__ is Int:
            values.append(part.value)
        else:
            return NativeFrame(m, _indices_slow, span, length)
    return adjusted(m, values, length)


def adjusted(m: Machine, values: list[int | None], length: int) -> tuple[int, int, int]:
    if values[2] == 0:
        raise m.error("ValueError", "slice step cannot be zero")
    return slice(*values).indices(length)


def _indices_slow(m: Machine, frame: NativeFrame, span: Any, length: int) -> Any:
    values = yield from _parts(m, frame, span)
    return adjusted(m, values, length)


def _parts(m: Machine, frame: NativeFrame, span: Any) -> Any:
    """The three parts as host ints or None; the step is asked for first (PySlice_Unpack)."""
    values: list[int | None] = [None, None, None]
    for place in (2, 0, 1):
        part = span.parts[place]
        if part is m.none_object:
            continue
        if not isinstance(part, Int) and m.lookup(part.type, "__index__") is None:
            allowed = "integers or None" if m.profile.version < "3.15" else "integers"
            raise m.error("TypeError", f"slice indices must be {allowed} or have an __index__ method")
        values[place] = yield index_of(m, part)
    return values


@native("slice", "__new__", 1, 3, kind="static")
def slice_make(m: Machine, args: list[Any]) -> Any:
    given = [arg for arg in args[1:] if arg is not None]
    if len(given) == 1:
        given = [m.none_object, given[0]]
    parts = [*given, *[m.none_object] * (3 - len(given))]
    for part in parts:
        part.refs += 1
    return new_slice(m, *parts)


@native("slice", "indices", 1)
def slice_indices_method(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    length = yield index_of(m, args[1])
    if length < 0:
        raise m.error("ValueError", "length should not be negative")
    span = yield slice_indices(m, args[0], length)
    return m.heap.tuple([m.heap.int(value) for value in span])


def _slice_part(name: str, place: int) -> None:
    @getter("slice", name)
    def part(m: Machine, owner: Any) -> Any:
        owner.parts[place].refs += 1
        return owner.parts[place]


for _place, _name in enumerate(("start", "stop", "step")):
    _slice_part(_name, _place)


@native("slice", "__hash__", 0)
def slice_hash(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if m.profile.version == "3.11":
        raise m.error("TypeError", "unhashable type: 'slice'")
    lanes = []
    for part in args[0].parts:
        lanes.append((yield hash_of(m, part)))
    return m.heap.int(sequence_hash(lanes, final=False))


def _slice_comparison(name: str, wanted: bool) -> None:
    @native("slice", name, 1)
    def compare_slices(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        left, right = args
        if right.type is not left.type:
            return m.not_implemented()
        for one, other in zip(left.parts, right.parts, strict=True):
            if not (yield equal(m, one, other)):
                return m.heap.bool(not wanted)
        return m.heap.bool(wanted)


_slice_comparison("__eq__", True)
_slice_comparison("__ne__", False)

# --- ranges -----------------------------------------------------------------------------------------------------------


@native("range", "__new__", 1, 3, kind="static")
def range_make(m: Machine, args: list[Any]) -> Any:
    given = [arg for arg in args[1:] if arg is not None]
    if all(isinstance(arg, Int) for arg in given):
        return new_range(m, [arg.value for arg in given])
    return NativeFrame(m, _range_slow, given)


def _range_slow(m: Machine, frame: NativeFrame, given: list[Any]) -> Any:
    values = []
    for arg in given:
        values.append((yield index_of(m, arg)))
    return new_range(m, values)


def new_range(m: Machine, values: list[int]) -> Range:
    if len(values) == 3 and values[2] == 0:
        raise m.error("ValueError", "range() arg 3 must not be zero")
    return m.heap.range(range(*values))


def _range_part(name: str) -> None:
    @getter("range", name)
    def part(m: Machine, owner: Any) -> Any:
        return m.heap.int(getattr(owner.value, name))


for _name in ("start", "stop", "step"):
    _range_part(_name)


@native("range", "__len__", 0)
def range_len(m: Machine, args: list[Any]) -> Any:
    size = range_length(args[0].value)
    if size > LARGEST_SIZE:
        raise m.error("OverflowError", "Python int too large to convert to C ssize_t")
    return m.heap.int(size)


@native("range", "__bool__", 0)
def range_bool(m: Machine, args: list[Any]) -> Any:
    return m.heap.bool(range_length(args[0].value) > 0)


@native("range", "__iter__", 0)
def range_iter(m: Machine, args: list[Any]) -> Any:
    return m.heap.range_iterator(args[0].value)


@native("range", "__reversed__", 0)
def range_reversed(m: Machine, args: list[Any]) -> Any:
    return m.heap.range_iterator(args[0].value[::-1])


def advance_range(m: Machine, iterator: Any) -> HeapObject | None:
    numbers = iterator.value
    try:
        number = numbers[iterator.position]
    except IndexError:
        return None
    iterator.position += 1
    return m.heap.int(number)


@native("range_iterator", "__next__", 0)
def range_next(m: Machine, args: list[Any]) -> Any:
    return advance_range(m, args[0])


@native("range_iterator", "__iter__", 0)
def range_iterator_iter(m: Machine, args: list[Any]) -> Any:
    args[0].refs += 1
    return args[0]


@native("range_iterator", "__length_hint__", 0)
def range_iterator_hint(m: Machine, args: list[Any]) -> Any:
    return m.heap.int(range_length(args[0].value) - args[0].position)


@native("range", "__getitem__", 1)
def range_getitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    numbers, key = args[0].value, args[1]
    if key.type is m.types["slice"]:
        values = yield from _parts(m, frame, key)
        if values[2] == 0:
            raise m.error("ValueError", "slice step cannot be zero")
        return m.heap.range(numbers[slice(*values)])
    if not isinstance(key, Int) and m.lookup(key.type, "__index__") is None:
        raise m.error("TypeError", f"range indices must be integers or slices, not {key.type.name}")
    index = yield index_of(m, key)
    try:
        return m.heap.int(numbers[index])
    except IndexError:
        raise m.error("IndexError", "range object index out of range") from None


def _place_in(m: Machine, frame: NativeFrame, numbers: range, item: Any) -> Any:
    """Index of an item equal to one of the numbers, or -1; only exact ints are worked out, others are compared one by one."""
    if isinstance(item, Int) and item.__class__ is Int:
        return (item.value - numbers.start) // numbers.step if item.value in numbers else -1
    if item.__class__ is Float:
        value = item.value
        return (int(value) - numbers.start) // numbers.step if value.is_integer() and int(value) in numbers else -1
    for index in range(range_length(numbers)):
        m.charge(1)
        one = frame.own(m.heap.int(numbers[index]))
        found = plain_equal(one, item)
        if found is None:
            found = yield equal(m, one, item)
        if found:
            return index
        frame.drop(one)
    return -1


@native("range", "__contains__", 1)
def range_contains(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    place = yield from _place_in(m, frame, args[0].value, args[1])
    return m.heap.bool(place >= 0)


@native("range", "index", 1)
def range_index(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    place = yield from _place_in(m, frame, args[0].value, args[1])
    if place < 0:
        shown = args[1].value if isinstance(args[1], Int) else "sequence.index(x): x"
        raise m.error("ValueError", f"{shown} is not in range" if isinstance(args[1], Int) else f"{shown} not in sequence")
    return m.heap.int(place)


@native("range", "count", 1)
def range_count(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    place = yield from _place_in(m, frame, args[0].value, args[1])
    return m.heap.int(int(place >= 0))


@native("range", "__hash__", 0)
def range_hash(m: Machine, args: list[Any]) -> Any:
    return m.heap.int(plain_hash(m, args[0]))


def _range_comparison(name: str, wanted: bool) -> None:
    @native("range", name, 1)
    def compare_ranges(m: Machine, args: list[Any]) -> Any:
        if args[1].type is not args[0].type:
            return m.not_implemented()
        return m.heap.bool((token_of(m, args[0]) == token_of(m, args[1])) is wanted)


_range_comparison("__eq__", True)
_range_comparison("__ne__", False)
