"""A count of zero that does not free at once: who waits, what a collection then does with them, and what it says it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.collector import collect_generation, run_callbacks
from sim.library.gc_module import gc_collect
from sim.machine.frames import NativeFrame
from sim.machine.misbelief.seams import DISPLAYS, STORES, Seams, value_in
from sim.machine.reaper import Death
from sim.objects.classes import Instance
from sim.objects.collection_objects import Deque
from sim.objects.containers import List, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set
from sim.objects.scalars import Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine

OBJECTS = (Instance, List, Set, Deque)


class Visible:
    """The objects that programs talk about, as opposed to what the interpreter makes for itself.

    A dict or tuple may be one of keywords, of a class body or of arguments; it counts once the program put it somewhere: into a variable,
    an attribute, an item, or a display.
    """

    def __init__(self, seams: Seams) -> None:
        self.placed: dict[int, HeapObject] = {}
        seams.before((*STORES, "STORE_ATTR", "STORE_SUBSCR", "LIST_APPEND"), self._stored)
        seams.before(DISPLAYS, self._displayed)

    def _stored(self, m: Machine, frame: Any, argument: Any) -> None:
        stack = frame.stack
        name = frame.code.code.instructions[frame.pc - 1][0]
        value = value_in(stack[-3 if name == "STORE_SUBSCR" else -2 if name == "STORE_ATTR" else -1])
        if isinstance(value, Dict | Tuple):
            self.placed[id(value)] = value

    def _displayed(self, m: Machine, frame: Any, count: int) -> None:
        for ref in frame.stack[-count:] if count else ():
            value = value_in(ref)
            if isinstance(value, Dict | Tuple):
                self.placed[id(value)] = value

    def sees(self, object_: Any) -> bool:
        return isinstance(object_, OBJECTS) or id(object_) in self.placed

    def forget(self, object_: Any) -> None:
        self.placed.pop(id(object_), None)


class Waiting:
    """Objects whose count is zero and that nobody has freed yet. Kept by one reference each, which the sweep closes."""

    def __init__(self, seams: Seams) -> None:
        self.m = seams.m
        self.kept = seams.kept
        self.visible = Visible(seams)
        self.objects: list[HeapObject] = []
        self.ordinary = seams.m.zero
        self.sweeping = False

    def waits(self, dead: Any) -> bool:
        return not self.sweeping and not self.m.finishing and self.visible.sees(dead)

    def zero(self, dead: Any, deaths: list[Death]) -> None:
        if self.waits(dead):
            dead.refs = 1
            self.objects.append(dead)
            self.kept.add(dead)
        else:
            self.visible.forget(dead)
            self.ordinary(dead, deaths)

    def sweep(self, m: Machine, frame: NativeFrame) -> Any:
        """Free everything that waits. The number of objects freed."""
        marked, self.objects = self.objects, []
        self.sweeping = True
        m.charge(len(marked))
        for dead in marked:
            self.kept.take(dead)
            m.heap.close(dead)
            yield None
        self.sweeping = False
        return len(marked)


def zero_waits(seams: Seams) -> None:
    waiting = Waiting(seams)
    sweep_with_collections(seams, waiting, waiting.zero)


def collector_frees(seams: Seams) -> None:
    """While the collector is off, freeing is; gc.collect() frees what waits, and counts it."""
    waiting = Waiting(seams)
    sweep_with_collections(seams, waiting, while_disabled(waiting))


def disabling_stops(seams: Seams) -> None:
    """As above, only that gc.collect() does not count what it did not have to look for."""
    waiting = Waiting(seams)
    sweep_with_collections(seams, waiting, while_disabled(waiting), counted=False)


def while_disabled(waiting: Waiting) -> Any:
    def zero(dead: Any, deaths: list[Death]) -> None:
        if waiting.m.collector.enabled:
            waiting.visible.forget(dead)
            waiting.ordinary(dead, deaths)
        else:
            waiting.zero(dead, deaths)

    return zero


def sweep_with_collections(seams: Seams, waiting: Waiting, zero: Any, counted: bool = True) -> None:
    """Every collection, asked for or automatic, and the program's end free what waits."""
    m = seams.m
    seams.at_zero(lambda ordinary: zero)
    m.sweep = waiting.sweep
    automatic = m.collector.automatic

    def sweep_then_collect(m: Machine, frame: NativeFrame, newborn: Any) -> Any:
        yield NativeFrame(m, waiting.sweep)
        yield automatic(newborn)
        return None

    m.collector.automatic = lambda newborn: NativeFrame(m, sweep_then_collect, newborn)  # type: ignore[method-assign]
    replace_collect(seams, waiting.sweep, counted)


def replace_collect(seams: Seams, first: Any, counted: bool = True) -> None:
    """gc.collect() runs `first`, a native operation that gives a number, then looks for cycles; it returns both numbers or the second."""

    def collecting(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        generation = 2 if args[0] is None else args[0].value if isinstance(args[0], Int) else -1
        if m.collector.collecting or not 0 <= generation <= 2:
            return (yield from gc_collect(m, frame, args))
        m.tracer.collection_started(generation, False)
        extra = yield NativeFrame(m, first)
        m.collector.collecting = True
        try:
            yield NativeFrame(m, run_callbacks, "start", generation, 0)
            found = yield NativeFrame(m, collect_generation, generation)
            found += extra if counted else 0
            yield NativeFrame(m, run_callbacks, "stop", generation, found)
        finally:
            m.collector.collecting = False
        m.tracer.collection_ended(found)
        return m.heap.int(found)

    seams.replace("module:gc", "collect", collecting)


def collect_counts_all(seams: Seams) -> None:
    """gc.collect() returns how many objects were freed since it was last asked, those that died by their count included."""
    visible = Visible(seams)
    freed = 0

    def make(ordinary: Any) -> Any:
        def zero(dead: Any, deaths: list[Death]) -> None:
            nonlocal freed
            if not seams.m.collector.collecting and visible.sees(dead):
                freed += 1
            visible.forget(dead)
            ordinary(dead, deaths)

        return zero

    def count(m: Machine, frame: NativeFrame) -> Any:
        nonlocal freed
        counted, freed = freed, 0
        yield None
        return counted

    seams.at_zero(make)
    replace_collect(seams, count)
