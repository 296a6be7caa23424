"""Making classes: the `class` statement's __build_class__, type(), MRO, slots, and what a new class holds (Objects/typeobject.c
type_new).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.library.sizes import VARIABLE_SIZED
from sim.library.types import EXCEPTIONS, HOME_MODULES
from sim.library.wrapped_callables import copy_attributes
from sim.machine.calls import call, enter, make_instance
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native, setter
from sim.machine.operations import get_attribute
from sim.objects.classes import Type, extended
from sim.objects.containers import Builtin, Cell, Record, Tuple
from sim.objects.functions import Function
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine


@native("module:builtins", "__build_class__", 2, None, raw=True, kind="function")
def build_class(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, Any] | None) -> Any:
    """The `class` statement: metaclass, namespace, body, class object."""
    keywords = dict(keywords or {})
    function, name, *bases = args
    bases_tuple = frame.own((yield NativeFrame(m, resolve_bases, bases)))
    given = keywords.pop("metaclass", None)
    metaclass = winner(
        m, given if given is not None else (bases_tuple.items[0].type if bases_tuple.items else m.types["type"]), bases_tuple.items
    )
    namespace = frame.own((yield NativeFrame(m, prepare, metaclass, name, bases_tuple, keywords)))
    cell = frame.own((yield NativeFrame(m, run_body, function, namespace)))
    if bases_tuple.items != bases:
        m.put(namespace, "__orig_bases__", m.heap.tuple([new(base) for base in bases]))
    names = tuple(keywords)
    cls = frame.own((yield call(m, metaclass, [name, bases_tuple, namespace, *keywords.values()], names)))
    if isinstance(cell, Cell) and isinstance(cls, Type) and cell.content is not cls:
        raise m.error(
            "RuntimeError", f"__class__ not set defining {cls.name!r} as {cls.name}. Was __classcell__ propagated to type.__new__?"
        )
    return frame.give(cls)


def resolve_bases(m: Machine, frame: NativeFrame, bases: list[Any]) -> Any:
    """`__mro_entries__` of bases that are no classes."""
    found: list[Any] = []
    for base in bases:
        method = m.lookup(base.type, "__mro_entries__") if not isinstance(base, Type) else None
        if method is None:
            found.append(frame.borrow(base))
            continue
        given = frame.own(m.heap.tuple([new(b) for b in bases]))
        entries = frame.own((yield call(m, method, [base, given])))
        found.extend(frame.borrow(entry) for entry in entries.items)
    return m.heap.tuple([frame.give(base) for base in found])


def new(object_: Any) -> Any:
    object_.refs += 1
    return object_


def winner(m: Machine, metaclass: Any, bases: list[Any]) -> Any:
    """The most derived metaclass (_PyType_CalculateMetaclass)."""
    if not isinstance(metaclass, Type):
        return metaclass
    for base in bases:
        if base.type in metaclass.order:
            continue
        if metaclass in base.type.order:
            metaclass = base.type
            continue
        message = "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
        raise m.error("TypeError", message)
    return metaclass


def prepare(m: Machine, frame: NativeFrame, metaclass: Any, name: Any, bases: Any, keywords: dict[str, Any]) -> Any:
    found = m.lookup(metaclass, "__prepare__") if isinstance(metaclass, Type) else None
    if found is None or found.__class__ is Builtin:
        return m.heap.dict()
    method = frame.own((yield get_attribute(m, metaclass, "__prepare__")))
    namespace = yield call(m, method, [name, bases, *keywords.values()], tuple(keywords))
    if not isinstance(namespace, Dict):
        frame.own(namespace)
        raise m.error("TypeError", f"{metaclass.name}.__prepare__() must return a mapping, not {namespace.type.name}")
    return namespace


def run_body(m: Machine, frame: NativeFrame, function: Function, namespace: Dict) -> Any:
    """The class body, a function without arguments whose names live in the namespace."""
    function.refs += 1
    body = enter(m, function, [])
    namespace.refs += 1
    body.locals = namespace
    return (yield body)


@native("type", "__new__", 1, None, raw=True, kind="static")
def type_new(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, Any] | None) -> Any:
    """type(name, bases, namespace): a new class."""
    metaclass, *rest = args
    if len(rest) == 1:
        return new(rest[0].type)
    if len(rest) != 3:
        raise m.error("TypeError", f"type.__new__() takes exactly 3 arguments ({len(rest)} given)")
    name, bases, source = rest
    if not isinstance(name, Str):
        raise m.error("TypeError", f"type.__new__() argument 1 must be str, not {name.type.name}")
    if not isinstance(bases, Tuple):
        raise m.error("TypeError", f"type.__new__() argument 2 must be tuple, not {bases.type.name}")
    if not isinstance(source, Dict):
        raise m.error("TypeError", f"type.__new__() argument 3 must be dict, not {source.type.name}")
    metaclass = winner(m, metaclass, bases.items)
    if not metaclass.static and m.lookup(metaclass, "mro").__class__ is not Builtin:
        raise Unsupported("a metaclass with its own mro()")
    cls = frame.own(make_class(m, metaclass, name, bases, source))
    if m.profile.implicit_methods_wrapped:
        for implied in IMPLICIT_METHODS:
            entry = cls.namespace.index.get(implied)
            if entry is not None and isinstance(entry.value, Record) and entry.value.parts[1] is None:
                yield NativeFrame(m, copy_attributes, entry.value)
    yield NativeFrame(m, announce_names, cls)
    yield NativeFrame(m, announce_subclass, cls, dict(keywords or {}))
    return frame.give(cls)


@native("type", "__call__", 0, None, raw=True)
def type_call(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> Any:
    """What a metaclass reaches with super().__call__(...)."""
    keywords = keywords or {}
    return make_instance(m, args[0], [*args[1:], *keywords.values()], tuple(keywords))


@native("type", "__init__", 1, None, raw=True)
def type_init(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    return m.none()


def make_class(m: Machine, metaclass: Type, name: Str, bases: Any, source: Dict) -> Type:
    """The class object with its dict, MRO, descriptors and slots."""
    heap = m.heap
    if not all(isinstance(base, Type) for base in bases.items):
        raise m.error("TypeError", "bases must be types")
    base_list: list[Type] = list(bases.items) or [m.types["object"]]
    base = best_base(m, base_list)
    cls = Type(metaclass, heap.collectable(m.profile.class_size - 16), name.value, extended(base.layout))
    cls.static = False
    if not metaclass.static:
        metaclass.refs += 1
    cls.bases = new(bases) if bases.items else heap.tuple([new(m.types["object"])])
    cls.chosen_base = new(base)
    namespace = heap.dict()
    for entry in source.entries():
        heap.dict_store(namespace, entry.token, entry.key, new(entry.value))
    cls.namespace = namespace
    cls.qualname = take_qualname(m, namespace, name)
    cls.order = linearize(m, cls, base_list)
    cls.mro = heap.tuple([new(kind) for kind in cls.order])
    cls.pattern = next((kind.pattern for kind in cls.order[1:] if kind.pattern), 0)
    add_slots(m, cls, base, base_list)
    complete_namespace(m, cls)
    heap.track(cls)
    for kind in base_list:
        kind.subclasses.append(cls)
        m.heap.counter += 1  # tp_subclasses keeps a weak reference, a collectable object of its own
    set_class_cell(m, cls)
    return cls


def take_qualname(m: Machine, namespace: Dict, name: Str) -> HeapObject:
    entry = namespace.index.get("__qualname__")
    if entry is None:
        return new(name)  # type: ignore[no-any-return]
    qualname = new(entry.value)
    m.heap.dict_delete(namespace, "__qualname__")
    return qualname  # type: ignore[no-any-return]


def best_base(m: Machine, bases: list[Type]) -> Type:
    """The base whose layout instances take over."""
    chosen = bases[0]
    for base in bases:
        if (
            base.name in ("bool", "NoneType", "function", "generator", "slice", "range", "method", "ellipsis", "NotImplementedType")
            and base.static
        ):
            raise m.error("TypeError", f"type '{base.name}' is not an acceptable base type")
        if len(solid(base)) > len(solid(chosen)) and solid(chosen)[0] in base.order:
            chosen = base
        elif solid(base)[0] not in chosen.order and solid(base)[0] is not m.types["object"] and solid(chosen)[0] not in base.order:
            raise m.error("TypeError", "multiple bases have instance lay-out conflict")
    return chosen


# Exceptions that add no fields to BaseException's: any number of them can be bases of one class.
PLAIN_EXCEPTIONS = frozenset(EXCEPTIONS) - {
    "BaseException", "BaseExceptionGroup", "StopIteration", "SystemExit", "ImportError", "OSError", "SyntaxError", "UnicodeDecodeError",
    "UnicodeEncodeError", "AttributeError", "NameError",
}  # fmt: skip


def solid(kind: Type) -> list[Type]:
    """The chain of classes that add something to the layout, most derived first: static ones and those with slots."""
    return [cls for cls in kind.order if (cls.static and cls.name not in PLAIN_EXCEPTIONS) or cls.slot_names]


def linearize(m: Machine, cls: Type, bases: list[Type]) -> list[Type]:
    """C3 (Objects/typeobject.c pmerge)."""
    if len(bases) == 1:
        m.charge(len(bases[0].order))
        return [cls, *bases[0].order]
    sequences = [list(base.order) for base in bases] + [list(bases)]
    m.charge(sum(len(sequence) for sequence in sequences) ** 2 >> 3)
    merged: list[Type] = [cls]
    if len(set(bases)) != len(bases):
        duplicate = next(base for position, base in enumerate(bases) if base in bases[:position])
        raise m.error("TypeError", f"duplicate base class {duplicate.name}")
    while any(sequences):
        for sequence in sequences:
            if sequence and not any(sequence[0] in other[1:] for other in sequences):
                break
        else:
            heads = list(dict.fromkeys(sequence[0].name for sequence in sequences if sequence))
            space = "\n" if m.profile.version in ("3.11", "3.12") else " "
            raise m.error("TypeError", f"Cannot create a consistent method resolution{space}order (MRO) for bases {', '.join(heads)}")
        head = sequence[0]
        merged.append(head)
        for other in sequences:
            if other and other[0] is head:
                del other[0]
    return merged


def add_slots(m: Machine, cls: Type, base: Type, bases: list[Type]) -> None:
    """`__slots__`, `__dict__` and `__weakref__`: descriptors in the class dict where the class adds them."""
    assert cls.namespace is not None
    entry = cls.namespace.index.get("__slots__")
    has_dict = any(not kind.dictless for kind in bases)
    has_weakrefs = any(kind.weakrefable for kind in bases)
    cls.dictless, cls.weakrefable = not has_dict, has_weakrefs
    adds_dict = base.dictless  # type_new_slots asks the base that gives the layout, not the others
    variable_sized = any(
        kind.static and kind.name in VARIABLE_SIZED for kind in cls.order
    )  # tp_itemsize: no room for a weak-reference list
    adds_weakrefs = not base.weakrefable and not variable_sized
    if entry is not None:
        names = slot_names(m, entry.value)
        adds_dict = base.dictless and ("__dict__" in names or has_dict)  # type_new_slots_bases: another base may bring it
        adds_weakrefs = adds_weakrefs and ("__weakref__" in names or has_weakrefs)
        cls.slot_names = tuple(sorted(mangled(cls.name, name) for name in names if name not in ("__dict__", "__weakref__")))
        for name in dict.fromkeys(cls.slot_names):  # one that is named twice has two places, of which the last is used
            if name in cls.namespace.index:
                raise m.error("ValueError", f"'{name}' in __slots__ conflicts with class variable")
            add_descriptor(m, cls, "member_descriptor", name)
    if adds_dict:
        cls.dictless = False
        add_getset(m, cls, "__dict__")
    if adds_weakrefs:
        cls.weakrefable = True
        add_getset(m, cls, "__weakref__")


def add_getset(m: Machine, cls: Type, name: str) -> None:
    """`__dict__` or `__weakref__`: a descriptor of the class's own; in 3.15 all classes share one, which the interpreter keeps."""
    if m.profile.class_self_references > 1:
        add_descriptor(m, cls, "getset_descriptor", name)
        return
    assert cls.namespace is not None
    shared = m.shared_descriptors.get(name)
    if shared is None:
        shared = m.shared_descriptors[name] = m.heap.record("getset_descriptor", [new(m.types["object"])], 56, name)
        m.heap.untrack(shared)  # as old as the interpreter
        m.heap.counter -= 1
    key = m.heap.name(name)
    m.heap.dict_store(cls.namespace, name, key, new(shared))
    m.heap.close(key)


