"""The operator module: every operator as a function, and the three that make look-ups."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.library.types import KindName
from sim.machine.calls import call
from sim.machine.frames import Frame, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import (
    advance,
    binary,
    compare,
    contains,
    delete_item,
    equal,
    get_attribute,
    get_item,
    index_of,
    iterate,
    repr_text,
    set_item,
    truth,
    unary,
)
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

OWNER = "module:operator"
BINARY = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "lshift": "<<", "rshift": ">>",
    "and_": "&", "or_": "|",
    "xor": "^", "matmul": "@", "iadd": "+=", "isub": "-=", "imul": "*=", "itruediv": "/=", "ifloordiv": "//=", "imod": "%=", "ipow": "**=",
    "ilshift": "<<=", "irshift": ">>=", "iand": "&=", "ior": "|=", "ixor": "^=", "imatmul": "@=",
}  # fmt: skip
COMPARISONS = {"lt": "<", "le": "<=", "eq": "==", "ne": "!=", "gt": ">", "ge": ">="}
UNARY = {"neg": "-", "pos": "+", "invert": "~", "inv": "~"}
SEQUENCE = {"concat": "+", "iconcat": "+="}


def _declare(name: str, count: int, function: Callable[[Any, list[Any]], Any]) -> None:
    native(OWNER, name, count, kind="function")(function)
    if name not in ("countOf", "indexOf", "is_", "is_not", "truth", "itemgetter", "attrgetter", "methodcaller"):
        alias = f"__{name.rstrip('_')}__"
        native(OWNER, alias, count, kind="function")(function)


for _name, _op in {**BINARY, **SEQUENCE}.items():
    _declare(_name, 2, lambda m, args, op=_op: binary(m, op, args[0], args[1]))  # type: ignore[misc]
for _name, _op in COMPARISONS.items():
    _declare(_name, 2, lambda m, args, op=_op: compare(m, op, args[0], args[1]))  # type: ignore[misc]
for _name, _op in UNARY.items():
    _declare(_name, 1, lambda m, args, op=_op: unary(m, op, args[0]))  # type: ignore[misc]
_declare("getitem", 2, lambda m, args: get_item(m, args[0], args[1]))
_declare("is_", 2, lambda m, args: m.heap.bool(m.identical(args[0], args[1])))
_declare("is_not", 2, lambda m, args: m.heap.bool(not m.identical(args[0], args[1])))


def answered(m: Machine, frame: NativeFrame, pending: Any, invert: bool) -> Any:
    return m.heap.bool(bool((yield pending)) is not invert)


def as_bool(m: Machine, pending: Any, invert: bool = False) -> Any:
    """A host bool, or a frame that gives one, as a guest bool."""
    if pending.__class__ in (NativeFrame, Frame):
        return NativeFrame(m, answered, pending, invert)
    return m.heap.bool(pending is not invert)


_declare("truth", 1, lambda m, args: as_bool(m, truth(m, args[0])))
_declare("not_", 1, lambda m, args: as_bool(m, truth(m, args[0]), True))
_declare("contains", 2, lambda m, args: as_bool(m, contains(m, args[0], args[1])))


@native(OWNER, "abs", 1, kind="function")
def operator_abs(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return (yield call(m, m.builtins.index["abs"].value, [args[0]]))


@native(OWNER, "index", 1, kind="function")
def operator_index(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    return m.heap.int((yield index_of(m, args[0])))


@native(OWNER, "setitem", 3, kind="function")
def operator_setitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    done = yield set_item(m, args[0], args[1], args[2])
    if done is not None:
        m.heap.close(done)
    return m.none()


@native(OWNER, "delitem", 2, kind="function")
def operator_delitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    done = yield delete_item(m, args[0], args[1])
    if done is not None:
        m.heap.close(done)
    return m.none()


@native(OWNER, "countOf", 2, kind="function")
def operator_count(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    iterator = frame.own((yield iterate(m, args[0])))
    count = 0
    while (item := (yield advance(m, iterator))) is not None:
        frame.own(item)
        count += bool((yield equal(m, item, args[1])))
        frame.drop(item)
    return m.heap.int(count)


@native(OWNER, "indexOf", 2, kind="function")
def operator_position(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    iterator = frame.own((yield iterate(m, args[0])))
    position = 0
    while (item := (yield advance(m, iterator))) is not None:
        frame.own(item)
        if (yield equal(m, item, args[1])):
            return m.heap.int(position)
        frame.drop(item)
        position += 1
    raise m.error("ValueError", "sequence.index(x): x not in sequence")


@native(OWNER, "call", 1, None, raw=True, kind="function")
def operator_call(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> Any:
    keywords = keywords or {}
    return call(m, args[0], [*args[1:], *keywords.values()], tuple(keywords))


@native(OWNER, "length_hint", 1, 2, kind="function")
def length_hint(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    for name in ("__len__", "__length_hint__"):
        method = m.lookup(args[0].type, name)
        if method is not None:
            return (yield call(m, method, [args[0]]))
    return new(args[1]) if args[1] is not None else m.heap.int(0)


# --- itemgetter, attrgetter, methodcaller ------------------------------------------------------------------------------------------------


@native("itemgetter", "__new__", 1, None, kind="static")
def itemgetter_new(m: Machine, args: list[Any]) -> HeapObject:
    return m.new_record(args[0], [new(item) for item in args[1:]], 40)


@native("itemgetter", "__call__", 1)
def itemgetter_call(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    getter, target = args
    return (yield NativeFrame(m, looked_up, getter, target, lambda part: get_item(m, target, part)))


@native("attrgetter", "__new__", 1, None, kind="static")
def attrgetter_new(m: Machine, args: list[Any]) -> HeapObject:
    for name in args[1:]:
        if not isinstance(name, Str):
            raise m.error("TypeError", "attribute name must be a string")
    return m.new_record(args[0], [new(name) for name in args[1:]], 40)


@native("attrgetter", "__call__", 1)
def attrgetter_call(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    getter, target = args
    return (yield NativeFrame(m, looked_up, getter, target, lambda part: NativeFrame(m, dotted, target, part.value)))


def dotted(m: Machine, frame: NativeFrame, target: Any, path: str) -> Any:
    """target.a.b.c"""
    found = frame.borrow(target)
    for name in path.split("."):
        following = frame.own((yield get_attribute(m, found, name)))
        frame.drop(found)
        found = following
    return frame.give(found)


def looked_up(m: Machine, frame: NativeFrame, getter: Any, target: Any, look: Callable[[Any], Any]) -> Any:
    """One part: its value; several: a tuple."""
    if len(getter.parts) == 1:
        return (yield look(getter.parts[0]))
    found = []
    for part in getter.parts:
        found.append(frame.own((yield look(part))))
    return m.heap.tuple([frame.give(value) for value in found])


@native("methodcaller", "__new__", 1, None, raw=True, kind="static")
def methodcaller_new(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    if not isinstance(args[1], Str):
        raise m.error("TypeError", "method name must be a string")
    keywords = keywords or {}
    parts = [new(part) for part in (*args[1:], *keywords.values())]
    return m.new_record(args[0], parts, 56, tuple(keywords))


@native("methodcaller", "__call__", 1)
def methodcaller_call(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    caller, target = args
    name, *rest = caller.parts
    method = frame.own((yield get_attribute(m, target, name.value)))
    return (yield call(m, method, rest, caller.state))


def _declare_repr(kind: str) -> None:
    def show(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        shown = []
        names = args[0].state or ()
        for position, part in enumerate(args[0].parts):
            text = yield repr_text(m, part)
            index = position - (len(args[0].parts) - len(names))
            shown.append(text if index < 0 else f"{names[index]}={text}")
        return m.heap.str(f"operator.{kind}({', '.join(shown)})")

    native(kind, "__repr__")(show)


for _name in ("itemgetter", "attrgetter", "methodcaller"):
    _declare_repr(_name)

CONSTANTS = {kind: KindName(kind) for kind in ("itemgetter", "attrgetter", "methodcaller")}
TYPES = {"itemgetter": Record, "attrgetter": Record, "methodcaller": Record}
