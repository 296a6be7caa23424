"""A slice of a list is a window on it: one row of items, seen through several lists.

A view is a list object whose `items` are a part of another list's. It holds that list, and no item: changing one changes the other, and
what is put in through a window goes into the list behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSequence
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from sim.library.ranges import slice_indices
from sim.machine.misbelief.seams import Seams, with_body
from sim.machine.natives import Native
from sim.objects.containers import List, Record
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.frames import NativeFrame
    from sim.machine.machine import Machine
    from sim.objects.classes import Type


class Window(MutableSequence[HeapObject]):
    """Items start to stop of a list; stop None: as far as the list goes. Work on many items is paid for."""

    def __init__(self, m: Machine, source: List, start: int, stop: int | None) -> None:
        self.m = m
        self.source = source
        self.start = start
        self.stop = stop

    @property
    def bounds(self) -> tuple[int, int]:
        size = len(self.source.items)
        start = min(self.start, size)
        return start, size if self.stop is None else max(start, min(self.stop, size))

    def __len__(self) -> int:
        start, stop = self.bounds
        return stop - start

    def seen(self) -> list[HeapObject]:
        start, stop = self.bounds
        self.m.charge(stop - start >> 4)
        return self.source.items[start:stop]

    def __iter__(self) -> Iterator[HeapObject]:
        return iter(self.seen())

    def __reversed__(self) -> Iterator[HeapObject]:
        return reversed(self.seen())

    @overload
    def __getitem__(self, key: int) -> HeapObject: ...
    @overload
    def __getitem__(self, key: slice) -> list[HeapObject]: ...
    def __getitem__(self, key: int | slice) -> HeapObject | list[HeapObject]:
        return self.seen()[key] if isinstance(key, slice) else self.source.items[self._place(key)]

    def __setitem__(self, key: int | slice, value: Any) -> None:
        if isinstance(key, slice):
            items = self.seen()
            items[key] = value
            self.show(items)
        else:
            self.source.items[self._place(key)] = value

    def __delitem__(self, key: int | slice) -> None:
        if isinstance(key, slice):
            items = self.seen()
            del items[key]
            self.show(items)
        else:
            self._move(-1)
            del self.source.items[self._place(key)]
            self._resize(-1)

    def insert(self, index: SupportsIndex, value: HeapObject) -> None:
        start, stop = self.bounds
        place = slice(index, None).indices(stop - start)[0]
        self._move(1)
        self.source.items.insert(start + place, value)
        self._resize(1)

    def extend(self, values: Iterable[HeapObject]) -> None:
        self.show(self.seen() + list(values))

    def reverse(self) -> None:
        self.show(self.seen()[::-1])

    def show(self, items: list[HeapObject]) -> None:
        """Put other items into the part of the list that is seen here."""
        start, stop = self.bounds
        self._move(stop - start)
        self.source.items[start:stop] = items
        self._resize(len(items) - (stop - start))

    def _move(self, count: int) -> None:
        self.m.charge((len(self.source.items) >> 6) + (abs(count) >> 4))

    def _resize(self, more: int) -> None:
        if self.stop is not None:
            self.stop = min(self.stop, len(self.source.items) - more) + more

    def __add__(self, other: Any) -> list[HeapObject]:
        return self.seen() + list(other)

    def __radd__(self, other: Any) -> list[HeapObject]:
        return list(other) + self.seen()

    def __mul__(self, times: int) -> list[HeapObject]:
        return self.seen() * times

    def _place(self, index: int) -> int:
        start, stop = self.bounds
        place = start + index if index >= 0 else stop + index
        if not start <= place < stop:
            raise IndexError("list index out of range")
        return place


class View(List):
    """A list that is a window on another."""

    __slots__ = ("window",)

    def __init__(self, kind: Type, address: int, window: Window) -> None:
        self.refs = 1
        self.type = kind
        self.address = address
        self.home = None
        self.window: Window | None = window
        self.capacity = 0
        self.buffer = 0

    @property
    def items(self) -> Any:
        return self.window if self.window is not None else []

    @items.setter
    def items(self, items: Any) -> None:
        if self.window is not None:
            self.window.show(list(items))

    def references(self) -> list[HeapObject]:
        return [self.window.source] if self.window is not None else []

    def clears(self) -> list[HeapObject]:
        gone = self.references()
        self.window = None
        return gone


def slices_are_views(seams: Seams) -> None:
    """a[i:j] is a window on a; with a step it is a copy, as ever."""
    m = seams.m
    list_resized, list_capacity = m.heap.list_resized, m.heap.list_capacity

    def behind(changed: List) -> List:
        return changed.window.source if isinstance(changed, View) and changed.window is not None else changed

    def resized(changed: List) -> None:
        list_resized(behind(changed))

    def capacity(changed: List, wanted: int) -> None:
        owner = behind(changed)
        list_capacity(owner, max(wanted, len(owner.items)) if owner is not changed else wanted)

    m.heap.list_resized, m.heap.list_capacity = resized, capacity  # type: ignore[method-assign]
    seams.native("list", "__getitem__", viewing)
    seams.native("list", "clear", lambda spec: on_the_window(spec, emptied))
    seams.native("list", "sort", lambda spec: sorted_behind(spec))


def viewing(spec: Native) -> Native:
    def getitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        target, key = args
        if not (key.__class__ is Record and key.type is m.types["slice"]):
            result = spec.function(m, args)
            return result if isinstance(result, HeapObject) else (yield result)
        span = slice_indices(m, key, len(target.items))
        start, stop, step = span if span.__class__ is tuple else (yield span)
        if step != 1 or not target.type.static:
            result = spec.function(m, args)
            return result if isinstance(result, HeapObject) else (yield result)
        open_ended = key.parts[1] is m.none_object
        return view_of(m, target, start, None if open_ended else max(start, stop))

    return with_body(spec, getitem)


def view_of(m: Machine, target: Any, start: int, stop: int | None) -> View:
    """A window on a list; a window on a window looks at the list behind both."""
    if isinstance(target, View) and target.window is not None:
        outer = target.window
        first, last = outer.bounds
        stop = (None if outer.stop is None else last) if stop is None else first + stop
        start += first
        target = outer.source
    target.refs += 1
    made = View(m.types["list"], m.heap.collectable(40, "list"), Window(m, target, start, stop))
    m.heap.track(made)
    return made


def on_the_window(spec: Native, change: Any) -> Native:
    """A native that a view does in its own way."""

    def function(m: Machine, args: list[Any]) -> Any:
        return change(m, args[0]) if isinstance(args[0], View) else spec.function(m, args)

    return with_body(spec, function)


def emptied(m: Machine, target: View) -> HeapObject:
    gone = target.items[:]
    target.items = []
    m.heap.list_resized(target)
    m.heap.close_all(gone[::-1])
    return m.none()


def sorted_behind(spec: Native) -> Native:
    """Sorting works on a list of its own, which then is shown."""

    def sort(m: Machine, frame: NativeFrame, args: list[Any], *rest: Any) -> Any:
        target = args[0]
        if not isinstance(target, View):
            return (yield from spec.function(m, frame, args, *rest))
        items = target.items[:]
        for item in items:
            item.refs += 1
        apart = frame.own(m.heap.list(items))
        result = yield from spec.function(m, frame, [apart, *args[1:]], *rest)
        frame.own(result)
        old, ordered = target.items[:], list(apart.items)
        for item in ordered:
            item.refs += 1
        target.items = ordered
        m.heap.close_all(old)
        return frame.give(result)

    return with_body(spec, sort)
