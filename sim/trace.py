"""What a run tells a Tracer, at the moment it happens. By default nobody listens: every call goes to Silent, and all of them stand where
something rare happens (a death, a collection, printed text), so listening costs an ordinary run nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sim.objects.containers import WeakReference
    from sim.objects.heap_object import HeapObject


class Tracer(Protocol):
    """Must not change anything, and gets objects borrowed."""

    def died(self, dead: HeapObject) -> None:
        """The count reached zero and no finalizer saved it; its contents are still there."""

    def resurrected(self, alive: HeapObject) -> None:
        """Its finalizer ran, and something refers to it again."""

    def finalizing(self, object_: HeapObject) -> None:
        """`__del__` is about to run."""

    def forgotten(self, reference: WeakReference) -> None:
        """A weak reference lost its object."""

    def calling_back(self, reference: WeakReference) -> None:
        """The callback of a weak reference is about to run."""

    def collection_started(self, generation: int, automatic: bool) -> None: ...

    def examined(self, outside: Mapping[Any, int], reachable: Iterable[Any], unreachable: Iterable[Any]) -> None:
        """The collector copied the counts of its candidates and subtracted the references among them: `outside` is what is left."""

    def saved(self, resurrected: Iterable[Any]) -> None:
        """After the finalizers the collector looked again: these are reachable now, with all they reach."""

    def clearing(self, condemned: Iterable[Any]) -> None:
        """The collector makes these let go of what they hold, one by one."""

    def collection_ended(self, found: int) -> None: ...

    def counted(self, target: HeapObject) -> None:
        """The program asks sys.getrefcount."""

    def wrote(self, text: str) -> None: ...


class Silent:
    """The default tracer: discards everything."""

    def died(self, dead: HeapObject) -> None:
        pass

    def resurrected(self, alive: HeapObject) -> None:
        pass

    def finalizing(self, object_: HeapObject) -> None:
        pass

    def forgotten(self, reference: WeakReference) -> None:
        pass

    def calling_back(self, reference: WeakReference) -> None:
        pass

    def collection_started(self, generation: int, automatic: bool) -> None:
        pass

    def examined(self, outside: Mapping[Any, int], reachable: Iterable[Any], unreachable: Iterable[Any]) -> None:
        pass

    def saved(self, resurrected: Iterable[Any]) -> None:
        pass

    def clearing(self, condemned: Iterable[Any]) -> None:
        pass

    def collection_ended(self, found: int) -> None:
        pass

    def counted(self, target: HeapObject) -> None:
        pass

    def wrote(self, text: str) -> None:
        pass
