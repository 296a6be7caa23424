"""Moving references: constants, names, fast locals, cells. Each function is one instruction: (machine, frame, argument) -> None, a target,
or SWITCH.

A slot of the stack is an owned object, Lent (3.14+), or None (CPython's NULL).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.machine.frames import Frame, GuestError, Lent, NativeFrame
from sim.machine.operations import get_item, set_item
from sim.objects.containers import Cell
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine


# Builtins that CPython has and a simulated program has not.
NOT_SIMULATED = {
    "open": "a simulated program has no files", "input": "a simulated program has no keyboard",
    "__file__": "a simulated program lies in no file",
    "breakpoint": "there is no debugger", "help": "there is no pager",
}  # fmt: skip


def close_ref(m: Machine, ref: Any) -> None:
    """Close a slot's reference: lent ones and NULL do not count."""
    if ref is not None and ref.__class__ is not Lent:
        m.heap.close(ref)


def owned(ref: Any) -> Any:
    """A counted reference from a slot's (PyStackRef_MakeHeapSafe)."""
    if ref.__class__ is Lent:
        ref = ref.object
        ref.refs += 1
    return ref


def nop(m: Machine, frame: Frame, argument: Any) -> None:
    pass


def pop_top(m: Machine, frame: Frame, argument: Any) -> None:
    ref = frame.stack.pop()
    if ref is not None and ref.__class__ is not Lent:
        m.heap.close(ref)


def copy(m: Machine, frame: Frame, depth: int) -> None:
    ref = frame.stack[-depth]
    if ref is not None and ref.__class__ is not Lent:
        ref.refs += 1
    frame.stack.append(ref)


def swap(m: Machine, frame: Frame, depth: int) -> None:
    stack = frame.stack
    stack[-1], stack[-depth] = stack[-depth], stack[-1]


def push_null(m: Machine, frame: Frame, argument: Any) -> None:
    frame.stack.append(None)


def load_const(m: Machine, frame: Frame, constant: HeapObject) -> None:
    constant.refs += 1
    frame.stack.append(constant)


def lend_const(m: Machine, frame: Frame, constant: HeapObject) -> None:
    """3.15: the constants tuple outlives every use."""
    frame.stack.append(Lent(constant))


# --- fast locals ------------------------------------------------------------------------------------------------------------------


def unbound_local(m: Machine, frame: Frame, index: int) -> Exception:
    name = frame.code.code.slots[index]
    return m.error("UnboundLocalError", f"cannot access local variable '{name}' where it is not associated with a value")


def load_fast(m: Machine, frame: Frame, index: int) -> None:
    ref = frame.slots[index]
    if ref is None:
        raise unbound_local(m, frame, index)
    if ref.__class__ is not Lent:
        ref.refs += 1
    frame.stack.append(ref)


def load_fast_borrow(m: Machine, frame: Frame, index: int) -> None:
    ref = frame.slots[index]
    if ref is None:
        raise unbound_local(m, frame, index)
    frame.stack.append(ref if ref.__class__ is Lent else Lent(ref))


def load_fast_and_clear(m: Machine, frame: Frame, index: int) -> None:
    frame.stack.append(frame.slots[index])
    frame.slots[index] = None


def store_fast(m: Machine, frame: Frame, index: int) -> None:
    slots = frame.slots
    old = slots[index]
    slots[index] = frame.stack.pop()
    if old is not None and old.__class__ is not Lent:
        if old.refs > 1:  # nothing is dying at the start of an instruction
            old.refs -= 1
        elif old.__class__ is Int and not m.heap.int_free_list:
            m.heap.allocator.release(old.address)
        else:
            m.heap.close(old)


def delete_fast(m: Machine, frame: Frame, index: int) -> None:
    old = frame.slots[index]
    if old is None:
        raise unbound_local(m, frame, index)
    frame.slots[index] = None
    close_ref(m, old)


def load_fast_load_fast(m: Machine, frame: Frame, pair: tuple[int, int]) -> None:
    load_fast(m, frame, pair[0])
    load_fast(m, frame, pair[1])


