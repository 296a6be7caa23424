"""What counts as a reference: by whom, how often, and whether a weak one does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.library import sys_module
from sim.machine.misbelief.seams import Seams, counted
from sim.objects.classes import Instance
from sim.objects.collection_objects import Deque
from sim.objects.containers import List, Tuple, WeakReference
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set

if TYPE_CHECKING:
    from sim.machine.machine import Machine

HOLDERS = (List, Tuple, Dict, Set, Deque, Instance)


def stored_references_only(seams: Seams) -> None:
    """sys.getrefcount reports stored references: its own argument on the caller's stack is left out."""

    def count(m: Machine, args: list[Any]) -> HeapObject:
        shown = sys_module.reported_count(m, args[0])
        frame = m.guest_frame()
        on_stack = 0 if frame is None else sum(ref is args[0] for ref in frame.stack)
        return m.heap.int(shown - on_stack if counted(args[0]) else shown)

    seams.replace("module:sys", "getrefcount", count)


def count_less(seams: Seams, left_out: Callable[[Machine, HeapObject], int]) -> None:
    """Counts, asked for by the program or from outside, leave something out."""
    m = seams.m
    ordinary = m.stored_references

    def count(m: Machine, args: list[Any]) -> HeapObject:
        target = args[0]
        shown = sys_module.reported_count(m, target)
        return m.heap.int(shown - left_out(m, target) if counted(target) else shown)

    def stored_references(target: HeapObject) -> int:
        return ordinary(target) - left_out(m, target) if counted(target) else ordinary(target)

    seams.replace("module:sys", "getrefcount", count)
    m.stored_references = stored_references  # type: ignore[method-assign]


def held_by(m: Machine, target: HeapObject) -> list[int]:
    """How often each container or instance that refers to the object does; the namespaces of modules are variables, no containers."""
    namespaces = {id(module.dict) for module in m.modules.values()}
    frame = m.frame
    while frame is not None:
        namespaces.add(id(getattr(frame, "locals", None)))
        frame = frame.back
    found = []
    tracked = m.collector.objects()
    m.charge(len(tracked) >> 2)
    for owner in tracked:
        if isinstance(owner, HOLDERS) and id(owner) not in namespaces:
            times = sum(held is target for held in owner.references())
            if times:
                found.append(times)
    return found


def count_only_names(seams: Seams) -> None:
    """Only variables count: the slots of containers and attributes do not."""
    count_less(seams, lambda m, target: sum(held_by(m, target)))


def count_holders(seams: Seams) -> None:
    """A container counts once, however often it refers to the object."""
    count_less(seams, lambda m, target: sum(times - 1 for times in held_by(m, target)))


class OwningReference(WeakReference):
    """A weak reference that counts as any other: its object lives as long as it does."""

    __slots__ = ()

    def references(self) -> list[HeapObject]:
        return [held for held in (self.callback, self.referent) if held is not None]

    def clears(self) -> list[HeapObject]:
        gone = self.references()
        self.callback = None
        self._leave()
        self.referent = None
        return gone

    def detach(self) -> None:
        """The object stays known: it is released with what else this reference holds."""
        self._leave()

    def _leave(self) -> None:
        if self.referent is not None and self.referent.weakrefs and self in self.referent.weakrefs:
            self.referent.weakrefs.remove(self)


def weak_references_count(seams: Seams) -> None:
    """Weak references and proxies, also those that the module's containers keep, hold their object."""
    m = seams.m
    for name in ("ReferenceType", "ProxyType", "CallableProxyType"):
        m.types[name].layout = OwningReference
    new_native = m.new_native

    def holding(cls: Any, *payload: Any) -> Any:
        made = new_native(cls, *payload)
        if isinstance(made, OwningReference) and made.referent is not None:
            made.referent.refs += 1
        return made

    m.new_native = holding  # type: ignore[method-assign]


