"""Proxies: whatever is asked of one is asked of its object (Objects/weakrefobject.c). Operands that are proxies are unwrapped first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.library.weak_references import make_reference
from sim.machine.frames import Frame, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import (
    BINARY_NAMES,
    COMPARE_NAMES,
    advance,
    binary,
    call,
    compare,
    contains,
    delete_attribute,
    delete_item,
    get_attribute,
    get_item,
    index_of,
    iterate,
    length,
    set_attribute,
    set_item,
    str_text,
    truth,
    unary,
)
from sim.objects.containers import WeakReference
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

PROXIES = ("ProxyType", "CallableProxyType")
FRAMES = (Frame, NativeFrame)
TYPES: dict[str, type[HeapObject]] = {"CallableProxyType": WeakReference}
SIZES = {"CallableProxyType": 72}


@native("module:weakref", "proxy", 1, 2, kind="function")
def weakref_proxy(m: Machine, args: list[Any]) -> HeapObject:
    kind = PROXIES[m.lookup(args[0].type, "__call__") is not None]
    return make_reference(m, m.types[kind], args[0], args[1])


def unwrapped(m: Machine, frame: NativeFrame, object_: Any) -> Any:
    """UNWRAP: the proxy's object, held while it is asked; anything else as it is."""
    if not isinstance(object_, WeakReference) or object_.type.name not in PROXIES:
        return object_
    if object_.referent is None:
        raise m.error("ReferenceError", "weakly-referenced object no longer exists")
    return frame.borrow(object_.referent)


def _declare(name: str, arity: int, answer: Callable[..., Any], minimum: int | None = None) -> None:
    """answer(m, target, *arguments) gives an object, a frame, or a host value that a generator here turns into one."""

    def forwarded(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        operands = [unwrapped(m, frame, each) if each is not None else None for each in args]
        result = answer(m, *operands)
        if result.__class__ in FRAMES:
            result = yield result
        return guest(m, result)

    for kind in PROXIES:
        native(kind, name, arity if minimum is None else minimum, arity)(forwarded)


def guest(m: Machine, result: Any) -> Any:
    """Host answers of the protocols as objects."""
    if result is None:
        return m.none()
    if isinstance(result, bool):
        return m.heap.bool(result)
    if isinstance(result, int):
        return m.heap.int(result)
    return m.heap.str(result) if isinstance(result, str) else result


def _getattribute(m: Machine, target: Any, name: Str) -> Any:
    return get_attribute(m, target, name.value)


def _by_name(name: str) -> Callable[..., Any]:
    """What the proxies have as a method, not as a slot: looked up on the object like any attribute."""

    def answer(m: Machine, target: Any) -> Any:
        return NativeFrame(m, called_by_name, target, name)

    return answer


def called_by_name(m: Machine, frame: NativeFrame, target: Any, name: str) -> Any:
    method = frame.own((yield get_attribute(m, target, name)))
    return (yield call(m, method, []))


def _by_builtin(name: str) -> Callable[..., Any]:
    """int(), float(), abs() of the object."""

    def answer(m: Machine, target: Any) -> Any:
        builtin = m.builtins.index[name].value
        return call(m, builtin, [target])

    return answer


def _power(m: Machine, left: Any, right: Any, modulus: Any = None) -> Any:
    if modulus is None:
        return binary(m, "**", left, right)
    return call(m, m.builtins.index["pow"].value, [left, right, modulus])


for _op, _word in BINARY_NAMES.items():
    if _op != "**":
        _declare(f"__{_word}__", 1, lambda m, a, b, op=_op: binary(m, op, a, b))
        _declare(f"__r{_word}__", 1, lambda m, a, b, op=_op: binary(m, op, b, a))
    _declare(f"__i{_word}__", 1, lambda m, a, b, op=_op: binary(m, op + "=", a, b))
_declare("__pow__", 2, _power, minimum=1)
_declare("__rpow__", 2, lambda m, a, b, c=None: _power(m, b, a, c), minimum=1)
for _op, _word in COMPARE_NAMES.items():
    _declare(_word, 1, lambda m, a, b, op=_op: compare(m, op, a, b))
for _word, _op in (("__neg__", "-"), ("__pos__", "+"), ("__invert__", "~")):
    _declare(_word, 0, lambda m, a, op=_op: unary(m, op, a))
for _word, _builtin in (("__int__", "int"), ("__float__", "float"), ("__abs__", "abs")):
    _declare(_word, 0, _by_builtin(_builtin))
_declare("__divmod__", 1, lambda m, a, b: call(m, m.builtins.index["divmod"].value, [a, b]))
_declare("__rdivmod__", 1, lambda m, a, b: call(m, m.builtins.index["divmod"].value, [b, a]))
_declare("__index__", 0, index_of)
_declare("__bool__", 0, truth)
_declare("__str__", 0, str_text)
_declare("__len__", 0, length)
_declare("__getitem__", 1, get_item)
_declare("__setitem__", 2, set_item)
_declare("__delitem__", 1, delete_item)
_declare("__contains__", 1, contains)
_declare("__iter__", 0, iterate)
_declare("__bytes__", 0, _by_name("__bytes__"))
_declare("__reversed__", 0, _by_name("__reversed__"))
_declare("__getattribute__", 1, _getattribute)
_declare("__setattr__", 2, set_attribute)
_declare("__delattr__", 1, delete_attribute)


def proxy_next(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    target = unwrapped(m, frame, args[0])
    if m.lookup(target.type, "__next__") is None:
        raise m.error("TypeError", f"Weakref proxy referenced a non-iterator '{target.type.name}' object")
    return (yield advance(m, target))


def proxy_call(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, Any]) -> Any:
    target = unwrapped(m, frame, args[0])
    return (yield call(m, target, [*args[1:], *keywords.values()], tuple(keywords)))


def proxy_repr(m: Machine, args: list[Any]) -> HeapObject:
    target, where = args[0].referent, f"<weakproxy at 0x{args[0].identity:x}"
    if m.profile.proxy_repr_tells_death:
        tail = "; dead" if target is None else f"; to '{target.type.name}' at 0x{target.identity:x}"
    else:
        target = target or m.none_object
        tail = f" to {target.type.name} at 0x{target.identity:x}"
    return m.heap.str(f"{where}{tail}>")


def proxy_hash(m: Machine, args: list[Any]) -> HeapObject:
    raise m.error("TypeError", f"unhashable type: '{args[0].type.name}'")


for _kind in PROXIES:
    native(_kind, "__next__")(proxy_next)
    native(_kind, "__repr__")(proxy_repr)
    native(_kind, "__hash__")(proxy_hash)
native("CallableProxyType", "__call__", 0, None, raw=True)(proxy_call)