def load_fast_borrow_load_fast_borrow(m: Machine, frame: Frame, pair: tuple[int, int]) -> None:
    load_fast_borrow(m, frame, pair[0])
    load_fast_borrow(m, frame, pair[1])


def store_fast_load_fast(m: Machine, frame: Frame, pair: tuple[int, int]) -> None:
    store_fast(m, frame, pair[0])
    load_fast(m, frame, pair[1])


def store_fast_store_fast(m: Machine, frame: Frame, pair: tuple[int, int]) -> None:
    store_fast(m, frame, pair[0])
    store_fast(m, frame, pair[1])


# --- names ------------------------------------------------------------------------------------------------------------------------


def name_error(m: Machine, name: str) -> Exception:
    if name in NOT_SIMULATED:
        raise Unsupported(f"{name} ({NOT_SIMULATED[name]})", m.current_line())
    error = m.error("NameError", f"name '{name}' is not defined")
    error.exception.extra = {"name": m.heap.name(name)}
    return error


def load_name(m: Machine, frame: Frame, name: str) -> int | None:
    if frame.locals is not None and not frame.locals.type.static:
        return m.push(NativeFrame(m, load_from_mapping, frame, name))
    entry = frame.locals.index.get(name) if frame.locals is not None else None
    if entry is None:
        entry = frame.globals.index.get(name) or m.builtins.index.get(name)
        if entry is None:
            raise name_error(m, name)
    value = entry.value
    value.refs += 1
    frame.stack.append(value)
    return None


def load_from_mapping(m: Machine, native: NativeFrame, frame: Frame, name: str) -> Any:
    """LOAD_NAME in a class body whose namespace (`__prepare__`) is a mapping of the program's own class."""
    key = native.own(m.heap.name(name))
    try:
        value = yield get_item(m, frame.locals, key)
    except GuestError as error:
        if not m.matches(error, "KeyError"):
            raise
        m.heap.close(error.exception)
        entry = frame.globals.index.get(name) or m.builtins.index.get(name)
        if entry is None:
            raise name_error(m, name) from None
        value = entry.value
        value.refs += 1
    frame.stack.append(value)
    return None


def store_in_mapping(m: Machine, native: NativeFrame, frame: Frame, name: Any) -> Any:
    done = yield set_item(m, frame.locals, name, native.own(owned(frame.stack.pop())))
    if done is not None:
        m.heap.close(done)
    return None


def load_global(m: Machine, frame: Frame, name: str) -> None:
    entry = frame.globals.index.get(name) or m.builtins.index.get(name)
    if entry is None:
        raise name_error(m, name)
    value = entry.value
    value.refs += 1
    frame.stack.append(value)


def store_name(m: Machine, frame: Frame, name: Any) -> int | None:
    if frame.locals is not None and not frame.locals.type.static:
        return m.push(NativeFrame(m, store_in_mapping, frame, name))
    m.heap.dict_store(frame.locals if frame.locals is not None else frame.globals, name.value, name, owned(frame.stack.pop()))
    return None


def store_global(m: Machine, frame: Frame, name: Any) -> None:
    m.heap.dict_store(frame.globals, name.value, name, owned(frame.stack.pop()))


def delete_name(m: Machine, frame: Frame, name: str) -> None:
    if not m.heap.dict_delete(frame.locals if frame.locals is not None else frame.globals, name):
        raise name_error(m, name)


def delete_global(m: Machine, frame: Frame, name: str) -> None:
    if not m.heap.dict_delete(frame.globals, name):
        raise name_error(m, name)


def load_locals(m: Machine, frame: Frame, argument: Any) -> None:
    namespace = frame.locals
    assert namespace is not None
    namespace.refs += 1
    frame.stack.append(namespace)


def load_from_dict_or_globals(m: Machine, frame: Frame, name: str) -> None:
    namespace: Any = frame.stack.pop()
    entry = namespace.index.get(name) or frame.globals.index.get(name) or m.builtins.index.get(name)
    if entry is None:
        m.heap.close(namespace)
        raise name_error(m, name)
    entry.value.refs += 1
    frame.stack.append(entry.value)
    m.heap.close(namespace)


