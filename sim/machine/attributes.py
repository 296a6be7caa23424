"""Attributes: look-up with descriptors, setting, deleting, for instances, classes, modules and `super()`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.calls import call
from sim.machine.frames import Frame, GuestError, NativeFrame
from sim.machine.natives import invoke
from sim.objects.classes import Type
from sim.objects.containers import Builtin, Record, Tuple
from sim.objects.functions import Function, Module
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

FRAMES = (Frame, NativeFrame)


def get_attribute(m: Machine, owner: Any, name: str) -> Any:
    """owner.name: a new reference, or a frame."""
    kind = owner.type
    if not kind.static:
        custom = m.lookup(kind, "__getattribute__")
        if custom is not None and custom.__class__ is not Builtin:
            return NativeFrame(m, custom_getattribute, owner, custom, name)
    return plain_attribute(m, owner, name, kind)


def plain_attribute(m: Machine, owner: Any, name: str, kind: Type) -> Any:
    """object.__getattribute__, type.__getattribute__, module and super look-up, with `__getattr__` as last resort."""
    if isinstance(owner, Type):
        return type_attribute(m, owner, name)
    if kind.static and "__getattribute__" in kind.natives and kind is not m.types["object"]:  # proxies and bound methods look elsewhere
        return call_native_getattribute(m, kind, owner, name)
    if kind is m.types["super"]:
        return super_attribute(m, owner, name)
    descriptor = m.lookup(kind, name)
    if descriptor is not None and is_data_descriptor(m, descriptor):
        found = bind_descriptor(m, descriptor, owner, kind)
        if found.__class__ is NativeFrame and not kind.static and m.lookup(kind, "__getattr__") is not None:
            return NativeFrame(m, falling_back, owner, name, found)
        return found
    if not kind.dictless or owner.__class__ is Function or owner.__class__ is Module:
        own = m.heap.attribute(owner, name)
        if own is not None:
            own.refs += 1
            return own
    if descriptor is not None:
        return bind_descriptor(m, descriptor, owner, kind)
    return missing_attribute(m, owner, name, kind)


def call_native_getattribute(m: Machine, kind: Type, owner: Any, name: str) -> Any:
    text = m.heap.name(name)
    result = invoke(m, kind.natives["__getattribute__"], [owner, text], (), 1)
    m.heap.close(text)
    return result


def missing_attribute(m: Machine, owner: Any, name: str, kind: Type) -> Any:
    fallback = m.lookup(kind, "__getattr__") if not kind.static else None
    if fallback is not None:
        return NativeFrame(m, call_getattr, owner, fallback, name)
    if isinstance(owner, Module):
        entry = owner.dict.index.get("__getattr__") if owner.dict is not None else None
        if entry is not None:  # PEP 562
            return NativeFrame(m, call_module_getattr, entry.value, name)
        raise m.error("AttributeError", f"module '{owner.name}' has no attribute '{name}'")
    raise attribute_error(m, owner, f"'{kind.name}' object has no attribute '{name}'", name)


def call_module_getattr(m: Machine, frame: NativeFrame, function: HeapObject, name: str) -> Any:
    text = frame.own(m.heap.name(name))
    return (yield call(m, frame.borrow(function), [text]))


def attribute_error(m: Machine, owner: HeapObject, message: str, name: str) -> GuestError:
    """AttributeError with its `name` and `obj`."""
    error = m.error("AttributeError", message)
    owner.refs += 1
    error.exception.extra = {"obj": owner, "name": m.heap.name(name)}
    return error


def call_getattr(m: Machine, frame: NativeFrame, owner: HeapObject, fallback: HeapObject, name: str) -> Any:
    text = frame.own(m.heap.name(name))
    if m.profile.getattr_keeps_method:  # slot_tp_getattr_hook looks __getattr__ up as a bound reference on 3.11
        frame.borrow(owner)
    return (yield call(m, fallback, [owner, text]))


def custom_getattribute(m: Machine, frame: NativeFrame, owner: HeapObject, custom: HeapObject, name: str) -> Any:
    text = frame.own(m.heap.name(name))
    try:
        return (yield call(m, custom, [owner, text]))
    except GuestError as error:
        fallback = m.lookup(owner.type, "__getattr__")
        if fallback is None or not m.matches(error, "AttributeError"):
            raise
        m.heap.close(error.exception)
        return (yield call(m, fallback, [owner, text]))


def falling_back(m: Machine, frame: NativeFrame, owner: HeapObject, name: str, pending: Any) -> Any:
    """A property that raises AttributeError gives way to `__getattr__`."""
    try:
        return (yield pending)
    except GuestError as error:
        if not m.matches(error, "AttributeError"):
            raise
        m.heap.close(error.exception)
        fallback = m.lookup(owner.type, "__getattr__")
        assert fallback is not None
        return (yield call(m, fallback, [owner, frame.own(m.heap.name(name))]))


DATA_DESCRIPTORS = frozenset({"property", "member_descriptor", "getset_descriptor", "_tuplegetter"})


def is_data_descriptor(m: Machine, descriptor: Any) -> bool:
    if descriptor.__class__ is Function:
        return False
    if descriptor.__class__ is Builtin:
        return bool(descriptor.spec.kind == "getter")
    kind = descriptor.type
    if kind.static:
        return kind.name in DATA_DESCRIPTORS
    return m.lookup(kind, "__set__") is not None or m.lookup(kind, "__delete__") is not None


def bind_descriptor(m: Machine, descriptor: Any, owner: Any, kind: Type) -> Any:
    """What a class attribute gives when it is read through an instance (owner) or, owner None, through the class."""
    cls = descriptor.__class__
    if cls is Function:
        if owner is None:
            descriptor.refs += 1
            return descriptor
        return m.heap.method(descriptor, owner)
    if cls is Builtin:
        return bind_builtin(m, descriptor, owner, kind)
    if cls is Record or isinstance(descriptor, Record):
        made_of = descriptor.type if descriptor.type.static else next(base for base in descriptor.type.order if base.static)
        binder = RECORD_BINDERS.get(made_of.name)
        if binder is not None and (descriptor.type.static or m.lookup(descriptor.type, "__get__").__class__ is Builtin):
            return binder(m, descriptor, owner, kind)
    if not descriptor.type.static:
        getter = m.lookup(descriptor.type, "__get__")
        if getter is not None:
            return NativeFrame(m, call_get, getter, descriptor, owner, kind)
    descriptor.refs += 1
    return descriptor


def call_get(m: Machine, frame: NativeFrame, getter: HeapObject, descriptor: HeapObject, owner: HeapObject | None, kind: Type) -> Any:
    frame.borrow(descriptor)  # PyObject_GenericGetAttr holds it
    return (yield call(m, getter, [descriptor, m.none_object if owner is None else owner, kind]))


def bind_builtin(m: Machine, descriptor: Any, owner: Any, kind: Type) -> Any:
    spec = descriptor.spec
    if spec.kind == "getter":
        if owner is None:
            descriptor.refs += 1
            return descriptor
        return NativeFrame(m, spec.function, owner) if spec.generator else spec.function(m, owner)
    if spec.kind == "class":
        kind.refs += 1
        made = Builtin(m.types["builtin_function_or_method"], m.heap.collectable(56, "builtin_method"), spec, None, kind)
    elif owner is None or spec.kind == "static" or descriptor.receiver is not None or not isinstance(descriptor.owner, Type):
        descriptor.refs += 1
        return descriptor
    else:
        owner.refs += 1
        if spec.name.startswith("__"):
            made = Builtin(m.types["method-wrapper"], m.heap.collectable(32), spec, None, owner)
        else:
            made = Builtin(m.types["builtin_function_or_method"], m.heap.collectable(56, "builtin_method"), spec, None, owner)
    m.heap.track(made)
    return made


def bind_property(m: Machine, descriptor: Record, owner: Any, kind: Type) -> Any:
    if owner is None:
        descriptor.refs += 1
        return descriptor
    if descriptor.parts[0] is None:
        raise property_error(m, descriptor, kind, "getter")
    return NativeFrame(m, call_property, descriptor.parts[0], owner)


def property_error(m: Machine, descriptor: Record, kind: Type, what: str) -> GuestError:
    """A property learns its name from the class body."""
    name: Any = descriptor.parts[4]
    shown = f" {name.value!r}" if isinstance(name, Str) else ""
    qualname: Any = kind.qualname
    return m.error("AttributeError", f"property{shown} of '{kind.name if qualname is None else qualname.value}' object has no {what}")


def call_property(m: Machine, frame: NativeFrame, function: HeapObject, owner: HeapObject) -> Any:
    return (yield call(m, function, [owner]))


def bind_classmethod(m: Machine, descriptor: Record, owner: Any, kind: Type) -> Any:
    inner: Any = descriptor.parts[0]
    if not isinstance(inner, Function | Builtin) and m.lookup(inner.type, "__get__") is not None:
        return bind_descriptor(m, inner, kind, kind.type)
    return m.heap.method(inner, kind)


def bind_staticmethod(m: Machine, descriptor: Record, owner: Any, kind: Type) -> Any:
    inner: Any = descriptor.parts[0]
    inner.refs += 1
    return inner


def bind_member(m: Machine, descriptor: Record, owner: Any, kind: Type) -> Any:
    """A slot of `__slots__`."""
    if owner is None:
        descriptor.refs += 1
        return descriptor
    name = descriptor.state
    value = owner.fields.get(name) if owner.fields else None
    if value is None:
        raise attribute_error(m, owner, f"'{kind.name}' object has no attribute '{name}'", name)
    value.refs += 1
    return value


def bind_getset(m: Machine, descriptor: Record, owner: Any, kind: Type) -> Any:
    """`__dict__` and `__weakref__` of a program's class."""
    if owner is None:
        descriptor.refs += 1
        return descriptor
    if kind.dictless if descriptor.state == "__dict__" else not kind.weakrefable:
        raise attribute_error(m, owner, f"'{kind.name}' object has no attribute '{descriptor.state}'", descriptor.state)
    if descriptor.state == "__dict__":
        if isinstance(owner, Type):
            return m.class_namespace_view(owner)
        return m.heap.materialize(owner) if hasattr(owner, "attributes") else exception_dict(m, owner)
    if owner.weakrefs:
        owner.weakrefs[0].refs += 1
        return owner.weakrefs[0]
    return m.none()


