"""float and complex: operators, comparisons, methods, constructors (Objects/floatobject.c, complexobject.c)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.library.arithmetic import BEFORE_314, COMPARISONS, FLOAT_OPERATIONS, MIXED_OPERATIONS, int_to_float, zero_division
from sim.library.hashing import float_hash, plain_hash
from sim.library.literals import short_name
from sim.library.results import wrong_result
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import call, call_special, index_of, special
from sim.objects.classes import Type
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import ByteArray, Bytes, Complex, Float, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"float": Float, "complex": Complex}
SIZES: dict[str, Callable[[Machine, Any], int]] = {"float": lambda m, obj: 24, "complex": lambda m, obj: 32}

FLOAT_NAMES = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod"}
COMPARISON_NAMES = {"<": "lt", "<=": "le", "==": "eq", "!=": "ne", ">": "gt", ">=": "ge"}
COMPLEX_NAMES = {"+": "add", "-": "sub", "*": "mul", "/": "truediv"}


def as_float(m: Machine, operand: Any) -> float | None:
    """A real operand's value, or None for anything else."""
    if isinstance(operand, Float):
        return operand.value
    if isinstance(operand, Int):
        return int_to_float(operand.value, m)
    return None


def as_complex(m: Machine, operand: Any) -> complex | float | None:
    return operand.value if isinstance(operand, Complex) else as_float(m, operand)


def number(m: Machine, value: float | complex) -> HeapObject:
    return m.heap.float(value) if value.__class__ is float else m.heap.complex(value)


def arithmetic(operations: dict[str, Callable[..., Any]], convert: Callable[..., Any], op: str, swapped: bool) -> Callable[..., HeapObject]:
    """The native for one operator; both operands are converted first, and the reflected form swaps them."""
    operation = operations[op]

    def operate(m: Machine, args: list[Any]) -> HeapObject:
        left, right = convert(m, args[0]), convert(m, args[1])
        if left is None or right is None:
            return m.not_implemented()
        if swapped:
            left, right = right, left
        return number(m, operation(left, right, m))

    return operate


for _op, _name in FLOAT_NAMES.items():
    native("float", f"__{_name}__", 1)(arithmetic(FLOAT_OPERATIONS, as_float, _op, False))
    native("float", f"__r{_name}__", 1)(arithmetic(FLOAT_OPERATIONS, as_float, _op, True))
for _op, _name in COMPLEX_NAMES.items():
    native("complex", f"__{_name}__", 1)(arithmetic(MIXED_OPERATIONS, as_complex, _op, False))
    native("complex", f"__r{_name}__", 1)(arithmetic(MIXED_OPERATIONS, as_complex, _op, True))


def powers(
    operations: dict[str, Callable[..., Any]], convert: Callable[..., Any], swapped: bool, refusal: str
) -> Callable[..., HeapObject]:
    plain = arithmetic(operations, convert, "**", swapped)

    def operate(m: Machine, args: list[Any]) -> HeapObject:
        if len(args) > 2 and args[2] is not None and args[2] is not m.none_object:
            raise m.error(*refusal.split(": ", 1))
        return plain(m, args[:2])

    return operate


FLOAT_MODULO = "TypeError: pow() 3rd argument not allowed unless all arguments are integers"
COMPLEX_MODULO = "ValueError: complex modulo"
native("float", "__pow__", 1, 2)(powers(FLOAT_OPERATIONS, as_float, False, FLOAT_MODULO))
native("float", "__rpow__", 1, 2)(powers(FLOAT_OPERATIONS, as_float, True, FLOAT_MODULO))
native("complex", "__pow__", 1, 2)(powers(MIXED_OPERATIONS, as_complex, False, COMPLEX_MODULO))
native("complex", "__rpow__", 1, 2)(powers(MIXED_OPERATIONS, as_complex, True, COMPLEX_MODULO))


def float_comparison(op: str) -> Callable[..., HeapObject]:
    """Against an int the comparison is exact, as float_richcompare's: the int is not rounded first."""
    compare = COMPARISONS[op]

    def operate(m: Machine, args: list[Any]) -> HeapObject:
        if not isinstance(args[1], (Float, Int)):
            return m.not_implemented()
        return m.heap.bool(compare(args[0].value, args[1].value))

    return operate


for _op, _name in COMPARISON_NAMES.items():
    native("float", f"__{_name}__", 1)(float_comparison(_op))


def complex_equality(wanted: bool) -> Callable[..., HeapObject]:
    def operate(m: Machine, args: list[Any]) -> HeapObject:
        if not isinstance(args[1], (Complex, Float, Int)):
            return m.not_implemented()
        return m.heap.bool((args[0].value == args[1].value) is wanted)

    return operate


native("complex", "__eq__", 1)(complex_equality(True))
native("complex", "__ne__", 1)(complex_equality(False))


# --- float: methods ---------------------------------------------------------------------------------------------------------------


def divided(m: Machine, left: float | None, right: float | None) -> HeapObject:
    if left is None or right is None:
        return m.not_implemented()
    if right == 0.0:
        raise zero_division(m, "float divmod")
    quotient, remainder = divmod(left, right)
    return m.heap.result_tuple([m.heap.float(quotient), m.heap.float(remainder)])


