"""Cycles: noticed at once, never freed, or stuck because of a finalizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.collector import Generation, delete_unreachable, external_counts, partition
from sim.machine.frames import Frame, Generator_, NativeFrame
from sim.machine.misbelief.seams import Handler, Seams
from sim.machine.reaper import Death
from sim.objects.classes import Type
from sim.objects.containers import Builtin
from sim.objects.functions import CodeObject, Function, Module
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

# What any object leads to in a step or two, and what is never part of a cycle that a program means: the search stops there.
SCENERY = (Type, Module, CodeObject, Builtin)
# After these a reference may have gone.
UNBINDING = (
    "DELETE_NAME", "DELETE_GLOBAL", "DELETE_FAST", "DELETE_DEREF", "STORE_NAME", "STORE_GLOBAL", "STORE_FAST", "STORE_DEREF", "DELETE_ATTR",
    "STORE_ATTR", "DELETE_SUBSCR", "STORE_SUBSCR", "POP_TOP", "RETURN_VALUE", "CALL", "POP_EXCEPT",
)  # fmt: skip


class Suspects:
    """Objects that lost a reference and kept others: only they can be the last of a cycle."""

    def __init__(self, seams: Seams) -> None:
        self.m = seams.m
        self.found: dict[HeapObject, None] = {}

    def add(self, one: Any) -> None:
        if one.home is not None and not isinstance(one, SCENERY):
            self.found[one] = None

    def group(self, start: Any) -> Generation | None:
        """The objects that only a cycle with `start` in it keeps, or None if anybody else does."""
        reached: dict[Any, None] = {start: None}
        todo = [start]
        while todo:
            one = todo.pop()
            for target in followed(one):
                if target.home is not None and not isinstance(target, SCENERY) and target not in reached:
                    reached[target] = None
                    todo.append(target)
        self.m.charge(len(reached) >> 1)
        if len(reached) == 1 and start not in start.references():
            return None
        candidates = list(reached)
        _, unreachable = partition(candidates, external_counts(candidates))
        return unreachable if start in unreachable else None


def followed(one: Any) -> list[Any]:
    """What may be part of a cycle with an object; a function leads to its closure, not to its globals."""
    if isinstance(one, Function):
        return [held for held in (one.closure, one.defaults, one.kwdefaults, one.dict) if held is not None]
    if isinstance(one, Generator_) and one.state == "running":
        return []
    return list(one.references())


def cycles_at_once(seams: Seams) -> None:
    """Whoever gives up a reference looks whether only a cycle is left behind."""
    m = seams.m
    suspects = Suspects(seams)
    close = m.heap.close

    def noticing(gone: HeapObject) -> None:
        if gone.refs > 1:
            suspects.add(gone)
        close(gone)

    def dying(ordinary: Any) -> Any:
        def zero(dead: Any, deaths: list[Death]) -> None:
            for held in dead.references():
                if held.refs > 1:
                    suspects.add(held)
            ordinary(dead, deaths)

        return zero

    def losing(m: Machine, frame: Frame, index: int) -> None:
        old = frame.slots[index]  # STORE_FAST takes a short way past heap.close
        if isinstance(old, HeapObject) and old.refs > 1:
            suspects.add(old)

    def then_look(ordinary: Handler) -> Handler:
        def handler(m: Machine, frame: Frame, argument: Any) -> Any:
            answer = ordinary(m, frame, argument)
            if not suspects.found or m.collector.collecting or m.frame is None or m.finishing:
                return answer
            if answer is not None and answer >= 0:
                frame.pc = answer
            return m.push(NativeFrame(m, free_groups, suspects))

        return handler

    m.heap.close = noticing  # type: ignore[method-assign]
    seams.at_zero(dying)
    seams.before(("STORE_FAST",), losing)
    seams.around(UNBINDING, then_look)


def free_groups(m: Machine, frame: NativeFrame, suspects: Suspects) -> Any:
    yield None  # what dies by its count is gone first
    while suspects.found:
        start = next(iter(suspects.found))
        del suspects.found[start]
        group = suspects.group(start) if start.refs > 0 and start.home is not None else None
        if group is None:
            continue
        garbage: Generation = {}
        for dead in group:
            m.heap.untrack(dead)
            garbage[dead] = None
            dead.home = garbage
        m.collector.collecting = True
        m.collector.unreachable = garbage
        try:
            yield NativeFrame(m, delete_unreachable, garbage, m.collector.generations[0])
        finally:
            m.collector.collecting = False
            m.collector.unreachable = {}
    return None


def cycles_never(seams: Seams) -> None:
    """The collector finds nothing, neither when asked nor by itself nor at the end."""
    collector = seams.m.collector
    collector.collecting = True

    def fruitless(m: Machine, args: list[Any]) -> HeapObject:
        m.tracer.collection_started(2, False)
        m.tracer.collection_ended(0)
        return m.heap.int(0)

    seams.replace("module:gc", "collect", fruitless)


def cycles_with_del_stick(seams: Seams) -> None:
    """Python before 3.4: what has a finalizer and is in garbage, and all it reaches, is not freed; the former goes to gc.garbage."""

    def delete_what_may_be(m: Machine, frame: NativeFrame, garbage: Generation, older: Generation) -> Any:
        finalizable = [dead for dead in garbage if not dead.type.static and m.lookup(dead.type, "__del__") is not None]
        stuck = dict.fromkeys(finalizable)
        todo = list(finalizable)
        while todo:
            for target in todo.pop().references():
                if target in garbage and target not in stuck:
                    stuck[target] = None
                    todo.append(target)
        for alive in stuck:
            del garbage[alive]
            alive.home = older
            older[alive] = None
        for alive in finalizable:
            alive.refs += 1
            m.collector.garbage.items.append(alive)
        m.heap.list_resized(m.collector.garbage)
        freed = yield NativeFrame(m, delete_unreachable, garbage, older)
        return freed + len(stuck)

    seams.m.collector.dispose = delete_what_may_be
