"""Instructions of `match` (Python/ceval.c match_keys, match_class; Python/bytecodes.c MATCH_SEQUENCE and MATCH_MAPPING)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.dicts import find
from sim.library.kind_checks import attribute_if_any, check
from sim.machine.frames import Frame, NativeFrame
from sim.machine.instructions.operators import replace, value_of
from sim.machine.operations import call, equal, get_attribute, length, repr_text
from sim.objects.classes import MAPPING, SEQUENCE, Type
from sim.objects.containers import Tuple
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

# Py_TPFLAGS_MATCH_SELF: one positional pattern matches the subject itself.
MATCH_SELF = frozenset({"bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})


def match_sequence(m: Machine, frame: Frame, argument: Any) -> None:
    subject = value_of(frame.stack[-1])
    frame.stack.append(m.heap.bool(subject.type.pattern == SEQUENCE))


def match_mapping(m: Machine, frame: Frame, argument: Any) -> None:
    subject = value_of(frame.stack[-1])
    frame.stack.append(m.heap.bool(subject.type.pattern == MAPPING))


def get_len(m: Machine, frame: Frame, argument: Any) -> int:
    return m.push(NativeFrame(m, push_length, frame))


def push_length(m: Machine, native: NativeFrame, frame: Frame) -> Any:
    size = yield length(m, value_of(frame.stack[-1]))
    frame.stack.append(m.heap.int(size))
    return None


def match_keys(m: Machine, frame: Frame, argument: Any) -> int:
    """The stack holds subject and a tuple of keys; pushes a tuple of values, or None."""
    return m.push(NativeFrame(m, matched_values, frame))


def matched_values(m: Machine, native: NativeFrame, frame: Frame) -> Any:
    subject, keys = value_of(frame.stack[-2]), value_of(frame.stack[-1])
    values: list[Any] = []
    missing = getter = None
    if subject.type is not m.types["dict"] and keys.items:
        getter = native.own((yield get_attribute(m, subject, "get")))
        missing = native.own(m.new_plain_object(m.types["object"]))
    for index, key in enumerate(keys.items):
        for earlier in keys.items[:index]:
            if (yield equal(m, earlier, key)):
                raise m.error("ValueError", f"mapping pattern checks duplicate key ({(yield repr_text(m, key))})")
        if getter is None:
            entry = yield find(m, subject, key)
            value = native.borrow(entry.value) if entry is not None else None
        else:
            value = native.own((yield call(m, getter, [key, missing])))
        if value is missing:
            frame.stack.append(m.none())
            return None
        values.append(value)
    frame.stack.append(m.heap.tuple([native.give(value) for value in values]))
    return None


def match_class(m: Machine, frame: Frame, count: int) -> int:
    return m.push(NativeFrame(m, matched_attributes, frame, count))


def matched_attributes(m: Machine, native: NativeFrame, frame: Frame, count: int) -> Any:
    """The stack holds subject, class, tuple of keyword names; replaced by a tuple of attributes, or None."""
    subject, cls, keywords = (value_of(ref) for ref in frame.stack[-3:])
    if not isinstance(cls, Type):
        raise m.error("TypeError", "called match pattern must be a class")
    fits = yield NativeFrame(m, check, "isinstance", subject, cls)
    m.heap.close(fits)
    if fits is not m.heap.true:
        replace(m, frame, 3, m.none())
        return None
    values: list[Any] = []
    names: list[Str] = []
    if count:
        declared = yield NativeFrame(m, attribute_if_any, cls, "__match_args__")
        if declared is None:
            selves = any(kind.name in MATCH_SELF and kind.static for kind in cls.order)
            if count > selves:
                raise too_many_patterns(m, cls, int(selves), count)
            values.append(native.borrow(subject))
        else:
            names += positional_names(m, cls, native.own(declared), count)
    names += keywords.items
    for index, name in enumerate(names):
        if any(name.value == earlier.value for earlier in names[:index]):
            raise m.error("TypeError", f"{cls.name}() got multiple sub-patterns for attribute {name.value!r}")
        found = yield NativeFrame(m, attribute_if_any, subject, name.value)
        if found is None:
            replace(m, frame, 3, m.none())
            return None
        values.append(native.own(found))
    replace(m, frame, 3, m.heap.tuple([native.give(value) for value in values]))
    return None


def positional_names(m: Machine, cls: Type, declared: Any, count: int) -> list[Str]:
    """What `__match_args__` says about the first patterns."""
    if declared.type is not m.types["tuple"]:
        raise m.error("TypeError", f"{cls.name}.__match_args__ must be a tuple (got {declared.type.name})")
    assert isinstance(declared, Tuple)
    if count > len(declared.items):
        raise too_many_patterns(m, cls, len(declared.items), count)
    names = declared.items[:count]
    for name in names:
        if not isinstance(name, Str):
            raise m.error("TypeError", f"__match_args__ elements must be strings (got {name.type.name})")
    return names  # type: ignore[return-value]


def too_many_patterns(m: Machine, cls: Type, allowed: int, count: int) -> Exception:
    return m.error("TypeError", f"{cls.name}() accepts {allowed} positional sub-pattern{'s' if allowed != 1 else ''} ({count} given)")


TABLE = {
    "MATCH_SEQUENCE": match_sequence, "MATCH_MAPPING": match_mapping, "GET_LEN": get_len, "MATCH_KEYS": match_keys,
    "MATCH_CLASS": match_class,
}  # fmt: skip
