"""Iterators: over lists, tuples, text, dicts, sets, anything with `__getitem__`, and callable_iterator. See also combined_iterators.py.

An iterator holds its source until it is exhausted and then drops it. zip, enumerate and dict items use their result tuple
again while nobody else holds it (Objects/enumobject.c, Python/bltinmodule.c, Objects/dictobject.c).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.library.hashing import range_length
from sim.library.ranges import advance_range
from sim.machine.frames import Frame, GuestError, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import advance, call, call_method, equal, get_item, index_of, iterate, length
from sim.objects.containers import Iter, List, Record, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set
from sim.objects.scalars import ByteArray, Bytes, Range, RangeIterator, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

FRAMES = (Frame, NativeFrame)


class _NotPlain:
    """Answer of advance_plain: this iterator takes the general way."""


NOT_PLAIN = _NotPlain()
_ITERATORS = (
    "list_iterator", "list_reverseiterator", "tuple_iterator", "str_ascii_iterator", "str_iterator", "bytes_iterator", "bytearray_iterator",
    "dict_keyiterator", "dict_valueiterator", "dict_reversekeyiterator", "dict_reversevalueiterator", "set_iterator", "iterator",
)  # fmt: skip
_RECORDS = ("dict_itemiterator", "dict_reverseitemiterator", "callable_iterator")
TYPES: dict[str, type[HeapObject]] = {**dict.fromkeys(_ITERATORS, Iter), **dict.fromkeys(_RECORDS, Record)}
SIZES: dict[str, Any] = {
    **{name: lambda m, obj: 48 for name in _ITERATORS},
    **{name: lambda m, obj: 72 for name in ("dict_keyiterator", "dict_valueiterator", "dict_itemiterator", "dict_reversekeyiterator",
                                             "dict_reversevalueiterator", "dict_reverseitemiterator")},
    "set_iterator": lambda m, obj: 64,
    "callable_iterator": lambda m, obj: 48,
}  # fmt: skip

# --- making iterators -------------------------------------------------------------------------------------------------


def _over(kind: str, size: int = 32) -> Callable[[Machine, Any], HeapObject]:
    def make(m: Machine, source: Any) -> HeapObject:
        source.refs += 1
        return m.heap.iterator(kind, source, None, size)

    return make


def _over_text(m: Machine, source: Any) -> HeapObject:
    source.refs += 1
    return m.heap.iterator("str_ascii_iterator" if source.value.isascii() else "str_iterator", source)


def _over_dict(m: Machine, source: Any) -> HeapObject:
    return dict_iterator(m, source, "dict_keyiterator")


def dict_iterator(m: Machine, source: Dict, kind: str) -> HeapObject:
    """Iterator over a dict. state: the number of entries that must not change."""
    source.refs += 1
    if kind.endswith("itemiterator"):
        result = m.heap.tuple([m.none(), m.none()])
        made: Any = m.heap.record(kind, [source, result], 56, state=[0, len(source.index), len(source.index)])
    else:
        made = m.heap.iterator(kind, source, len(source.index), 56)
        made.left = len(source.index)
    if "reverse" in kind:
        last = len(source.order) - 1
        if isinstance(made, Iter):
            made.position = last
        else:
            made.state[0] = last
    return made  # type: ignore[no-any-return]


def _over_set(m: Machine, source: Any) -> HeapObject:
    source.refs += 1
    return m.heap.iterator("set_iterator", source, len(source.index), 48)


def _over_range(m: Machine, source: Any) -> HeapObject:
    return m.heap.range_iterator(source.value)


_MAKERS: dict[type[HeapObject], Callable[[Machine, Any], HeapObject]] = {
    List: _over("list_iterator"), Tuple: _over("tuple_iterator"), Range: _over_range, Str: _over_text, Dict: _over_dict, Set: _over_set,
    Bytes: _over("bytes_iterator"), ByteArray: _over("bytearray_iterator"),
}  # fmt: skip


def iterator_of(m: Machine, source: HeapObject) -> HeapObject | None:
    """A new iterator over an exact built-in container; None: take the general way."""
    maker = _MAKERS.get(source.__class__)
    return maker(m, source) if maker is not None else None


def _iter_native(owner: str, layout: type[HeapObject]) -> None:
    maker = _MAKERS[layout]

    @native(owner, "__iter__", 0)
    def make_iterator(m: Machine, args: list[Any]) -> Any:
        return maker(m, args[0])


for _owner, _layout in (("list", List), ("tuple", Tuple), ("str", Str), ("dict", Dict), ("set", Set), ("frozenset", Set), ("bytes", Bytes),
                        ("bytearray", ByteArray)):  # fmt: skip
    _iter_native(_owner, _layout)

# --- steps of iterators that need no guest ----------------------------------------------------------------------------


def _exhausted(m: Machine, iterator: Any) -> None:
    source, iterator.source = iterator.source, None
    if source is not None:
        m.heap.close(source)


def _next_item(m: Machine, iterator: Any) -> HeapObject | None:
    """Lists and tuples."""
    source = iterator.source
    if source is None:
        return None
    items = source.items
    position = iterator.position
    if position < len(items):
        iterator.position = position + 1
        found: HeapObject = items[position]
        found.refs += 1
        return found
    _exhausted(m, iterator)
    return None


def _next_item_backwards(m: Machine, iterator: Any) -> HeapObject | None:
    """state: the index of the next item; it may lie behind the end of a list that became shorter."""
    source = iterator.source
    if source is None:
        return None
    if 0 <= iterator.state < len(source.items):
        found: HeapObject = source.items[iterator.state]
        iterator.state -= 1
        found.refs += 1
        return found
    _exhausted(m, iterator)
    return None


def _next_char(m: Machine, iterator: Any) -> HeapObject | None:
    source = iterator.source
    if source is None:
        return None
    if iterator.position < len(source.value):
        char = source.value[iterator.position]
        iterator.position += 1
        return m.heap.str(char)
    _exhausted(m, iterator)
    return None


def _next_byte(m: Machine, iterator: Any) -> HeapObject | None:
    source = iterator.source
    if source is None:
        return None
    if iterator.position < len(source.value):
        iterator.position += 1
        return m.heap.int(source.value[iterator.position - 1])
    _exhausted(m, iterator)
    return None


def _next_entry(m: Machine, iterator: Any) -> Any:
    source = iterator.source
    if source is None:
        return None
    if iterator.state != len(source.index):
        iterator.state = -1  # stays an error (dictobject.c: di_used = -1)
        raise m.error("RuntimeError", "dictionary changed size during iteration")
    order = source.order
    position = iterator.position
    while position < len(order):
        entry = order[position]
        position += 1
        if entry.live:
            iterator.position = position
            iterator.left -= 1
            if iterator.left < 0:
                raise keys_changed(m, iterator)
            return entry
    _exhausted(m, iterator)
    return None


def keys_changed(m: Machine, iterator: Any) -> GuestError:
    """dictiter_iternextkey: there is one more entry than there were, so some went and others came. The iterator is finished."""
    if isinstance(iterator, Iter):
        _exhausted(m, iterator)
    else:
        source, iterator.parts[0] = iterator.parts[0], None
        m.heap.close(source)
    return m.error("RuntimeError", "dictionary keys changed during iteration")


def _previous_entry(m: Machine, iterator: Any) -> Any:
    source = iterator.source
    if source is None:
        return None
    if iterator.state != len(source.index):
        iterator.state = -1
        raise m.error("RuntimeError", "dictionary changed size during iteration")
    while iterator.position >= 0:
        entry = source.order[iterator.position]
        iterator.position -= 1
        if entry.live:
            return entry
    _exhausted(m, iterator)
    return None


def _entry_part(step: Callable[[Machine, Any], Any], part: str) -> Callable[[Machine, Any], HeapObject | None]:
    def next_part(m: Machine, iterator: Any) -> HeapObject | None:
        entry = step(m, iterator)
        if entry is None:
            return None
        found: HeapObject = getattr(entry, part)
        found.refs += 1
        return found

    return next_part


def _next_member(m: Machine, iterator: Any) -> HeapObject | None:
    source = iterator.source
    if source is None:
        return None
    if iterator.state != len(source.index):
        iterator.state = -1
        raise m.error("RuntimeError", "Set changed size during iteration")
    table = source.table
    position = iterator.position
    while position < len(table):
        entry = table[position]
        position += 1
        if entry is not None and entry.live:
            iterator.position = position
            entry.key.refs += 1
            return entry.key  # type: ignore[no-any-return]
    iterator.position = position
    _exhausted(m, iterator)
    return None


def reusable(m: Machine, owner: Any, place: int, items: list[HeapObject]) -> HeapObject:
    """The owner's result tuple with these new items (stolen) if nobody else holds it, else a new tuple."""
    result = owner.parts[place]
    if result is not None and result.refs == 1:
        result.refs += 1
        old, result.items = result.items, items
        m.heap.close_all(old)
        if result.home is None:
            m.heap.track(result)
        return result  # type: ignore[no-any-return]
    return m.heap.tuple(items)


