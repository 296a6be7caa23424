"""The protocols of Python objects: truth, comparing, hashing, iterating, items, operators, text. Each looks the special method up on the
type, as CPython's
slots do, and returns an object (or host value) or a frame. Built-in types are no special case here: their special methods are natives
found the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.results import wrong_result
from sim.machine.attributes import bind_descriptor, delete_attribute, get_attribute, set_attribute
from sim.machine.calls import call
from sim.machine.frames import Frame, Generator_, GuestError, NativeFrame
from sim.machine.generators import next_item
from sim.machine.natives import invoke
from sim.objects.containers import Builtin
from sim.objects.functions import Function
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Float, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

__all__ = [
    "advance", "binary", "call", "call_method", "compare", "contains", "delete_attribute", "delete_item", "equal", "format_text",
    "get_attribute", "get_item",
    "hash_of", "index_of", "iterate", "length", "repr_text", "set_attribute", "set_item", "special", "str_text", "truth", "unary",
]  # fmt: skip

FRAMES = (Frame, NativeFrame)
LONG_TEXT = 8192  # characters that are compared at the price of one instruction

BINARY_NAMES = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "@": "matmul", "**": "pow", "<<": "lshift",
    ">>": "rshift",
    "&": "and", "|": "or", "^": "xor",
}  # fmt: skip
UNARY_NAMES = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
COMPARE_NAMES = {"<": "__lt__", "<=": "__le__", "==": "__eq__", "!=": "__ne__", ">": "__gt__", ">=": "__ge__"}
SWAPPED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">": "<", ">=": "<="}


def special(m: Machine, object_: HeapObject, name: str) -> HeapObject | None:
    """A special method, looked up on the type; borrowed."""
    return m.lookup(object_.type, name)


def call_special(m: Machine, method: HeapObject, args: list[Any]) -> Any:
    """Call a special method found on the type: natives at once, anything else through descriptor binding."""
    if method.__class__ is Builtin and method.spec.kind == "method":  # type: ignore[attr-defined]
        return invoke(m, method.spec, args, (), 1)  # type: ignore[attr-defined]
    kind = method.type
    if kind is m.types["staticmethod"]:
        return call(m, method.parts[0], args[1:])  # type: ignore[attr-defined]
    if kind is m.types["classmethod"]:
        return call(m, method.parts[0], [args[0].type, *args[1:]])  # type: ignore[attr-defined]
    if method is m.none_object:
        raise m.error("TypeError", f"'{args[0].type.name}' object is not callable")
    if not isinstance(method, Function) and m.lookup(kind, "__get__") is not None:
        return NativeFrame(m, call_bound, method, args)
    if isinstance(method, Function):
        return call(m, method, args)
    return call(m, method, args[1:])


def call_bound(m: Machine, frame: NativeFrame, method: HeapObject, args: list[Any]) -> Any:
    """lookup_maybe_method: a descriptor of any other kind is asked for what to call."""
    bound = frame.own((yield bind_descriptor(m, method, args[0], args[0].type)))
    return (yield call(m, bound, args[1:]))


def call_method(m: Machine, receiver: HeapObject, name: str, args: list[Any]) -> Any:
    method = m.lookup(receiver.type, name)
    if method is None:
        raise m.error("AttributeError", f"'{receiver.type.name}' object has no attribute '{name}'")
    return call_special(m, method, [receiver, *args])


# --- truth, length, index -----------------------------------------------------------------------------------------------------------


def truth(m: Machine, object_: Any) -> Any:
    """bool(object) as a host bool."""
    if object_.__class__ is Int:
        return object_.value != 0
    if object_.__class__ is Str:
        return object_.value != ""
    if object_ is m.none_object:
        return False
    method = m.lookup(object_.type, "__bool__")
    if method is not None:
        return NativeFrame(m, truth_by_bool, object_, method) if method.__class__ is not Builtin else native_truth(m, object_, method)
    method = m.lookup(object_.type, "__len__")
    if method is None:
        return True
    size = length(m, object_)
    if size.__class__ in FRAMES:
        return NativeFrame(m, truth_by_length, size)
    return size != 0


def native_truth(m: Machine, object_: Any, method: Any) -> Any:
    result = invoke(m, method.spec, [object_], (), 1)
    if result.__class__ in FRAMES:
        return NativeFrame(m, truth_of_result, result)
    answer = result is m.heap.true  # type: ignore[attr-defined]
    m.heap.close(result)
    return answer


def truth_by_bool(m: Machine, frame: NativeFrame, object_: Any, method: HeapObject) -> Any:
    result = frame.own((yield call_special(m, method, [object_])))
    if result.type is not m.types["bool"]:
        raise wrong_result(m, object_, "__bool__", result)
    return bool(result.value)


def truth_by_length(m: Machine, frame: NativeFrame, size: Any) -> Any:
    return (yield size) != 0


def length(m: Machine, object_: Any) -> Any:
    """len(object) as a host int."""
    method = m.lookup(object_.type, "__len__")
    if method is None:
        raise m.error("TypeError", f"object of type '{object_.type.name}' has no len()")
    if method.__class__ is Builtin:
        result = invoke(m, method.spec, [object_], (), 1)  # type: ignore[attr-defined]
        if result.__class__ in FRAMES:
            return NativeFrame(m, value_of_result, result)
        size = result.value
        m.heap.close(result)
        return size
    return NativeFrame(m, guest_length, object_, method)


def guest_length(m: Machine, frame: NativeFrame, object_: Any, method: HeapObject) -> Any:
    result = frame.own((yield call_special(m, method, [object_])))
    size = yield index_of(m, result)
    if size < 0:
        raise m.error("ValueError", "__len__() should return >= 0")
    if size >> 63:
        raise m.error("OverflowError", "cannot fit 'int' into an index-sized integer")
    return size


def index_of(m: Machine, object_: Any) -> Any:
    """operator.index(object) as a host int."""
    if isinstance(object_, Int):
        return object_.value
    method = m.lookup(object_.type, "__index__")
    if method is None:
        raise m.error("TypeError", f"'{object_.type.name}' object cannot be interpreted as an integer")
    return NativeFrame(m, guest_index, object_, method)


def guest_index(m: Machine, frame: NativeFrame, object_: Any, method: HeapObject) -> Any:
    result = frame.own((yield call_special(m, method, [object_])))
    if not isinstance(result, Int):
        raise wrong_result(m, object_, "__index__", result)
    return result.value


# --- comparing and hashing ------------------------------------------------------------------------------------------------------------


def compare(m: Machine, op: str, left: Any, right: Any) -> Any:
    """Rich comparison (Objects/object.c do_richcompare): the reflected method first when the right operand's class is a subclass."""
    name = COMPARE_NAMES[op]
    method = m.lookup(left.type, name)
    other = m.lookup(right.type, COMPARE_NAMES[SWAPPED[op]])
    right_first = right.type is not left.type and left.type in right.type.order and other is not None
    attempts = [(method, left, right), (other, right, left)]
    if right_first:
        attempts.reverse()
    if all(attempt[0].__class__ is Builtin or attempt[0] is None for attempt in attempts):
        for method_, first, second in attempts:
            if method_ is None:
                continue
            result = invoke(m, method_.spec, [first, second], (), 1)  # type: ignore[attr-defined]
            if result.__class__ in FRAMES:
                return NativeFrame(m, compare_slowly, op, left, right, attempts)
            if result is not m.not_implemented_object:
                return result
            m.heap.close(result)
        return default_comparison(m, op, left, right)
    return NativeFrame(m, compare_slowly, op, left, right, attempts)


