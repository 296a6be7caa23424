"""sys.getsizeof of every kind: what the type reports, plus the collector's header and the pointers in front of the object. 64-bit
figures, measured.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.objects.classes import Instance, Type
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

VARIABLE_SIZED = frozenset({"int", "bool", "bytes", "tuple"})  # tp_itemsize: the size of an instance is the instance's own
Size = Callable[[Any, Any], int]


def of_function(m: Machine, owner: Any) -> int:
    return m.profile.function_size


SHARED_KEYS_TABLE = 768  # ht_cached_keys of a class whose instances have a dict that the interpreter manages: 64 slots, 42 entries


def of_class(m: Machine, owner: Any) -> int:
    if owner.static:
        return m.profile.static_type_size
    return m.profile.class_size - (0 if manages_dict(m, owner) else SHARED_KEYS_TABLE)


def manages_dict(m: Machine, kind: Type) -> bool:
    """Py_TPFLAGS_MANAGED_DICT: instances have a dict, and it is not one of the type's own (3.11: nor one behind variable-sized data)."""
    if kind.dictless or any(cls.static and not cls.dictless for cls in kind.order):
        return False
    return m.profile.version != "3.11" or not any(cls.static and cls.name in VARIABLE_SIZED for cls in kind.order)


def of_instance(m: Machine, owner: Instance) -> int:
    """Slots 8 bytes each; with a dict 3.11 counts two pointers in front and the type's own, later versions only those in front."""
    kind = owner.type
    slots = sum(len(cls.slot_names) for cls in kind.order if not cls.static)
    size = 16 + 8 * slots + 16
    if not kind.dictless:
        without_weakrefs = 8 if m.profile.version == "3.11" and not kind.weakrefable else 0
        return size + m.profile.instance_size - 32 - without_weakrefs
    if kind.weakrefable:
        return size + (8 if m.profile.version == "3.11" else 16)
    return size


def of_module(m: Machine, owner: Any) -> int:
    return m.profile.module_size


def of_generator(m: Machine, owner: Any) -> int:
    return owner.size + 16  # type: ignore[no-any-return]


def of_exception(m: Machine, owner: Any) -> int:
    extra = {"StopIteration": 8, "SystemExit": 8, "AttributeError": 16, "NameError": 8, "ImportError": 24, "OSError": 40}
    base = 88
    for kind in owner.type.order:
        if kind.static:
            base += extra.get(kind.name, 0)
            break
    return base if not owner.type.weakrefable else base + m.profile.subclass_exception_size - 88


FIXED = {
    "NoneType": 16, "NotImplementedType": 16, "ellipsis": 16, "object": 16, "cell": 40, "property": 80, "staticmethod": 48,
    "classmethod": 48, "method": 64,
    "builtin_function_or_method": 72, "method_descriptor": 72, "super": 56, "slice": 56, "traceback": 64, "iterator": 48,
    "ReferenceType": 72,
    "ProxyType": 72, "mappingproxy": 40, "member_descriptor": 72, "getset_descriptor": 72,
}  # fmt: skip
SIZES: dict[str, Size] = {
    "function": of_function, "type": of_class, "generator": of_generator, "coroutine": of_generator,
    "async_generator": of_generator, "BaseException": of_exception, "module": of_module,
}


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
    size += 0 if type(owner).__mro__[1].header else 16  # type: ignore[attr-defined]
    if manages_dict(m, kind):
        size += 16
    adds_weakrefs = kind.weakrefable and not any(cls.static and cls.weakrefable for cls in kind.order)
    if m.profile.version != "3.11":
        size += 16 if adds_weakrefs and kind.dictless else 0
    elif not isinstance(owner, Int | Str):
        # What lies behind the data counts where __sizeof__ asks the type: a list of weak references, a dict after variable-sized data.
        size += 8 * (adds_weakrefs or not (kind.dictless or manages_dict(m, kind)))
    return size