def _next_pair(m: Machine, iterator: Any) -> HeapObject | None:
    """dict.items(): Record with parts [dict, result tuple], state [position, size]."""
    source = iterator.parts[0]
    if source is None:
        return None
    state = iterator.state
    if state[1] != len(source.index):
        state[1] = -1
        raise m.error("RuntimeError", "dictionary changed size during iteration")
    order = source.order
    step = -1 if "reverse" in iterator.type.name else 1
    while 0 <= state[0] < len(order):
        entry = order[state[0]]
        state[0] += step
        if entry.live:
            state[2] -= 1
            if state[2] < 0:
                raise keys_changed(m, iterator)
            entry.key.refs += 1
            entry.value.refs += 1
            return reusable(m, iterator, 1, [entry.key, entry.value])
    iterator.parts[0] = None
    m.heap.close(source)
    return None


_STEPS: dict[str, Callable[[Machine, Any], HeapObject | None]] = {
    "list_iterator": _next_item, "tuple_iterator": _next_item, "list_reverseiterator": _next_item_backwards,
    "str_ascii_iterator": _next_char, "str_iterator": _next_char, "bytes_iterator": _next_byte, "bytearray_iterator": _next_byte,
    "dict_keyiterator": _entry_part(_next_entry, "key"), "dict_valueiterator": _entry_part(_next_entry, "value"),
    "dict_reversekeyiterator": _entry_part(_previous_entry, "key"), "dict_reversevalueiterator": _entry_part(_previous_entry, "value"),
    "set_iterator": _next_member, "dict_itemiterator": _next_pair, "dict_reverseitemiterator": _next_pair, "range_iterator": advance_range,
}  # fmt: skip


