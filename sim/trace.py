"""Events of a run: what a Tracer may be told. Discarded by default; a recorder lives in sim/recorder.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sim.objects.containers import WeakReference
    from sim.objects.heap_object import HeapObject


class Tracer(Protocol):
    """Told of what happens in the heap, at the moment it happens. Must not change anything."""

    def died(self, dead: HeapObject) -> None: ...

    def resurrected(self, alive: HeapObject) -> None: ...

    def finalizing(self, object_: HeapObject) -> None: ...

    def calling_back(self, reference: WeakReference) -> None: ...

    def collection_started(self, generation: int, automatic: bool) -> None: ...

    def collection_ended(self, found: int) -> None: ...

    def wrote(self, text: str) -> None: ...


class Silent:
    """The default tracer: discards everything."""

    def died(self, dead: HeapObject) -> None:
        pass

    def resurrected(self, alive: HeapObject) -> None:
        pass

    def finalizing(self, object_: HeapObject) -> None:
        pass

    def calling_back(self, reference: WeakReference) -> None:
        pass

    def collection_started(self, generation: int, automatic: bool) -> None:
        pass

    def collection_ended(self, found: int) -> None:
        pass

    def wrote(self, text: str) -> None:
        pass