def exception_dict(m: Machine, owner: Any) -> Any:
    if owner.dict is None:
        owner.dict = m.heap.dict()
    owner.dict.refs += 1
    return owner.dict


def bind_tuple_field(m: Machine, descriptor: Record, owner: Any, kind: Type) -> Any:
    """A field of a named tuple; state: its place."""
    if owner is None:
        descriptor.refs += 1
        return descriptor
    if not isinstance(owner, Tuple) or descriptor.state >= len(owner.items):
        message = f"descriptor for index '{descriptor.state}' for tuple subclasses doesn't apply to '{owner.type.name}' object"
        raise m.error("TypeError", message)
    found = owner.items[descriptor.state]
    found.refs += 1
    return found


RECORD_BINDERS: dict[str, Any] = {
    "_tuplegetter": bind_tuple_field,

    "property": bind_property, "classmethod": bind_classmethod, "staticmethod": bind_staticmethod, "member_descriptor": bind_member,
    "getset_descriptor": bind_getset,
}  # fmt: skip


def type_attribute(m: Machine, cls: Type, name: str) -> Any:
    """type.__getattribute__: a data descriptor of the metaclass, then the class's own MRO, then the metaclass."""
    meta = m.lookup(cls.type, name)
    if meta is not None and is_data_descriptor(m, meta):
        return bind_descriptor(m, meta, cls, cls.type)
    found = m.lookup(cls, name)
    if found is not None:
        return bind_descriptor(m, found, None, cls)
    if meta is not None:
        return bind_descriptor(m, meta, cls, cls.type)
    fallback = m.lookup(cls.type, "__getattr__") if not cls.type.static else None
    if fallback is not None:
        return NativeFrame(m, call_getattr, cls, fallback, name)
    raise attribute_error(m, cls, f"type object '{cls.name}' has no attribute '{name}'", name)


