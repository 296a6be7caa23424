"""Shortcuts: runs of instructions on two ints, done in one step of the loop. They save time and change nothing.

`s += i` is four instructions; each pushes, pops and counts what the next one takes back. Where both operands are ints and the result goes
straight to a name, a slot, the stack or a jump, the counts in between come out as they were, so a shortcut works on the values. It stands
at the place of the run's first instruction, which it falls back on before it has changed anything; the other instructions keep their
places, so jumps into the middle of a run and exceptions see the program as it was compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.compiler import Code
from sim.machine.frames import Frame, Lent
from sim.machine.instructions.operators import COMPARISONS, FAST
from sim.objects.scalars import Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine

Fetch = Callable[[Frame, Any], Any]
Finish = Callable[["Machine", Frame, Any, int], int]


# --- operands: borrowed, or None where the ordinary instruction must look itself ------------------------------------------------


def slot(frame: Frame, index: int) -> Any:
    return frame.slots[index]


def constant(frame: Frame, value: Any) -> Any:
    return value


def global_name(frame: Frame, name: str) -> Any:
    entry = frame.globals.index.get(name)
    return entry.value if entry is not None and frame.locals is None else None


OPERANDS: dict[str, Fetch] = {
    "LOAD_FAST": slot, "LOAD_FAST_CHECK": slot, "LOAD_FAST_BORROW": slot, "LOAD_CONST": constant, "LOAD_NAME": global_name,
    "LOAD_GLOBAL": global_name,
}  # fmt: skip
PAIRS = frozenset({"LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW"})


# --- what becomes of the result; each answers with the next instruction's place -------------------------------------------------


def new_int(m: Machine, value: int) -> Int:
    heap = m.heap
    if heap.small_int_max < value < 0x40000000 and not heap.int_free_list:
        return Int(heap.int_type, heap.allocator.allocate(28), value)
    return heap.int(value)


def push(m: Machine, frame: Frame, after: int, value: int) -> int:
    frame.stack.append(new_int(m, value))
    return after


def push_answer(m: Machine, frame: Frame, after: int, value: int) -> int:
    answer = m.heap.true if value else m.heap.false
    answer.refs += 1
    frame.stack.append(answer)
    return after


def store_slot(m: Machine, frame: Frame, places: tuple[int, int], value: int) -> int:
    index, after = places
    slots = frame.slots
    old = slots[index]
    slots[index] = new_int(m, value)
    if old is not None and old.__class__ is not Lent:
        if old.refs > 1:  # nothing is dying at the start of an instruction
            old.refs -= 1
        elif old.__class__ is Int and not m.heap.int_free_list:
            m.heap.allocator.release(old.address)
        else:
            m.heap.close(old)
    return after


def store_global(m: Machine, frame: Frame, places: tuple[Any, int], value: int) -> int:
    name, after = places
    m.heap.dict_store(frame.globals, name.value, name, new_int(m, value))
    return after


def jump_if(m: Machine, frame: Frame, places: tuple[int, int], value: int) -> int:
    return places[0] if value else places[1]


# --- the two kinds of run -------------------------------------------------------------------------------------------------------


def on_ints(m: Machine, frame: Frame, parts: tuple[Any, ...]) -> int | None:
    """fetch two operands, operate, finish; or the run's first instruction alone where an operand is no int."""
    fetch_left, left_place, fetch_right, right_place, operate, finish, places, first, argument = parts
    left = fetch_left(frame, left_place)
    if left.__class__ is Int:
        right = fetch_right(frame, right_place)
        if right.__class__ is Int:
            return finish(m, frame, places, operate(left.value, right.value))  # type: ignore[no-any-return]
    return first(m, frame, argument)  # type: ignore[no-any-return]


def add_shortcuts(code: Code, program: list[Any]) -> None:
    """Replace the first instruction of each run by its shortcut. `program`: (function, argument) for each instruction of `code`."""
    for start in range(len(program) - 2):
        parts = run_at(code, program, start)
        if parts is not None:
            program[start] = (on_ints, (*parts, *program[start]))


def run_at(code: Code, program: list[Any], start: int) -> tuple[Any, ...] | None:
    """The parts of the run that starts here: fetches, operation, finish; None if there is none."""
    instructions = code.instructions
    argument: Any
    name, argument = instructions[start]
    following = instructions[start + 1][0]
    operands: tuple[Any, ...]
    if name in PAIRS:
        operands, at = (slot, argument[0], slot, argument[1]), start + 1
    elif name in OPERANDS and following in OPERANDS:
        operands = (OPERANDS[name], program[start][1], OPERANDS[following], program[start + 1][1])
        at = start + 2
    else:
        return None
    ending = ending_at(code, program, at)
    return None if ending is None or code.lines[start] != code.lines[at] else operands + ending


def ending_at(code: Code, program: list[Any], at: int) -> tuple[Any, ...] | None:
    """Operation and finish, if an operation on two ints stands here."""
    name, argument = code.instructions[at]
    after, after_argument = code.instructions[at + 1] if at + 1 < len(program) else ("", None)
    joined = at + 1 < len(program) and code.lines[at] == code.lines[at + 1]
    if name == "BINARY_OP" and argument in FAST:
        operate: Any = FAST[argument]  # type: ignore[index]
        if joined and after in ("STORE_FAST", "STORE_FAST_MAYBE_NULL"):
            return operate, store_slot, (after_argument, at + 2)
        if joined and (after == "STORE_GLOBAL" or (after == "STORE_NAME" and code.kind == "module")):
            return operate, store_global, (program[at + 1][1], at + 2)
        return operate, push, at + 1
    if name == "COMPARE_OP":
        operate = COMPARISONS[argument[0]]  # type: ignore[index]
        if joined and after == "POP_JUMP_IF_FALSE":
            return operate, jump_if, (at + 2, after_argument)
        if joined and after == "POP_JUMP_IF_TRUE":
            return operate, jump_if, (after_argument, at + 2)
        return operate, push_answer, at + 1
    return None
