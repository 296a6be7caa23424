"""Displays, comprehension steps, unpacking, f-strings, pattern matching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.dicts import merge, store
from sim.library.formatting import format_object
from sim.library.lists import append, extend
from sim.library.sets import add, update
from sim.library.strings import fresh, string_of
from sim.machine.frames import Frame, Lent, NativeFrame
from sim.machine.instructions.operators import replace, value_of
from sim.machine.instructions.stack import owned
from sim.machine.operations import advance, iterate, repr_text
from sim.objects.containers import List, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

FRAMES = (Frame, NativeFrame)


def take(frame: Frame, count: int) -> list[Any]:
    """The top `count` references, all counted now, off the stack."""
    if not count:
        return []
    stack = frame.stack
    items = [owned(ref) for ref in stack[-count:]]
    del stack[-count:]
    return items


def build_tuple(m: Machine, frame: Frame, count: int) -> None:
    frame.stack.append(m.heap.display_tuple(take(frame, count)))


def build_list(m: Machine, frame: Frame, count: int) -> None:
    frame.stack.append(m.heap.list(take(frame, count)))


def build_set(m: Machine, frame: Frame, count: int) -> int:
    return m.push(NativeFrame(m, fill_set, frame, count))


def fill_set(m: Machine, native: NativeFrame, frame: Frame, count: int) -> Any:
    made = native.own(m.heap.set())
    stack = frame.stack
    first = len(stack) - count
    for index in range(first, len(stack)):
        yield add(m, made, value_of(stack[index]))
        ref, stack[index] = stack[index], None  # each reference is given up as its item goes in
        if ref.__class__ is not Lent:
            m.heap.close(ref)
    del stack[first:]
    stack.append(native.give(made))
    return None


def build_map(m: Machine, frame: Frame, count: int) -> int | None:
    made = m.heap.dict()
    m.heap.presize(made, count)
    stack = frame.stack
    pairs = stack[-2 * count :] if count else []
    if all(value_of(key).__class__ is Str for key in pairs[::2]):
        for position in range(0, 2 * count, 2):
            key = value_of(pairs[position])
            m.heap.dict_store(made, key.value, key, new(value_of(pairs[position + 1])))
        if count:
            replace(m, frame, 2 * count, made)
        else:
            stack.append(made)
        return None
    return m.push(NativeFrame(m, fill_map, frame, made, pairs[::2], pairs[1::2], 2 * count))


def new(object_: Any) -> Any:
    object_.refs += 1
    return object_


def fill_map(m: Machine, native: NativeFrame, frame: Frame, made: Dict, keys: list[Any], values: list[Any], count: int) -> Any:
    native.own(made)
    for key, value in zip(keys, values, strict=True):
        yield store(m, made, value_of(key), new(value_of(value)))
    replace(m, frame, count, native.give(made))
    return None


def build_const_key_map(m: Machine, frame: Frame, count: int) -> int | None:
    """Values, then a constant tuple of keys."""
    keys: Any = frame.stack.pop()
    made = m.heap.dict()
    m.heap.presize(made, count)
    values = frame.stack[-count:]
    pairs = list(value_of(keys).items)
    m.heap.close(keys)  # the constants tuple keeps it
    return m.push(NativeFrame(m, fill_map, frame, made, pairs, values, count))


def build_string(m: Machine, frame: Frame, count: int) -> None:
    stack = frame.stack
    text = "".join(value_of(ref).value for ref in stack[-count:])
    replace(m, frame, count, fresh(m, text))


def list_append(m: Machine, frame: Frame, depth: int) -> None:
    item = owned(frame.stack.pop())
    append(m, value_of(frame.stack[-depth]), item)


def set_add(m: Machine, frame: Frame, depth: int) -> int | None:
    pending = add(m, value_of(frame.stack[-depth - 1]), value_of(frame.stack[-1]))
    return finish_statement(m, frame, pending, 1)


def map_add(m: Machine, frame: Frame, depth: int) -> int | None:
    value, key = value_of(frame.stack[-1]), value_of(frame.stack[-2])
    pending = store(m, value_of(frame.stack[-depth - 2]), key, new(value))
    return finish_statement(m, frame, pending, 2)


def finish_statement(m: Machine, frame: Frame, pending: Any, count: int) -> int | None:
    """Drop `count` operands once an operation without result is done."""
    if pending.__class__ in FRAMES:
        return m.push(NativeFrame(m, finish_later, frame, pending, count))
    replace(m, frame, count, None)
    return None


def finish_later(m: Machine, native: NativeFrame, frame: Frame, pending: Any, count: int) -> Any:
    result = yield pending
    if isinstance(result, HeapObject):
        m.heap.close(result)
    replace(m, frame, count, None)
    return None


def list_extend(m: Machine, frame: Frame, depth: int) -> int | None:
    target, iterable = value_of(frame.stack[-depth - 1]), value_of(frame.stack[-1])
    if m.lookup(iterable.type, "__iter__") is None and m.lookup(iterable.type, "__getitem__") is None:
        raise m.error("TypeError", f"Value after * must be an iterable, not {iterable.type.name}")
    return finish_statement(m, frame, extend(m, target, iterable), 1)


def set_update(m: Machine, frame: Frame, depth: int) -> int | None:
    return finish_statement(m, frame, update(m, value_of(frame.stack[-depth - 1]), value_of(frame.stack[-1])), 1)


def dict_update(m: Machine, frame: Frame, depth: int) -> int | None:
    source = value_of(frame.stack[-1])
    if m.lookup(source.type, "keys") is None:
        raise m.error("TypeError", f"'{source.type.name}' object is not a mapping")
    return finish_statement(m, frame, merge(m, value_of(frame.stack[-depth - 1]), source, False, None), 1)


def dict_merge(m: Machine, frame: Frame, depth: int) -> int | None:
    """f(**a, **b): repeated keywords are an error that names the function (below the dicts on the stack)."""
    source = value_of(frame.stack[-1])
    callee = value_of(frame.stack[-depth - 4])
    name = getattr(getattr(callee, "qualname", None), "value", None) or getattr(callee, "name", "function")
    if m.lookup(source.type, "keys") is None:
        raise m.error("TypeError", f"{m.callable_name(callee)} argument after ** must be a mapping, not {source.type.name}")
    return finish_statement(m, frame, merge(m, value_of(frame.stack[-depth - 1]), source, True, str(name)), 1)


def list_to_tuple(m: Machine, frame: Frame, argument: Any = None) -> None:
    source: List = value_of(frame.stack[-1])
    items = [new(item) for item in source.items]
    replace(m, frame, 1, m.heap.display_tuple(items))


# --- unpacking ----------------------------------------------------------------------------------------------------------------------


def unpack_sequence(m: Machine, frame: Frame, count: int) -> int | None:
    source = value_of(frame.stack[-1])
    if source.__class__ is Tuple or source.__class__ is List:
        items = source.items
        if len(items) != count:
            raise wrong_count(m, len(items), count)
        ref = frame.stack.pop()
        for item in reversed(items):
            item.refs += 1
            frame.stack.append(item)
        if ref.__class__ is not Lent:
            m.heap.close(ref)
        return None
    if m.lookup(source.type, "__iter__") is None and m.lookup(source.type, "__getitem__") is None:
        raise m.error("TypeError", f"cannot unpack non-iterable {source.type.name} object")
    return m.push(NativeFrame(m, unpack_iterable, frame, source, count))


def wrong_count(m: Machine, got: int, wanted: int) -> Exception:
    if got < wanted:
        return m.error("ValueError", f"not enough values to unpack (expected {wanted}, got {got})")
    if m.profile.borrows_locals:  # 3.14 says how many there were
        return m.error("ValueError", f"too many values to unpack (expected {wanted}, got {got})")
    return m.error("ValueError", f"too many values to unpack (expected {wanted})")


def unpack_iterable(m: Machine, native: NativeFrame, frame: Frame, source: Any, count: int) -> Any:
    iterator = native.own((yield iterate(m, source)))
    items: list[Any] = []
    for _ in range(count):
        item = yield advance(m, iterator)
        if item is None:
            raise wrong_count(m, len(items), count)
        items.append(native.own(item))
    extra = yield advance(m, iterator)
    if extra is not None:
        native.own(extra)
        raise m.error("ValueError", f"too many values to unpack (expected {count})")
    native.drop(iterator)
    give_items(m, native, frame, items)
    return None


def give_items(m: Machine, native: NativeFrame, frame: Frame, items: list[Any]) -> None:
    """Replace the source on the stack by the items, the first on top."""
    ref = frame.stack.pop()
    for item in reversed(items):
        frame.stack.append(native.give(item))
    if ref.__class__ is not Lent:
        m.heap.close(ref)


def unpack_ex(m: Machine, frame: Frame, shape: tuple[int, int]) -> int:
    source = value_of(frame.stack[-1])
    if m.lookup(source.type, "__iter__") is None and m.lookup(source.type, "__getitem__") is None:
        raise m.error("TypeError", f"cannot unpack non-iterable {source.type.name} object")
    return m.push(NativeFrame(m, unpack_starred, frame, source, shape))


def unpack_starred(m: Machine, native: NativeFrame, frame: Frame, source: Any, shape: tuple[int, int]) -> Any:
    before, after = shape
    iterator = native.own((yield iterate(m, source)))
    items: list[Any] = []
    for _ in range(before):
        item = yield advance(m, iterator)
        if item is None:
            raise m.error("ValueError", f"not enough values to unpack (expected at least {before + after}, got {len(items)})")
        items.append(native.own(item))
    rest = native.own(m.heap.list([]))
    yield extend(m, rest, iterator)
    if len(rest.items) < after:
        raise m.error("ValueError", f"not enough values to unpack (expected at least {before + after}, got {before + len(rest.items)})")
    tail = rest.items[len(rest.items) - after :] if after else []
    if after:
        del rest.items[-after:]
        m.heap.list_resized(rest)
    native.drop(iterator)
    give_items(m, native, frame, [*items, rest, *[native.own(item) for item in tail]])
    return None


# --- f-strings ----------------------------------------------------------------------------------------------------------------------


def convert_value(m: Machine, frame: Frame, conversion: str) -> int:
    return m.push(NativeFrame(m, text_conversion, frame, conversion))


def text_conversion(m: Machine, native: NativeFrame, frame: Frame, conversion: str) -> Any:
    value = value_of(frame.stack[-1])
    if conversion == "s":
        replace(m, frame, 1, (yield NativeFrame(m, string_of, value)))
        return None
    text = yield repr_text(m, value)
    if conversion == "a":
        text = text.encode("ascii", "backslashreplace").decode("ascii")
    replace(m, frame, 1, m.heap.str(text))
    return None


def format_simple(m: Machine, frame: Frame, argument: Any) -> int | None:
    value = value_of(frame.stack[-1])
    if value.__class__ is Str:
        return None
    return m.push(NativeFrame(m, formatted, frame, value, None, 1))


def format_with_spec(m: Machine, frame: Frame, argument: Any) -> int | None:
    return m.push(NativeFrame(m, formatted, frame, value_of(frame.stack[-2]), value_of(frame.stack[-1]), 2))


def formatted(m: Machine, native: NativeFrame, frame: Frame, value: Any, spec: Str | None, count: int) -> Any:
    result = yield NativeFrame(m, format_object, value, spec)
    replace(m, frame, count, result)
    return None


TABLE = {
    "BUILD_TUPLE": build_tuple, "BUILD_LIST": build_list, "BUILD_SET": build_set, "BUILD_MAP": build_map,
    "BUILD_CONST_KEY_MAP": build_const_key_map,
    "BUILD_STRING": build_string, "LIST_APPEND": list_append, "SET_ADD": set_add, "MAP_ADD": map_add, "LIST_EXTEND": list_extend,
    "SET_UPDATE": set_update, "DICT_UPDATE": dict_update, "DICT_MERGE": dict_merge, "LIST_TO_TUPLE": list_to_tuple,
    "UNPACK_SEQUENCE": unpack_sequence,
    "UNPACK_EX": unpack_ex, "CONVERT_VALUE": convert_value, "FORMAT_SIMPLE": format_simple, "FORMAT_WITH_SPEC": format_with_spec,
}  # fmt: skip

