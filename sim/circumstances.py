"""How an object came to die, in words: which instruction closed its last reference, or which cycle alone held it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.compiler.blocks import Instr
from sim.compiler.effects import COUNTED, FIXED, effect
from sim.explain import describe_object, local_text, slot_of
from sim.holders import holdings_of
from sim.machine.frames import Frame, Lent, NativeFrame
from sim.machine.machine import PROGRAM_NAME
from sim.machine.reaper import RELEASE, Reaper
from sim.objects.mappings import Dict
from sim.uses import callee_name, consumer, native_name

if TYPE_CHECKING:
    from sim.machine.machine import Machine

LONGEST_CYCLE = 8


NAMELESS = {
    "<lambda>": "the lambda", "<genexpr>": "the generator expression", "<listcomp>": "the list comprehension",
    "<setcomp>": "the set comprehension", "<dictcomp>": "the dict comprehension",
}  # fmt: skip


@dataclass
class Ended:
    """A call (or class body) that has just ended, in words, and the locals it had."""

    name: str = ""
    slots: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: Frame) -> Ended:
        names = frame.code.code.slots
        owned = {id(ref): name for name, ref in zip(names, frame.slots, strict=False) if ref is not None and ref.__class__ is not Lent}
        code = frame.code.code
        name = f"the body of class {code.name}" if code.kind == "class" else NAMELESS.get(code.name, f"{code.name}()")
        return cls(name, owned)


def scope_text(frame: Frame, op: str, name: str) -> str:
    """Whose variable an instruction binds or unbinds."""
    if op.endswith("_GLOBAL") or (op.endswith("_NAME") and frame.locals is None):
        return f"the global {name}"
    if op.endswith("_NAME"):
        return f"the name {name} of class {frame.code.code.name}" if is_class_body(frame) else f"the global {name}"
    return local_text(frame, name)


def is_class_body(frame: Frame) -> bool:
    return frame.code.code.kind == "class"


def variable_named(frame: Frame, operand: Any) -> str:
    """The name that a STORE_ or DELETE_ instruction is about."""
    if isinstance(operand, tuple):
        operand = operand[0]
    if isinstance(operand, int):
        return str(frame.code.code.slots[operand])
    return str(getattr(operand, "value", operand))


@dataclass
class Step:
    """An instruction of the program, with the values on top of the stack before it ran."""

    op: str
    operand: Any
    stack: list[Any] = field(default_factory=list)

    def taken(self) -> list[Any]:
        """The values that it takes off the stack, as far as they are known."""
        if self.op not in FIXED and self.op not in COUNTED:
            return []
        popped, _ = effect(Instr(self.op, self.operand))
        values = [ref.object if ref.__class__ is Lent else ref for ref in self.stack[-popped:]] if popped else []
        return values if len(values) == popped else []

    def use_of(self, dead: Any) -> str:
        """What it takes an object for; nothing if it is none of its operands."""
        taken = self.taken()
        for position, value in enumerate(taken):
            if value is dead:
                return consumer(self.op, self.operand, position, taken)
        return ""


def how_it_died(m: Machine, dead: Any, ended: Ended | None, step: Step | None = None) -> str:
    """What closed the last reference to an object that dies of its count, at the moment of its death. step: the last instruction of the
    program that ran, which after a jump is not the one before the next.
    """
    if m.finishing:
        return "the program had ended, and the interpreter let go of its names"
    if id(dead) in m.destroyed:
        return "this model destroys it here, whoever else holds it"
    parent = held_by_dying(m, dead)
    if parent:
        return parent
    if ended is not None and id(dead) in ended.slots:
        name = ended.slots[id(dead)]
        return f"{ended.name} ended, and its {'loop' if name.startswith('.') else f'local {name}'} was the last reference"
    frame = m.frame
    while frame is not None and not isinstance(frame, Frame):
        frame = frame.back
    if frame is None:
        return "the interpreter let go of it"
    if frame.code.code.filename != PROGRAM_NAME:
        return f"{frame.code.code.name}() of the library let go of it"
    return by_instruction(m, frame, dead, ended, step or Step(*frame.code.code.instructions[max(frame.pc - 1, 0)]))


def held_by_dying(m: Machine, dead: Any) -> str:
    """The object that is being taken apart and held this one."""
    reaper = m.frame
    if not isinstance(reaper, Reaper):
        return ""
    for death in reversed(reaper.deaths):
        owner = death.object
        if owner is None or owner is dead or death.stage != RELEASE:
            continue
        for holding in holdings_of(owner):
            if holding.target is dead:
                part = part_text(holding.kind, holding.label) or f"its {slot_of(owner, dead)}"
                return f"{describe_object(owner)} that held it died ({part})".replace(" (its parts)", "").replace(" (its )", "")
        return f"{describe_object(owner)} that held it died"
    return ""


def part_text(kind: str, label: str) -> str:
    words = {"item": "item {}", "value": "value for key {}", "key": "a key", "attribute": "attribute {}", "cell": "its content"}
    return words.get(kind, "").format(label)


def by_instruction(m: Machine, frame: Frame, dead: Any, ended: Ended | None, step: Step) -> str:
    """The instruction of the program that was at work."""
    op, operand = step.op, step.operand
    if op.startswith("DELETE_") and op not in ("DELETE_ATTR", "DELETE_SUBSCR"):
        name = variable_named(frame, operand)
        return f"`del {name}` closed its last reference ({scope_text(frame, op, name)})"
    if op.startswith("STORE_") and op not in ("STORE_ATTR", "STORE_SUBSCR", "STORE_SLICE"):
        name = variable_named(frame, operand)
        return f"{name} was bound to something else, which closed its last reference ({scope_text(frame, op, name)})"
    if ended is None:
        use = step.use_of(dead)
        if use and op not in SAID_BETTER:
            return f"it was {use}, and nothing else held it"
    if op.startswith("CALL"):
        return by_call(m, ended, step)
    if ended is not None:
        return f"{ended.name} ended and let go of it"
    text = LETTING_GO.get(op, "the expression on this line was done with it")
    return text.format(variable_named(frame, operand)) if "{}" in text else text


SAID_BETTER = frozenset({"POP_TOP", "POP_EXCEPT", "END_FOR", "POP_ITER", "FOR_ITER", "LOAD_ATTR", "RETURN_VALUE", "RERAISE", "LIST_EXTEND"})
LETTING_GO = {
    "STORE_ATTR": "attribute {} was bound to something else, which closed its last reference",
    "DELETE_ATTR": "`del` of attribute {} closed its last reference",
    "STORE_SUBSCR": "an item was replaced, which closed its last reference",
    "DELETE_SUBSCR": "`del` of an item closed its last reference",
    "STORE_SLICE": "a slice was replaced, which closed its last reference",
    "POP_TOP": "it was the value of an expression that nobody kept",
    "POP_EXCEPT": "the except block ended and let go of it",
    "END_FOR": "the loop ended and let go of it",
    "POP_ITER": "the loop ended and let go of it",
    "FOR_ITER": "the loop was done with it",
    "LOAD_ATTR": "it was only the object of an attribute look-up, and nothing else held it",
    "RETURN_VALUE": "the call ended and let go of it",
    "LIST_EXTEND": "the items were unpacked from it, and nothing else held it",
    "LIST_TO_TUPLE": "the items were unpacked from it, and nothing else held it",
    "DICT_MERGE": "the arguments were unpacked from it, and nothing else held it",
    "END_SEND": "the iterator that was yielded from has ended",
    "RERAISE": "an exception passed through and its frame let go of it",
}


def by_call(m: Machine, ended: Ended | None, step: Step) -> str:
    """A call of native code let go of it: list.clear(), the end of an iterator ..."""
    if ended is not None:
        return f"{ended.name} ended and let go of it"
    below = m.frame.back if isinstance(m.frame, Reaper) else m.frame
    while isinstance(below, NativeFrame) and native_name(below) in PLUMBING:
        below = below.back
    if isinstance(below, NativeFrame):
        return f"{native_name(below).replace('_', ' ')} let go of it"
    callee = callee_name(step.taken())
    return f"{callee}() let go of it" if callee.isidentifier() else "the call on this line let go of it"


CALLED_BY_DEATH = frozenset({"call_finalizer", "call_callback"})
PLUMBING = CALLED_BY_DEATH | {"finish_call", "ignoring_errors"}


def is_called_by_death(frame: Frame) -> bool:
    """Whether it is a finalizer's or a callback's call, in the middle of something else."""
    below = frame.back
    while isinstance(below, NativeFrame):
        if native_name(below) in CALLED_BY_DEATH:
            return True
        below = below.back
    return isinstance(below, Reaper)


# --- cycles ---------------------------------------------------------------------------------------------------------------------------


def cycle_through(dead: Any, unreachable: dict[int, Any]) -> list[Any]:
    """The shortest way from an object back to itself through objects that nobody outside holds; empty if it is on no cycle."""
    came: dict[int, Any] = {}
    queue = [dead]
    for owner in queue:
        for target in owner.references():
            if target is dead:
                return path_back(owner, dead, came)
            if id(target) in unreachable and id(target) not in came:
                came[id(target)] = owner
                queue.append(target)
    return []


def path_back(last: Any, first: Any, came: dict[int, Any]) -> list[Any]:
    path = [last]
    while path[-1] is not first:
        path.append(came[id(path[-1])])
    return [*path[::-1], first]


def holder_on_cycle(dead: Any, unreachable: dict[int, Any]) -> Any:
    """For an object that hangs on a cycle: the nearest unreachable holder that is on one."""
    holders: dict[int, list[Any]] = {}
    for owner in unreachable.values():
        for target in owner.references():
            holders.setdefault(id(target), []).append(owner)
    seen = {id(dead)}
    queue = [dead]
    for target in queue:
        for owner in holders.get(id(target), ()):
            if id(owner) in seen:
                continue
            if cycle_through(owner, unreachable):
                return owner
            seen.add(id(owner))
            queue.append(owner)
    return None


def visible_steps(cycle: list[Any]) -> list[Any]:
    """A cycle without the dicts that only hold attributes."""
    inner = [step for step in cycle if not (isinstance(step, Dict) and any(getattr(owner, "dict", None) is step for owner in cycle))]
    return inner if len(inner) > 1 else cycle