def mangled(cls: str, name: str) -> str:
    if name.startswith("__") and not name.endswith("__"):
        return f"_{cls.lstrip('_')}{name}"
    return name


def slot_names(m: Machine, declared: Any) -> list[str]:
    items = (
        [declared]
        if isinstance(declared, Str)
        else list(getattr(declared, "items", None) or [e.key for e in getattr(declared, "entries", list)()])
    )
    names = []
    for item in items:
        if not isinstance(item, Str):
            raise m.error("TypeError", f"__slots__ items must be strings, not '{item.type.name}'")
        if not item.value.isidentifier():
            raise m.error("TypeError", "__slots__ must be identifiers")
        names.append(item.value)
    return names


def add_descriptor(m: Machine, cls: Type, kind: str, name: str) -> None:
    """A descriptor holds its class (one of the references a class has to itself)."""
    assert cls.namespace is not None
    made = m.heap.record(kind, [new(cls)], 56, name)
    key = m.heap.name(name)
    m.heap.dict_store(cls.namespace, name, key, made)
    m.heap.close(key)


# Functions under these names become such methods by themselves.
IMPLICIT_METHODS = {"__new__": "staticmethod", "__init_subclass__": "classmethod", "__class_getitem__": "classmethod"}


def complete_namespace(m: Machine, cls: Type) -> None:
    """`__module__`, `__doc__`, implicit static and class methods, `__hash__ = None` behind a lone `__eq__`."""
    namespace = cls.namespace
    assert namespace is not None
    index = namespace.index
    if "__module__" not in index:
        guest = m.guest_frame()
        entry = guest.globals.index.get("__name__") if guest is not None else None
        if entry is not None:
            store_text(m, namespace, "__module__", new(entry.value))
    if "__doc__" not in index:
        store_text(m, namespace, "__doc__", m.none())
    for name, kind in IMPLICIT_METHODS.items():
        entry = index.get(name)
        if entry is not None and isinstance(entry.value, Function):
            function = entry.value
            entry.value = m.heap.record(kind, [function, None], 40)
    if "__eq__" in index and "__hash__" not in index:
        store_text(m, namespace, "__hash__", m.none())


