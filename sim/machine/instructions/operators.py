"""Operators, comparisons, truth, jumps, items. Operands stay on the stack while a special method runs and are closed after it, in order
(3.14: BINARY_OP in order, everything else last pushed first; 3.15: all last pushed first).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.integers import int_binary
from sim.library.strings import concatenate, fits
from sim.machine.frames import SWITCH, Frame, GuestError, Lent, NativeFrame
from sim.machine.instructions.stack import owned
from sim.machine.operations import LONG_TEXT, binary, compare, contains, delete_item, get_item, set_item, truth, unary
from sim.objects.containers import List, Tuple
from sim.objects.functions import Function
from sim.objects.mappings import Dict
from sim.objects.scalars import Float, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

FRAMES = (Frame, NativeFrame)


def value_of(ref: Any) -> Any:
    return ref.object if ref.__class__ is Lent else ref


def replace(m: Machine, frame: Frame, count: int, result: Any, backwards: bool | None = None) -> None:
    """Take `count` operands off the stack, push the result, close the operands: in the version's order, or as `backwards` says."""
    stack = frame.stack
    operands = stack[-count:]
    del stack[-count:]
    if result is not None:
        stack.append(result)
    if m.profile.stack_released_from_top if backwards is None else backwards:
        operands.reverse()
    for ref in operands:
        if ref is not None and ref.__class__ is not Lent:
            m.heap.close(ref)


def drop_leaf(m: Machine, leaf: Any) -> None:
    """Close a reference to an object that holds nothing, at the start of an instruction, when nothing is dying."""
    if leaf.refs > 1:
        leaf.refs -= 1
    elif leaf.__class__ is Int and not m.heap.int_free_list:
        leaf.refs = 0
        m.heap.allocator.release(leaf.address)
    else:
        leaf.refs = 0
        m.heap.free(leaf)


def replace_two_leaves(m: Machine, frame: Frame, result: Any) -> None:
    """`replace` for two operands without references, as short as it gets: nothing can be dying yet, nothing runs when they die."""
    stack = frame.stack
    right = stack.pop()
    left = stack[-1]
    stack[-1] = result
    if m.profile.operands_released_backwards:
        left, right = right, left
    if left.__class__ is not Lent:
        if left.refs > 1:
            left.refs -= 1
        else:
            drop_leaf(m, left)
    if right.__class__ is not Lent:
        if right.refs > 1:
            right.refs -= 1
        else:
            drop_leaf(m, right)


def failed(m: Machine, frame: Frame, count: int) -> None:
    """Up to 3.13 an instruction closes its inputs in order before it looks at the error; later they are left for the unwinding."""
    if not m.profile.stack_released_from_top:
        replace(m, frame, count, None)


def complete(m: Machine, frame: Frame, count: int, pending: Any, backwards: bool | None = None) -> int | None:
    """Finish an instruction whose result is an object now or a frame's later."""
    if pending.__class__ in FRAMES:
        return m.push(NativeFrame(m, complete_later, frame, count, pending, backwards))
    replace(m, frame, count, pending, backwards)
    return None


def complete_later(m: Machine, native: NativeFrame, frame: Frame, count: int, pending: Any, backwards: bool | None) -> Any:
    try:
        result = yield pending
    except GuestError:
        failed(m, frame, count)
        raise
    replace(m, frame, count, result, backwards)
    return None


def complete_bool(m: Machine, frame: Frame, count: int, pending: Any, invert: bool = False) -> int | None:
    """Like complete, for an operation that answers with a host bool."""
    if pending.__class__ in FRAMES:
        return m.push(NativeFrame(m, complete_bool_later, frame, count, pending, invert))
    replace(m, frame, count, m.heap.bool(pending is not invert))
    return None


def complete_bool_later(m: Machine, native: NativeFrame, frame: Frame, count: int, pending: Any, invert: bool) -> Any:
    try:
        answer = yield pending
    except GuestError:
        failed(m, frame, count)
        raise
    replace(m, frame, count, m.heap.bool(bool(answer) is not invert))
    return None


# --- operators ----------------------------------------------------------------------------------------------------------------------


