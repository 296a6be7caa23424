"""What every guest object has. A guest object is a HeapObject; a host value inside one is a payload.

Kinds never see frames and never run guest code. `refs` is the exact count; only `heap` changes it (and the instructions, which speak
the heap's vocabulary: new adds one, steal moves one, close takes one away). `address` is the block's address.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.objects.classes import Type

# Immortal objects start here: counting goes on (it is cheaper than asking) but never reaches zero and is never shown.
IMMORTAL = 1 << 48


class HeapObject:
    """One object of the simulated heap.

    references(): what it holds, with multiplicity, in the order of CPython's tp_traverse.
    releases(): the same references in the order in which its deallocator lets them go.
    clears(): the references that the collector's tp_clear drops, after detaching them from the object.
    """

    __slots__ = ("address", "refs", "type")

    leaf = False  # holds nothing, runs nothing when it dies: freed on the spot
    header = 0  # bytes in front of the object inside its block (collector's header, dict and weakref pointers)
    home: Any = None  # the collector's list that holds it; None: not tracked
    attributes: Any = None
    weakrefs: Any = None
    finalized = False

    def __init__(self, kind: Type, address: int) -> None:
        self.refs = 1
        self.type = kind
        self.address = address

    def references(self) -> Iterator[HeapObject] | list[HeapObject]:
        return []

    def releases(self) -> Iterator[HeapObject] | list[HeapObject]:
        return list(self.references())

    def clears(self) -> list[HeapObject]:
        return []

    @property
    def identity(self) -> int:
        return self.address + self.header


class Container(HeapObject):
    """An object that the collector can track."""

    __slots__ = ("home",)
    header = 16  # PyGC_Head

    def __init__(self, kind: Type, address: int) -> None:
        self.refs = 1
        self.type = kind
        self.address = address
        self.home = None
