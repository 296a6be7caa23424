"""Objects that are destroyed although something still refers to them: their finalizer has run, weak references are empty, the death is
told; whoever still refers to one may go on using what is left of it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

from sim.collector import Generation, delete_unreachable
from sim.machine.frames import Frame, NativeFrame
from sim.machine.misbelief.seams import DELETES, LOADS, STORES, Handler, Seams, counted, named, value_in
from sim.machine.misbelief.waiting import Visible
from sim.machine.reaper import Death, clear_weak_references
from sim.objects.classes import Instance
from sim.objects.collection_objects import Deque
from sim.objects.containers import List, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set

if TYPE_CHECKING:
    from sim.machine.machine import Machine

MORTAL = (Instance, List, Dict, Set, Tuple, Deque)


def may_be_destroyed(m: Machine, target: Any) -> bool:
    return isinstance(target, MORTAL) and counted(target) and id(target) not in m.destroyed


def destroy(m: Machine, frame: NativeFrame, targets: list[Any]) -> Any:
    """Destroy objects, one after the other. Somebody holds each meanwhile."""
    for target in targets:
        if not may_be_destroyed(m, target):
            continue
        m.destroyed[id(target)] = target
        finalizer = m.finalizer_frame(target)
        if finalizer is not None:
            yield finalizer
        m.tracer.died(target)
        if target.weakrefs:
            for reference, callback in clear_weak_references(target):
                yield m.callback_frame(reference, callback)
    return None


def destruction(m: Machine, targets: list[Any], how: Callable[..., Any] = destroy) -> NativeFrame:
    """The operation that destroys objects. It takes over one reference to each, and gives it up at its end."""
    made = NativeFrame(m, how, targets)
    for target in targets:
        made.own(target)
    return made


def and_destroy(ordinary: Handler, choose: Callable[[Machine, Frame, Any], Any]) -> Handler:
    """An instruction after which the object chosen before it is destroyed."""

    def handler(m: Machine, frame: Frame, argument: Any) -> Any:
        target = choose(m, frame, argument)
        if target is not None:
            target.refs += 1
        answer = ordinary(m, frame, argument)
        return answer if target is None else m.push(destruction(m, [target]))

    return handler


def del_destroys(seams: Seams) -> None:
    """`del name` destroys the object the name refers to."""
    seams.around(DELETES, lambda ordinary: and_destroy(ordinary, lambda m, frame, argument: named(frame, argument)))


def none_frees(seams: Seams) -> None:
    """Storing None in a name destroys what the name referred to."""

    def replaced(m: Machine, frame: Frame, argument: Any) -> Any:
        return named(frame, argument) if value_in(frame.stack[-1]) is m.none_object else None

    seams.around(STORES, lambda ordinary: and_destroy(ordinary, replaced))


def scope_frees(seams: Seams) -> None:
    """Leaving a function destroys what was made in it: those objects among its variables' that are younger than the call."""
    m = seams.m
    births: dict[int, int] = {}  # host id of a tracked object -> its number; a dead object's id is overwritten by the next that has it
    entered: dict[Frame, int] = {}
    numbers = count()
    track, close_frame = m.heap.track, m.close_frame

    def numbered(born: Any) -> None:
        births[id(born)] = next(numbers)
        track(born)

    def enters(m: Machine, frame: Frame, argument: Any) -> None:
        if argument == 0 and frame.function is not None and frame.generator is None:
            entered[frame] = next(numbers)

    def leaves(ordinary: Handler) -> Handler:
        def handler(m: Machine, frame: Frame, argument: Any) -> Any:
            since = entered.pop(frame, None)
            if since is None:
                return ordinary(m, frame, argument)
            own = frame.slots[frame.code.code.arg_slots : frame.code.code.free_slots_start]
            made = [getattr(value_in(ref), "content", value_in(ref)) for ref in own]
            targets = [target for target in made if births.get(id(target), -1) > since and may_be_destroyed(m, target)]
            for target in targets:
                target.refs += 1
            answer = ordinary(m, frame, argument)
            return m.push(destruction(m, targets)) if targets else answer

        return handler

    def closing(frame: Frame) -> None:
        entered.pop(frame, None)  # left by an exception
        close_frame(frame)

    m.heap.track = numbered  # type: ignore[method-assign]
    m.close_frame = closing  # type: ignore[method-assign]
    seams.before(("RESUME",), enters)
    seams.around(("RETURN_VALUE",), leaves)


