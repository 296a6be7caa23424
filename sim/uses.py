"""What a value on a frame's stack is there for: "the argument of getrefcount", "the left operand of +", "the loop on line 5".

Nobody logs it. The instruction that will take the value is found by reading on from where the frame stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.compiler.blocks import Instr
from sim.compiler.effects import COUNTED, FIXED, effect
from sim.machine.frames import Frame, Lent, NativeFrame
from sim.objects.classes import Type
from sim.objects.containers import Builtin, Method
from sim.objects.functions import Function

NEVER_GOES_ON = frozenset({"RETURN_VALUE", "RAISE_VARARGS", "RERAISE"})
JUMPS = frozenset({"JUMP", "JUMP_BACKWARD", "JUMP_NO_INTERRUPT"})
TAKES_ITS_ARGUMENTS = "run_init"  # the native operation that has moved what it works on off the stack
FURTHEST = 400  # instructions to read on
UNKNOWN = "a value in use"


def use_of(frame: Frame, index: int, above: Any, asked: bool = False) -> str:
    """What the value at `index` of the stack waits for. above: the frame on top of this one; asked: a native called from this very
    instruction asks.
    """
    instructions = frame.code.code.instructions
    at, depth = frame.pc, len(frame.stack)
    if asked or keeps_operands(above):
        at -= 1
    elif above is not None:
        depth += 1  # the result of the call
    for _ in range(FURTHEST):
        if not 0 <= at < len(instructions):
            break
        op, arg = instructions[at]
        if op == "FOR_ITER" and loops_over(frame, index, depth):
            return f"the loop on line {frame.code.code.lines[at]}"
        if op == "SWAP":
            index = swapped(index, depth, arg)
        elif op == "COPY":
            depth += 1
        elif op not in JUMPS:
            if op not in FIXED and op not in COUNTED:
                break
            popped, pushed = effect(Instr(op, arg))
            if depth - popped <= index:
                return consumer(op, arg, index - (depth - popped), frame.stack[depth - popped :])
            depth += pushed - popped
        if op in NEVER_GOES_ON:
            break
        at = int(arg) if op in JUMPS and isinstance(arg, int) else at + 1
    return UNKNOWN


def keeps_operands(above: Any) -> bool:
    """Whether an instruction leaves its operands on the stack while what it started runs: it does for native operations, not for calls."""
    if above is None or isinstance(above, Frame):
        return False
    return not isinstance(above, NativeFrame) or native_name(above) != TAKES_ITS_ARGUMENTS


def loops_over(frame: Frame, index: int, depth: int) -> bool:
    """The iterator lies on top; a 3.15 loop over a list has its cursor there, which is no block of the heap, and the list below."""
    if index == depth - 1:
        return True
    top = frame.stack[depth - 1] if depth <= len(frame.stack) else None
    return index == depth - 2 and top is not None and getattr(top, "address", 1) == 0


def swapped(index: int, depth: int, arg: object) -> int:
    other = depth - (arg if isinstance(arg, int) else 2)
    return other if index == depth - 1 else depth - 1 if index == other else index


def native_name(frame: NativeFrame) -> str:
    return str(getattr(frame.generator, "__name__", ""))


def consumer(op: str, arg: Any, position: int, operands: list[Any]) -> str:
    """In words: operand number `position` of an instruction."""
    if op in ("CALL", "CALL_KW"):
        return call_part(position, arg if isinstance(arg, int) else arg[0], operands)
    if op in ("CALL_FUNCTION_EX", "LOAD_SUPER_ATTR"):
        return f"the call of {callee_name(operands)}" if op == "CALL_FUNCTION_EX" else "super()"
    if op == "BINARY_OP":
        return f"the {('left', 'right')[position]} operand of {arg}"
    if op == "COMPARE_OP":
        return f"the {('left', 'right')[position]} operand of {arg[0] if isinstance(arg, tuple) else arg}"
    words = WORDS.get(op, UNKNOWN)
    return words if isinstance(words, str) else words[min(position, len(words) - 1)]


BUILT = {
    "BUILD_LIST": "list", "BUILD_TUPLE": "tuple", "BUILD_SET": "set", "BUILD_MAP": "dict", "BUILD_CONST_KEY_MAP": "dict",
    "BUILD_STRING": "string", "BUILD_SLICE": "slice",
}  # fmt: skip
BOUND = "a value about to be bound to a name"
WORDS: dict[str, str | tuple[str, ...]] = {
    **{op: f"an item of the {kind} being made" for op, kind in BUILT.items()},
    **dict.fromkeys(("STORE_NAME", "STORE_GLOBAL", "STORE_FAST", "STORE_DEREF", "STORE_FAST_STORE_FAST", "STORE_FAST_LOAD_FAST"), BOUND),
    **dict.fromkeys(("UNPACK_SEQUENCE", "UNPACK_EX"), "a value about to be unpacked"),
    **dict.fromkeys(("BEFORE_WITH", "LOAD_SPECIAL"), "the manager of a with statement"),
    "WITH_EXCEPT_START": "the exit of a with statement", "POP_TOP": "a value about to be dropped",
    "RETURN_VALUE": "the value about to be returned", "YIELD_VALUE": "the value about to be yielded",
    "IS_OP": ("the left operand of is", "the right operand of is"), "CONTAINS_OP": ("the left operand of in", "the right operand of in"),
    "BINARY_SUBSCR": ("the object being indexed", "the index"), "BINARY_SLICE": ("the object being sliced", "a bound of the slice"),
    "STORE_SUBSCR": ("a value about to be stored", "the object being stored into", "the index"),
    "STORE_SLICE": ("a value about to be stored", "the object being stored into", "a bound of the slice"),
    "DELETE_SUBSCR": ("the object an item of which is deleted", "the index"),
    "STORE_ATTR": ("a value about to be stored", "the object whose attribute is set"),
    "DELETE_ATTR": "the object whose attribute is deleted",
    "LOAD_ATTR": "the object whose attribute is read", "LOAD_METHOD": "the object whose method is called",
    "GET_ITER": "the object to loop over", "SEND": "the object to yield from", "LIST_APPEND": "an item of the list being made",
    "SET_ADD": "an item of the set being made", "MAP_ADD": "an item of the dict being made", "LIST_EXTEND": "the items being unpacked",
    "END_FOR": "the loop", "POP_ITER": "the loop", "MAKE_FUNCTION": "the function being made",
    "SET_FUNCTION_ATTRIBUTE": "the function being made",
    "FORMAT_SIMPLE": "a field of an f-string", "FORMAT_WITH_SPEC": "a field of an f-string",
    "CONVERT_VALUE": "a field of an f-string", "RAISE_VARARGS": "the exception about to be raised", "RERAISE": "the exception on its way",
    "POP_EXCEPT": "the exception handled before", "TO_BOOL": "a condition", "POP_JUMP_IF_TRUE": "a condition",
    "POP_JUMP_IF_FALSE": "a condition", "POP_JUMP_IF_NONE": "a condition", "POP_JUMP_IF_NOT_NONE": "a condition",
}  # fmt: skip


def call_part(position: int, count: int, operands: list[Any]) -> str:
    """The stack holds callee, self or NULL, arguments."""
    name = callee_name(operands)
    if position == 0:
        return f"the call of {name}"
    if position == 1:
        return f"self of {name}"
    return f"the argument of {name}" if count == 1 else f"argument {position - 1} of {name}"


def callee_name(operands: list[Any]) -> str:
    callee = operands[0] if operands else None
    return name_of_callable(callee.object if callee.__class__ is Lent else callee)


NAMERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Builtin, lambda callee: str(callee.spec.name)),
    (Method, lambda callee: name_of_callable(callee.function)),
    (Function, lambda callee: str(getattr(callee.name, "value", ""))),
    (Type, lambda callee: str(callee.name)),
)


def name_of_callable(callee: Any) -> str:
    for kind, namer in NAMERS:
        if isinstance(callee, kind):
            return namer(callee)
    return "a call"
