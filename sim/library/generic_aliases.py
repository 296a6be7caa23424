"""`list[int]` and `int | None`: what subscripting and joining classes give (Objects/genericaliasobject.c, Objects/unionobject.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.library.representations import qualified_name
from sim.machine.attributes import bind_descriptor, get_attribute, set_attribute
from sim.machine.calls import call
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import equal, hash_of, repr_text
from sim.objects.classes import Type
from sim.objects.containers import List, Record, Tuple
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

SUBSCRIPTABLE = (
    "list", "dict", "tuple", "set", "frozenset", "type", "enumerate", "deque", "defaultdict", "partial", "slice", "ReferenceType",
    "mappingproxy",
    "chain", "BaseExceptionGroup",
)  # fmt: skip
OWN_NAMES = frozenset({"__class__", "__origin__", "__args__", "__parameters__", "__mro_entries__"})


def new_alias(m: Machine, origin: Any, item: Any) -> HeapObject:
    """origin[item]; both borrowed."""
    args = new(item) if isinstance(item, Tuple) else m.heap.tuple([new(item)])
    return m.heap.record("GenericAlias", [new(origin), args], 56)


def subscripted(m: Machine, args: list[Any]) -> HeapObject:
    return new_alias(m, args[0], args[1])


for _name in SUBSCRIPTABLE:
    native(_name, "__class_getitem__", 1, kind="class")(subscripted)


@native("GenericAlias", "__new__", 2, kind="static")
def alias_new(m: Machine, args: list[Any]) -> HeapObject:
    return new_alias(m, args[1], args[2])


@getter("GenericAlias", "__origin__")
def alias_origin(m: Machine, owner: Any) -> HeapObject:
    return new(owner.parts[0])  # type: ignore[no-any-return]


@getter("GenericAlias", "__args__")
def alias_args(m: Machine, owner: Any) -> HeapObject:
    return new(owner.parts[1])  # type: ignore[no-any-return]


@getter("GenericAlias", "__parameters__")
def alias_parameters(m: Machine, owner: Any) -> HeapObject:
    """The type variables among the arguments (objects of the typing module's TypeVar)."""
    return m.heap.tuple([new(arg) for arg in dict.fromkeys(owner.parts[1].items) if arg.type.name in ("TypeVar", "ParamSpec")])


@native("GenericAlias", "__getattribute__", 1)
def alias_attribute(m: Machine, args: list[Any]) -> Any:
    """A few names are its own; everything else is asked of the class."""
    owner, name = args
    if name.value in OWN_NAMES:
        descriptor = m.lookup(owner.type, name.value)
        return bind_descriptor(m, descriptor, owner, owner.type)
    return get_attribute(m, owner.parts[0], name.value)


@native("GenericAlias", "__call__", 0, None, raw=True)
def alias_call(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, Any] | None) -> Any:
    """An instance of the class; it remembers the alias where it can."""
    keywords = keywords or {}
    made = frame.own((yield call(m, args[0].parts[0], [*args[1:], *keywords.values()], tuple(keywords))))
    name = frame.own(m.heap.name("__orig_class__"))
    try:
        yield set_attribute(m, made, name, args[0])
    except GuestError as error:
        m.heap.close(error.exception)
    return frame.give(made)