def contents(owner: Any) -> list[HeapObject]:
    """What a program sees in an object: items, values, attributes."""
    found: list[HeapObject] = []
    if isinstance(owner, List | Tuple | Deque):
        found.extend(owner.items)
    elif isinstance(owner, Dict):
        found.extend(entry.value for entry in owner.entries())
    elif isinstance(owner, Set):
        found.extend(entry.key for entry in owner.entries())
    found.extend((getattr(owner, "attributes", None) or {}).values())
    found.extend((getattr(owner, "fields", None) or {}).values())
    return found


def container_owns(seams: Seams) -> None:
    """Items live inside their container: when it dies they die, whoever else refers to them, and what is inside them."""
    visible = Visible(seams)

    def make(ordinary: Any) -> Any:
        def zero(dead: Any, deaths: list[Death]) -> None:
            m = seams.m
            inside = contents(dead) if visible.sees(dead) and not m.finishing else []
            visible.forget(dead)
            ordinary(dead, deaths)
            targets = [item for item in inside if may_be_destroyed(m, item)]
            if targets:
                for target in targets:
                    target.refs += 1
                m.push_later(destruction(m, targets, destroy_embedded))

        return zero

    seams.at_zero(make)


def destroy_embedded(m: Machine, frame: NativeFrame, targets: list[Any]) -> Any:
    """The items of a dead container, each before what is in it."""
    todo = targets[::-1]
    while todo:
        target = todo.pop()
        if may_be_destroyed(m, target):
            inside = [frame.borrow(item) for item in contents(target) if may_be_destroyed(m, item)]
            m.charge(len(inside))
            yield NativeFrame(m, destroy, [target])
            todo += inside
    return None


# --- after __del__ ----------------------------------------------------------------------------------------------------------------------


def del_is_final(seams: Seams) -> None:
    """Once `__del__` has run the object does not exist: what it held is gone, and reaching it is an error."""
    m = seams.m
    gone: dict[int, HeapObject] = {}
    finalizer_frame = m.finalizer_frame

    def final(dead: Any) -> Any:
        ordinary = finalizer_frame(dead)
        return ordinary if not isinstance(dead, MORTAL) or ordinary is None else NativeFrame(m, after_finalizer, ordinary, dead)

    def after_finalizer(m: Machine, frame: NativeFrame, ordinary: NativeFrame, dead: Any) -> Any:
        held = dead.refs
        yield ordinary
        if dead.refs > max(held, 1):  # somebody resurrected it (the reaper itself holds one)
            yield NativeFrame(m, bury, dead)
        return None

    def bury(m: Machine, frame: NativeFrame, dead: Any) -> Any:
        gone[id(dead)] = m.destroyed[id(dead)] = dead
        m.tracer.died(dead)
        if dead.weakrefs:
            for reference, callback in clear_weak_references(dead):
                yield m.callback_frame(reference, callback)
        for released in dead.clears():
            m.heap.close(released)
        return None

    def dispose(m: Machine, frame: NativeFrame, garbage: Generation, older: Generation) -> Any:
        """As the collector does; what a finalizer brought back from a cycle is buried, too."""
        finalizable = [dead for dead in garbage if isinstance(dead, MORTAL) and not dead.finalized]
        found = yield NativeFrame(m, delete_unreachable, garbage, older)
        for alive in [dead for dead in finalizable if dead.finalized and dead.home is older]:
            yield NativeFrame(m, bury, alive)
        return found

    def refuse(m: Machine, frame: NativeFrame) -> Any:
        yield None
        raise m.error("ReferenceError", "the object is gone: its __del__ has run")

    def refusing(ordinary: Handler) -> Handler:
        def handler(m: Machine, frame: Frame, argument: Any) -> Any:
            answer = ordinary(m, frame, argument)
            reached = value_in(frame.stack[-1]) if answer is None and frame.stack else None
            if reached is not None and id(reached) in gone:
                return m.push(NativeFrame(m, refuse))
            return answer

        return handler

    m.collector.dispose = dispose
    m.finalizer_frame = final  # type: ignore[method-assign]
    seams.around((*LOADS, "BINARY_SUBSCR", "LOAD_ATTR", "FOR_ITER", "CALL"), refusing)
