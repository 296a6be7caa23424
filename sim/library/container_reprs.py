"""repr() of containers: each nested object is a frame of its own on the machine's stack, and the text is bounded before it is joined."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.library.objects import new
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import repr_text
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine


class Pieces:
    """Parts of a text to be made; refuses as soon as the whole would be too long."""

    __slots__ = ("limit", "machine", "parts", "total")

    def __init__(self, m: Machine) -> None:
        self.machine = m
        self.parts: list[str] = []
        self.total = 0
        self.limit = m.limits.string_length

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.total += len(text)
        if self.total > self.limit:
            raise LimitReached("string_length", self.limit)

    def join(self, separator: str = "") -> str:
        if self.total + len(separator) * len(self.parts) > self.limit:
            raise LimitReached("string_length", self.limit)
        self.machine.charge(self.total >> 6)
        return separator.join(self.parts)


def joined_reprs(m: Machine, frame: NativeFrame, items: Callable[[int], HeapObject | None], holding: bool = False) -> Any:
    """'repr, repr, ...' of items(0), items(1) ... until None. holding: each item is kept while its repr runs."""
    pieces = Pieces(m)
    index = 0
    while True:
        item = items(index)
        if item is None:
            return pieces.join(", ")
        if holding:
            frame.borrow(item)
        m.charge(2)
        text = yield repr_text(m, item)
        pieces.add(text)
        if holding:
            frame.drop(item)
        index += 1


def guarded(m: Machine, frame: NativeFrame, owner: HeapObject, again: str, body: Any) -> Any:
    """Py_ReprEnter: an object inside itself is shown as `again`."""
    m.keep_reprs()
    if owner in m.printing:
        return m.heap.str(again)
    m.printing.add(owner)
    frame.borrow(owner)  # the list of objects in progress holds it
    try:
        return m.heap.str((yield from body(m, frame, owner)))
    finally:
        m.printing.discard(owner)


def _at(items: list[Any], index: int) -> HeapObject | None:
    return items[index] if index < len(items) else None


def _list_body(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    holding = m.profile.version >= "3.13"
    return "[" + (yield from joined_reprs(m, frame, lambda index: _at(owner.items, index), holding)) + "]"


@native("list", "__repr__", 0)
def list_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if not args[0].items:
        return m.heap.str("[]")
    return (yield from guarded(m, frame, args[0], "[...]", _list_body))


def _tuple_body(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    text = yield from joined_reprs(m, frame, lambda index: _at(owner.items, index))
    return f"({text},)" if len(owner.items) == 1 else f"({text})"


@native("tuple", "__repr__", 0)
def tuple_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if not args[0].items:
        return m.heap.str("()")
    return (yield from guarded(m, frame, args[0], "(...)", _tuple_body))


def dict_text(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    pieces = Pieces(m)
    for entry in owner.entries():
        if not entry.live:
            continue
        m.charge(2)
        key, value = frame.borrow(entry.key), frame.borrow(entry.value)
        pieces.add((yield repr_text(m, key)) + ": ")
        shown = yield repr_text(m, value)
        pieces.parts[-1] += shown
        pieces.total += len(shown)
        frame.drop(key)
        frame.drop(value)
    return "{" + pieces.join(", ") + "}"


@native("dict", "__repr__", 0)
def dict_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield from guarded(m, frame, args[0], "{...}", dict_text))


def _set_body(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    name = owner.type.name
    keys = [entry.key for entry in owner.entries()]
    if not keys:
        return f"{name}()"
    listed = frame.own(m.heap.list([new(key) for key in keys]))  # C makes a list of them first
    text = yield from joined_reprs(m, frame, lambda index: _at(keys, index), m.profile.version >= "3.13")
    frame.drop(listed)
    return "{" + text + "}" if owner.type is m.types["set"] else f"{name}({{{text}}})"


def set_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield from guarded(m, frame, args[0], f"{args[0].type.name}(...)", _set_body))


native("set", "__repr__", 0)(set_repr)
native("frozenset", "__repr__", 0)(set_repr)


def _view_body(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    entries = owner.parts[0].entries()
    name = owner.type.name
    if name == "dict_items":
        pieces = Pieces(m)
        for entry in entries:
            key, value = frame.borrow(entry.key), frame.borrow(entry.value)
            left = yield repr_text(m, key)
            pieces.add(f"({left}, {(yield repr_text(m, value))})")
            frame.drop(key)
            frame.drop(value)
        text = pieces.join(", ")
    else:
        parts = [entry.key if name == "dict_keys" else entry.value for entry in entries]
        frame.own(m.heap.list([new(part) for part in parts]))  # C makes a list of them first
        text = yield from joined_reprs(m, frame, lambda index: _at(parts, index), m.profile.version >= "3.13")
    return f"{name}([{text}])"


def view_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield from guarded(m, frame, args[0], "...", _view_body))


for _name in ("dict_keys", "dict_values", "dict_items"):
    native(_name, "__repr__", 0)(view_repr)


@native("slice", "__repr__", 0)
def slice_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    text = yield from joined_reprs(m, frame, lambda index: _at(args[0].parts, index))
    return m.heap.str(f"slice({text})")


@native("range", "__repr__", 0)
def range_repr(m: Machine, args: list[Any]) -> Any:
    value = args[0].value
    step = "" if value.step == 1 else f", {value.step}"
    return m.heap.str(f"range({value.start}, {value.stop}{step})")