@native("float", "__divmod__", 1)
def float_divmod(m: Machine, args: list[Any]) -> HeapObject:
    return divided(m, args[0].value, as_float(m, args[1]))


@native("float", "__rdivmod__", 1)
def float_rdivmod(m: Machine, args: list[Any]) -> HeapObject:
    return divided(m, as_float(m, args[1]), args[0].value)


def exact_float(m: Machine, object_: Any) -> HeapObject:
    """The float itself, or a plain float for an instance of a subclass."""
    if object_.type is m.types["float"]:
        object_.refs += 1
        return object_  # type: ignore[no-any-return]
    return m.heap.float(object_.value)


def float_itself(m: Machine, args: list[Any]) -> HeapObject:
    return exact_float(m, args[0])


for _name in ("__pos__", "__float__", "conjugate"):
    native("float", _name)(float_itself)


@native("float", "__neg__")
def float_neg(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.float(-args[0].value)


@native("float", "__abs__")
def float_abs(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.float(abs(args[0].value))


@native("float", "__bool__")
def float_bool(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(args[0].value != 0.0)


@native("float", "__hash__")
def float_hash_method(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(float_hash(args[0].value, args[0]))


def whole(m: Machine, value: float, rounding: Callable[[float], int]) -> HeapObject:
    """An int out of a float."""
    if math.isnan(value):
        raise m.error("ValueError", "cannot convert float NaN to integer")
    if math.isinf(value):
        raise m.error("OverflowError", "cannot convert float infinity to integer")
    return m.heap.int(rounding(value))


def to_whole(rounding: Callable[[float], int]) -> Callable[..., HeapObject]:
    def convert(m: Machine, args: list[Any]) -> HeapObject:
        return whole(m, args[0].value, rounding)

    return convert


for _name, _rounding in (("__int__", math.trunc), ("__trunc__", math.trunc), ("__floor__", math.floor), ("__ceil__", math.ceil)):
    native("float", _name)(to_whole(_rounding))


@native("float", "__round__", 0, 1)
def float_round(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    value, digits = args[0].value, args[1] if len(args) > 1 else None
    if digits is None or digits is m.none_object:
        return whole(m, value, round)
    places = yield index_of(m, digits)
    try:
        return m.heap.float(round(value, max(-400, min(places, 400))))
    except OverflowError:
        raise m.error("OverflowError", "rounded value too large to represent") from None


@native("float", "is_integer")
def is_integer(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(args[0].value.is_integer())


@native("float", "as_integer_ratio")
def as_integer_ratio(m: Machine, args: list[Any]) -> HeapObject:
    value = args[0].value
    if math.isnan(value):
        raise m.error("ValueError", "cannot convert NaN to integer ratio")
    if math.isinf(value):
        raise m.error("OverflowError", "cannot convert Infinity to integer ratio")
    numerator, denominator = value.as_integer_ratio()
    return m.heap.tuple([m.heap.int(numerator), m.heap.int(denominator)])


@native("float", "hex")
def float_hex(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.str(args[0].value.hex())


@native("float", "fromhex", 1, kind="class")
def fromhex(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    cls, text = args
    if not isinstance(text, Str):
        raise m.error("TypeError", f"fromhex() argument must be str, not {text.type.name}")
    m.charge(len(text.value) >> 6)
    try:
        found = m.heap.float(float.fromhex(text.value))
    except ValueError:
        raise m.error("ValueError", "invalid hexadecimal floating-point string") from None
    except OverflowError:
        raise m.error("OverflowError", "hexadecimal value too large to represent as a float") from None
    return found if cls is m.types["float"] else (yield call(m, cls, [frame.own(found)]))


@getter("float", "real")
def float_real(m: Machine, self: Any) -> HeapObject:
    return exact_float(m, self)


@getter("float", "imag")
def float_imag(m: Machine, self: Any) -> HeapObject:
    return m.heap.float(0.0)


# --- float: constructor -----------------------------------------------------------------------------------------------------------


@native("float", "__new__", 0, 1, kind="static")
def float_new(m: Machine, args: list[Any]) -> Any:
    cls, source = args
    if cls is m.types["float"] and source is not None and source.type is cls:
        return exact_float(m, source)
    return NativeFrame(m, float_from, cls, source)


def float_from(m: Machine, frame: NativeFrame, cls: Type, source: Any) -> Any:
    """PyNumber_Float, or PyFloat_FromString for text."""
    if source is None:
        value = 0.0
    elif isinstance(source, (Str, Bytes, ByteArray)) and special(m, source, "__float__") is None:
        value = parse_float(m, source)
    else:
        message = f"float() argument must be a string or a real number, not '{source.type.name}'"
        value = yield float_value(m, source, message)
    return m.heap.float(value) if cls is m.types["float"] else m.new_native(cls, value)


def parse_float(m: Machine, source: Any) -> float:
    m.charge(len(source.value) >> 6)
    try:
        return float(source.value)
    except ValueError:
        text = source.value if isinstance(source, Str) else bytes(source.value)
        shown = short_name(text) if isinstance(text, str) else bytes.__repr__(text)[:200]
        raise m.error("ValueError", f"could not convert string to float: {shown}") from None


def float_value(m: Machine, source: Any, refusal: str = "") -> Any:
    """PyFloat_AsDouble: the host float of any real number, or a frame that delivers it."""
    if isinstance(source, Float):
        return source.value
    if isinstance(source, Int):
        return int_to_float(source.value, m)
    return NativeFrame(m, guest_float, source, refusal or f"must be real number, not {source.type.name}")


def guest_float(m: Machine, frame: NativeFrame, source: Any, refusal: str) -> Any:
    method = special(m, source, "__float__")
    if method is not None:
        result = frame.own((yield call_special(m, method, [source])))
        if not isinstance(result, Float):
            raise wrong_result(m, source, "__float__", result)
        return result.value
    if special(m, source, "__index__") is None:
        raise m.error("TypeError", refusal)
    return int_to_float((yield index_of(m, source)), m)


# --- complex ----------------------------------------------------------------------------------------------------------------------


@native("complex", "__new__", 0, 2, keywords=("real", "imag"), kind="static")
def complex_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    cls, real, imaginary = args
    frame.own(m.heap.tuple([same(part) for part in (real, imaginary) if part is not None]))  # complex() has no vectorcall
    if real is not None and imaginary is None and real.type is cls is m.types["complex"]:
        return same(real)
    if isinstance(real, Str):
        if imaginary is not None:
            raise m.error(
                "TypeError",
                f"{first_of_two(m)}, not str"
                if m.profile.version not in BEFORE_314
                else "complex() can't take second arg if first is a string",
            )
        m.charge(len(real.value) >> 2)
        value = parse_complex(m, real.value)
    else:
        if isinstance(imaginary, Str) and m.profile.version in BEFORE_314:
            raise m.error("TypeError", "complex() second arg can't be a string")
        value = complex((yield NativeFrame(m, complex_part, real, "real", imaginary is None))) if real is not None else 0j
        if imaginary is not None:
            value = combined(value, real, (yield NativeFrame(m, complex_part, imaginary, "imag")))
    return m.heap.complex(value) if cls is m.types["complex"] else m.new_native(cls, value)


def same(object_: Any) -> Any:
    object_.refs += 1
    return object_


def combined(value: complex, real: Any, other: complex | float) -> complex:
    """real + imag * 1j without turning the sign of a zero: a part that is no complex number has no other half."""
    first, second = value.real, other.real
    if other.__class__ is complex:
        first -= other.imag
    if isinstance(real, Complex):
        second += value.imag
    return complex(first, second)


def first_of_two(m: Machine) -> str:
    return "complex() argument 'real' must be a real number"


def parse_complex(m: Machine, text: str) -> complex:
    try:
        return complex(text)
    except ValueError:
        raise m.error("ValueError", "complex() arg is a malformed string") from None


def complex_part(m: Machine, frame: NativeFrame, part: Any, which: str, alone: bool = False) -> Any:
    """One argument of complex(): a complex, anything with __complex__ (first argument), or a real number."""
    if isinstance(part, Complex):
        return part.value
    if which == "real":
        method = special(m, part, "__complex__")
        if method is not None:
            result = frame.own((yield call_special(m, method, [part])))
            if not isinstance(result, Complex):
                raise wrong_result(m, part, "__complex__", result)
            return result.value
    return (yield float_value(m, part, refusal_of_part(m, part, which, alone)))


def refusal_of_part(m: Machine, part: HeapObject, which: str, alone: bool) -> str:
    name = part.type.name
    if m.profile.version in BEFORE_314:
        if which == "real":
            return f"complex() first argument must be a string or a number, not '{name}'"
        return f"complex() second argument must be a number, not '{name}'"
    if alone:
        return f"complex() argument must be a string or a number, not {name}"
    return f"complex() argument '{which}' must be a real number, not {name}"


@native("complex", "__neg__")
def complex_neg(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.complex(-args[0].value)


@native("complex", "__pos__")
def complex_pos(m: Machine, args: list[Any]) -> HeapObject:
    return same(args[0]) if args[0].type is m.types["complex"] else m.heap.complex(args[0].value)


@native("complex", "__abs__")
def complex_abs(m: Machine, args: list[Any]) -> HeapObject:
    try:
        return m.heap.float(abs(args[0].value))
    except OverflowError:
        raise m.error("OverflowError", "absolute value too large") from None


@native("complex", "__bool__")
def complex_bool(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(args[0].value != 0)


@native("complex", "__hash__")
def complex_hash(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(plain_hash(m, args[0]))


@native("complex", "conjugate")
def conjugate(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.complex(args[0].value.conjugate())


@getter("complex", "real")
def complex_real(m: Machine, self: Any) -> HeapObject:
    return m.heap.float(self.value.real)


@getter("complex", "imag")
def complex_imag(m: Machine, self: Any) -> HeapObject:
    return m.heap.float(self.value.imag)