@native("GenericAlias", "__mro_entries__", 1)
def alias_mro_entries(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.tuple([new(args[0].parts[0])])


@native("GenericAlias", "__getitem__", 1)
def alias_getitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """Put types in the place of type variables."""
    alias, given = args
    items = given.items if isinstance(given, Tuple) else [given]
    variables = list(dict.fromkeys(arg for arg in alias.parts[1].items if arg.type.name in ("TypeVar", "ParamSpec")))
    if not variables:
        raise m.error("TypeError", f"{(yield repr_text(m, alias))} is not a generic class")
    if len(items) != len(variables):
        word = "many" if len(items) > len(variables) else "few"
        shape = yield repr_text(m, alias)
        raise m.error("TypeError", f"Too {word} arguments for {shape}; actual {len(items)}, expected {len(variables)}")
    chosen = dict(zip(variables, items, strict=True))
    args_tuple = frame.own(m.heap.tuple([new(chosen.get(arg, arg)) for arg in alias.parts[1].items]))
    return new_alias(m, alias.parts[0], args_tuple)


def shown(m: Machine, frame: NativeFrame, item: Any) -> Any:
    """One type as annotations write it."""
    if item is m.ellipsis_object:
        return "..."
    if isinstance(item, Type):
        return qualified_name(item)
    if isinstance(item, List):
        texts = []
        for inner in item.items:
            texts.append((yield NativeFrame(m, shown, inner)))
        return f"[{', '.join(texts)}]"
    return (yield repr_text(m, item))


@native("GenericAlias", "__repr__")
def alias_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    origin, arguments = args[0].parts
    texts = []
    for item in arguments.items:
        texts.append((yield NativeFrame(m, shown, item)))
    inside = ", ".join(texts) or "()"
    return m.heap.str(f"{(yield NativeFrame(m, shown, origin))}[{inside}]")


@native("GenericAlias", "__eq__", 1)
def alias_eq(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    left, right = args
    if left.type is not right.type:
        return m.not_implemented()
    same = (yield equal(m, left.parts[0], right.parts[0])) and (yield equal(m, left.parts[1], right.parts[1]))
    return m.heap.bool(bool(same))


@native("GenericAlias", "__hash__")
def alias_hash(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.int((yield hash_of(m, args[0].parts[0])) ^ (yield hash_of(m, args[0].parts[1])))


# --- unions -----------------------------------------------------------------------------------------------------------------------------


def may_join(m: Machine, item: Any) -> bool:
    return isinstance(item, Type) or item is m.none_object or item.type.name in ("GenericAlias", "UnionType", "TypeAliasType")


def join(m: Machine, frame: NativeFrame, items: list[Any]) -> Any:
    """The union of some types: nested ones opened, None as its class, each once; a single type stays itself."""
    found: list[Any] = []
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        if item.type is m.types["UnionType"]:
            waiting.extend(reversed(item.parts[0].items))
            continue
        if item is m.none_object:
            item = m.types["NoneType"]
        for known in found:
            if (yield equal(m, known, item)):
                break
        else:
            found.append(item)
    if len(found) == 1:
        return new(found[0])
    return m.heap.record("UnionType", [m.heap.tuple([new(item) for item in found])], 48)


def union_or(m: Machine, args: list[Any]) -> Any:
    if not (may_join(m, args[0]) and may_join(m, args[1])):
        return m.not_implemented()
    return NativeFrame(m, join, args)


def union_reversed_or(m: Machine, args: list[Any]) -> Any:
    return union_or(m, [args[1], args[0]])


for _name in ("type", "GenericAlias", "UnionType"):
    native(_name, "__or__", 1)(union_or)
    native(_name, "__ror__", 1)(union_reversed_or)


@native("UnionType", "__class_getitem__", 1, kind="class")
def union_getitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """3.14+: typing.Union[int, str] is the same as int | str."""
    return (yield NativeFrame(m, join, args[1].items if isinstance(args[1], Tuple) else [args[1]]))


@getter("UnionType", "__args__")
def union_args(m: Machine, owner: Any) -> HeapObject:
    return new(owner.parts[0])  # type: ignore[no-any-return]


@getter("UnionType", "__origin__")
def union_origin(m: Machine, owner: Any) -> HeapObject:
    return new(owner.type)  # type: ignore[no-any-return]


@native("UnionType", "__repr__")
def union_repr(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    texts = []
    for item in args[0].parts[0].items:
        texts.append("None" if item is m.types["NoneType"] else (yield NativeFrame(m, shown, item)))
    return m.heap.str(" | ".join(texts))


@native("UnionType", "__eq__", 1)
def union_eq(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """The same types in any order."""
    left, right = args
    if left.type is not right.type:
        return m.not_implemented()
    if len(left.parts[0].items) != len(right.parts[0].items):
        return m.heap.bool(False)
    for item in left.parts[0].items:
        for other in right.parts[0].items:
            if (yield equal(m, item, other)):
                break
        else:
            return m.heap.bool(False)
    return m.heap.bool(True)


@native("UnionType", "__hash__")
def union_hash(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    total = 0
    for item in args[0].parts[0].items:
        total ^= yield hash_of(m, item)
    return m.heap.int(total)


TYPES = {"GenericAlias": Record, "UnionType": Record}
