"""mappingproxy: a read-only view of a mapping, and of a class's namespace (its `__dict__`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import binary, call_method, contains, equal, get_item, iterate, length, repr_text, str_text
from sim.objects.classes import Type
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

KIND = "mappingproxy"


def mapping_of(m: Machine, frame: NativeFrame, proxy: Any) -> Any:
    """What the proxy shows, borrowed. A built-in class has no dict of its own: one is made for the occasion."""
    shown = proxy.parts[0]
    if not isinstance(shown, Type):
        return shown
    if shown.namespace is not None:
        return shown.namespace
    made = frame.own(m.heap.dict())
    for name in dict.fromkeys([*shown.members, *shown.natives]):
        if not name.startswith("<"):
            m.put(made, name, new(m.own_attribute(shown, name)))
    return made


@native(KIND, "__new__", 1, kind="static")
def proxy_new(m: Machine, args: list[Any]) -> HeapObject:
    if m.lookup(args[1].type, "__getitem__") is None or m.is_instance(args[1], "list") or m.is_instance(args[1], "tuple"):
        raise m.error("TypeError", f"mappingproxy() argument must be a mapping, not {args[1].type.name}")
    return m.heap.record(KIND, [new(args[1])], 24)


@native(KIND, "__getitem__", 1)
def proxy_item(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield get_item(m, mapping_of(m, frame, args[0]), args[1]))


@native(KIND, "__contains__", 1)
def proxy_contains(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.bool(bool((yield contains(m, mapping_of(m, frame, args[0]), args[1]))))


@native(KIND, "__len__")
def proxy_len(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.int((yield length(m, mapping_of(m, frame, args[0]))))


@native(KIND, "__iter__")
def proxy_iter(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield iterate(m, mapping_of(m, frame, args[0])))


@native(KIND, "__repr__")
def proxy_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.str(f"mappingproxy({(yield repr_text(m, mapping_of(m, frame, args[0])))})")


@native(KIND, "__str__")
def proxy_str(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.str((yield str_text(m, mapping_of(m, frame, args[0]))))


@native(KIND, "__eq__", 1)
def proxy_eq(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    other = mapping_of(m, frame, args[1]) if args[1].type is args[0].type else args[1]
    return m.heap.bool(bool((yield equal(m, mapping_of(m, frame, args[0]), other))))


@native(KIND, "__or__", 1)
def proxy_or(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    sides = [mapping_of(m, frame, side) if side.type is m.types[KIND] else side for side in args]
    return (yield binary(m, "|", sides[0], sides[1]))


def _forward(name: str, minimum: int, maximum: int) -> None:
    def asked(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        given = [arg for arg in args[1:] if arg is not None]
        return (yield call_method(m, mapping_of(m, frame, args[0]), name, given))

    native(KIND, name, minimum, maximum)(asked)


for _name, _minimum, _maximum in (("get", 1, 2), ("keys", 0, 0), ("values", 0, 0), ("items", 0, 0), ("copy", 0, 0)):
    _forward(_name, _minimum, _maximum)
