"""Classes and their instances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.objects.containers import Tuple
from sim.objects.heap_object import Container, HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Str

# Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING: what patterns take instances for.
SEQUENCE, MAPPING = 1 << 5, 1 << 6
PATTERNS = {"list": SEQUENCE, "tuple": SEQUENCE, "range": SEQUENCE, "deque": SEQUENCE, "memoryview": SEQUENCE, "array": SEQUENCE,
            "dict": MAPPING, "mappingproxy": MAPPING}  # fmt: skip


class Type(Container):
    """A class. Static types (int, list ...) have `natives`: name -> library description, made into descriptors on first use.

    order: the method resolution order as host list (self first). layout: the host class of its instances.
    shared_keys: attribute names in the order in which instances introduced them; it decides the order in which attributes die.
    version: look-up cache is `cache`; `mutations` clears it through subclasses.
    """

    __slots__ = (
        "attributes", "bases", "cache", "chosen_base", "clearable", "dict", "dictless", "finalized", "instances_made", "layout", "members",
        "module_key", "mro", "name",
        "namespace", "natives", "order", "qualname", "shared_keys", "slot_names", "static", "subclasses", "tracked_instances", "weakrefs",
        "weakrefable",
        "basic_size", "abstract", "pattern",
    )  # fmt: skip

    def __init__(self, kind: Type | None, address: int, name: str, layout: type[HeapObject]) -> None:
        self.refs = 1
        self.type = kind if kind is not None else self
        self.address = address
        self.home = None
        self.name = name
        self.qualname: HeapObject | None = None
        self.layout = layout
        self.static = True
        self.order: list[Type] = [self]
        self.bases: Tuple | None = None
        self.chosen_base: Type | None = None  # tp_base, of a program's class: the base whose layout it extends
        self.mro: Tuple | None = None
        self.namespace: Dict | None = None
        self.natives: dict[str, Any] = {}
        self.members: dict[str, HeapObject] = {}
        self.cache: dict[str, HeapObject | None] = {}
        self.subclasses: list[Type] = []
        self.shared_keys: dict[str, Str] = {}
        self.instances_made = 0
        self.slot_names: tuple[str, ...] = ()
        self.dictless = True
        self.weakrefable = False
        self.clearable = True
        self.tracked_instances = issubclass(layout, Container)
        self.weakrefs: list[Any] | None = None
        self.finalized = False
        self.attributes = None
        self.dict = None
        self.basic_size = 0
        self.pattern = 0
        self.abstract: frozenset[str] = frozenset()  # names of abstract methods: no instances while there are any

    @property
    def base(self) -> Type | None:
        return self.chosen_base or (self.order[1] if len(self.order) > 1 else None)

    def references(self) -> list[HeapObject]:
        if self.static:
            return []
        # type_traverse: dict, mro, bases, base; the metaclass last when it is a heap class. Members: own C roots.
        found: list[HeapObject | None] = [self.namespace, self.mro, self.bases, self.base]
        found.append(self.qualname)
        found.extend(self.shared_keys.values())
        if not self.type.static:
            found.append(self.type)
        return [o for o in found if o is not None]

    def clears(self) -> list[HeapObject]:
        """type_clear: the dict is emptied (not dropped), then the MRO is dropped."""
        gone: list[HeapObject] = []
        if self.namespace is not None:
            gone.extend(self.namespace.clears())
        if self.mro is not None:
            gone.append(self.mro)
            self.mro = None
        return gone

    def is_subclass(self, other: Type) -> bool:
        return other in self.order


class Instance(Container):
    """An instance of a class that a program made.

    attributes: name -> value in the instance's own order, None when it has none; dict: the `__dict__` object once somebody
    looked at it (then it holds the values); fields: values of `__slots__`, by slot name.
    """

    __slots__ = ("attributes", "dict", "fields", "finalized", "values_address", "weakrefs")
    header = 16

    def __init__(self, kind: Type, address: int) -> None:
        self.refs = 1
        self.type = kind
        self.address = address
        self.home = None
        self.attributes: dict[str, HeapObject] | None = None
        self.dict: Dict | None = None
        self.fields: dict[str, HeapObject] | None = None
        self.weakrefs: list[Any] | None = None
        self.finalized = False
        self.values_address = 0

    def references(self) -> list[HeapObject]:
        return own_references(self)

    def clears(self) -> list[HeapObject]:
        return clear_own(self)


def ordered_attributes(instance: Any) -> list[HeapObject]:
    """Attribute values in the order of the class's shared keys: the order in which they are visited and die."""
    attributes = instance.attributes
    if len(attributes) < 2:
        return list(attributes.values())
    return [attributes[name] for name in instance.type.shared_keys if name in attributes]