def store_text(m: Machine, namespace: Dict, name: str, value: HeapObject) -> None:
    key = m.heap.name(name)
    m.heap.dict_store(namespace, name, key, value)
    m.heap.close(key)


def set_class_cell(m: Machine, cls: Type) -> None:
    """Cells left by the body: `__classcell__` (it uses __class__ or super()) gets the class, `__classdictcell__` (annotations, 3.14+)
    its dict.
    """
    assert cls.namespace is not None
    for name, content in (("__classcell__", cls), ("__classdictcell__", cls.namespace)):
        entry = cls.namespace.index.get(name)
        if entry is None:
            continue
        cell: Any = entry.value
        if cell.content is not None:
            m.heap.close(cell.content)
        cell.content = new(content)
        m.heap.dict_delete(cls.namespace, name)


def announce_names(m: Machine, frame: NativeFrame, cls: Type) -> Any:
    """`__set_name__` of descriptors in the body."""
    assert cls.namespace is not None
    for entry in cls.namespace.entries():
        if entry.value.type.static and entry.value.type is not m.types["property"]:
            continue
        method = m.lookup(entry.value.type, "__set_name__")
        if method is not None:
            m.heap.close((yield call(m, method, [entry.value, cls, entry.key])))
    return None


def announce_subclass(m: Machine, frame: NativeFrame, cls: Type, keywords: dict[str, Any]) -> Any:
    """`__init_subclass__` of the next class in the MRO."""
    for kind in cls.order[1:]:
        found: Any = m.own_attribute(kind, "__init_subclass__")
        if found is None or found.__class__ is Builtin:
            continue
        inner: Any = found.parts[0] if isinstance(found, Record) else found
        m.heap.close((yield call(m, inner, [cls, *keywords.values()], tuple(keywords))))
        return None
    if keywords:
        raise m.error("TypeError", f"{cls.name}.__init_subclass__() takes no keyword arguments")
    return None