def super_attribute(m: Machine, owner: Record, name: str) -> Any:
    """super().name: the MRO of the object's class behind the given class. parts: [class, object, class of the object]."""
    found, start = super_lookup(m, owner.parts[0], owner.parts[2], name)
    if found is None or name == "__class__":
        return missing_super(m, owner, name)
    instance = owner.parts[1]
    if instance is owner.parts[2] and isinstance(instance, Type):
        return bind_descriptor(m, found, None, start) if not needs_class(m, found) else bind_descriptor(m, found, None, instance)
    return bind_descriptor(m, found, instance, start)


def needs_class(m: Machine, found: Any) -> bool:
    return isinstance(found, Record) and found.type is m.types["classmethod"]


def super_lookup(m: Machine, cls: Any, start: Any, name: str) -> tuple[Any, Type]:
    order = start.order
    index = order.index(cls) + 1 if cls in order else len(order)
    for after in order[index:]:
        found = m.own_attribute(after, name)
        if found is not None:
            return found, start
    return None, start


def missing_super(m: Machine, owner: Record, name: str) -> Any:
    descriptor = m.lookup(owner.type, name)
    if descriptor is not None:
        return bind_descriptor(m, descriptor, owner, owner.type)
    raise attribute_error(m, owner, f"'super' object has no attribute '{name}'", name)


