"""classmethod and staticmethod (Objects/funcobject.c): the callable, and a dict with what functools_wraps copies from it.

parts: [callable, dict].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.kind_checks import attribute_if_any
from sim.library.objects import new
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import get_attribute
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

CALLABLE, DICT = 0, 1
COPIED = ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__")


def own_dict(m: Machine, owner: Any) -> Any:
    if owner.parts[DICT] is None:
        owner.parts[DICT] = m.heap.dict()
    return owner.parts[DICT]


def copy_attributes(m: Machine, frame: NativeFrame, owner: Any) -> Any:
    """functools_wraps: what the callable has of these becomes the wrapper's own (annotations only up to 3.13)."""
    namespace = own_dict(m, owner)
    for name in COPIED[: 5 - m.profile.lazy_annotations]:
        found = yield NativeFrame(m, attribute_if_any, owner.parts[CALLABLE], name)
        if found is not None:
            m.put(namespace, name, found)
    return None


def attribute_of_wrapped(m: Machine, frame: NativeFrame, owner: Any, name: str) -> Any:
    """One wrapped callable may lie in another, however deep: no recursion on the host."""
    m.charge(8)
    return (yield get_attribute(m, owner.parts[CALLABLE], name))


def _read(kind: str, name: str) -> None:
    @getter(kind, name)
    def read(m: Machine, owner: Any) -> Any:
        entry = owner.parts[DICT].index.get(name) if owner.parts[DICT] is not None else None
        if entry is not None:
            return new(entry.value)
        if name == "__annotations__":
            return NativeFrame(m, attribute_of_wrapped, owner, name)
        if name == "__doc__":
            return m.none()
        raise m.error("AttributeError", f"'{owner.type.name}' object has no attribute '{name}'")


def _declare(kind: str) -> None:
    @native(kind, "__new__", 0, None, raw=True, kind="static")
    def make(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
        return m.new_record(args[0], [None, None], 40)

    @native(kind, "__init__", 1)
    def initialise(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        owner = args[0]
        old, owner.parts[CALLABLE] = owner.parts[CALLABLE], new(args[1])
        if old is not None:
            m.heap.close(old)
        yield NativeFrame(m, copy_attributes, owner)
        return m.none()

    @getter(kind, "__func__")
    def function(m: Machine, owner: Any) -> HeapObject:
        return new(owner.parts[CALLABLE])  # type: ignore[no-any-return]

    @getter(kind, "__wrapped__")
    def wrapped(m: Machine, owner: Any) -> HeapObject:
        return new(owner.parts[CALLABLE])  # type: ignore[no-any-return]

    @getter(kind, "__dict__")
    def namespace(m: Machine, owner: Any) -> HeapObject:
        return new(own_dict(m, owner))  # type: ignore[no-any-return]

    for name in COPIED:
        _read(kind, name)


for _kind in ("classmethod", "staticmethod"):
    _declare(_kind)


@native("staticmethod", "__call__", 0, None, raw=True)
def staticmethod_call(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, Any] | None) -> Any:
    keywords = keywords or {}
    return (yield m.call(args[0].parts[CALLABLE], [*args[1:], *keywords.values()], tuple(keywords)))