# --- attributes of classes ----------------------------------------------------------------------------------------------------------


@getter("type", "__name__")
def type_name(m: Machine, cls: Type) -> HeapObject:
    return m.heap.name(cls.name.rpartition(".")[2] if cls.static else cls.name)  # tp_name may start with the module


@setter("type", "__name__")
def set_type_name(m: Machine, cls: Type, value: Any) -> None:
    check_class_text(m, cls, "__name__", value)
    if "\0" in value.value:
        raise m.error("ValueError", "type name must not contain null characters")
    cls.name = value.value


def check_class_text(m: Machine, cls: Type, name: str, value: Any) -> None:
    """check_set_special_type_attr and what follows it in type_set_name and type_set_qualname (Objects/typeobject.c)."""
    check_special(m, cls, name, value)
    if not isinstance(value, Str):
        raise m.error("TypeError", f"can only assign string to {cls.name}.{name}, not '{value.type.name}'")


def check_special(m: Machine, cls: Type, name: str, value: Any) -> None:
    if cls.static:
        raise m.error("TypeError", f"cannot set '{name}' attribute of immutable type '{cls.name}'")
    if value is None:
        raise m.error("TypeError", f"cannot delete '{name}' attribute of immutable type '{cls.name}'")


@getter("type", "__qualname__")
def type_qualname(m: Machine, cls: Type) -> HeapObject:
    return m.heap.name(cls.name) if cls.qualname is None else new(cls.qualname)


