"""What lists and tuples share: searching, counting, comparing item by item. Runs of plain values need no guest and no frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.hashing import plain_equal
from sim.machine.frames import NativeFrame
from sim.machine.operations import compare, equal
from sim.objects.containers import List, Tuple

if TYPE_CHECKING:
    from sim.machine.machine import Machine
    from sim.objects.heap_object import HeapObject


def position_of(m: Machine, frame: NativeFrame, owner: Any, item: HeapObject, start: int, stop: int | None) -> Any:
    """Index of the first equal item in [start, stop), or -1. The list may change while guest code compares."""
    size = len(owner.items)
    index = max(0, start + size) if start < 0 else start
    limit = None if stop is None else max(0, stop + size) if stop < 0 else stop
    while index < len(owner.items) and (limit is None or index < limit):
        one = owner.items[index]
        found = plain_equal(one, item)
        if found is None and isinstance(owner, Tuple):  # its items cannot go away
            found = yield equal(m, one, item)
        elif found is None:
            frame.borrow(one)
            found = yield equal(m, one, item)
            frame.drop(one)
        elif index & 15 == 0:
            m.charge(1)
        if found:
            return index
        index += 1
    return -1


def count_of(m: Machine, frame: NativeFrame, owner: Any, item: HeapObject) -> Any:
    index = total = 0
    while index < len(owner.items):
        one = owner.items[index]
        found = plain_equal(one, item)
        if found is None and isinstance(owner, Tuple):  # its items cannot go away
            found = yield equal(m, one, item)
        elif found is None:
            frame.borrow(one)
            found = yield equal(m, one, item)
            frame.drop(one)
        elif index & 15 == 0:
            m.charge(1)
        total += bool(found)
        index += 1
    return total


def _decide_by_length(op: str, left: int, right: int) -> bool:
    return {"==": left == right, "!=": left != right, "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]


def compare_sequences(m: Machine, op: str, left: Any, right: Any) -> Any:
    """list_richcompare, tuplerichcompare: find the first items that differ, compare those."""
    if op in ("==", "!=") and len(left.items) != len(right.items) and isinstance(left, List):
        return m.heap.bool(op == "!=")
    shorter = min(len(left.items), len(right.items))
    for index in range(shorter):
        found = plain_equal(left.items[index], right.items[index])
        if found is None:
            return NativeFrame(m, _compare_slow, op, left, right, index)
        if not found:
            m.charge(index >> 2)
            return _decide(m, op, left.items[index], right.items[index])
    m.charge(shorter >> 2)
    return m.heap.bool(_decide_by_length(op, len(left.items), len(right.items)))


def _decide(m: Machine, op: str, left: HeapObject, right: HeapObject) -> Any:
    if op in ("==", "!="):
        return m.heap.bool(op == "!=")
    return compare(m, op, left, right)


def _compare_slow(m: Machine, frame: NativeFrame, op: str, left: Any, right: Any, index: int) -> Any:
    holding = isinstance(left, List)  # a tuple's items cannot go away
    while index < len(left.items) and index < len(right.items):
        one, other = left.items[index], right.items[index]
        if holding:
            frame.borrow(one)
            frame.borrow(other)
        m.charge(3)
        if not (yield equal(m, one, other)):
            if index >= len(left.items) or index >= len(right.items):  # comparing them emptied a list
                break
            return (yield _decide(m, op, one, other))
        if holding:
            frame.drop(one)
            frame.drop(other)
        index += 1
    return m.heap.bool(_decide_by_length(op, len(left.items), len(right.items)))