# --- setting and deleting ---------------------------------------------------------------------------------------------------------


def set_attribute(m: Machine, owner: Any, name: Str, value: HeapObject | None) -> Any:
    """owner.name = value (borrowed; None deletes). None when done, or a frame."""
    kind = owner.type
    text = name.value
    if not kind.static:
        custom = m.lookup(kind, "__setattr__" if value is not None else "__delattr__")
        if custom is not None and custom.__class__ is not Builtin:
            return NativeFrame(m, custom_setattr, custom, owner, name, value)
    return plain_set_attribute(m, owner, name, value, kind, text)


def plain_set_attribute(m: Machine, owner: Any, name: Str, value: HeapObject | None, kind: Type, text: str) -> Any:
    """object.__setattr__ and type.__setattr__."""
    if kind.static and "__setattr__" in kind.natives and kind is not m.types["object"]:
        return NativeFrame(m, native_setattr, kind, owner, name, value)
    descriptor = m.lookup(kind, text)
    if descriptor is not None and is_data_descriptor(m, descriptor):
        return set_descriptor(m, descriptor, owner, value, kind)
    if isinstance(owner, Type):
        return set_type_attribute(m, owner, name, value)
    if kind.dictless and owner.__class__ is not Function and owner.__class__ is not Module:
        if descriptor is not None:
            raise attribute_error(m, owner, f"'{kind.name}' object attribute '{text}' is read-only", text)
        detail = "" if m.profile.version in ("3.11", "3.12") else " and no __dict__ for setting new attributes"
        raise attribute_error(m, owner, f"'{kind.name}' object has no attribute '{text}'{detail}", text)
    if value is None:
        if not m.heap.delete_attribute(owner, text):
            raise attribute_error(m, owner, f"'{kind.name}' object has no attribute '{text}'", text)
        return None
    value.refs += 1
    m.heap.set_attribute(owner, name, value)
    return None


def native_setattr(m: Machine, frame: NativeFrame, kind: Type, owner: HeapObject, name: Str, value: HeapObject | None) -> Any:
    if value is None:
        m.heap.close((yield invoke(m, kind.natives["__delattr__"], [owner, name], (), 1)))
    else:
        m.heap.close((yield invoke(m, kind.natives["__setattr__"], [owner, name, value], (), 1)))
    return None


def custom_setattr(m: Machine, frame: NativeFrame, custom: HeapObject, owner: HeapObject, name: Str, value: HeapObject | None) -> Any:
    result = yield call(m, custom, [owner, name] if value is None else [owner, name, value])
    m.heap.close(result)
    return None


# Fields that CPython declares as read-only PyMemberDef, not as getset: the refusal is worded otherwise.
READONLY_MEMBERS = frozenset({
    "__closure__", "__globals__", "__builtins__", "__base__", "__basicsize__", "__flags__", "__func__", "fget", "fset", "fdel",
    "start", "stop", "step", "func", "keywords", "default_factory",
})  # fmt: skip


