"""sys.getsizeof of every kind: what the type reports, plus the collector's header and the pointers in front of the object. 64-bit
figures, measured.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.objects.classes import Instance, Type
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

Size = Callable[[Any, Any], int]


def of_function(m: Machine, owner: Any) -> int:
    return m.profile.function_size


def of_class(m: Machine, owner: Any) -> int:
    return m.profile.class_size if not owner.static else 408


def of_instance(m: Machine, owner: Instance) -> int:
    """Slots 8 bytes each; with a dict 3.11 counts two pointers in front and the type's own, later versions only those in front."""
    kind = owner.type
    slots = sum(len(cls.slot_names) for cls in kind.order if not cls.static)
    size = 16 + 8 * slots + 16
    if not kind.dictless:
        return size + m.profile.instance_size - 32
    if kind.weakrefable:
        return size + (8 if m.profile.version == "3.11" else 16)
    return size


def of_generator(m: Machine, owner: Any) -> int:
    slots = len(owner.frame.slots) if owner.frame is not None else 0
    return m.profile.generator_size + 8 * slots + 16


def of_exception(m: Machine, owner: Any) -> int:
    extra = {"StopIteration": 8, "SystemExit": 8, "AttributeError": 16, "NameError": 8, "ImportError": 24}
    base = 88
    for kind in owner.type.order:
        if kind.static:
            base += extra.get(kind.name, 0)
            break
    return base if owner.type.static else base + m.profile.subclass_exception_size - 88


FIXED = {
    "NoneType": 16, "NotImplementedType": 16, "ellipsis": 16, "object": 16, "cell": 40, "property": 80, "staticmethod": 48,
    "classmethod": 48, "method": 64,
    "builtin_function_or_method": 72, "method_descriptor": 72, "module": 72, "super": 56, "slice": 56, "traceback": 64, "iterator": 48,
    "ReferenceType": 72,
    "weakproxy": 72, "mappingproxy": 48, "member_descriptor": 72, "getset_descriptor": 72,
}  # fmt: skip
SIZES: dict[str, Size] = {"function": of_function, "type": of_class, "generator": of_generator, "BaseException": of_exception}


def size_of(m: Machine, owner: HeapObject) -> int:
    """Bytes that sys.getsizeof prints."""
    if owner.__class__ is Instance:
        return of_instance(m, owner)
    for kind in owner.type.order:
        rule = SIZES.get(kind.name) if kind.static else None
        if rule is not None:
            return rule(m, owner) + own_part(m, owner)
        if kind.static and kind.name in FIXED:
            return FIXED[kind.name] + own_part(m, owner)
    return 48


def own_part(m: Machine, owner: Any) -> int:
    """What an instance of a program's class derived from a built-in one has besides: pointers for dict and weak references, slots."""
    kind = owner.type
    if kind.static or isinstance(owner, Type) or hasattr(owner, "arguments"):
        return 0
    size = 8 * sum(len(cls.slot_names) for cls in kind.order if not cls.static)
    if not kind.dictless:
        size += 16
    return size + (0 if type(owner).__mro__[1].header else 16)  # type: ignore[attr-defined]