def advance_plain(m: Machine, iterator: HeapObject) -> Any:
    """The next object (new), None when exhausted, or NOT_PLAIN."""
    if iterator.__class__ is RangeIterator:
        return advance_range(m, iterator)
    step = _STEPS.get(iterator.type.name)
    return step(m, iterator) if step is not None and iterator.type.static else NOT_PLAIN


def itself(m: Machine, args: list[Any]) -> Any:
    """An iterator's `__iter__`."""
    args[0].refs += 1
    return args[0]


def _step_native(name: str, step: Callable[[Machine, Any], HeapObject | None]) -> None:
    native(name, "__iter__", 0)(itself)

    @native(name, "__next__", 0)
    def step_on(m: Machine, args: list[Any]) -> Any:
        return step(m, args[0])


for _owner, _step in _STEPS.items():
    if _owner != "range_iterator":
        _step_native(_owner, _step)

# --- how long it may become -------------------------------------------------------------------------------------------


def hinted(name: str, count: Callable[[Any], int]) -> None:
    @native(name, "__length_hint__", 0)
    def hint(m: Machine, args: list[Any]) -> Any:
        return m.heap.int(max(0, count(args[0])))


for _owner in ("list_iterator", "tuple_iterator"):
    hinted(_owner, lambda it: len(it.source.items) - it.position if it.source is not None else 0)
for _owner in ("str_ascii_iterator", "str_iterator", "bytes_iterator", "bytearray_iterator"):
    hinted(_owner, lambda it: len(it.source.value) - it.position if it.source is not None else 0)
hinted("list_reverseiterator", lambda it: it.state + 1 if it.source is not None and it.state < len(it.source.items) else 0)
for _owner in ("dict_keyiterator", "dict_valueiterator"):
    hinted(_owner, lambda it: sum(e.live for e in it.source.order[it.position :]) if it.source is not None else 0)
hinted("dict_itemiterator", lambda it: sum(e.live for e in it.parts[0].order[it.state[0] :]) if it.parts[0] is not None else 0)
hinted("set_iterator", lambda it: sum(e is not None and e.live for e in it.source.table[it.position :]) if it.source is not None else 0)


