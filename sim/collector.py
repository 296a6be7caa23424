"""The cyclic collector: generations, thresholds, finding unreachable sets, breaking them (Modules/gcmodule.c up to 3.12, Python/gc.c
after).

A generation is an ordered list: a host dict used as an ordered set. Steps and their order are those of `gc_collect_main`; the numbers in
comments
are the steps of that function as the teaching material counts them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.machine.calls import call
from sim.machine.frames import Generator_, GuestError, NativeFrame
from sim.machine.generators import close_generator
from sim.machine.reaper import CollectRequest
from sim.objects.containers import Tuple, WeakReference
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.machine.machine import Machine

Generation = dict[Any, None]
DEBUG_SAVEALL = 32


class Collector:
    """counts[0] lives in heap.counter. total, pending: survivors of the last full collection, and of middle ones since (the quarter
    rule).
    """

    def __init__(self, m: Machine) -> None:
        self.machine = m
        self.generations: list[Generation] = [m.heap.young, {}, {}]
        self.permanent: Generation = {}
        self.thresholds = list(m.profile.thresholds)
        self.counts = [0, 0, 0]
        self.total = m.profile.startup_objects
        self.pending = 0
        self.enabled = True
        self.collecting = False
        self.unreachable: Generation = {}  # what the collection in progress takes apart
        self.requested = False
        self.debug = 0
        self.callbacks: Any = None  # gc.callbacks, a guest list
        self.garbage: Any = None  # gc.garbage
        self.statistics = [{"collections": 0, "collected": 0, "uncollectable": 0} for _ in range(3)]
        self.dispose: Callable[..., Any] = delete_unreachable  # seam of beliefs: what happens to an unreachable set
        m.heap.on_birth = self.birth

    def birth(self, born: HeapObject) -> None:
        """Counter 0 went past its threshold. 3.12+ ask for a collection at the next check point; 3.11 collects before the object is
        tracked.
        """
        if self.enabled and self.thresholds[0] and not self.collecting and not self.machine.finishing:
            if self.machine.profile.collects_at_check_points:
                self.requested = True
            elif not self.requested:
                self.requested = True
                request = CollectRequest(self.machine.types["object"], 0)
                request.newborn = born
                self.machine.heap.dying.append(request)

    def age_startup(self) -> None:
        """What was tracked before the program starts has been through one collection (measured, by the order of deaths at exit)."""
        young, older = self.generations[0], self.generations[1]
        for tracked in young:
            older[tracked] = None
            tracked.home = older
        young.clear()

    def set_threshold(self, first: int) -> None:
        self.thresholds[0] = first
        self.machine.heap.threshold = first

    def due_generation(self) -> int:
        """The oldest generation whose counter is past its threshold; a full collection also needs a quarter of new survivors."""
        for generation in (2, 1):
            if self.counts[generation] > self.thresholds[generation]:
                if generation == 2 and self.pending < self.total // 4:
                    continue
                return generation
        return 0

    def automatic(self, newborn: Any) -> NativeFrame:
        """The collection that was asked for."""
        self.requested = False
        return NativeFrame(self.machine, collect_automatically, newborn)

    def objects(self) -> list[HeapObject]:
        """All tracked objects, youngest generation first."""
        return [tracked for generation in self.generations for tracked in generation]


def collect_automatically(m: Machine, frame: NativeFrame, newborn: Any) -> Any:
    collector = m.collector
    if collector.collecting or not collector.enabled:
        return None
    if newborn is not None and newborn.home is not None:
        m.heap.untrack(newborn)
    yield NativeFrame(m, collect, collector.due_generation(), True)
    if newborn is not None and newborn.refs > 0:
        newborn.home = m.heap.young
        m.heap.young[newborn] = None
    return None


def collect(m: Machine, frame: NativeFrame, generation: int, automatic: bool) -> Any:
    """One collection. The number of unreachable objects found, as a host int."""
    collector = m.collector
    if collector.collecting:
        return 0
    collector.collecting = True
    try:
        m.tracer.collection_started(generation, automatic)
        yield NativeFrame(m, run_callbacks, "start", generation, 0)
        found = yield NativeFrame(m, collect_generation, generation)
        yield NativeFrame(m, run_callbacks, "stop", generation, found)
        m.tracer.collection_ended(found)
    finally:
        collector.collecting = False
    return found


def collect_generation(m: Machine, frame: NativeFrame, generation: int) -> Any:
    collector = m.collector
    generations = collector.generations
    if generation < 2:
        collector.counts[generation + 1] += 1
    for index in range(generation + 1):
        collector.counts[index] = 0
    m.heap.counter = 0
    young = generations[generation]
    for index in range(generation):  # 2: younger lists are appended to this one
        for tracked in generations[index]:
            young[tracked] = None
            tracked.home = young
        generations[index].clear()
    m.charge(len(young))
    candidates = list(young)
    counts = external_counts(candidates)
    reachable, unreachable = partition(candidates, counts)
    m.tracer.examined(counts, reachable, unreachable)
    older = generations[min(generation + 1, 2)]
    young.clear()
    garbage: Generation = {}
    collector.unreachable = garbage
    for dead in unreachable:
        garbage[dead] = None
        dead.home = garbage
    survive(m, list(reachable), older, generation)
    found = yield NativeFrame(m, collector.dispose, garbage, older)
    collector.unreachable = {}
    if generation == 2:
        m.heap.drop_free_lists()
    statistics = collector.statistics[generation]
    statistics["collections"] += 1
    statistics["collected"] += found
    return found


def external_counts(candidates: list[Any]) -> dict[Any, int]:
    """3: count minus the references that come from inside the set."""
    counts = {tracked: tracked.refs for tracked in candidates}
    for tracked in candidates:
        for target in visited(tracked):
            if target in counts:
                counts[target] -= 1
    return counts


def visited(tracked: Any) -> list[HeapObject]:
    """What tp_traverse visits."""
    return list(tracked.references())


def partition(candidates: list[Any], counts: dict[Any, int]) -> tuple[dict[Any, None], dict[Any, None]]:
    """move_unreachable: walk from the front; nobody outside refers to it: to the end of unreachable; otherwise all it refers to is
    reachable, and those already moved come back to the end of the list."""
    reachable: dict[Any, None] = {}
    unreachable: dict[Any, None] = {}
    queue = list(candidates)
    certain: set[Any] = set()
    index = 0
    while index < len(queue):
        tracked = queue[index]
        index += 1
        if counts[tracked] == 0 and tracked not in certain:
            unreachable[tracked] = None
            continue
        reachable[tracked] = None
        for target in visited(tracked):
            if target not in counts:
                continue
            if target in unreachable:
                del unreachable[target]
                certain.add(target)
                queue.append(target)
            elif target not in reachable:
                certain.add(target)
    return reachable, unreachable


def survive(m: Machine, survivors: list[Any], older: Generation, generation: int) -> None:
    """5: survivors move to the next generation; tuples of atoms (and, up to 3.13 in a full collection, such dicts) lose tracking."""
    untracked_dicts = generation == 2 and not m.profile.dicts_tracked_from_birth
    tracked_still = []
    for tracked in survivors:  # untrack_tuples: in this order, so that a tuple sees what became of those before it
        if tracked.__class__ is Tuple and not any(may_be_tracked(item) for item in tracked.items):
            tracked.home = None
        else:
            tracked_still.append(tracked)
    for tracked in tracked_still:  # untrack_dicts: a second pass
        if untracked_dicts and tracked.__class__ is Dict and not dict_is_trackable(tracked):
            tracked.home = None
            continue
        older[tracked] = None
        tracked.home = older
    if generation == 1:
        m.collector.pending += len(survivors)
    elif generation == 2:
        m.collector.pending = 0
        m.collector.total = len(older) + m.profile.startup_objects


def may_be_tracked(item: Any) -> bool:
    if item.home is not None:
        return True
    return bool(item.header) and item.__class__ is not Tuple and not getattr(item, "static", False)


def dict_is_trackable(target: Dict) -> bool:
    return any(may_be_tracked(entry.value) or may_be_tracked(entry.key) for entry in target.order if entry.live)


def delete_unreachable(m: Machine, frame: NativeFrame, garbage: Generation, older: Generation) -> Any:
    """6 to 10: weak references, finalizers, a second look, then clearing."""
    collector = m.collector
    late = m.profile.plain_weakrefs_cleared_late
    yield NativeFrame(m, handle_weak_references, list(garbage), garbage, late)
    yield NativeFrame(m, finalize_garbage, list(garbage))
    resurrected, final = partition(list(garbage), external_counts(list(garbage)))
    if resurrected:  # 8: only what is reachable again, and what it reaches
        m.tracer.saved(resurrected)
        for alive in resurrected:
            del garbage[alive]
            alive.home = older
            older[alive] = None
    if late:
        for dead in final:
            if dead.weakrefs:
                for reference in dead.weakrefs:
                    m.tracer.forgotten(reference)
                    reference.referent = None
                dead.weakrefs = None
    found = len(final)
    if collector.debug & DEBUG_SAVEALL:
        for dead in list(final):
            del garbage[dead]
            dead.home = older
            older[dead] = None
            dead.refs += 1
            collector.garbage.items.append(dead)
        m.heap.list_resized(collector.garbage)
        return found
    m.tracer.clearing(final)
    for dead in list(final):  # 10
        if dead.home is not garbage:
            continue
        frame.borrow(dead)
        for gone in clear_order(m, dead):
            m.heap.close(gone)
        frame.drop(dead)
        yield None
        if dead.home is garbage:  # still alive: it goes to the older generation
            del garbage[dead]
            dead.home = older
            older[dead] = None
    return found


def clear_order(m: Machine, dead: Any) -> list[HeapObject]:
    """tp_clear of one object."""
    if isinstance(dead, Dict):
        m.heap.dict_table_freed(dead)
    return dead.clears()  # type: ignore[no-any-return]


def handle_weak_references(m: Machine, frame: NativeFrame, dead_objects: list[Any], garbage: Generation, late: bool) -> Any:
    """6: clear weak references to garbage; call the callbacks of those that are not garbage themselves, before any finalizer."""
    callbacks: list[tuple[WeakReference, HeapObject]] = []
    for dead in dead_objects:
        if not dead.weakrefs:
            continue
        kept = []
        for reference in dead.weakrefs:
            if reference.callback is None and late:
                kept.append(reference)
                continue
            m.tracer.forgotten(reference)
            reference.referent = None
            if reference.callback is None or reference.home is garbage:
                continue
            callbacks.append((frame.borrow(reference), reference.callback))
            frame.own(reference.callback)
            reference.callback = None
        dead.weakrefs = kept or None
    for reference, callback in callbacks:
        m.tracer.calling_back(reference)
        yield NativeFrame(m, ignoring_errors, callback, [reference], "calling weakref callback")
        frame.drop(callback)
        frame.drop(reference)
    return None


def finalize_garbage(m: Machine, frame: NativeFrame, dead_objects: list[Any]) -> Any:
    """7: `__del__` and the closing of suspended generators, in list order, once in a life."""
    for dead in dead_objects:
        if dead.finalized or dead.refs <= 0:
            continue
        if isinstance(dead, Generator_):
            if dead.state in ("suspended", "created"):
                frame.borrow(dead)
                yield NativeFrame(m, close_quietly, dead)
                frame.drop(dead)
            continue
        if dead.type.static:
            continue
        function = m.lookup(dead.type, "__del__")
        if function is None:
            continue
        dead.finalized = True
        m.tracer.finalizing(dead)
        frame.borrow(dead)
        yield NativeFrame(m, ignoring_errors, function, [dead], "calling deallocator")
        frame.drop(dead)
    return None


def close_quietly(m: Machine, frame: NativeFrame, generator: Generator_) -> Any:
    try:
        yield NativeFrame(m, close_generator, generator)
    except GuestError as error:
        generator.refs += 1
        error.origin = ("closing generator", generator)
        reporting = m.unraisable_frame(error)
        if reporting is not None:
            yield reporting
    return None


def ignoring_errors(m: Machine, frame: NativeFrame, function: HeapObject, args: list[Any], what: str) -> Any:
    try:
        m.heap.close((yield call(m, function, args)))
    except GuestError as error:
        function.refs += 1
        error.origin = (what, function)
        reporting = m.unraisable_frame(error)
        if reporting is not None:
            yield reporting
    return None


def run_callbacks(m: Machine, frame: NativeFrame, phase: str, generation: int, found: int) -> Any:
    """gc.callbacks get (phase, info)."""
    functions = m.collector.callbacks
    if functions is None or not functions.items:
        return None
    info = frame.own(m.heap.dict())
    rows: list[tuple[str, HeapObject]] = [
        ("generation", m.heap.int(generation)), ("collected", m.heap.int(found)), ("uncollectable", m.heap.int(0)),
    ]  # fmt: skip
    for extra in m.profile.statistics_extra:
        rows.append((extra, m.heap.float(0.0) if extra == "duration" else m.heap.int(0)))
    for name, value in rows:
        key = m.heap.name(name)
        m.heap.dict_store(info, name, key, value)
        m.heap.close(key)
    text = frame.own(m.heap.name(phase))
    for function in list(functions.items):
        frame.borrow(function)
        yield NativeFrame(m, ignoring_errors, function, [text, info], "calling GC callback")
        frame.drop(function)
    return None
