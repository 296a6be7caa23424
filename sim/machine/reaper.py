"""Deaths, step by step: finalizer, weak references with their callbacks, contents, memory. Guest code may run in between, so the reaper is
a frame.

Order (Objects/typeobject.c subtype_dealloc, Objects/weakrefobject.c PyObject_ClearWeakRefs): `__del__` once in a life; if nothing
resurrected the object,
its weak references are cleared and their callbacks run, newest first; then each reference it holds is closed, nested deaths first; then
the block goes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.machine.frames import Generator_, GuestError
from sim.objects.classes import Instance
from sim.objects.containers import List, Tuple, WeakReference
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TRASHED = (List, Tuple, Dict, Instance)
FINALIZE, FINALIZED, WEAK, CALLBACKS, RELEASE, COLLECT = range(6)


class CollectRequest(HeapObject):
    """Queued among the dying where 3.11 starts a collection inside an allocation; `newborn` is not tracked yet at that moment."""

    __slots__ = ("newborn",)
    newborn: Any


class Death:
    """One object being taken apart, or (object None) a queue of references to close."""

    __slots__ = ("callbacks", "items", "object", "stage")

    def __init__(self, object_: Any, stage: int, items: Iterator[Any] | None = None) -> None:
        self.object = object_
        self.stage = stage
        self.items = items
        self.callbacks: list[tuple[WeakReference, HeapObject]] = []


class Reaper:
    """A frame that takes dying objects apart until none is left. It keeps the value or error that was on its way meanwhile."""

    __slots__ = ("back", "chain", "deaths", "error", "later", "limit", "machine", "value", "waiting")

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.back = machine.frame
        self.deaths: list[Death] = []
        self.value, self.error = machine.value, machine.pending
        machine.value = machine.pending = None
        machine.frame = self
        self.waiting = False
        self.limit = machine.profile.trashcan_depth  # containers nested deeper are put off (Objects/object.c, the trashcan); 0: never
        self.later: list[HeapObject] = []
        self.chain = 0

    def run(self) -> None:
        """Go on until done (the machine's frame is `back` again) or until guest code has to run first (it is on top then)."""
        m = self.machine
        heap = m.heap
        dying = heap.dying
        deaths = self.deaths
        if self.waiting:
            self.waiting = False
            self._discard_result()
            if m.frame is not self:  # sys.unraisablehook runs first
                self.waiting = True
                return
        while True:
            if dying:
                deaths.append(Death(None, RELEASE, iter(dying[:])))
                dying.clear()
            if not deaths:
                m.frame = self.back
                m.value, m.pending = self.value, self.error
                return
            death = deaths[-1]
            if self.later and death.object is None:
                self._destroy_later()
            elif death.stage == RELEASE:
                self._release(death)
            elif self._advance(death):
                self.waiting = True
                return

    def _release(self, death: Death) -> None:
        """Close references one by one; stop at the first that dies, it comes first."""
        heap, ticks = self.machine.heap, self.machine.ticks
        assert death.items is not None
        for child in death.items:
            child.refs -= 1
            if child.refs == 0:
                if child.leaf:
                    heap.free(child)
                elif self.limit and isinstance(child, TRASHED) and self._nesting() >= self.limit:
                    self.later.append(child)
                else:
                    next(ticks, None)
                    self.machine.zero(child, self.deaths)
                    return
        self.deaths.pop()
        if death.object is not None:
            heap.free(death.object)

    def _nesting(self) -> int:
        """How many containers are being taken apart, one inside the other."""
        return self.chain + sum(isinstance(death.object, TRASHED) for death in self.deaths)

    def _destroy_later(self) -> None:
        """_PyTrash_thread_destroy_chain: what was put off is taken apart once the outermost container is done, the last one first."""
        self.chain = 1
        self.machine.zero(self.later.pop(), self.deaths)

    def _advance(self, death: Death) -> bool:
        """One stage of a death. True if guest code was started."""
        m = self.machine
        dead = death.object
        stage = death.stage
        if stage == FINALIZE:
            death.stage = WEAK
            frame = m.finalizer_frame(dead)
            if frame is not None:
                death.stage = FINALIZED
                dead.refs = 1
                m.push(frame)
                return True
        elif stage == FINALIZED:
            dead.refs -= 1
            if dead.refs > 0:  # resurrected
                self.deaths.pop()
                m.tracer.resurrected(dead)
            else:
                if dead.home is not None:
                    m.heap.untrack(dead)
                death.stage = WEAK
        elif stage == WEAK:
            death.stage = CALLBACKS
            m.tracer.died(dead)
            if dead.home is not None:
                m.heap.untrack(dead)
            if dead.__class__ is WeakReference or isinstance(dead, WeakReference):
                dead.detach()
            if dead.weakrefs:
                for reference in dead.weakrefs:
                    m.tracer.forgotten(reference)
                death.callbacks = clear_weak_references(dead)
        elif stage == CALLBACKS:
            return self._next_callback(death)
        elif stage == COLLECT:
            self.deaths.pop()
            m.push(m.collector.automatic(dead.newborn))
            return True
        return False

    def _next_callback(self, death: Death) -> bool:
        m = self.machine
        if death.callbacks:
            reference, callback = death.callbacks.pop(0)
            m.push(m.callback_frame(reference, callback))
            return True
        death.stage = RELEASE
        dead = death.object
        death.items = iter(m.generator_releases(dead) if isinstance(dead, Generator_) else dead.releases())
        return False

    def _discard_result(self) -> None:
        """What a finalizer returned is dropped; what it raised is reported on stderr and ignored."""
        m = self.machine
        error, value = m.pending, m.value
        m.pending = m.value = None
        if isinstance(error, GuestError):
            m.unraisable(error)
        elif value is not None:
            m.heap.close(value)


def clear_weak_references(dead: HeapObject) -> list[tuple[WeakReference, HeapObject]]:
    """Clear all weak references to an object; those with a callback, in order, each with one new reference to the weak reference.

    The callback's reference moves from the weak reference to the pair.
    """
    callbacks = []
    for reference in dead.weakrefs:
        reference.referent = None
        if reference.callback is not None:
            callback, reference.callback = reference.callback, None
            if reference.refs > 0:
                reference.refs += 1
                callbacks.append((reference, callback))
    dead.weakrefs = None
    return callbacks
