"""property (Objects/descrobject.c).

parts: [getter, setter, deleter, documentation, name]; state: whether the documentation is the getter's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.kind_checks import attribute_if_any
from sim.library.objects import new, or_none
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import getter, native, setter
from sim.machine.operations import call, set_attribute
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

DOC, NAME = 3, 4
KEYWORDS = ("fget", "fset", "fdel", "doc")


@native("property", "__new__", 0, None, raw=True, kind="static")
def property_new(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    return m.new_record(args[0], [None] * 5, 64)


@native("property", "__init__", 0, 4, keywords=KEYWORDS)
def property_init(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner = args[0]
    for place, part in enumerate(args[1:5]):
        exchange(m, owner, place, part if part is not m.none_object or place == DOC else None)
    exchange(m, owner, NAME, None)
    owner.state = False
    doc = args[4]
    if doc in (None, m.none_object) and owner.parts[0] is not None:
        found = yield NativeFrame(m, attribute_if_any, owner.parts[0], "__doc__")
        if found is not None:
            doc = frame.own(found)
            owner.state = True
    yield from keep_documentation(m, frame, owner, doc)
    return m.none()


def keep_documentation(m: Machine, frame: NativeFrame, owner: Any, doc: Any) -> Any:
    """Subclasses keep it where instances keep attributes, so that their class's own `__doc__` does not hide it."""
    if owner.type is m.types["property"]:
        exchange(m, owner, DOC, doc)
        return
    name = frame.own(m.heap.name("__doc__"))
    if doc is None:
        doc = m.none_object
    try:
        yield set_attribute(m, owner, name, doc)
    except GuestError as error:
        if not (m.profile.property_doc_may_be_dropped and owner.state) or not m.matches(error, "AttributeError"):
            raise
        m.heap.close(error.exception)


def exchange(m: Machine, owner: Any, place: int, value: Any) -> None:
    old, owner.parts[place] = owner.parts[place], None if value is None else new(value)
    if old is not None:
        m.heap.close(old)


def _copier(method: str, place: int) -> None:
    @native("property", method, 1)
    def copied(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        """property_copy: the class is called again, with one function changed."""
        owner = args[0]
        parts = [part if part is not None else m.none_object for part in owner.parts[:4]]
        if args[1] is not m.none_object:
            parts[place] = args[1]
        if owner.state and parts[0] is not m.none_object:
            parts[DOC] = m.none_object
        made = frame.own((yield call(m, owner.type, parts)))
        if m.types["property"] in made.type.order:
            exchange(m, made, NAME, owner.parts[NAME])
        return frame.give(made)


for _place, _method in enumerate(("getter", "setter", "deleter")):
    _copier(_method, _place)


@native("property", "__set_name__", 0, None)
def property_set_name(m: Machine, args: list[Any]) -> HeapObject:
    if len(args) != 3:
        raise m.error("TypeError", f"__set_name__() takes 2 positional arguments but {len(args) - 1} were given")
    exchange(m, args[0], NAME, args[2])
    return m.none()


def _function(name: str, place: int) -> None:
    @getter("property", name)
    def read(m: Machine, owner: Any) -> HeapObject:
        return or_none(m, owner.parts[place])

    @setter("property", name)
    def refuse(m: Machine, owner: Any, value: Any) -> None:
        raise m.error("AttributeError", "readonly attribute")


for _place, _name in enumerate(KEYWORDS[:3]):
    _function(_name, _place)


@getter("property", "__doc__")
def property_doc(m: Machine, owner: Any) -> Any:
    return or_none(m, owner.parts[DOC])


@setter("property", "__doc__")
def set_property_doc(m: Machine, owner: Any, value: Any) -> None:
    exchange(m, owner, DOC, value)
