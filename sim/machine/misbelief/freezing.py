"""What a tuple holds cannot change: neither its items nor anything that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.frames import Frame
from sim.machine.misbelief.destroying import contents
from sim.machine.misbelief.seams import DISPLAYS, STORES, Seams, after_check, value_in
from sim.machine.reaper import Death
from sim.objects.classes import Instance
from sim.objects.collection_objects import Deque
from sim.objects.containers import List, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set
from sim.objects.scalars import ByteArray

if TYPE_CHECKING:
    from sim.machine.machine import Machine

CHANGEABLE = (List, Dict, Set, Deque, Instance, ByteArray)
CHANGING = {
    "list": "append extend insert pop remove clear sort reverse __setitem__ __delitem__ __iadd__ __imul__",
    "dict": "update setdefault pop popitem clear __setitem__ __delitem__ __ior__",
    "set": "add update remove discard pop clear difference_update intersection_update symmetric_difference_update "
    "__ior__ __iand__ __isub__ __ixor__",
    "deque": "append appendleft extend extendleft pop popleft clear rotate __setitem__ __iadd__",
    "bytearray": "append extend insert pop remove clear reverse __setitem__ __delitem__ __iadd__",
}


class Frozen:
    """The tuples that the program put somewhere and that hold something changeable."""

    def __init__(self, m: Machine) -> None:
        self.m = m
        self.tuples: dict[int, Tuple] = {}

    def stored(self, m: Machine, frame: Frame, argument: Any) -> None:
        name = frame.code.code.instructions[frame.pc - 1][0]
        self.add(value_in(frame.stack[-3 if name == "STORE_SUBSCR" else -2 if name == "STORE_ATTR" else -1]))

    def displayed(self, m: Machine, frame: Frame, count: int) -> None:
        for ref in frame.stack[-count:] if count else ():
            self.add(value_in(ref))

    def add(self, value: Any) -> None:
        if isinstance(value, Tuple) and any(isinstance(item, (*CHANGEABLE, Tuple)) for item in value.items):
            self.tuples[id(value)] = value

    def holds(self, target: HeapObject) -> bool:
        """Does any of the tuples lead to the object?"""
        todo: list[Any] = list(self.tuples.values())
        seen: set[int] = set()
        while todo:
            owner = todo.pop()
            if owner is target:
                return True
            if id(owner) in seen:
                continue
            seen.add(id(owner))
            self.m.charge(1)
            todo += contents(owner)
        return False

    def check(self, m: Machine, target: Any) -> None:
        if self.tuples and isinstance(target, CHANGEABLE) and self.holds(target):
            raise m.error("TypeError", f"'{target.type.name}' object in a tuple cannot change")


def tuples_freeze(seams: Seams) -> None:
    frozen = Frozen(seams.m)

    def make(ordinary: Any) -> Any:
        def zero(dead: Any, deaths: list[Death]) -> None:
            frozen.tuples.pop(id(dead), None)
            ordinary(dead, deaths)

        return zero

    seams.before((*STORES, "STORE_ATTR", "STORE_SUBSCR", "LIST_APPEND"), frozen.stored)
    seams.before(DISPLAYS, frozen.displayed)
    seams.before(("STORE_ATTR", "DELETE_ATTR"), lambda m, frame, argument: frozen.check(m, value_in(frame.stack[-1])))
    seams.at_zero(make)
    for owner, names in CHANGING.items():
        for name in names.split():
            if name in seams.m.types[owner].natives:
                seams.native(owner, name, lambda spec: after_check(spec, lambda m, args: frozen.check(m, args[0])))