# --- cells ------------------------------------------------------------------------------------------------------------------------


def make_cell(m: Machine, frame: Frame, index: int) -> None:
    ref = frame.slots[index]
    frame.slots[index] = m.heap.cell(owned(ref) if ref is not None else None)


def copy_free_vars(m: Machine, frame: Frame, count: int) -> None:
    function = frame.function
    assert function is not None and function.closure is not None
    first = frame.code.code.free_slots_start
    for offset, cell in enumerate(function.closure.items):
        cell.refs += 1
        frame.slots[first + offset] = cell


def unbound_cell(m: Machine, frame: Frame, index: int) -> Exception:
    code = frame.code.code
    name = code.slots[index]
    if index >= code.free_slots_start:
        return m.error("NameError", f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope")
    return unbound_local(m, frame, index)


def load_deref(m: Machine, frame: Frame, index: int) -> None:
    cell: Cell = frame.slots[index]
    value = cell.content
    if value is None:
        raise unbound_cell(m, frame, index)
    value.refs += 1
    frame.stack.append(value)


def store_deref(m: Machine, frame: Frame, index: int) -> None:
    cell: Cell = frame.slots[index]
    old = cell.content
    cell.content = owned(frame.stack.pop())
    if old is not None:
        m.heap.close(old)


def delete_deref(m: Machine, frame: Frame, index: int) -> None:
    cell: Cell = frame.slots[index]
    old = cell.content
    if old is None:
        raise unbound_cell(m, frame, index)
    cell.content = None
    m.heap.close(old)


def load_closure(m: Machine, frame: Frame, index: int) -> None:
    cell = frame.slots[index]
    cell.refs += 1
    frame.stack.append(cell)


def load_from_dict_or_deref(m: Machine, frame: Frame, index: int) -> None:
    namespace: Any = frame.stack.pop()
    entry = namespace.index.get(frame.code.code.slots[index])
    if entry is not None:
        entry.value.refs += 1
        frame.stack.append(entry.value)
    else:
        load_deref(m, frame, index)
    m.heap.close(namespace)


def load_classderef(m: Machine, frame: Frame, index: int) -> None:
    """3.11 class bodies: the class namespace first, then the cell."""
    load_locals(m, frame, None)
    load_from_dict_or_deref(m, frame, index)


TABLE = {
    "NOP": nop, "POP_TOP": pop_top, "COPY": copy, "SWAP": swap, "PUSH_NULL": push_null, "LOAD_CONST": load_const, "LOAD_FAST": load_fast,
    "LOAD_FAST_CHECK": load_fast, "LOAD_FAST_BORROW": load_fast_borrow, "LOAD_FAST_AND_CLEAR": load_fast_and_clear,
    "STORE_FAST": store_fast,
    "STORE_FAST_MAYBE_NULL": store_fast, "DELETE_FAST": delete_fast, "LOAD_FAST_LOAD_FAST": load_fast_load_fast,
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": load_fast_borrow_load_fast_borrow, "STORE_FAST_LOAD_FAST": store_fast_load_fast,
    "STORE_FAST_STORE_FAST": store_fast_store_fast, "LOAD_NAME": load_name, "LOAD_GLOBAL": load_global, "STORE_NAME": store_name,
    "STORE_GLOBAL": store_global, "DELETE_NAME": delete_name, "DELETE_GLOBAL": delete_global, "LOAD_LOCALS": load_locals,
    "LOAD_FROM_DICT_OR_GLOBALS": load_from_dict_or_globals, "MAKE_CELL": make_cell, "COPY_FREE_VARS": copy_free_vars,
    "LOAD_DEREF": load_deref,
    "STORE_DEREF": store_deref, "DELETE_DEREF": delete_deref, "LOAD_CLOSURE": load_closure,
    "LOAD_FROM_DICT_OR_DEREF": load_from_dict_or_deref,
    "LOAD_CLASSDEREF": load_classderef,
}  # fmt: skip
