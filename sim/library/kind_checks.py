"""isinstance and issubclass (Objects/abstract.c): hooks of metaclasses, tuples and unions, `__class__` that says something else than the
type, and objects that pass for classes by having `__bases__`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import call_method, get_attribute, truth
from sim.objects.classes import Type
from sim.objects.containers import Builtin, Tuple
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

BUILTINS = "module:builtins"
HOOKS = {"isinstance": "__instancecheck__", "issubclass": "__subclasscheck__"}
WANTED = {"isinstance": "a type, a tuple of types, or a union", "issubclass": "a class, a tuple of classes, or a union"}


@native(BUILTINS, "isinstance", 2, kind="function")
def builtin_isinstance(m: Machine, args: list[Any]) -> Any:
    subject, wanted = args
    if subject.type is wanted:
        return m.heap.bool(True)
    if wanted.__class__ is Type and wanted.type is m.types["type"]:
        return plain_instance(m, subject, wanted)
    return NativeFrame(m, check, "isinstance", subject, wanted)


@native(BUILTINS, "issubclass", 2, kind="function")
def builtin_issubclass(m: Machine, args: list[Any]) -> Any:
    subject, wanted = args
    if wanted.__class__ is Type and wanted.type is m.types["type"] and isinstance(subject, Type):
        return m.heap.bool(wanted in subject.order)
    return NativeFrame(m, check, "issubclass", subject, wanted)


@native("type", "__instancecheck__", 1)
def type_instancecheck(m: Machine, args: list[Any]) -> Any:
    return plain_instance(m, args[1], args[0])


@native("type", "__subclasscheck__", 1)
def type_subclasscheck(m: Machine, args: list[Any]) -> Any:
    return NativeFrame(m, plain_subclass, args[1], args[0])


def plain_instance(m: Machine, subject: Any, wanted: Any) -> Any:
    """object_isinstance for a class: the type first, then what `__class__` says."""
    if wanted in subject.type.order:
        return m.heap.bool(True)
    if not says_another_class(m, subject.type):
        return m.heap.bool(False)
    return NativeFrame(m, instance_by_class, subject, wanted)


def says_another_class(m: Machine, kind: Type) -> bool:
    """Whether reading `__class__` may run code or give something else than the type."""
    if kind.static:
        return kind.name in ("ProxyType", "CallableProxyType")
    named, reader = m.lookup(kind, "__class__"), m.lookup(kind, "__getattribute__")
    return named.__class__ is not Builtin or reader.__class__ is not Builtin


def instance_by_class(m: Machine, frame: NativeFrame, subject: Any, wanted: Any) -> Any:
    kind = yield NativeFrame(m, attribute_if_any, subject, "__class__")
    if kind is None:
        return m.heap.bool(False)
    frame.own(kind)
    if isinstance(wanted, Type):
        return m.heap.bool(isinstance(kind, Type) and wanted in kind.order)
    return m.heap.bool((yield NativeFrame(m, is_among_bases, kind, wanted)))


def attribute_if_any(m: Machine, frame: NativeFrame, owner: Any, name: str) -> Any:
    """An attribute, or None where reading it raises AttributeError."""
    try:
        return (yield get_attribute(m, owner, name))
    except GuestError as error:
        if not m.matches(error, "AttributeError"):
            raise
        m.heap.close(error.exception)
        return None


def bases_of(m: Machine, frame: NativeFrame, kind: Any) -> Any:
    """abstract_get_bases: `__bases__` if it is a tuple."""
    bases = yield NativeFrame(m, attribute_if_any, kind, "__bases__")
    if bases is None or isinstance(bases, Tuple):
        return bases
    m.heap.close(bases)
    return None


def is_among_bases(m: Machine, frame: NativeFrame, kind: Any, wanted: Any) -> Any:
    """abstract_issubclass, as a host bool."""
    if kind is wanted:
        return True
    bases = yield NativeFrame(m, bases_of, kind)
    if bases is None:
        return False
    frame.own(bases)
    for base in bases.items:
        if (yield NativeFrame(m, is_among_bases, base, wanted)):
            return True
    return False


def plain_subclass(m: Machine, frame: NativeFrame, subject: Any, wanted: Any) -> Any:
    """recursive_issubclass."""
    if isinstance(subject, Type) and isinstance(wanted, Type):
        return m.heap.bool(wanted in subject.order)
    yield NativeFrame(m, demand_class, subject, "issubclass() arg 1 must be a class")
    yield NativeFrame(m, demand_class, wanted, f"issubclass() arg 2 must be {WANTED['issubclass']}")
    return m.heap.bool((yield NativeFrame(m, is_among_bases, subject, wanted)))


def demand_class(m: Machine, frame: NativeFrame, kind: Any, complaint: str) -> Any:
    """check_class."""
    bases = yield NativeFrame(m, bases_of, kind)
    if bases is None:
        raise m.error("TypeError", complaint)
    frame.own(bases)
    return None


def check(m: Machine, frame: NativeFrame, name: str, subject: Any, wanted: Any) -> Any:
    """object_recursive_isinstance and object_issubclass."""
    if name == "isinstance" and subject.type is wanted:
        return m.heap.bool(True)
    if wanted.type is m.types["type"]:
        return (yield plain_check(m, name, subject, wanted))
    if isinstance(wanted, Tuple) or wanted.type.name in ("Union", "UnionType"):
        return (yield NativeFrame(m, check_each, name, subject, wanted))
    if wanted.type.name == "GenericAlias":
        raise m.error("TypeError", f"{name}() argument 2 cannot be a parameterized generic")
    if m.lookup(wanted.type, HOOKS[name]) is not None:
        result = frame.own((yield call_method(m, wanted, HOOKS[name], [subject])))
        return m.heap.bool((yield truth(m, result)))
    return (yield plain_check(m, name, subject, wanted))


def check_each(m: Machine, frame: NativeFrame, name: str, subject: Any, wanted: HeapObject) -> Any:
    """Tuples (nested) and unions, left to right until one fits."""
    for one in wanted.items if isinstance(wanted, Tuple) else wanted.references():
        result = yield NativeFrame(m, check, name, subject, one)
        if result is m.heap.true:
            return result
        m.heap.close(result)
    return m.heap.bool(False)


def plain_check(m: Machine, name: str, subject: Any, wanted: Any) -> Any:
    if name == "issubclass":
        return NativeFrame(m, plain_subclass, subject, wanted)
    if isinstance(wanted, Type):
        return plain_instance(m, subject, wanted)
    return NativeFrame(m, instance_of_other, subject, wanted)


def instance_of_other(m: Machine, frame: NativeFrame, subject: Any, wanted: Any) -> Any:
    """object_isinstance for what is no class but has `__bases__`."""
    yield NativeFrame(m, demand_class, wanted, f"isinstance() arg 2 must be {WANTED['isinstance']}")
    return (yield NativeFrame(m, instance_by_class, subject, wanted))
