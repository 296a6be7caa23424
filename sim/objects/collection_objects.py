"""Layouts of the module collections: deque and defaultdict."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from sim.objects.heap_object import Container, HeapObject
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.objects.classes import Type

CENTRE = 32  # where the first item of an empty deque goes in its block of 64 (Modules/_collectionsmodule.c)


class Deque(Container):
    """first: the place of the leftmost item, counted from the left edge of the first block ever; it decides how many blocks are in use."""

    __slots__ = ("first", "items", "maximum", "version", "weakrefs")

    def __init__(self, kind: Type, address: int) -> None:
        super().__init__(kind, address)
        self.items: deque[HeapObject] = deque()
        self.maximum: int | None = None
        self.version = 0
        self.first = CENTRE
        self.weakrefs: list[Any] | None = None

    @property
    def blocks(self) -> int:
        last = self.first + len(self.items) - 1
        return (last >> 6) - (self.first >> 6) + 1 if self.items else 1

    def references(self) -> list[HeapObject]:
        return list(self.items)

    def clears(self) -> list[HeapObject]:
        gone = list(self.items)
        self.items.clear()
        self.first = CENTRE
        return gone


class DefaultDict(Dict):
    """A dict that makes missing values with `factory`."""

    __slots__ = ("factory", "weakrefs")

    def __init__(self, kind: Type, address: int) -> None:
        super().__init__(kind, address)
        self.factory: HeapObject | None = None
        self.weakrefs: list[Any] | None = None

    def references(self) -> list[HeapObject]:
        own = [] if self.factory is None else [self.factory]
        return [*own, *Dict.references(self)]

    def releases(self) -> list[HeapObject]:
        own = [] if self.factory is None else [self.factory]
        return [*own, *Dict.releases(self)]

    def clears(self) -> list[HeapObject]:
        own = [] if self.factory is None else [self.factory]
        self.factory = None
        return [*own, *Dict.clears(self)]


class Array(Container):
    """array.array: plain numbers, no objects. allocated: how many of them the buffer has room for."""

    __slots__ = ("allocated", "typecode", "values", "weakrefs")

    def __init__(self, kind: Type, address: int) -> None:
        super().__init__(kind, address)
        self.typecode = "b"
        self.values: list[int] | list[float] = []
        self.allocated = 0
        self.weakrefs: list[Any] | None = None

    def references(self) -> list[HeapObject]:
        return []

    def clears(self) -> list[HeapObject]:
        return []
