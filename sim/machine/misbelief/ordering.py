"""Rules about order: which item or local goes first, and whether rebinding a name frees at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.frames import Frame, NativeFrame
from sim.machine.misbelief.seams import STORES, Seams, after_check, named
from sim.machine.reaper import Death
from sim.objects.classes import Instance
from sim.objects.collection_objects import Deque
from sim.objects.containers import List, Tuple
from sim.objects.mappings import Dict, Set

if TYPE_CHECKING:
    from sim.machine.machine import Machine


def items_first_to_last(seams: Seams) -> None:
    """A list or tuple, dying or emptied, lets its first item go first."""

    def make(ordinary: Any) -> Any:
        def zero(dead: Any, deaths: list[Death]) -> None:
            # An instance of a program's class may still be looked at by its finalizer.
            if isinstance(dead, List | Tuple) and dead.type.static:
                dead.items.reverse()
            ordinary(dead, deaths)

        return zero

    def reverse(m: Machine, args: list[Any]) -> None:
        args[0].items.reverse()

    seams.at_zero(make)
    seams.native("list", "clear", lambda spec: after_check(spec, reverse))


def locals_reversed(seams: Seams) -> None:
    """Locals die last made first. From 3.14 on they really do, so there the belief is CPython's own rule."""
    m = seams.m
    if m.profile.slots_released_backwards:
        return
    close_frame = m.close_frame

    def backwards(frame: Frame) -> None:
        frame.slots = frame.slots[::-1]
        close_frame(frame)

    m.close_frame = backwards  # type: ignore[method-assign]


def rebinding_keeps(seams: Seams) -> None:
    """Rebinding takes no reference from the old object: only `del` and the program's end do."""
    m, kept = seams.m, seams.kept

    def keep(m: Machine, frame: Frame, argument: Any) -> None:
        old = named(frame, argument)
        if isinstance(old, Instance | List | Dict | Set | Tuple | Deque):
            old.refs += 1
            kept.add(old)

    def release(m: Machine, frame: NativeFrame) -> Any:
        for old in kept:
            kept.take(old)
            m.heap.close(old)
            yield None
        return 0

    seams.before(STORES, keep)
    m.sweep = release