def binary_op(m: Machine, frame: Frame, op: str) -> int | None:
    stack = frame.stack
    left, right = stack[-2], stack[-1]
    if left.__class__ is Lent:
        left = left.object
    if right.__class__ is Lent:
        right = right.object
    kind = left.__class__
    if kind is Int and right.__class__ is Int and op not in BOOL_OPERATORS:
        fast = FAST.get(op)
        result: Any
        if fast is not None:
            value = fast(left.value, right.value)
            heap = m.heap
            if heap.small_int_max < value < 0x40000000 and not heap.int_free_list:
                result = Int(heap.int_type, heap.allocator.allocate(28), value)
            else:
                result = heap.int(value)
        elif op == "@" or op == "@=":
            raise m.error("TypeError", f"unsupported operand type(s) for {op}: 'int' and 'int'")
        else:
            value = int_binary(op[:-1] if op[-1] == "=" else op, left.value, right.value, m)
            result = m.heap.float(value) if value.__class__ is float else m.heap.int(value)
        replace_two_leaves(m, frame, result)
        return None
    if kind is Str and right.__class__ is Str and (op == "+" or op == "+="):
        concatenate_strings(m, frame, left, right)
        return None
    return complete(m, frame, 2, binary(m, op, left, right), m.profile.operands_released_backwards)


FAST = {"+": int.__add__, "+=": int.__add__, "-": int.__sub__, "-=": int.__sub__}
BOOL_OPERATORS = frozenset({"&", "|", "^", "&=", "|=", "^="})


def concatenate_strings(m: Machine, frame: Frame, left: Str, right: Str) -> None:
    """s + t. At a warm site where the left operand is a local that is stored next and nobody else holds it, the text grows in place:
    same object (BINARY_OP_INPLACE_ADD_UNICODE). Elsewhere a new object."""
    profile = m.profile
    code = frame.code
    following = code.code.instructions[frame.pc]
    if following[0] == "STORE_FAST":
        index: Any = following[1]
        slot = frame.slots[index]
        warm = is_warm(m, frame, profile.warm_concatenate_after)
        if warm and slot is left and may_grow(frame, left, right):
            grow_in_place(m, frame, left, right, index)
            return
    replace(m, frame, 2, concatenate(m, left, right), profile.operands_released_backwards)


def may_grow(frame: Frame, left: Str, right: Str) -> bool:
    """Nobody but the local and the operand on the stack holds the text (Objects/unicodeobject.c unicode_modifiable)."""
    holders = 1 + (frame.stack[-2].__class__ is not Lent)
    return left.refs == holders and not left.interned and bool(left.value) and bool(right.value)


def grow_in_place(m: Machine, frame: Frame, left: Str, right: Str, index: int) -> None:
    """unicode_concatenate: the local gives its reference up and the one left owner is resized."""
    frame.slots[index] = None
    fits(m, len(left.value) + len(right.value))
    value = left.value + right.value
    left.address = m.heap.allocator.resize(left.address, m.heap.str_size(value))
    left.value = value
    ref = frame.stack.pop()
    frame.stack[-1] = left
    left.refs = 1
    if ref.__class__ is not Lent:
        m.heap.close(ref)


def is_warm(m: Machine, frame: Frame, rounds: int) -> bool:
    """Has this site run often enough to be specialised? 3.11 counts rounds of the whole code object, later versions each site."""
    code = frame.code
    if m.profile.warm_getitem_by_code:
        return code.rounds >= rounds
    seen = code.warm.get(frame.pc, 0)
    code.warm[frame.pc] = seen + 1
    return bool(seen >= rounds)


def is_warm_for(m: Machine, frame: Frame, kind: Any) -> bool:
    """Is this site specialised for a class? It stays so for the class it saw when it got warm."""
    code = frame.code
    site = (frame.pc, "class")
    chosen = code.warm.get(site)
    if chosen is None and is_warm(m, frame, m.profile.warm_getitem_after):
        chosen = code.warm[site] = kind
    return chosen is kind


def unary_op(m: Machine, frame: Frame, op: str) -> int | None:
    return complete(m, frame, 1, unary(m, op, value_of(frame.stack[-1])))


def unary_negative(m: Machine, frame: Frame, argument: Any) -> int | None:
    return unary_op(m, frame, "-")


def unary_invert(m: Machine, frame: Frame, argument: Any) -> int | None:
    return unary_op(m, frame, "~")


def unary_not(m: Machine, frame: Frame, argument: Any) -> int | None:
    return complete_bool(m, frame, 1, truth(m, value_of(frame.stack[-1])), True)


def to_bool(m: Machine, frame: Frame, argument: Any) -> int | None:
    operand = value_of(frame.stack[-1])
    if operand is m.heap.true or operand is m.heap.false:  # type: ignore[attr-defined]
        return None
    return complete_bool(m, frame, 1, truth(m, operand))


def truth_of_top(m: Machine, frame: Frame, argument: Any) -> int | None:
    """Push the truth of the value on top, which stays where it is."""
    answer = truth(m, value_of(frame.stack[-1]))
    if answer.__class__ in FRAMES:
        return m.push(NativeFrame(m, push_truth, frame, answer))
    frame.stack.append(m.heap.bool(bool(answer)))
    return None


