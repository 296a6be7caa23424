"""The views dict.keys(), .values(), .items(), and the iterators a dict hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.dicts import find
from sim.library.iterators import dict_iterator
from sim.library.sets import as_set, set_operation
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import advance, contains, equal, iterate, length
from sim.objects.containers import Record, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Set

if TYPE_CHECKING:
    from sim.machine.machine import Machine

KINDS = {"dict_keys": "dict_keyiterator", "dict_values": "dict_valueiterator", "dict_items": "dict_itemiterator"}
REVERSED = {"dict_keys": "dict_reversekeyiterator", "dict_values": "dict_reversevalueiterator", "dict_items": "dict_reverseitemiterator"}
TYPES: dict[str, type[HeapObject]] = dict.fromkeys(KINDS, Record)
SIZES: dict[str, Any] = dict.fromkeys(KINDS, lambda m, obj: 40)


def _view(method: str, kind: str) -> None:
    @native("dict", method, 0)
    def make_view(m: Machine, args: list[Any]) -> Any:
        args[0].refs += 1
        return m.heap.record(kind, [args[0]], 24)


def _view_natives(kind: str) -> None:
    @native(kind, "__iter__", 0)
    def view_iter(m: Machine, args: list[Any]) -> Any:
        return dict_iterator(m, args[0].parts[0], KINDS[kind])

    @native(kind, "__reversed__", 0)
    def view_reversed(m: Machine, args: list[Any]) -> Any:
        return dict_iterator(m, args[0].parts[0], REVERSED[kind])

    @native(kind, "__len__", 0)
    def view_len(m: Machine, args: list[Any]) -> Any:
        return m.heap.int(len(args[0].parts[0].index))

    @getter(kind, "mapping")
    def view_mapping(m: Machine, owner: Any) -> Any:
        owner.parts[0].refs += 1
        return owner.parts[0]


for _kind in KINDS:
    _view(_kind[5:], _kind)
    _view_natives(_kind)


@native("dict", "__reversed__", 0)
def dict_reversed(m: Machine, args: list[Any]) -> Any:
    return dict_iterator(m, args[0], "dict_reversekeyiterator")


@native("dict_keys", "__contains__", 1)
def keys_contains(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    entry = yield find(m, args[0].parts[0], args[1])
    return m.heap.bool(entry is not None)


@native("dict_items", "__contains__", 1)
def items_contains(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    pair = args[1]
    if not isinstance(pair, Tuple) or len(pair.items) != 2:
        return m.heap.bool(False)
    entry = yield find(m, args[0].parts[0], pair.items[0])
    if entry is None:
        return m.heap.bool(False)
    value = frame.borrow(entry.value)
    return m.heap.bool((yield equal(m, value, pair.items[1])))


def _is_set_like(m: Machine, other: HeapObject) -> bool:
    return isinstance(other, Set) or other.type in (m.types["dict_keys"], m.types["dict_items"])


def _view_operator(kind: str, name: str, op: str, swapped: bool) -> None:
    @native(kind, name, 1)
    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        left, right = (args[1], args[0]) if swapped else args
        one = frame.own((yield from as_set(m, frame, left)))
        other = frame.own((yield from as_set(m, frame, right)))
        return (yield from set_operation(m, frame, op, one, other))


def _view_comparison(kind: str, name: str, op: str) -> None:
    @native(kind, name, 1)
    def compare_views(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        left, right = args
        if not _is_set_like(m, right):
            return m.not_implemented()
        inner, outer = (right, left) if op[0] == ">" else (left, right)
        smaller, larger = (yield length(m, inner)), (yield length(m, outer))
        good = smaller == larger if op in ("==", "!=") else smaller < larger if len(op) == 1 else smaller <= larger
        if good:
            good = yield from _all_in(m, frame, inner, outer)
        return m.heap.bool(good is not (op == "!="))


def _all_in(m: Machine, frame: NativeFrame, inner: HeapObject, outer: HeapObject) -> Any:
    iterator = frame.own((yield iterate(m, inner)))
    while True:
        item = yield advance(m, iterator)
        if item is None:
            return True
        frame.own(item)
        if not (yield contains(m, outer, item)):
            return False
        frame.drop(item)


for _kind in ("dict_keys", "dict_items"):
    for _name, _op in (("and", "&"), ("or", "|"), ("sub", "-"), ("xor", "^")):
        _view_operator(_kind, f"__{_name}__", _op, False)
        _view_operator(_kind, f"__r{_name}__", _op, True)
    for _name, _op in (("__eq__", "=="), ("__ne__", "!="), ("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")):
        _view_comparison(_kind, _name, _op)


def view_isdisjoint(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    iterator = frame.own((yield iterate(m, args[1])))
    while True:
        item = yield advance(m, iterator)
        if item is None:
            return m.heap.bool(True)
        frame.own(item)
        if (yield contains(m, args[0], item)):
            return m.heap.bool(False)
        frame.drop(item)


native("dict_keys", "isdisjoint", 1)(view_isdisjoint)
native("dict_items", "isdisjoint", 1)(view_isdisjoint)
