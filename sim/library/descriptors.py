"""super, and what all built-in descriptors have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.machine.attributes import bind_descriptor, set_descriptor
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.objects.classes import Type
from sim.objects.containers import Builtin, Cell
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine


def check_receiver(m: Machine, descriptor: Any, instance: Any) -> None:
    """descr_check: a built-in kind's member, or a slot, only fits instances of the class it belongs to (Objects/descrobject.c)."""
    if isinstance(descriptor, Builtin):
        name, owner = descriptor.spec.name, descriptor.owner
    elif descriptor.type.name in ("member_descriptor", "getset_descriptor") and descriptor.parts:
        name, owner = descriptor.state, descriptor.parts[0]
    else:
        return
    if isinstance(owner, Type) and owner not in instance.type.order:
        raise m.error(
            "TypeError", f"descriptor '{name}' for '{owner.name}' objects doesn't apply to a '{instance.type.name}' object"
        )


def descriptor_get(m: Machine, args: list[Any]) -> Any:
    """descriptor.__get__(instance, owner): what reading the attribute gives."""
    descriptor, instance, owner = args
    if instance is m.none_object:
        if owner is None or owner is m.none_object:
            raise m.error("TypeError", "__get__(None, None) is invalid")
        return bind_descriptor(m, descriptor, None, owner)
    check_receiver(m, descriptor, instance)
    return bind_descriptor(m, descriptor, instance, owner if isinstance(owner, Type) else instance.type)


def descriptor_set(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    check_receiver(m, args[0], args[1])
    yield set_descriptor(m, args[0], args[1], args[2], args[1].type)
    return m.none()


def descriptor_delete(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    check_receiver(m, args[0], args[1])
    yield set_descriptor(m, args[0], args[1], None, args[1].type)
    return m.none()


for _kind in (
    "property", "classmethod", "staticmethod", "method_descriptor", "classmethod_descriptor", "getset_descriptor", "member_descriptor",
):  # fmt: skip
    native(_kind, "__get__", 1, 2)(descriptor_get)
for _kind in ("property", "getset_descriptor", "member_descriptor"):
    native(_kind, "__set__", 2)(descriptor_set)
    native(_kind, "__delete__", 1)(descriptor_delete)


@native("super", "__new__", 0, 2, kind="static")
def super_new(m: Machine, args: list[Any]) -> HeapObject:
    """super(), super(cls, object): without arguments the class comes from the running function's `__class__` cell, the object from its
    first slot.
    """
    cls, instance = args[1], args[2]
    if cls is None:
        cls, instance = implicit_super(m)
    if not isinstance(cls, Type):
        raise m.error("TypeError", f"super() argument 1 must be a type, not {cls.type.name}")
    if instance is None or instance is m.none_object:
        return m.new_super(cls, m.none_object, cls)
    return m.new_super(cls, instance, m.super_start(cls, instance))


def implicit_super(m: Machine) -> tuple[Any, Any]:
    frame = m.guest_frame()
    assert frame is not None
    code = frame.code.code
    if frame.function is None or (not code.arg_count and not code.has_varargs):
        raise m.error("RuntimeError", "super(): no arguments")
    first: Any = frame.slots[0]
    first = getattr(first, "object", first)
    if isinstance(first, Cell) and 0 in code.cell_slots:
        first = first.content
    if first is None:
        raise m.error("RuntimeError", "super(): arg[0] deleted")
    for index in range(code.free_slots_start, len(code.slots)):
        if code.slots[index] == "__class__":
            content = frame.slots[index].content
            if content is None:
                raise m.error("RuntimeError", "super(): empty __class__ cell")
            return content, first
    raise m.error("RuntimeError", "super(): __class__ cell not found")


@native("super", "__init__", 0, 2)
def super_init(m: Machine, args: list[Any]) -> HeapObject:
    return m.none()


@getter("super", "__self__")
def super_self(m: Machine, owner: Any) -> HeapObject:
    return new(owner.parts[1])  # type: ignore[no-any-return]


@getter("super", "__thisclass__")
def super_thisclass(m: Machine, owner: Any) -> HeapObject:
    return new(owner.parts[0])  # type: ignore[no-any-return]