def set_descriptor(m: Machine, descriptor: Any, owner: Any, value: HeapObject | None, kind: Type) -> Any:
    if descriptor.__class__ is Builtin:
        setter = descriptor.spec.setter
        if (setter is None and descriptor.spec.name in READONLY_MEMBERS) or descriptor.spec.name.startswith("co_"):
            raise m.error("AttributeError", "readonly attribute")
        if setter is None:
            raise m.error("AttributeError", f"attribute '{descriptor.spec.name}' of '{kind.name}' objects is not writable")
        return setter(m, owner, value)
    name = descriptor.type.name
    if name == "_tuplegetter":
        raise m.error("AttributeError", "can't set attribute" if value is not None else "can't delete attribute")
    if is_property(m, descriptor, "__set__" if value is not None else "__delete__"):
        function = descriptor.parts[1 if value is not None else 2]
        if function is None:
            what = "setter" if value is not None else "deleter"
            raise property_error(m, descriptor, kind, what)
        return NativeFrame(m, custom_setter, function, [owner] if value is None else [owner, value], descriptor)
    if name == "member_descriptor" and descriptor.type.static:
        return set_member(m, descriptor, owner, value)
    if name == "getset_descriptor" and descriptor.type.static:
        return set_instance_dict(m, descriptor, owner, value)
    method = m.lookup(descriptor.type, "__set__" if value is not None else "__delete__")
    if method is None:
        raise m.error("AttributeError", "__set__" if value is not None else "__delete__")
    return NativeFrame(m, custom_setter, method, [descriptor, owner] if value is None else [descriptor, owner, value], descriptor)


def is_property(m: Machine, descriptor: Any, method: str) -> bool:
    """A property, or of a class derived from it that leaves this method alone."""
    kind, base = descriptor.type, m.types["property"]
    return kind is base or (base in kind.order and m.lookup(kind, method).__class__ is Builtin)


def custom_setter(m: Machine, frame: NativeFrame, function: HeapObject, args: list[Any], descriptor: HeapObject) -> Any:
    frame.borrow(descriptor)  # _PyObject_GenericSetAttrWithDict holds it
    m.heap.close((yield call(m, function, args)))
    return None


def set_member(m: Machine, descriptor: Record, owner: Any, value: HeapObject | None) -> None:
    name = descriptor.state
    if owner.fields is None:
        owner.fields = {}
    old = owner.fields.pop(name, None)
    if value is None:
        if old is None:
            raise m.error("AttributeError", name)
    else:
        value.refs += 1
        owner.fields[name] = value
    if old is not None:
        m.heap.close(old)


def set_instance_dict(m: Machine, descriptor: Record, owner: Any, value: Any) -> None:
    if descriptor.state != "__dict__":
        raise m.error("AttributeError", f"attribute '{descriptor.state}' of '{owner.type.name}' objects is not writable")
    if value is not None and not m.is_instance(value, "dict"):
        raise m.error("TypeError", f"__dict__ must be set to a dictionary, not a '{value.type.name}'")
    old = m.heap.materialize(owner)
    m.heap.close(old)
    if value is None:
        value = m.heap.dict()
    else:
        value.refs += 1
    owner.dict = value
    m.heap.close(old)


def set_type_attribute(m: Machine, owner: Type, name: Str, value: HeapObject | None) -> Any:
    text = name.value
    if owner.static:
        raise m.error("TypeError", f"cannot set '{text}' attribute of immutable type '{owner.name}'")
    assert owner.namespace is not None
    m.class_changed(owner)
    if value is None:
        if not m.heap.dict_delete(owner.namespace, text):
            raise attribute_error(m, owner, f"type object '{owner.name}' has no attribute '{text}'", text)
        return None
    value.refs += 1
    m.heap.dict_store(owner.namespace, text, name, value)
    return None


def delete_attribute(m: Machine, owner: Any, name: Str) -> Any:
    return set_attribute(m, owner, name, None)
