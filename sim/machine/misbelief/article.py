"""The memory model of the article that Heaplab grew from: a count of zero waits for a periodic sweep, the sweep returns memory to a pool of
the object's type, and small objects are part of their container (that rule is among the copies).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.allocator import LARGEST_SMALL, Allocator
from sim.machine.frames import NativeFrame
from sim.machine.misbelief.seams import Seams
from sim.machine.misbelief.waiting import Waiting, sweep_with_collections

if TYPE_CHECKING:
    from sim.machine.machine import Machine

# Blocks handed out from one sweep to the next. The article says "periodically" and no number: this is CPython's own first threshold up to
# 3.12, so that a program of an exercise's size sees no sweep but those it asks for with gc.collect().
SWEEP_EVERY = 700
Key = tuple[object, int]


class TypePools(Allocator):
    """Blocks that objects of one type gave back wait for the next object of that type; nobody else gets them.

    Instances of a class shrink with its history (3.13+), so any block of an instance is large enough for a later one: one pool for them.
    The pools of other blocks (tuples of different lengths, buffers of lists) are by size, too.
    """

    def __init__(self, ordinary: Allocator) -> None:
        self.ordinary = ordinary
        self.kind: object = None  # the type of the object that is being made
        self.instance = False  # the next block is an instance's own
        self.owners: dict[int, Key] = {}
        self.waiting: dict[Key, list[int]] = {}

    def allocate(self, size: int) -> int:
        key = (self.kind, 0 if self.instance else (size + 15) >> 4)
        self.instance = False
        pool = self.waiting.get(key)
        address = pool.pop() if pool else self.ordinary.allocate(size)
        self.owners[address] = key
        return address

    def release(self, address: int) -> None:
        key = self.owners.pop(address, None)
        if key is None or key[0] is None or key[1] > LARGEST_SMALL >> 4:  # pools are for small blocks
            self.ordinary.release(address)
        else:
            self.waiting.setdefault(key, []).append(address)

    def resize(self, address: int, size: int) -> int:
        key = self.owners.get(address)
        if key is not None and key[1] == (size + 15) >> 4:
            return address
        new = self.allocate(size)
        self.release(address)
        return new

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ordinary, name)


MAKERS = ("int", "float", "complex", "str", "bytes", "bytearray", "tuple", "list", "dict", "set", "range")


def pooled_by_type(seams: Seams) -> None:
    """Every type has a pool of its own. Free lists are pools by type already; nothing moves from one pool to another."""
    heap = seams.m.heap
    pools = TypePools(heap.allocator)
    heap.allocator = pools

    def of_kind(make: Callable[..., Any], name: str | None) -> Callable[..., Any]:
        def made(*args: Any, **keywords: Any) -> Any:
            before, pools.kind = pools.kind, name or args[0]
            pools.instance = name is None
            try:
                return make(*args, **keywords)
            finally:
                pools.kind, pools.instance = before, False

        return made

    for name in MAKERS:
        setattr(heap, name, of_kind(getattr(heap, name), name))
    heap.instance = of_kind(heap.instance, None)  # type: ignore[method-assign]
    seams.m.new_native = of_kind(seams.m.new_native, None)  # type: ignore[method-assign]


def swept_periodically(seams: Seams) -> None:
    """A count of zero only marks; the sweep frees what is marked: every so many allocations, with each collection, and at the end."""
    m = seams.m
    waiting = Waiting(seams)
    taken = 0
    allocate, sweep = m.heap.allocator.allocate, waiting.sweep

    def counting(size: int) -> int:
        nonlocal taken
        taken += 1
        if taken >= SWEEP_EVERY:
            taken = 0
            m.collector.requested = True  # at the next check point
        return allocate(size)

    def swept(m: Machine, frame: NativeFrame) -> Any:
        nonlocal taken
        taken = 0
        return (yield from sweep(m, frame))

    waiting.sweep = swept  # type: ignore[method-assign]
    sweep_with_collections(seams, waiting, waiting.zero)
    m.heap.allocator.allocate = counting  # type: ignore[method-assign]
