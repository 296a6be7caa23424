"""Abstract classes: ABCMeta as guest source, and what built-in kinds answer when they are asked whether they are abstract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.library.types import KindName
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import getter, native, setter
from sim.machine.operations import get_attribute, truth
from sim.objects.classes import MAPPING, SEQUENCE, Type
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Set

if TYPE_CHECKING:
    from sim.machine.machine import Machine

MODULE_CONSTANTS = {"abc": {"_ref": KindName("ReferenceType")}}

SOURCE = '''
def abstractmethod(funcobj):
    funcobj.__isabstractmethod__ = True
    return funcobj


class abstractclassmethod(classmethod):
    __isabstractmethod__ = True


class abstractstaticmethod(staticmethod):
    __isabstractmethod__ = True


class abstractproperty(property):
    __isabstractmethod__ = True


class _abc_data:
    __slots__ = ("registry", "yes", "no", "known_at")

    def __init__(self):
        self.registry, self.yes, self.no, self.known_at = [], set(), set(), 0


_registrations = [0]


class ABCMeta(type):
    def __new__(mcls, name, bases, namespace, /, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        abstracts = {name for name, value in namespace.items() if getattr(value, "__isabstractmethod__", False)}
        for base in bases:
            for name in getattr(base, "__abstractmethods__", ()):
                if getattr(getattr(cls, name, None), "__isabstractmethod__", False):
                    abstracts.add(name)
        cls.__abstractmethods__ = frozenset(abstracts)
        cls._abc_impl = _abc_data()
        if "__abc_tpflags__" in namespace:
            _take_pattern(cls)
        return cls

    def register(cls, subclass):
        if not isinstance(subclass, type):
            raise TypeError("Can only register classes")
        if issubclass(subclass, cls):
            return subclass
        if issubclass(cls, subclass):
            raise RuntimeError("Refusing to create an inheritance cycle")
        cls._abc_impl.registry.append(_ref(subclass))
        _registrations[0] += 1
        _pass_pattern(cls, subclass)
        return subclass

    def __instancecheck__(cls, instance):
        return cls.__subclasscheck__(instance.__class__)

    def __subclasscheck__(cls, subclass):
        if not isinstance(subclass, type):
            raise TypeError("issubclass() arg 1 must be a class")
        known = cls._abc_impl
        entry = _ref(subclass)
        if entry in known.yes:
            return True
        if known.known_at < _registrations[0]:
            known.no.clear()
            known.known_at = _registrations[0]
        elif entry in known.no:
            return False
        ok = cls.__subclasshook__(subclass)
        if ok is NotImplemented:
            ok = cls in subclass.__mro__
            if not ok:
                for candidate in known.registry:
                    candidate = candidate()
                    if candidate is not None and issubclass(subclass, candidate):
                        ok = True
                        break
            if not ok:
                for candidate in cls.__subclasses__():
                    if issubclass(subclass, candidate):
                        ok = True
                        break
        (known.yes if ok else known.no).add(entry)
        return ok


class ABC(metaclass=ABCMeta):
    """Helper class that provides a standard way to create an ABC using
inheritance.
"""
    __slots__ = ()


def get_cache_token():
    return _registrations[0]


def update_abstractmethods(cls):
    if not hasattr(cls, "__abstractmethods__"):
        return cls
    abstracts = {name for base in cls.__bases__ for name in getattr(base, "__abstractmethods__", ())
                 if getattr(getattr(cls, name, None), "__isabstractmethod__", False)}
    abstracts |= {name for name, value in cls.__dict__.items() if getattr(value, "__isabstractmethod__", False)}
    cls.__abstractmethods__ = frozenset(abstracts)
    return cls
'''
SOURCES = {"abc": SOURCE}


@native("module:abc", "_take_pattern", 1, kind="function")
def take_pattern(m: Machine, args: list[Any]) -> HeapObject:
    """_abc__abc_init_impl: `__abc_tpflags__` in the body says what patterns take instances for."""
    cls = args[0]
    cls.pattern = cls.namespace.index["__abc_tpflags__"].value.value & (SEQUENCE | MAPPING)
    m.heap.dict_delete(cls.namespace, "__abc_tpflags__")
    return m.none()


@native("module:abc", "_pass_pattern", 2, kind="function")
def pass_pattern(m: Machine, args: list[Any]) -> HeapObject:
    """set_collection_flag_recursive (Modules/_abc.c)."""
    pattern, waiting = args[0].pattern, [args[1]] if args[0].pattern else []
    while waiting:
        cls = waiting.pop()
        if not cls.static and cls.pattern != pattern:
            cls.pattern = pattern
            waiting.extend(cls.subclasses)
    return m.none()


@getter("type", "__abstractmethods__")
def abstract_methods(m: Machine, cls: Type) -> HeapObject:
    entry = cls.namespace.index.get("__abstractmethods__") if cls.namespace is not None else None
    if entry is None:
        raise m.error("AttributeError", "__abstractmethods__")
    return new(entry.value)  # type: ignore[no-any-return]


@setter("type", "__abstractmethods__")
def set_abstract_methods(m: Machine, cls: Type, value: Any) -> None:
    """Instances are refused while the set is not empty (machine/calls.py, new_instance)."""
    assert cls.namespace is not None
    m.class_changed(cls)
    if value is None:
        if not m.heap.dict_delete(cls.namespace, "__abstractmethods__"):
            raise m.error("AttributeError", "__abstractmethods__")
        cls.abstract = frozenset()
        return
    m.put(cls.namespace, "__abstractmethods__", new(value))
    cls.abstract = frozenset(entry.key.value for entry in value.entries()) if isinstance(value, Set) else frozenset()  # type: ignore[attr-defined]


@native("object", "__subclasshook__", 1, kind="class")
def object_subclasshook(m: Machine, args: list[Any]) -> HeapObject:
    return m.not_implemented()


def _declare(kind: str, count: int) -> None:
    def is_abstract(m: Machine, frame: NativeFrame, owner: Any) -> Any:
        """Whether one of the wrapped functions is."""
        for part in owner.parts[:count]:
            if part is None:
                continue
            try:
                flag = frame.own((yield get_attribute(m, part, "__isabstractmethod__")))
            except GuestError as error:
                if not m.matches(error, "AttributeError"):
                    raise
                m.heap.close(error.exception)
                continue
            if (yield truth(m, flag)):
                return m.heap.bool(True)
        return m.heap.bool(False)

    getter(kind, "__isabstractmethod__")(is_abstract)


for _kind, _count in (("property", 3), ("classmethod", 1), ("staticmethod", 1)):
    _declare(_kind, _count)
