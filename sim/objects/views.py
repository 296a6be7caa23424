"""Views of memory: a memoryview looks at an exporter through a managed buffer, which keeps the exporter alive and from being resized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.objects.containers import references_of
from sim.objects.heap_object import Container, HeapObject
from sim.objects.scalars import ByteArray

if TYPE_CHECKING:
    from sim.objects.classes import Type


class ManagedBuffer(Container):
    """_PyManagedBuffer: one export of `exporter`, shared by all views of it; None once it is given back."""

    __slots__ = ("exporter",)

    def __init__(self, kind: Type, address: int, exporter: Any) -> None:
        super().__init__(kind, address)
        self.exporter: Any = exporter
        if isinstance(exporter, ByteArray):
            exporter.exports += 1

    def references(self) -> list[HeapObject]:
        return references_of([self.exporter])

    def releases(self) -> list[HeapObject]:
        """mbuf_release: the export ends, the exporter may be resized again."""
        gone = self.references()
        if isinstance(self.exporter, ByteArray):
            self.exporter.exports -= 1
        self.exporter = None
        return gone

    def clears(self) -> list[HeapObject]:
        return self.releases()


class MemoryView(Container):
    """memoryview: places `span` of the exporter's bytes. `buffer` is None once the view is released."""

    __slots__ = ("buffer", "hash_value", "span", "weakrefs")

    def __init__(self, kind: Type, address: int, buffer: ManagedBuffer, span: range) -> None:
        super().__init__(kind, address)
        self.buffer: ManagedBuffer | None = buffer
        self.span = span
        self.hash_value: int | None = None
        self.weakrefs: list[Any] | None = None

    @property
    def value(self) -> bytes:
        """The bytes seen, as other kinds of bytes have them."""
        assert self.buffer is not None
        seen = self.buffer.exporter.value
        if not self.span:
            return b""
        if self.span.step == 1:
            return bytes(seen[self.span.start : self.span.stop])
        return bytes([seen[place] for place in self.span])

    def references(self) -> list[HeapObject]:
        return references_of([self.buffer])

    def clears(self) -> list[HeapObject]:
        gone = self.references()
        self.buffer = None
        return gone