def length_hint(m: Machine, frame: NativeFrame, source: HeapObject) -> Any:
    """PyObject_LengthHint: __len__, then __length_hint__; None when neither is there (the caller has its default)."""
    if m.lookup(source.type, "__len__") is not None:
        try:
            return (yield length(m, source))
        except GuestError as error:
            if not m.matches(error, "TypeError"):
                raise
            m.heap.close(error.exception)
    if m.lookup(source.type, "__length_hint__") is None:
        return None
    try:
        result = frame.own((yield call_method(m, source, "__length_hint__", [])))
    except GuestError as error:
        if not m.matches(error, "TypeError"):
            raise
        m.heap.close(error.exception)
        return None
    if result is m.not_implemented_object:
        frame.drop(result)
        return None
    size = yield index_of(m, result)
    frame.drop(result)
    if size < 0:
        raise m.error("ValueError", "__length_hint__() should return >= 0")
    return size


# --- taking all items -------------------------------------------------------------------------------------------------


def _plain_source(m: Machine, source: Any) -> list[HeapObject] | None:
    """Borrowed items of an exact built-in container."""
    host = source.__class__
    if host is List or host is Tuple:
        return list(source.items)
    if host is Dict and source.type is m.types["dict"]:
        return [entry.key for entry in source.entries()]
    if host is Set:
        return [entry.key for entry in source.entries()]
    return None


def plain_items(m: Machine, source: Any) -> list[HeapObject] | None:
    """New references to all items of an exact built-in container; None: it has to be iterated."""
    host = source.__class__
    if host is Range:
        size = range_length(source.value)
        if size > m.limits.items:
            raise LimitReached("items", m.limits.items)
        m.charge(size >> 1)
        m.heap.afford(8 * size)
        return [m.heap.int(number) for number in source.value]
    if host is Str and source.type is m.types["str"]:
        m.charge(len(source.value) >> 2)
        if len(source.value) > m.limits.items:
            raise LimitReached("items", m.limits.items)
        return [m.heap.str(char) for char in source.value]
    items = _plain_source(m, source)
    if items is not None:
        m.charge(len(items) >> 4)
        m.heap.afford(8 * len(items))
        for item in items:
            item.refs += 1
    return items


def drain(m: Machine, frame: NativeFrame, source: HeapObject) -> Any:
    """All items of an iterable as a host list of new references: the caller's, to be put into a container at once."""
    items = plain_items(m, source)
    if items is not None:
        return items
    iterator = frame.own((yield iterate(m, source)))
    start = len(frame.held)
    while True:
        item = yield advance(m, iterator)
        if item is None:
            break
        frame.held.append(item)
        if len(frame.held) > m.limits.items:
            raise LimitReached("items", m.limits.items)
    items = frame.held[start:]
    del frame.held[start:]
    frame.drop(iterator)
    return items


# --- iterators by index, callable_iterator ----------------------------------------------------------------------------


@native("iterator", "__next__", 0)
def sequence_next(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """Anything with `__getitem__`: 0, 1, 2 ... until IndexError."""
    iterator = args[0]
    if iterator.source is None:
        return None
    index = frame.own(m.heap.int(iterator.position))
    iterator.position += 1
    try:
        return (yield get_item(m, iterator.source, index))
    except GuestError as error:
        if not (m.matches(error, "IndexError") or m.matches(error, "StopIteration")):
            raise
        m.heap.close(error.exception)
        _exhausted(m, iterator)
        return None


native("iterator", "__iter__", 0)(itself)


@native("callable_iterator", "__next__", 0)
def callable_next(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    iterator = args[0]
    function, sentinel = iterator.parts
    if function is None:
        return None
    try:
        result = frame.own((yield call(m, function, [])))
    except GuestError as error:
        if not m.matches(error, "StopIteration"):
            raise
        m.heap.close(error.exception)
        drop_parts(m, iterator)
        return None
    if iterator.parts[0] is None or (yield equal(m, sentinel, result)):
        drop_parts(m, iterator)
        return None
    return frame.give(result)


native("callable_iterator", "__iter__", 0)(itself)


def drop_parts(m: Machine, owner: Any) -> None:
    parts, owner.parts = owner.parts, [None] * len(owner.parts)
    m.heap.close_all([part for part in parts if part is not None])


@native("list", "__reversed__", 0)
def list_reversed(m: Machine, args: list[Any]) -> Any:
    args[0].refs += 1
    return m.heap.iterator("list_reverseiterator", args[0], len(args[0].items) - 1)
