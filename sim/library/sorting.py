"""Sorting: stable, through guest comparisons, with the list emptied meanwhile (Objects/listobject.c list_sort_impl).

Plain text or numbers are sorted by the host at the same price. Otherwise: up to 63 items CPython's own sequence of comparisons (one run,
then binary insertion); longer lists are merged from such runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.hashing import plain_order
from sim.library.lists import list_from
from sim.machine.frames import NativeFrame
from sim.machine.natives import native, wrong_keyword
from sim.machine.operations import call, compare, truth
from sim.objects.containers import List

if TYPE_CHECKING:
    from sim.machine.machine import Machine
    from sim.objects.heap_object import HeapObject

RUN = 63


class Row:
    """One item with the key it is sorted by."""

    __slots__ = ("item", "key")

    def __init__(self, item: Any, key: Any) -> None:
        self.item = item
        self.key = key


@native("list", "sort", 0, 0, raw=True)
def list_sort(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    yield from sort_list(m, frame, args[0], keywords, "sort")
    return m.none()


@native("module:builtins", "sorted", 1, raw=True, kind="function")
def builtin_sorted(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject]) -> Any:
    made = yield from list_from(m, frame, args[0])
    yield from sort_list(m, frame, made, keywords, "sort")
    return frame.give(made)


def sort_list(m: Machine, frame: NativeFrame, target: List, keywords: dict[str, HeapObject], name: str) -> Any:
    """Sort in place. Meanwhile the list is empty and C (this frame) holds the items."""
    for keyword in keywords:
        if keyword not in ("key", "reverse"):
            raise wrong_keyword(m, name, keyword, ("key", "reverse"))
    key = keywords.get("key")
    if key is m.none_object:
        key = None
    reverse = "reverse" in keywords and (yield truth(m, keywords["reverse"]))
    items, target.items = target.items, []
    capacity, buffer = target.capacity, target.buffer
    target.capacity = target.buffer = 0
    start = len(frame.held)
    frame.held.extend(items)
    rows = [Row(item, item) for item in items]
    try:
        if key is not None:
            for row in rows:
                row.key = frame.own((yield call(m, key, [row.item])))
        rows = yield from _sorted(m, frame, rows, reverse)
    finally:
        modified = _give_back(m, frame, target, [row.item for row in rows], start, capacity, buffer)
    if modified:
        raise m.error("ValueError", "list modified during sort")


def _give_back(m: Machine, frame: NativeFrame, target: List, items: list[Any], start: int, capacity: int, buffer: int) -> bool:
    """The items return to the list; what guest code put into it meanwhile goes. Whether there was any such thing."""
    keys = frame.held[start + len(items) :]
    del frame.held[start:]
    added, target.items = target.items, items
    modified = bool(added) or bool(target.buffer)
    if target.buffer:
        m.heap.allocator.release(target.buffer)
    target.capacity, target.buffer = capacity, buffer
    m.heap.close_all(keys)
    m.heap.close_all(added[::-1])
    return modified


def _sorted(m: Machine, frame: NativeFrame, rows: list[Row], reverse: bool) -> Any:
    count = len(rows)
    if count < 2:
        return rows
    if plain_order([row.key for row in rows]):
        m.charge(count * count.bit_length() >> 2)
        return sorted(rows, key=lambda row: row.key.value, reverse=reverse)
    if reverse:  # stable also in reverse: turned round before and after
        rows.reverse()
    size = RUN if count > RUN else count
    runs = []
    for first in range(0, count, size):
        runs.append((yield from _short_sorted(m, frame, rows[first : first + size])))
    while len(runs) > 1:
        merged = []
        for place in range(0, len(runs) - 1, 2):
            merged.append((yield from _merged(m, frame, runs[place], runs[place + 1])))
        runs = merged + runs[len(runs) & ~1 :]
    rows = runs[0]
    if reverse:
        rows.reverse()
    return rows


def _less(m: Machine, frame: NativeFrame, left: Row, right: Row) -> Any:
    result = frame.own((yield compare(m, "<", left.key, right.key)))
    answer = yield truth(m, result)
    frame.drop(result)
    return answer


def _short_sorted(m: Machine, frame: NativeFrame, rows: list[Row]) -> Any:
    """The run at the beginning, then binary insertion of what is behind it."""
    find_run = _first_run if m.profile.version >= "3.13" else _first_run_before_313
    done = yield from find_run(m, frame, rows)
    for place in range(done, len(rows)):
        pivot = rows[place]
        low, high = 0, place
        while low < high:
            middle = (low + high) >> 1
            if (yield from _less(m, frame, pivot, rows[middle])):
                high = middle
            else:
                low = middle + 1
        del rows[place]
        rows.insert(low, pivot)
    return rows


def _first_run_before_313(m: Machine, frame: NativeFrame, rows: list[Row]) -> Any:
    """Length of the ascending or strictly descending run at the beginning, which is turned round."""
    if len(rows) < 2:
        return len(rows)
    length = 2
    descending = yield from _less(m, frame, rows[1], rows[0])
    while length < len(rows) and (yield from _less(m, frame, rows[length], rows[length - 1])) is descending:
        length += 1
    if descending:
        rows[:length] = rows[:length][::-1]
    return length


def _first_run(m: Machine, frame: NativeFrame, rows: list[Row]) -> Any:
    """From 3.13 on descending runs may contain equal items: those are turned round twice, so they keep their order."""
    length = yield from _ascending(m, frame, rows, 1)
    if length == len(rows):
        return length
    if length > 1:
        if (yield from _less(m, frame, rows[0], rows[length - 1])):
            return length
        rows[:length] = rows[:length][::-1]
    length += 1
    equal = 0  # how many items before rows[length - 1] equal it
    while length < len(rows):
        if (yield from _less(m, frame, rows[length], rows[length - 1])):
            _turn(rows, length, equal)
            equal = 0
        elif (yield from _less(m, frame, rows[length - 1], rows[length])):
            break
        else:
            equal += 1
        length += 1
    _turn(rows, length, equal)
    rows[:length] = rows[:length][::-1]
    return (yield from _ascending(m, frame, rows, length))


def _ascending(m: Machine, frame: NativeFrame, rows: list[Row], length: int) -> Any:
    while length < len(rows) and not (yield from _less(m, frame, rows[length], rows[length - 1])):
        length += 1
    return length


def _turn(rows: list[Row], end: int, equal: int) -> None:
    if equal:
        rows[end - equal - 1 : end] = rows[end - equal - 1 : end][::-1]


def _merged(m: Machine, frame: NativeFrame, left: list[Row], right: list[Row]) -> Any:
    found: list[Row] = []
    one = other = 0
    while one < len(left) and other < len(right):
        if (yield from _less(m, frame, right[other], left[one])):
            found.append(right[other])
            other += 1
        else:
            found.append(left[one])
            one += 1
    return found + left[one:] + right[other:]
