"""Tuples, lists, cells, slices, bound methods, and Record: every small object that is just a row of references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.objects.heap_object import Container, HeapObject

if TYPE_CHECKING:
    from sim.objects.classes import Type


class Tuple(Container):
    """`items` is never changed once the tuple is visible. No tp_clear: the collector cannot break a cycle here."""

    __slots__ = ("items",)

    def __init__(self, kind: Type, address: int, items: list[HeapObject]) -> None:
        self.refs = 1
        self.type = kind
        self.address = address
        self.home = None
        self.items = items

    def references(self) -> list[HeapObject]:
        return self.items[::-1]  # Objects/tupleobject.c tupletraverse and tupledealloc: from the last


class List(Container):
    """`capacity` slots are allocated at `buffer` (0: no buffer)."""

    __slots__ = ("buffer", "capacity", "items")

    def __init__(self, kind: Type, address: int, items: list[HeapObject]) -> None:
        self.refs = 1
        self.type = kind
        self.address = address
        self.home = None
        self.items = items
        self.capacity = 0
        self.buffer = 0

    def references(self) -> list[HeapObject]:
        return self.items[::-1]  # list_traverse walks from the last

    def clears(self) -> list[HeapObject]:
        gone = self.items[::-1]  # list_clear: detach, then from the last
        self.items = []
        return gone


class Cell(Container):
    __slots__ = ("content",)

    def __init__(self, kind: Type, address: int, content: HeapObject | None) -> None:
        super().__init__(kind, address)
        self.content = content

    def references(self) -> list[HeapObject]:
        return [] if self.content is None else [self.content]

    def clears(self) -> list[HeapObject]:
        gone = self.references()
        self.content = None
        return gone


class Record(Container):
    """An object that is a row of references and a payload: property, staticmethod, slice, super, map, zip, partial ...

    parts: references, None where absent. state: host payload of the kind's library code.
    cleared: whether the type has a tp_clear (Record of the kind's table).
    """

    __slots__ = ("parts", "state", "weakrefs")

    def __init__(self, kind: Type, address: int, parts: list[HeapObject | None], state: Any = None) -> None:
        super().__init__(kind, address)
        self.parts = parts
        self.state = state
        self.weakrefs: list[Any] | None = None

    def references(self) -> list[HeapObject]:
        return [part for part in self.parts if part is not None]

    def clears(self) -> list[HeapObject]:
        if not self.type.clearable:
            return []
        gone = self.references()
        self.parts = [None] * len(self.parts)
        return gone


class Method(Record):
    """A bound method: parts = [function, self]. No tp_clear (Objects/classobject.c)."""

    __slots__ = ()

    @property
    def function(self) -> HeapObject:
        return self.parts[0]  # type: ignore[return-value]

    @property
    def receiver(self) -> HeapObject:
        return self.parts[1]  # type: ignore[return-value]


class Builtin(Container):
    """A function written for the host: builtin function, method descriptor (receiver None) or bound builtin method.

    spec: the library's description of it (name, arity, host function).
    """

    __slots__ = ("owner", "receiver", "spec")

    def __init__(self, kind: Type, address: int, spec: Any, owner: HeapObject | None, receiver: HeapObject | None) -> None:
        super().__init__(kind, address)
        self.spec = spec
        self.owner = owner  # descriptors hold their type, module functions their module
        self.receiver = receiver

    def references(self) -> list[HeapObject]:
        return [part for part in (self.receiver, self.owner) if part is not None]


class WeakReference(Container):
    """`referent` is not counted; None once dead. parts[0] is the callback."""

    __slots__ = ("callback", "hash_value", "referent")
    header = 16

    def __init__(self, kind: Type, address: int, referent: HeapObject, callback: HeapObject | None) -> None:
        super().__init__(kind, address)
        self.referent: HeapObject | None = referent
        self.callback = callback
        self.hash_value: int | None = None

    def references(self) -> list[HeapObject]:
        return [] if self.callback is None else [self.callback]

    def clears(self) -> list[HeapObject]:
        gone = self.references()
        self.callback = None
        self.detach()
        return gone

    def detach(self) -> None:
        """Leave the referent's list of weak references."""
        if self.referent is not None and self.referent.weakrefs:
            self.referent.weakrefs.remove(self)
        self.referent = None


class Iter(Container):
    """An iterator over one object: list, tuple, string, dict view ... `position` counts up, `source` is dropped when exhausted."""

    __slots__ = ("left", "position", "source", "state")

    def __init__(self, kind: Type, address: int, source: HeapObject | None, state: Any = None) -> None:
        super().__init__(kind, address)
        self.left = 0  # how many entries of a dict are still to come
        self.source = source
        self.position = 0
        self.state = state

    def references(self) -> list[HeapObject]:
        return [] if self.source is None else [self.source]


def references_of(objects: Iterator[HeapObject | None] | list[HeapObject | None]) -> list[HeapObject]:
    return [o for o in objects if o is not None]