def ordered_fields(instance: Any) -> list[HeapObject]:
    """Slot values: the most derived class's slots first, each class's in sorted order (Objects/typeobject.c subtype_dealloc)."""
    fields = instance.fields
    return [fields[name] for kind in instance.type.order for name in kind.slot_names if name in fields]


def own_references(instance: Any) -> list[HeapObject]:
    """What an instance of a program's class holds besides what its built-in base holds; the class itself last."""
    found: list[HeapObject] = ordered_fields(instance) if instance.fields else []
    if instance.attributes:
        found.extend(ordered_attributes(instance))
    if instance.dict is not None:
        found.append(instance.dict)
    if not instance.type.static:
        found.append(instance.type)
    return found


def clear_own(instance: Any) -> list[HeapObject]:
    """subtype_clear: slots, then the attributes (the dict object is dropped); the class stays."""
    gone = ordered_fields(instance) if instance.fields else []
    if instance.attributes:
        gone.extend(ordered_attributes(instance))
        instance.attributes = {}
    if instance.dict is not None:
        gone.append(instance.dict)
        instance.dict = None
    instance.fields = None
    return gone


_EXTENDED: dict[type[HeapObject], type[HeapObject]] = {}
_OWN_SLOTS = ("attributes", "dict", "fields", "finalized", "home", "values_address", "weakrefs")


def extended(layout: type[HeapObject]) -> type[HeapObject]:
    """The layout of instances of a class that derives from a built-in one: the built-in's payload plus attributes.

    `class Stack(list)`: a List that also has attributes, a class that counts it, and perhaps a finalizer.
    """
    if layout is HeapObject or issubclass(layout, Instance):
        return Instance
    if layout in _EXTENDED.values():  # a class derived from one that has this layout already
        return layout
    if layout not in _EXTENDED:
        inner = layout.references if layout.releases is HeapObject.releases else layout.releases
        taken = {slot for host in layout.__mro__ for slot in getattr(host, "__slots__", ())}
        body: dict[str, Any] = {
            "__slots__": tuple(slot for slot in _OWN_SLOTS if slot not in taken),
            "__init__": _extended_init(layout),
            "references": lambda self: [*own_part(layout.references(self)), *own_references(self)],
            "releases": lambda self: [*own_without_class(self), *own_part(inner(self)), *own_class(self)],
            "clears": lambda self: [*clear_own(self), *layout.clears(self)],
            "leaf": False,
            "header": 16,
        }
        _EXTENDED[layout] = type(f"{layout.__name__}Instance", (layout,), body)
    return _EXTENDED[layout]


def own_part(found: Any) -> list[HeapObject]:
    return list(found)


def own_without_class(instance: Any) -> list[HeapObject]:
    found = own_references(instance)
    return found[:-1] if not instance.type.static else found


def own_class(instance: Any) -> list[HeapObject]:
    return [] if instance.type.static else [instance.type]


def _extended_init(layout: type[HeapObject]) -> Callable[..., None]:
    def initialise(self: Any, *arguments: Any) -> None:
        layout.__init__(self, *arguments)
        self.home = None
        self.attributes = None
        self.dict = None
        self.fields = None
        self.finalized = False
        self.weakrefs = None
        self.values_address = 0

    return initialise
