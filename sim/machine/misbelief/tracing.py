"""A collector without counts, as PyPy's: nothing happens when the last reference goes; a collection finds what is unreachable.

What PyPy does is from its sources (rpython/memory/gc/minimark.py, pypy/module/gc/interp_gc.py): small collections by volume of
allocation look at the young only and call no finalizer; large ones call finalizers in topological order, those of inner objects in a later
collection; weak references are empty before any finalizer runs; gc.collect() returns 0; gc.disable() holds finalizers back, not
collections; sys.getrefcount does not exist; numbers are one object when they are equal; the end of the program frees nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.collector import delete_unreachable, external_counts, handle_weak_references, ignoring_errors, partition
from sim.library.gc_module import gc_collect
from sim.machine.frames import Generator_, NativeFrame
from sim.machine.generators import close_generator
from sim.machine.misbelief.identity import atom_key, identity_by
from sim.machine.misbelief.seams import Seams
from sim.machine.misbelief.waiting import Waiting
from sim.objects.scalars import Complex, Float, Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine

NURSERY_BYTES = 4 * 1024 * 1024  # PyPy's default nursery where it cannot ask for the size of the cache
NURSERIES_TO_MAJOR = 8  # incminimark's smallest heap before a major collection, in nurseries
Group = dict[Any, None]


class Tracing(Waiting):
    """Garbage whose count happens to be zero waits with the rest for a collection."""

    def __init__(self, seams: Seams) -> None:
        super().__init__(seams)
        self.minors = 0
        self.allocated = 0
        self.collecting = False

    def waits(self, dead: Any) -> bool:
        return super().waits(dead) or (isinstance(dead, Generator_) and needs_finalizer(self.m, dead) and not self.m.finishing)

    def allocating(self, size: int) -> None:
        self.allocated += size
        if self.allocated >= NURSERY_BYTES:
            self.allocated = 0
            self.m.collector.requested = True  # at the next check point

    def collection(self, m: Machine, frame: NativeFrame, major: bool, finalizes: bool) -> Any:
        """One collection: find what is unreachable, empty weak references, finalize, free what no finalizer needs."""
        if self.collecting or m.finishing:
            return None
        self.collecting = m.collector.collecting = True
        try:
            found = self.unreachable(major)
            m.collector.unreachable = found
            yield NativeFrame(m, handle_weak_references, list(found), found, False)
            finalizable = [dead for dead in found if needs_finalizer(m, dead)]
            first, kept = finalization_order(m, finalizable, found)
            for dead in first if major and finalizes else ():
                yield NativeFrame(m, finalize, frame.borrow(dead))
                frame.drop(dead)
            yield NativeFrame(m, self.free, {dead: None for dead in found if dead not in kept}, found)
        finally:
            self.collecting = m.collector.collecting = False
            m.collector.unreachable = {}
        return None

    def unreachable(self, major: bool) -> Group:
        """Tracked objects that nobody reaches, the waiting ones among them, oldest first. They leave their generation."""
        collector = self.m.collector
        old, middle, young = collector.generations[2], collector.generations[1], collector.generations[0]
        candidates = [*(old if major else ()), *middle, *young]
        self.m.charge(len(candidates))
        counts = external_counts(candidates)
        for waiting in self.objects:
            if waiting in counts:
                counts[waiting] -= 1
        _, unreachable = partition(candidates, counts)
        for survivor in (*middle, *young):
            survivor.home = old
            old[survivor] = None
        middle.clear()
        young.clear()
        found: Group = {}
        for dead in candidates:
            if dead in unreachable:
                del old[dead]
                dead.home = found
                found[dead] = None
        return found

    def free(self, m: Machine, frame: NativeFrame, garbage: Group, found: Group) -> Any:
        """What is needed no longer dies; the rest goes back to the old generation."""
        old = m.collector.generations[2]
        for alive in [one for one in found if one not in garbage]:
            del found[alive]
            alive.home = old
            old[alive] = None
        for dead in garbage:
            dead.home = garbage
        m.collector.unreachable = garbage
        waiting = set(garbage)
        gone = [one for one in self.objects if one in waiting or one.home is None]  # type: ignore[attr-defined]
        self.objects = [one for one in self.objects if one not in waiting and one.home is not None]  # type: ignore[attr-defined]
        self.sweeping = True
        for dead in gone:
            self.kept.take(dead)
            if dead.home is None:  # holds nothing that a collection could find
                m.heap.close(dead)
                yield None
            else:
                dead.refs -= 1
        yield NativeFrame(m, delete_unreachable, garbage, old)
        self.sweeping = False
        return None


def needs_finalizer(m: Machine, dead: Any) -> bool:
    if isinstance(dead, Generator_):
        return dead.state == "suspended"
    return not dead.type.static and not dead.finalized and m.lookup(dead.type, "__del__") is not None


def finalize(m: Machine, frame: NativeFrame, dead: Any) -> Any:
    if isinstance(dead, Generator_):
        yield NativeFrame(m, close_generator, dead)
        return None
    function = m.lookup(dead.type, "__del__")
    dead.finalized = True
    m.tracer.finalizing(dead)
    yield NativeFrame(m, ignoring_errors, function, [dead], "calling deallocator")
    return None


def finalization_order(m: Machine, finalizable: list[Any], found: Group) -> tuple[list[Any], Group]:
    """Those whose finalizer runs now, and all that finalizers may still need.

    In order of age: what an object with a finalizer leads to is put off; in a cycle the oldest comes first.
    """
    put_off: Group = {}
    kept: Group = {}
    chosen: list[Any] = []
    for dead in finalizable:
        if dead in kept:
            continue  # an older one leads here
        chosen.append(dead)
        reached: Group = {dead: None}
        todo = [dead]
        while todo:
            for target in todo.pop().references():
                if target in found and target not in reached:
                    reached[target] = None
                    todo.append(target)
        m.charge(len(reached))
        put_off.update(dict.fromkeys(one for one in reached if one is not dead and one in kept))
        kept.update(reached)
    return [dead for dead in chosen if dead not in put_off], kept


def number_key(m: Machine, object_: Any) -> Any:
    return atom_key(m, object_) if object_.__class__ in (Int, Float, Complex) else None


def traced(seams: Seams) -> None:
    m = seams.m
    tracing = Tracing(seams)
    seams.at_zero(lambda ordinary: tracing.zero)
    m.heap.on_birth = lambda born: None
    allocate = m.heap.allocator.allocate

    def counting(size: int) -> int:
        tracing.allocating(size)
        return allocate(size)

    def automatic(newborn: Any) -> NativeFrame:
        m.collector.requested = False
        tracing.minors += 1
        return NativeFrame(m, tracing.collection, tracing.minors % NURSERIES_TO_MAJOR == 0, m.collector.enabled)

    def collecting(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        if args[0] is not None and not isinstance(args[0], Int):
            return (yield from gc_collect(m, frame, args))
        m.tracer.collection_started(2, False)
        yield NativeFrame(m, tracing.collection, True, True)
        m.tracer.collection_ended(0)
        return m.heap.int(0)

    def no_size(m: Machine, args: list[Any]) -> Any:
        if args[1] is None:
            raise m.error("TypeError", "sys.getsizeof() is not implemented: objects that move have no size of their own")
        args[1].refs += 1
        return args[1]

    m.heap.allocator.allocate = counting  # type: ignore[method-assign]
    m.collector.automatic = automatic  # type: ignore[method-assign]
    m.frees_at_exit = False
    seams.replace("module:gc", "collect", collecting)
    seams.replace("module:sys", "getsizeof", no_size)
    system = m.modules["sys"].dict
    assert system is not None
    m.heap.dict_delete(system, "getrefcount")
    identity_by(seams, number_key)
