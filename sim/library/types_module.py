"""The types module: built-in kinds under their public names, SimpleNamespace, and new_class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.library.types import KindName
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import equal, repr_text
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.machine.machine import Machine

CONSTANTS = {
    "FunctionType": KindName("function"), "LambdaType": KindName("function"), "CodeType": KindName("code"),
    "MappingProxyType": KindName("mappingproxy"),
    "SimpleNamespace": KindName("SimpleNamespace"), "CellType": KindName("cell"), "GeneratorType": KindName("generator"),
    "CoroutineType": KindName("coroutine"), "AsyncGeneratorType": KindName("async_generator"),
    "MethodType": KindName("method"),
    "BuiltinFunctionType": KindName("builtin_function_or_method"), "BuiltinMethodType": KindName("builtin_function_or_method"),
    "WrapperDescriptorType": KindName("wrapper_descriptor"), "MethodWrapperType": KindName("method-wrapper"),
    "MethodDescriptorType": KindName("method_descriptor"), "ClassMethodDescriptorType": KindName("classmethod_descriptor"),
    "ModuleType": KindName("module"),
    "TracebackType": KindName("traceback"), "FrameType": KindName("frame"), "GetSetDescriptorType": KindName("getset_descriptor"),
    "MemberDescriptorType": KindName("member_descriptor"), "NoneType": KindName("NoneType"),
    "NotImplementedType": KindName("NotImplementedType"),
    "EllipsisType": KindName("ellipsis"), "GenericAlias": KindName("GenericAlias"), "UnionType": KindName("UnionType"),
}  # fmt: skip

SOURCE = """
def resolve_bases(bases):
    new_bases = []
    changed = False
    for base in bases:
        if not isinstance(base, type) and hasattr(type(base), "__mro_entries__"):
            new_bases.extend(base.__mro_entries__(bases))
            changed = True
        else:
            new_bases.append(base)
    return tuple(new_bases) if changed else bases


def prepare_class(name, bases=(), kwds=None):
    kwds = dict(kwds or {})
    if "metaclass" in kwds:
        meta = kwds.pop("metaclass")
    else:
        meta = type(bases[0]) if bases else type
    if isinstance(meta, type):
        for base in bases:
            kind = type(base)
            if issubclass(meta, kind):
                continue
            if issubclass(kind, meta):
                meta = kind
                continue
            raise TypeError("metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass "
                            "of the metaclasses of all its bases")
    ns = meta.__prepare__(name, bases, **kwds) if hasattr(meta, "__prepare__") else {}
    return meta, ns, kwds


def new_class(name, bases=(), kwds=None, exec_body=None):
    resolved = resolve_bases(bases)
    meta, ns, kwds = prepare_class(name, resolved, kwds)
    if exec_body is not None:
        exec_body(ns)
    if resolved is not bases:
        ns["__orig_bases__"] = bases
    return meta(name, resolved, ns, **kwds)


def get_original_bases(cls):
    return cls.__dict__.get("__orig_bases__", cls.__bases__)


class DynamicClassAttribute:
    def __init__(self, fget=None, fset=None, fdel=None, doc=None):
        self.fget, self.fset, self.fdel = fget, fset, fdel
        self.__doc__ = doc or fget.__doc__

    def __get__(self, instance, ownerclass=None):
        if instance is None:
            raise AttributeError()
        return self.fget(instance)
"""
SOURCES = {"types": SOURCE}

# --- SimpleNamespace --------------------------------------------------------------------------------------------------------------------


@native("SimpleNamespace", "__new__", 0, None, raw=True, kind="static")
def namespace_new(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    return m.heap.instance(args[0])


@native("SimpleNamespace", "__init__", 0, 1, raw=True)
def namespace_init(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> Any:
    """Attributes by keyword; from 3.13 on a mapping may come first."""
    if args[1] is not None and m.profile.version in ("3.11", "3.12"):
        raise m.error("TypeError", "no positional arguments expected")
    given: list[Any] = args[1].entries() if isinstance(args[1], Dict) else []
    rows = [(entry.key.value, entry.value) for entry in given]
    for name, value in (*rows, *(keywords or {}).items()):
        key = m.heap.name(name)
        m.heap.set_attribute(args[0], key, new(value))
        m.heap.close(key)
    return m.none()


@getter("SimpleNamespace", "__dict__")
def namespace_dict(m: Machine, owner: Any) -> HeapObject:
    return m.heap.materialize(owner)


@native("SimpleNamespace", "__repr__")
def namespace_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner = args[0]
    name = "namespace" if owner.type.static else owner.type.name
    m.keep_reprs()
    if owner in m.printing:
        return m.heap.str(f"{name}(...)")
    m.printing.add(owner)
    frame.borrow(owner)
    values = frame.own(m.heap.materialize(owner))
    try:
        texts = []
        for entry in values.entries():
            texts.append(f"{entry.token}={(yield repr_text(m, entry.value))}")
    finally:
        m.printing.discard(owner)
    return m.heap.str(f"{name}({', '.join(texts)})")


@native("SimpleNamespace", "__eq__", 1)
def namespace_eq(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    kind = m.types["SimpleNamespace"]
    if kind not in args[0].type.order or kind not in args[1].type.order:
        return m.not_implemented()
    left, right = frame.own(m.heap.materialize(args[0])), frame.own(m.heap.materialize(args[1]))
    return m.heap.bool(bool((yield equal(m, left, right))))


# --- cells made by name --------------------------------------------------------------------------------------


@native("cell", "__new__", 0, 1, kind="static")
def cell_new(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.cell(new(args[1]) if args[1] is not None else None)