@setter("type", "__qualname__")
def set_type_qualname(m: Machine, cls: Type, value: Any) -> None:
    check_class_text(m, cls, "__qualname__", value)
    old, cls.qualname = cls.qualname, new(value)
    if old is not None:
        m.heap.close(old)


@getter("type", "__module__")
def type_module(m: Machine, cls: Type) -> HeapObject:
    entry = cls.namespace.index.get("__module__") if cls.namespace is not None else None
    home = cls.name.rpartition(".")[0] or "builtins"
    return m.heap.name(HOME_MODULES.get(cls.name, home)) if entry is None else new(entry.value)


@setter("type", "__module__")
def set_type_module(m: Machine, cls: Type, value: Any) -> None:
    check_special(m, cls, "__module__", value)
    assert cls.namespace is not None
    store_text(m, cls.namespace, "__module__", new(value))


@getter("type", "__bases__")
def type_bases(m: Machine, cls: Type) -> HeapObject:
    return new(cls.bases) if cls.bases is not None else m.heap.tuple([new(cls.order[1])] if len(cls.order) > 1 else [])


@getter("type", "__base__")
def type_base(m: Machine, cls: Type) -> HeapObject:
    return new(cls.base) if cls.base is not None else m.none()


@getter("type", "__mro__")
def type_mro(m: Machine, cls: Type) -> HeapObject:
    return new(cls.mro) if cls.mro is not None else m.heap.tuple([new(kind) for kind in cls.order])


@getter("type", "__dict__")
def type_dict(m: Machine, cls: Type) -> HeapObject:
    return m.class_namespace_view(cls)


@getter("type", "__doc__")
def type_doc(m: Machine, cls: Type) -> HeapObject:
    entry = cls.namespace.index.get("__doc__") if cls.namespace is not None else None
    return new(entry.value) if entry is not None else m.none()


@setter("type", "__doc__")
def set_type_doc(m: Machine, cls: Type, value: Any) -> None:
    check_special(m, cls, "__doc__", value)
    assert cls.namespace is not None
    store_text(m, cls.namespace, "__doc__", new(value))
    m.class_changed(cls)


@native("type", "mro")
def type_mro_list(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.list([new(kind) for kind in args[0].order])


@native("type", "__subclasses__")
def type_subclasses(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.list([new(kind) for kind in args[0].subclasses if kind.refs > 0])


@native("object", "__init_subclass__", 0, raw=True, kind="class")
def object_init_subclass(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    if keywords:
        raise m.error("TypeError", f"{args[0].name}.__init_subclass__() takes no keyword arguments")
    return m.none()