def compare_slowly(m: Machine, frame: NativeFrame, op: str, left: Any, right: Any, attempts: list[Any]) -> Any:
    for method, first, second in attempts:
        if method is None:
            continue
        result = yield call_special(m, method, [first, second])
        if result is not m.not_implemented_object:
            return result
        m.heap.close(result)
    return default_comparison(m, op, left, right)


def default_comparison(m: Machine, op: str, left: Any, right: Any) -> HeapObject:
    if op == "==":
        return m.heap.bool(left is right)
    if op == "!=":
        return m.heap.bool(left is not right)
    message = f"'{op}' not supported between instances of '{left.type.name}' and '{right.type.name}'"
    raise m.error("TypeError", message)


def equal(m: Machine, left: Any, right: Any) -> Any:
    """Identity, then ==, as containers compare; a host bool."""
    if left is right:
        return True
    if left.__class__ is right.__class__ and left.__class__ in (Int, Str, Float):
        if left.__class__ is Str and len(left.value) > LONG_TEXT:
            m.charge(len(left.value) // LONG_TEXT)
        return left.value == right.value
    result = compare(m, "==", left, right)
    if result.__class__ in FRAMES:
        return NativeFrame(m, truth_of_result, result)
    return close_truth(m, result)


def close_truth(m: Machine, result: Any) -> Any:
    if result.type is m.types["bool"]:
        answer = bool(result.value)
        m.heap.close(result)
        return answer
    return NativeFrame(m, truth_of_result, result)


def truth_of_result(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    result = frame.own((yield pending))
    return (yield truth(m, result))


def hash_of(m: Machine, object_: Any) -> Any:
    """hash(object) as a host int."""
    method = m.lookup(object_.type, "__hash__")
    if method is None or method is m.none_object:
        raise m.error("TypeError", f"unhashable type: '{object_.type.name}'")
    if method.__class__ is Builtin:
        result = invoke(m, method.spec, [object_], (), 1)  # type: ignore[attr-defined]
        if result.__class__ in FRAMES:
            return NativeFrame(m, value_of_result, result)
        value = result.value
        m.heap.close(result)
        return value
    return NativeFrame(m, guest_hash, object_, method)


def value_of_result(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    return frame.own((yield pending)).value


def guest_hash(m: Machine, frame: NativeFrame, object_: Any, method: HeapObject) -> Any:
    result = frame.own((yield call_special(m, method, [object_])))
    if not isinstance(result, Int):
        raise m.error("TypeError", "__hash__ method should return an integer")
    value = result.value
    if not -(1 << 63) <= value < 1 << 63:
        value = value % ((1 << 61) - 1) if value >= 0 else -(-value % ((1 << 61) - 1))
    return -2 if value == -1 else value


# --- iterating ------------------------------------------------------------------------------------------------------------------------


def iterate(m: Machine, object_: Any) -> Any:
    """iter(object): a new iterator."""
    method = m.lookup(object_.type, "__iter__")
    if method is None:
        if m.lookup(object_.type, "__getitem__") is not None:
            object_.refs += 1
            return m.heap.iterator("iterator", object_)
        raise m.error("TypeError", f"'{object_.type.name}' object is not iterable")
    if method is m.none_object:
        raise m.error("TypeError", f"'{object_.type.name}' object is not iterable")
    if method.__class__ is Builtin:
        return invoke(m, method.spec, [object_], (), 1)  # type: ignore[attr-defined]
    return NativeFrame(m, guest_iterate, object_, method)


def guest_iterate(m: Machine, frame: NativeFrame, object_: Any, method: HeapObject) -> Any:
    result = yield call_special(m, method, [object_])
    if m.lookup(result.type, "__next__") is None:
        frame.own(result)
        raise wrong_result(m, object_, "__iter__", result)
    return result


def advance(m: Machine, iterator: Any) -> Any:
    """next(iterator): a new object, or None when it is exhausted, or a frame that delivers either."""
    if iterator.__class__ is Generator_:
        return NativeFrame(m, next_item, iterator)
    method = m.lookup(iterator.type, "__next__")
    if method is None:
        raise m.error("TypeError", f"'{iterator.type.name}' object is not an iterator")
    if method.__class__ is Builtin:
        return invoke(m, method.spec, [iterator], (), 1)  # type: ignore[attr-defined]
    return NativeFrame(m, guest_advance, iterator, method)


def guest_advance(m: Machine, frame: NativeFrame, iterator: Any, method: HeapObject) -> Any:
    try:
        return (yield call_special(m, method, [iterator]))
    except GuestError as error:
        if not m.matches(error, "StopIteration"):
            raise
        m.heap.close(error.exception)
        return None


# --- items ------------------------------------------------------------------------------------------------------------------------------


def get_item(m: Machine, container: Any, key: Any) -> Any:
    method = m.lookup(container.type, "__getitem__")
    if method is None:
        return class_item(m, container, key)
    return call_special(m, method, [container, key])


def class_item(m: Machine, container: Any, key: Any) -> Any:
    """`list[int]`: a class with __class_getitem__."""
    order = getattr(container, "order", None)
    if order is not None:
        method = m.lookup(container, "__class_getitem__")
        if method is not None:
            return NativeFrame(m, call_class_item, container, key)
        raise m.error("TypeError", f"type '{container.name}' is not subscriptable")
    raise m.error("TypeError", f"'{container.type.name}' object is not subscriptable")


def call_class_item(m: Machine, frame: NativeFrame, container: Any, key: Any) -> Any:
    method = frame.own((yield get_attribute(m, container, "__class_getitem__")))
    return (yield call(m, method, [key]))


def set_item(m: Machine, container: Any, key: Any, value: Any) -> Any:
    method = m.lookup(container.type, "__setitem__")
    if method is None:
        raise m.error("TypeError", f"'{container.type.name}' object does not support item assignment")
    return call_special(m, method, [container, key, value])


def delete_item(m: Machine, container: Any, key: Any) -> Any:
    method = m.lookup(container.type, "__delitem__")
    if method is None:
        raise m.error("TypeError", f"'{container.type.name}' object doesn't support item deletion")
    return call_special(m, method, [container, key])


def contains(m: Machine, container: Any, item: Any) -> Any:
    """item in container, as a host bool."""
    method = m.lookup(container.type, "__contains__")
    if method is None:
        if m.lookup(container.type, "__iter__") is None and m.lookup(container.type, "__getitem__") is None:
            what = "a container or iterable" if m.profile.borrows_locals else "iterable"
            raise m.error("TypeError", f"argument of type '{container.type.name}' is not {what}")
        return NativeFrame(m, contains_by_iteration, container, item)
    if method is m.none_object:
        raise m.error("TypeError", f"'{container.type.name}' object is not a container")
    result = call_special(m, method, [container, item])
    if result.__class__ in FRAMES:
        return NativeFrame(m, truth_of_result, result)
    return close_truth(m, result)


def contains_by_iteration(m: Machine, frame: NativeFrame, container: Any, item: Any) -> Any:
    iterator = frame.own((yield iterate(m, container)))
    while True:
        candidate = yield advance(m, iterator)
        if candidate is None:
            return False
        frame.own(candidate)
        if (yield equal(m, candidate, item)):
            return True
        frame.drop(candidate)


# --- operators --------------------------------------------------------------------------------------------------------------------------


def binary(m: Machine, op: str, left: Any, right: Any) -> Any:
    """left op right, in-place forms ("+=") with their fallback (Objects/abstract.c binary_op1, binary_iop1)."""
    in_place = op[-1] == "=" and op != "=="
    plain = op[:-1] if in_place else op
    name = BINARY_NAMES[plain]
    attempts: list[tuple[Any, Any, Any]] = []
    if in_place:
        attempts.append((m.lookup(left.type, f"__i{name}__"), left, right))
    forward = m.lookup(left.type, f"__{name}__")
    reflected = m.lookup(right.type, f"__r{name}__") if right.type is not left.type else None
    if reflected is not None and left.type in right.type.order and reflected is not m.lookup(left.type, f"__r{name}__"):
        attempts += [(reflected, right, left), (forward, left, right)]
    else:
        attempts += [(forward, left, right), (reflected, right, left)]
    return attempt_binary(m, op, plain, left, right, attempts)


def attempt_binary(m: Machine, op: str, plain: str, left: Any, right: Any, attempts: list[tuple[Any, Any, Any]]) -> Any:
    for position, (method, first, second) in enumerate(attempts):
        if method is None:
            continue
        if method.__class__ is not Builtin:
            return NativeFrame(m, binary_slowly, op, left, right, attempts[position:], None)
        result = invoke(m, method.spec, [first, second], (), 1)
        if result.__class__ in FRAMES:
            return NativeFrame(m, binary_slowly, op, left, right, attempts[position:], result)
        if result is not m.not_implemented_object:
            return result
        m.heap.close(result)
    return sequence_binary(m, op, plain, left, right)


def binary_slowly(
    m: Machine, frame: NativeFrame, op: str, left: Any, right: Any, attempts: list[tuple[Any, Any, Any]], started: Any
) -> Any:
    for method, first, second in attempts:
        if method is None:
            continue
        result = yield (started if started is not None else call_special(m, method, [first, second]))
        started = None
        if result is not m.not_implemented_object:
            return result
        m.heap.close(result)
    return (yield sequence_binary(m, op, op[:-1] if op[-1] == "=" else op, left, right))


def sequence_binary(m: Machine, op: str, plain: str, left: Any, right: Any) -> Any:
    """Nobody took it: the error CPython reports."""
    if plain in ("**",):
        shown = "** or pow()" if plain == op else "**="
    else:
        shown = op
    if plain == "+" and op == "+":
        method = m.lookup(left.type, "__concat__")
        if method is not None:
            return call_special(m, method, [left, right])
    if plain == "*":
        for sequence, count in ((left, right), (right, left)):
            repeat = m.lookup(sequence.type, "__repeat__")
            if repeat is not None and m.lookup(count.type, "__index__") is not None:
                return NativeFrame(m, repeat_by_index, repeat, sequence, count)
            if repeat is not None:
                raise m.error("TypeError", f"can't multiply sequence by non-int of type '{count.type.name}'")
    raise m.error("TypeError", f"unsupported operand type(s) for {shown}: '{left.type.name}' and '{right.type.name}'")


def repeat_by_index(m: Machine, frame: NativeFrame, repeat: HeapObject, sequence: HeapObject, count: HeapObject) -> Any:
    """sq_repeat with a count that only has `__index__`, once its own multiplication declined."""
    times = frame.own(m.heap.int((yield index_of(m, count))))
    return (yield call_special(m, repeat, [sequence, times]))


def unary(m: Machine, op: str, operand: Any) -> Any:
    method = m.lookup(operand.type, UNARY_NAMES[op])
    if method is None:
        raise m.error("TypeError", f"bad operand type for unary {op}: '{operand.type.name}'")
    return call_special(m, method, [operand])


# --- text -------------------------------------------------------------------------------------------------------------------------------


def repr_text(m: Machine, object_: Any) -> Any:
    """repr(object) as host text."""
    return text_by(m, object_, "__repr__")


def str_text(m: Machine, object_: Any) -> Any:
    """str(object) as host text."""
    if object_.__class__ is Str:
        return object_.value
    return text_by(m, object_, "__str__")


def text_object(m: Machine, object_: Any) -> Any:
    """str(object): a new reference to a str, or a frame (PyObject_Str)."""
    if object_.__class__ is Str and object_.type.static:
        object_.refs += 1
        return object_
    method = m.lookup(object_.type, "__str__")
    assert method is not None
    result = call_special(m, method, [object_])
    return NativeFrame(m, checked_text, result) if result.__class__ in FRAMES else result


def checked_text(m: Machine, frame: NativeFrame, pending: Any) -> Any:
    result = frame.own((yield pending))
    if not isinstance(result, Str):
        raise m.error("TypeError", f"__str__ returned non-string (type {result.type.name})")
    return frame.give(result)


def text_by(m: Machine, object_: Any, name: str) -> Any:
    method = m.lookup(object_.type, name)
    assert method is not None
    result = call_special(m, method, [object_])
    if result.__class__ in FRAMES:
        return NativeFrame(m, text_of_result, result, name)
    text = result.value
    m.heap.close(result)
    return text


def text_of_result(m: Machine, frame: NativeFrame, pending: Any, name: str) -> Any:
    result = frame.own((yield pending))
    if not isinstance(result, Str):
        raise m.error("TypeError", f"{name} returned non-string (type {result.type.name})")
    return result.value


def format_text(m: Machine, object_: Any, spec: str) -> Any:
    """format(object, spec) as host text."""
    if not spec and object_.__class__ in (Str, Int, Float) and object_.type.static:
        return str_text(m, object_)
    method = m.lookup(object_.type, "__format__")
    assert method is not None
    return NativeFrame(m, format_by, object_, method, spec)


def format_by(m: Machine, frame: NativeFrame, object_: Any, method: HeapObject, spec: str) -> Any:
    argument = frame.own(m.heap.str(spec))
    if method.__class__ is Builtin:
        frame.borrow(object_)  # _PyObject_LookupSpecial binds it
    result = frame.own((yield call_special(m, method, [object_, argument])))
    if not isinstance(result, Str):
        raise m.error("TypeError", f"__format__ must return a str, not {result.type.name}")
    return result.value
