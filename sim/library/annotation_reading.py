"""`__annotations__` of functions and classes: made into a dict when somebody asks, from 3.14 on by a call of `__annotate__`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.machine.calls import call
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, setter
from sim.objects.classes import Type
from sim.objects.functions import Function
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.machine.machine import Machine

VALUES = 1  # annotationlib.Format.VALUE


def asked(m: Machine, frame: NativeFrame, annotate: HeapObject) -> Any:
    """The dict that an `__annotate__` function gives."""
    wanted = frame.own(m.heap.int(VALUES))
    found = yield call(m, annotate, [wanted])
    if not isinstance(found, Dict):
        frame.own(found)
        raise m.error("TypeError", f"__annotate__ returned non-dict of type '{found.type.name}'")
    return found


@getter("function", "__annotations__")
def function_annotations(m: Machine, owner: Function) -> Any:
    """Kept as a tuple of names and values until somebody asks (Objects/funcobject.c func_get_annotation_dict)."""
    found: Any = owner.annotations
    if found is None and owner.annotate is not None:
        return NativeFrame(m, function_annotations_later, owner)
    if found is None or not isinstance(found, Dict):
        made = m.heap.dict()
        items = found.items if found is not None else []
        for key, value in zip(items[::2], items[1::2], strict=True):
            m.heap.dict_store(made, key.value, key, new(value))
        if found is not None:
            m.heap.close(found)
        owner.annotations = made
    return new(owner.annotations)


def function_annotations_later(m: Machine, frame: NativeFrame, owner: Function) -> Any:
    assert owner.annotate is not None
    owner.annotations = yield NativeFrame(m, asked, owner.annotate)
    return new(owner.annotations)


@setter("function", "__annotations__")
def set_function_annotations(m: Machine, owner: Function, value: Any) -> None:
    if value is not None and value is not m.none_object and not isinstance(value, Dict):
        raise m.error("TypeError", "__annotations__ must be set to a dict object")
    old = owner.annotations
    owner.annotations = new(value) if isinstance(value, Dict) else None
    if old is not None:
        m.heap.close(old)


@getter("type", "__annotations__")
def class_annotations(m: Machine, cls: Type) -> Any:
    if cls.namespace is None:
        raise m.error("AttributeError", f"type object '{cls.name}' has no attribute '__annotations__'")
    for name in ("__annotations__", "__annotations_cache__"):
        entry = cls.namespace.index.get(name)
        if entry is not None:
            return new(entry.value)
    if not m.profile.lazy_annotations:
        return remembered(m, cls, "__annotations__", m.heap.dict())
    entry = cls.namespace.index.get("__annotate_func__") or cls.namespace.index.get("__annotate__")
    if entry is None or entry.value is m.none_object:
        return remembered(m, cls, "__annotations_cache__", m.heap.dict())
    return NativeFrame(m, class_annotations_later, cls, entry.value)


def class_annotations_later(m: Machine, frame: NativeFrame, cls: Type, annotate: HeapObject) -> Any:
    return remembered(m, cls, "__annotations_cache__", (yield NativeFrame(m, asked, annotate)))


def remembered(m: Machine, cls: Type, name: str, found: Any) -> HeapObject:
    assert cls.namespace is not None
    m.put(cls.namespace, name, found)
    m.class_changed(cls)
    return new(found)  # type: ignore[no-any-return]


@setter("type", "__annotations__")
def set_class_annotations(m: Machine, cls: Type, value: Any) -> None:
    if cls.namespace is None:
        raise m.error("TypeError", f"cannot set '__annotations__' attribute of immutable type '{cls.name}'")
    m.class_changed(cls)
    if value is not None:
        m.put(cls.namespace, "__annotations__", new(value))
    elif not m.heap.dict_delete(cls.namespace, "__annotations__"):
        raise m.error("AttributeError", "__annotations__")
