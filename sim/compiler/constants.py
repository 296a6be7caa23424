"""Constant values: which are the same object (CPython's _PyCode_ConstantKey), and arithmetic on them within the optimiser's limits."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass

from sim.compiler.code import Constant

MAX_INT_BITS = 128
MAX_COLLECTION = 256
MAX_STRING = 4096
MAX_TOTAL_ITEMS = 1024


@dataclass(frozen=True)
class SliceValue:
    """A slice of constants. The host's own slice is no dictionary key before 3.12."""

    start: object
    stop: object
    step: object

    @property
    def parts(self) -> tuple[object, object, object]:
        return self.start, self.stop, self.step


def key_of(value: object) -> object:
    """Equal keys: one object in the unit. Types count, and so do signs of zero, however deeply nested."""
    if isinstance(value, float):
        return "float", repr(value)
    if isinstance(value, complex):
        return "complex", repr(value.real), repr(value.imag)
    if isinstance(value, tuple):
        return "tuple", tuple(key_of(item) for item in value)
    if isinstance(value, frozenset):
        return "frozenset", frozenset(key_of(item) for item in value)
    if isinstance(value, SliceValue):
        return "slice", tuple(key_of(item) for item in value.parts)
    return type(value).__name__, value


KINDS: dict[type, str] = {
    type(None): "none", bool: "bool", type(...): "ellipsis", int: "int", float: "float", complex: "complex", str: "str", bytes: "bytes",
    tuple: "tuple", frozenset: "frozenset", SliceValue: "slice",
}  # fmt: skip


def is_interned(text: str) -> bool:
    """Identifier-like: the compiler interns it."""
    return (text.isascii() and text.replace("_", "a").isalnum()) or not text


class Pool:
    """All constants of one unit, each once. The first of several equal ones is the object that stays."""

    def __init__(self) -> None:
        self.constants: list[Constant] = []
        self.values: list[object] = []
        self.known: dict[object, int] = {}

    def add(self, value: object, arena: bool) -> int:
        """`arena`: made by the parser (or by the optimiser that works on its tree)."""
        key = key_of(value)
        index = self.known.get(key)
        if index is None:
            stored = value
            if isinstance(value, tuple):
                stored = tuple(self.add(item, True) for item in value)
            elif isinstance(value, frozenset):
                stored = tuple(self.add(item, True) for item in ordered(value))
            elif isinstance(value, SliceValue):
                stored = tuple(self.add(item, True) for item in value.parts)
            kind = KINDS[type(value)]
            index = self.known[key] = len(self.constants)
            self.constants.append(Constant(kind, stored, arena, isinstance(value, str) and is_interned(value)))
            self.values.append(value)
        return index


def ordered(items: frozenset[object]) -> list[object]:
    """The items in an order of their own: a host's set order depends on its hash seed."""
    return sorted(items, key=lambda item: (type(item).__name__, repr(item)))


def _small_product(left: object, right: object) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return not left or not right or left.bit_length() + right.bit_length() <= MAX_INT_BITS
    if isinstance(right, int):
        left, right = right, left
    if not isinstance(left, int):
        return True
    if isinstance(right, (tuple, frozenset)):
        return not right or (0 <= left <= MAX_COLLECTION // len(right) and (not left or _count(right) <= MAX_TOTAL_ITEMS // left))
    if isinstance(right, (str, bytes)):
        return not right or 0 <= left <= MAX_STRING // len(right)
    return True


def _count(value: object) -> int:
    return len(value) + sum(_count(item) for item in value) if isinstance(value, (tuple, frozenset)) else 0


def _small_power(left: object, right: object) -> bool:
    if isinstance(left, int) and isinstance(right, int) and left and right > 0:
        return left.bit_length() <= MAX_INT_BITS // right
    return True


def _small_shift(left: object, right: object) -> bool:
    if isinstance(left, int) and isinstance(right, int) and left and right:
        return 0 <= right <= MAX_INT_BITS and left.bit_length() <= MAX_INT_BITS - right
    return True


def _no_format(left: object, right: object) -> bool:
    return not isinstance(left, (str, bytes))


def _always(left: object, right: object) -> bool:
    return True


Guarded = tuple[Callable[[object, object], bool], Callable[..., object]]
BINARY: dict[str, Guarded] = {
    "+": (_always, operator.add), "-": (_always, operator.sub), "*": (_small_product, operator.mul), "/": (_always, operator.truediv),
    "//": (_always, operator.floordiv), "%": (_no_format, operator.mod), "**": (_small_power, operator.pow),
    "<<": (_small_shift, operator.lshift), ">>": (_always, operator.rshift), "|": (_always, operator.or_), "^": (_always, operator.xor),
    "&": (_always, operator.and_),
}  # fmt: skip
UNARY: dict[str, Callable[..., object]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert, "not": operator.not_}
NOT_FOLDED = object()


def fold_binary(op: str, left: object, right: object) -> object:
    """The value, or NOT_FOLDED where CPython leaves the work (or the error) to run time."""
    guarded = BINARY.get(op)
    if guarded is None or isinstance(left, SliceValue) or isinstance(right, SliceValue) or not guarded[0](left, right):
        return NOT_FOLDED
    return _tried(guarded[1], left, right)


def fold_unary(op: str, operand: object) -> object:
    if isinstance(operand, SliceValue) or (op == "~" and isinstance(operand, bool)):
        # ~True warns (3.12+) and stays where the warning can be seen.
        return NOT_FOLDED
    return _tried(UNARY[op], operand)


def fold_subscript(value: object, index: object) -> object:
    if isinstance(index, SliceValue):
        index = slice(*index.parts)
    return _tried(operator.getitem, value, index)


def _tried(work: Callable[..., object], *operands: object) -> object:
    try:
        value = work(*operands)
    except (TypeError, ValueError, ArithmeticError, LookupError):
        return NOT_FOLDED
    return value if type(value) in KINDS else NOT_FOLDED


OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.LShift: "<<",
    ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&", ast.MatMult: "@",
}  # fmt: skip
UNARY_OPERATORS: dict[type[ast.unaryop], str] = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not"}