def push_truth(m: Machine, native: NativeFrame, frame: Frame, pending: Any) -> Any:
    frame.stack.append(m.heap.bool((yield pending)))
    return None


COMPARISONS = {"<": int.__lt__, "<=": int.__le__, "==": int.__eq__, "!=": int.__ne__, ">": int.__gt__, ">=": int.__ge__}


def compare_op(m: Machine, frame: Frame, argument: tuple[str, bool]) -> int | None:
    op, to_boolean = argument
    stack = frame.stack
    left, right = stack[-2], stack[-1]
    if left.__class__ is Lent:
        left = left.object
    if right.__class__ is Lent:
        right = right.object
    if left.__class__ is Int and right.__class__ is Int:
        answer = m.heap.true if COMPARISONS[op](left.value, right.value) else m.heap.false
        answer.refs += 1
        replace_two_leaves(m, frame, answer)
        return None
    if left.__class__ is right.__class__ and left.__class__ in (Str, Float) and op in ("==", "!="):
        if left.__class__ is Str and len(left.value) > LONG_TEXT:
            m.charge(len(left.value) // LONG_TEXT)
        replace(m, frame, 2, m.heap.bool((left.value == right.value) is (op == "==")))
        return None
    pending = compare(m, op, left, right)
    if to_boolean:
        return complete_bool(m, frame, 2, NativeFrame(m, truth_of, pending))
    return complete(m, frame, 2, pending)


def truth_of(m: Machine, native: NativeFrame, pending: Any) -> Any:
    result = native.own((yield pending))
    return (yield truth(m, result))


def is_op(m: Machine, frame: Frame, invert: bool) -> None:
    left, right = value_of(frame.stack[-2]), value_of(frame.stack[-1])
    replace(m, frame, 2, m.heap.bool((left is right) is not bool(invert)))


def contains_op(m: Machine, frame: Frame, invert: bool) -> int | None:
    item, container = value_of(frame.stack[-2]), value_of(frame.stack[-1])
    return complete_bool(m, frame, 2, contains(m, container, item), bool(invert))


# --- jumps --------------------------------------------------------------------------------------------------------------------------


def jump(m: Machine, frame: Frame, target: int) -> int:
    return target


def jump_backward(m: Machine, frame: Frame, target: int) -> int:
    """A loop's next round: a check point for the collector from 3.12 on."""
    frame.code.rounds += 1
    if m.collector.requested:
        frame.pc = target
        return m.push(m.collector.automatic(None))
    return target


def pop_jump_if_true(m: Machine, frame: Frame, target: int) -> int | None:
    flag: Any = frame.stack.pop()
    if flag.__class__ is Lent:
        return target if flag.object.value else None  # type: ignore[attr-defined]
    flag.refs -= 1
    return target if flag.value else None


def pop_jump_if_false(m: Machine, frame: Frame, target: int) -> int | None:
    flag: Any = frame.stack.pop()
    if flag.__class__ is Lent:
        return None if flag.object.value else target  # type: ignore[attr-defined]
    flag.refs -= 1
    return None if flag.value else target


def pop_jump_if_none(m: Machine, frame: Frame, target: int) -> int | None:
    ref = frame.stack.pop()
    answer = value_of(ref) is m.none_object
    if ref.__class__ is not Lent:
        m.heap.close(ref)
    return target if answer else None


def pop_jump_if_not_none(m: Machine, frame: Frame, target: int) -> int | None:
    ref = frame.stack.pop()
    answer = value_of(ref) is m.none_object
    if ref.__class__ is not Lent:
        m.heap.close(ref)
    return None if answer else target


# --- items --------------------------------------------------------------------------------------------------------------------------


def binary_subscr(m: Machine, frame: Frame, argument: Any) -> int | None:
    stack = frame.stack
    container, key = value_of(stack[-2]), value_of(stack[-1])
    kind = container.__class__
    backwards = m.profile.operands_released_backwards
    if key.__class__ is Int and (kind is List or kind is Tuple):
        items = container.items
        index = key.value
        if -len(items) <= index < len(items):
            item = items[index]
            item.refs += 1
            replace(m, frame, 2, item, backwards)
            return None
    elif kind is Dict and key.__class__ is Str:
        entry = container.index.get(key.value)
        if entry is not None:
            entry.value.refs += 1
            replace(m, frame, 2, entry.value, backwards)
            return None
    elif not container.type.static:
        method = m.lookup(container.type, "__getitem__")
        if method.__class__ is Function and is_warm_for(m, frame, container.type):
            return enter_getitem(m, frame, method)
    return complete(m, frame, 2, get_item(m, container, key), backwards)


def enter_getitem(m: Machine, frame: Frame, method: Any) -> int:
    """BINARY_SUBSCR_GETITEM: container and key move into the method's frame, nothing stays on the caller's stack."""
    args = [frame.stack[-2], frame.stack[-1]]
    del frame.stack[-2:]
    method.refs += 1
    return m.push(m.enter(method, args))


def store_subscr(m: Machine, frame: Frame, argument: Any) -> int | None:
    """container[key] = value; the stack holds value, container, key."""
    stack = frame.stack
    value, container, key = (value_of(ref) for ref in stack[-3:])
    pending = set_item(m, container, key, value)
    if pending.__class__ in FRAMES:
        return m.push(NativeFrame(m, drop_result_later, frame, 3, pending))
    if pending is not None:
        m.heap.close(pending)
    replace(m, frame, 3, None)
    return None


def drop_result_later(m: Machine, native: NativeFrame, frame: Frame, count: int, pending: Any) -> Any:
    try:
        result = yield pending
    except GuestError:
        failed(m, frame, count)
        raise
    if result is not None:
        m.heap.close(result)
    replace(m, frame, count, None)
    return None


def delete_subscr(m: Machine, frame: Frame, argument: Any) -> int | None:
    container, key = value_of(frame.stack[-2]), value_of(frame.stack[-1])
    pending = delete_item(m, container, key)
    if pending.__class__ in FRAMES:
        return m.push(NativeFrame(m, drop_result_later, frame, 2, pending))
    if pending is not None:
        m.heap.close(pending)
    replace(m, frame, 2, None)
    return None


def build_slice(m: Machine, frame: Frame, count: int) -> None:
    parts = [owned(ref) for ref in frame.stack[-count:]]
    del frame.stack[-count:]
    if count == 2:
        parts.append(m.none())
    frame.stack.append(m.new_slice(parts))


def binary_slice(m: Machine, frame: Frame, argument: Any) -> int | None:
    """container[start:stop]: the slice object lives during the call and goes first, in every version (BINARY_SLICE)."""
    stack = frame.stack
    container, start, stop = (value_of(ref) for ref in stack[-3:])
    count = 4
    if m.profile.slices_keep_bounds:
        start.refs += 1
        stop.refs += 1
    else:
        stop, start = owned(stack.pop()), owned(stack.pop())
        count = 2
    slice_ = m.new_slice([start, stop, m.none()])
    stack.append(slice_)
    return complete(m, frame, count, get_item(m, container, slice_), True)


def store_slice(m: Machine, frame: Frame, argument: Any) -> int | None:
    """container[start:stop] = value; the stack holds value, container, start, stop (STORE_SLICE). The slice goes first."""
    stack = frame.stack
    stop, start = stack.pop(), stack.pop()
    value, container = (value_of(ref) for ref in stack[-2:])
    slice_ = m.new_slice([owned(start), owned(stop), m.none()])
    stack.append(slice_)
    return m.push(NativeFrame(m, store_slice_later, frame, container, slice_, value))


def store_slice_later(m: Machine, native: NativeFrame, frame: Frame, container: Any, slice_: Any, value: Any) -> Any:
    try:
        result = yield set_item(m, container, slice_, value)
    except GuestError:
        m.heap.close(frame.stack.pop())
        failed(m, frame, 2)
        raise
    if result is not None:
        m.heap.close(result)
    m.heap.close(frame.stack.pop())
    replace(m, frame, 2, None)
    return None


TABLE = {
    "BINARY_OP": binary_op, "UNARY_NEGATIVE": unary_negative, "UNARY_INVERT": unary_invert, "UNARY_NOT": unary_not, "TO_BOOL": to_bool,
    "TRUTH_OF_TOP": truth_of_top,
    "COMPARE_OP": compare_op, "IS_OP": is_op, "CONTAINS_OP": contains_op, "JUMP": jump, "JUMP_NO_INTERRUPT": jump, "JUMP_FORWARD": jump,
    "JUMP_BACKWARD": jump_backward, "JUMP_BACKWARD_NO_INTERRUPT": jump, "POP_JUMP_IF_TRUE": pop_jump_if_true,
    "POP_JUMP_IF_FALSE": pop_jump_if_false,
    "POP_JUMP_IF_NONE": pop_jump_if_none, "POP_JUMP_IF_NOT_NONE": pop_jump_if_not_none, "BINARY_SUBSCR": binary_subscr,
    "STORE_SUBSCR": store_subscr,
    "DELETE_SUBSCR": delete_subscr, "BUILD_SLICE": build_slice, "BINARY_SLICE": binary_slice, "STORE_SLICE": store_slice,
}  # fmt: skip
__all__ = ["SWITCH", "TABLE", "complete", "replace", "value_of"]
