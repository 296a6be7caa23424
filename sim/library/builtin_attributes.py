"""Builtin functions about attributes: getattr, setattr, hasattr, delattr, vars, dir."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import call_method, delete_attribute, get_attribute, set_attribute
from sim.objects.classes import Type
from sim.objects.functions import Module
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

BUILTINS = "module:builtins"


def _text(m: Machine, name: Any) -> str:
    if not isinstance(name, Str):
        raise m.error("TypeError", f"attribute name must be string, not '{name.type.name}'")
    return name.value


def interned(m: Machine, name: Str) -> Str:
    """PyUnicode_InternInPlace: the interned string of this text, a new reference; `name` itself becomes it if there was none."""
    known = m.heap.interned.get(name.value)
    if known is None and name.__class__ is Str:
        m.heap.intern(name)
        known = name
    if known is None:
        return m.heap.name(name.value)
    known.refs += 1
    return known


@native(BUILTINS, "getattr", 2, 3, kind="function")
def builtin_getattr(m: Machine, args: list[Any]) -> Any:
    owner, name, default = args
    text = _text(m, name)
    if default is None:
        return get_attribute(m, owner, text)
    return NativeFrame(m, _getattr_or, owner, text, default)


def _getattr_or(m: Machine, frame: NativeFrame, owner: HeapObject, text: str, default: HeapObject) -> Any:
    try:
        return (yield get_attribute(m, owner, text))
    except GuestError as error:
        if not m.matches(error, "AttributeError"):
            raise
        m.heap.close(error.exception)
    default.refs += 1
    return default


@native(BUILTINS, "hasattr", 2, kind="function")
def builtin_hasattr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    text = _text(m, args[1])
    try:
        found = yield get_attribute(m, args[0], text)
    except GuestError as error:
        if not m.matches(error, "AttributeError"):
            raise
        m.heap.close(error.exception)
        return m.heap.bool(False)
    m.heap.close(found)
    return m.heap.bool(True)


@native(BUILTINS, "setattr", 3, kind="function")
def builtin_setattr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    _text(m, args[1])
    name = frame.own(interned(m, args[1]))
    yield set_attribute(m, args[0], name, args[2])
    return m.none()


@native(BUILTINS, "delattr", 2, kind="function")
def builtin_delattr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    _text(m, args[1])
    name = frame.own(interned(m, args[1]))
    yield delete_attribute(m, args[0], name)
    return m.none()


@native(BUILTINS, "vars", 0, 1, kind="function")
def builtin_vars(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if args[0] is None:
        return m.locals_of_caller()
    try:
        return (yield get_attribute(m, args[0], "__dict__"))
    except GuestError as error:
        if not m.matches(error, "AttributeError"):
            raise
        m.heap.close(error.exception)
        raise m.error("TypeError", "vars() argument must have __dict__ attribute") from None


@native(BUILTINS, "dir", 0, 1, kind="function")
def builtin_dir(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    subject = args[0]
    if subject is None:
        scope: Any = frame.own(m.locals_of_caller())
        names = [key for key in scope.index if isinstance(key, str)]
    elif not subject.type.static and m.lookup(subject.type, "__dir__") is not None:
        result = frame.own((yield call_method(m, subject, "__dir__", [])))
        names = [item.value for item in result.items]
    else:
        names = list(_names_of(subject))
    m.charge(len(names))
    return m.heap.list([m.heap.str(name) for name in sorted(names)])


def _names_of(subject: Any) -> set[str]:
    """Names on the object, its class and that one's bases."""
    names: set[str] = set()
    kinds = subject.order if isinstance(subject, Type) else [] if isinstance(subject, Module) else subject.type.order
    for kind in kinds:
        names.update(name for name in kind.natives if name.isidentifier())
        if kind.namespace is not None:
            names.update(key for key in kind.namespace.index if isinstance(key, str))
    names.update(getattr(subject, "attributes", None) or () if not isinstance(subject, Type) else ())
    own = getattr(subject, "dict", None)
    if own is not None:
        names.update(key for key in own.index if isinstance(key, str))
    return names
