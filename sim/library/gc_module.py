"""The `gc` module (Modules/gcmodule.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.collector import collect
from sim.errors import Unsupported
from sim.library.objects import new
from sim.machine.frames import FrameObject, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import index_of
from sim.objects.containers import Builtin
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine


@native("module:gc", "collect", 0, 1, keywords=("generation",), kind="function")
def gc_collect(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    generation = 2
    if args[0] is not None:
        if not isinstance(args[0], Int):
            raise m.error("TypeError", f"'{args[0].type.name}' object cannot be interpreted as an integer")
        generation = args[0].value
    if not 0 <= generation <= 2:
        raise m.error("ValueError", "invalid generation")
    return m.heap.int((yield NativeFrame(m, collect, generation, False)))


@native("module:gc", "enable", kind="function")
def gc_enable(m: Machine, args: list[Any]) -> HeapObject:
    m.collector.enabled = True
    return m.none()


@native("module:gc", "disable", kind="function")
def gc_disable(m: Machine, args: list[Any]) -> HeapObject:
    m.collector.enabled = False
    return m.none()


@native("module:gc", "isenabled", kind="function")
def gc_isenabled(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(m.collector.enabled)


@native("module:gc", "get_threshold", kind="function")
def gc_get_threshold(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.tuple([m.heap.int(value) for value in m.collector.thresholds])


@native("module:gc", "set_threshold", 1, 3, kind="function")
def gc_set_threshold(m: Machine, args: list[Any]) -> HeapObject:
    for position, value in enumerate(args):
        if value is not None:
            if not isinstance(value, Int):
                raise m.error("TypeError", f"'{value.type.name}' object cannot be interpreted as an integer")
            m.collector.thresholds[position] = value.value
    m.heap.threshold = m.collector.thresholds[0]
    return m.none()


@native("module:gc", "get_count", kind="function")
def gc_get_count(m: Machine, args: list[Any]) -> HeapObject:
    counts = m.collector.counts
    return m.heap.tuple([m.heap.int(m.heap.counter), m.heap.int(counts[1]), m.heap.int(counts[2])])


@native("module:gc", "is_tracked", 1, kind="function")
def gc_is_tracked(m: Machine, args: list[Any]) -> HeapObject:
    """Functions of modules are tracked objects too, of the interpreter's own data."""
    return m.heap.bool(args[0].home is not None or (isinstance(args[0], Builtin) and args[0].type.name == "builtin_function_or_method"))


@native("module:gc", "is_finalized", 1, kind="function")
def gc_is_finalized(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(bool(args[0].finalized))


@native("module:gc", "get_objects", 0, 1, keywords=("generation",), kind="function")
def gc_get_objects(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    wanted = None if args[0] in (None, m.none_object) else (yield index_of(m, args[0]))
    if wanted is not None and wanted >= 3:
        raise m.error("ValueError", "generation parameter must be less than the number of available generations (3)")
    if wanted is not None and wanted < 0:
        raise m.error("ValueError", "generation parameter cannot be negative")
    made = m.heap.list([])
    m.heap.untrack(made)
    generations = m.collector.generations
    if wanted is None:
        chosen = generations
    else:
        chosen = [generations[wanted]]
    m.charge(sum(len(generation) for generation in chosen) >> 2)
    made.items = [new(tracked) for generation in chosen for tracked in generation]
    m.heap.list_resized(made)
    m.heap.track(made)
    return made


@native("module:gc", "get_referents", 0, None, kind="function")
def gc_get_referents(m: Machine, args: list[Any]) -> HeapObject:
    found = [new(target) for owner in args for target in visited_by_type(owner)]
    made = m.heap.list(found, 0)
    m.heap.list_resized(made)
    return made


def visited_by_type(owner: HeapObject) -> list[HeapObject]:
    """tp_traverse: a dict whose keys are all strings shows its values only."""
    if isinstance(owner, Dict) and owner.strings_only:
        return [entry.value for entry in owner.entries()]
    return list(owner.references())


@native("module:gc", "get_referrers", 0, None, kind="function")
def gc_get_referrers(m: Machine, args: list[Any]) -> HeapObject:
    wanted = set(args)
    found = []
    for tracked in m.collector.objects():
        m.charge(1)
        if not isinstance(tracked, FrameObject) and any(target in wanted for target in tracked.references()):
            found.append(new(tracked))
    return m.heap.list(found)


@native("module:gc", "freeze", kind="function")
def gc_freeze(m: Machine, args: list[Any]) -> HeapObject:
    collector = m.collector
    for index, generation in enumerate(collector.generations):
        for tracked in generation:
            collector.permanent[tracked] = None
            tracked.home = collector.permanent
        generation.clear()
        collector.counts[index] = 0
    m.heap.counter = 0
    return m.none()


@native("module:gc", "unfreeze", kind="function")
def gc_unfreeze(m: Machine, args: list[Any]) -> HeapObject:
    collector = m.collector
    oldest = collector.generations[2]
    for tracked in collector.permanent:
        oldest[tracked] = None
        tracked.home = oldest
    collector.permanent.clear()
    return m.none()


@native("module:gc", "get_freeze_count", kind="function")
def gc_get_freeze_count(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(len(m.collector.permanent))


@native("module:gc", "get_debug", kind="function")
def gc_get_debug(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(m.collector.debug)


@native("module:gc", "set_debug", 1, kind="function")
def gc_set_debug(m: Machine, args: list[Any]) -> HeapObject:
    flags = args[0].value
    if flags & ~32:
        raise Unsupported("gc debugging flags other than DEBUG_SAVEALL", m.current_line())
    m.collector.debug = flags
    return m.none()


@native("module:gc", "get_stats", kind="function")
def gc_get_stats(m: Machine, args: list[Any]) -> HeapObject:
    rows: list[HeapObject] = []
    for statistics in m.collector.statistics:
        row = m.heap.dict()
        values: dict[str, HeapObject] = {name: m.heap.int(value) for name, value in statistics.items()}
        for extra in m.profile.statistics_extra:
            values[extra] = m.heap.float(0.0) if extra == "duration" else m.heap.int(0)
        for name, value in values.items():
            key = m.heap.name(name)
            m.heap.dict_store(row, name, key, value)
            m.heap.close(key)
        rows.append(row)
    return m.heap.list(rows)


CONSTANTS = {"DEBUG_STATS": 1, "DEBUG_COLLECTABLE": 2, "DEBUG_UNCOLLECTABLE": 4, "DEBUG_SAVEALL": 32, "DEBUG_LEAK": 38}
