"""int and bool: operators, comparisons, methods, and the int() constructor (Objects/longobject.c, boolobject.c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.library.arithmetic import (
    BEFORE_313,
    BEFORE_314,
    COMPARISONS,
    charge_product,
    compare_ints,
    int_binary,
    int_to_float,
    power_modulo,
    too_long,
    zero_division,
)
from sim.library.bytestrings import byte_values
from sim.library.hashing import int_hash
from sim.library.literals import bytes_repr, short_name
from sim.library.results import wrong_result
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import call, call_special, index_of, special, truth
from sim.objects.classes import Type
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import ByteArray, Bytes, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

__all__ = ["SIZES", "TYPES", "compare_ints", "int_binary", "number_from", "parse_int"]

TYPES: dict[str, type[HeapObject]] = {"int": Int, "bool": Int}
SIZES: dict[str, Callable[[Machine, Any], int]] = {"int": lambda m, obj: int_size(obj.value), "bool": lambda m, obj: int_size(obj.value)}

OPERATORS = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "<<": "lshift",
    ">>": "rshift", "&": "and", "|": "or", "^": "xor",
}  # fmt: skip
COMPARISON_NAMES = {"<": "lt", "<=": "le", "==": "eq", "!=": "ne", ">": "gt", ">=": "ge"}


def int_size(value: int) -> int:
    return 24 + 4 * max(1, (value.bit_length() + 29) // 30)


def number(m: Machine, value: int | float | complex) -> HeapObject:
    """A new number object for a host number."""
    if value.__class__ is int:
        return m.heap.int(value)
    if value.__class__ is float:
        return m.heap.float(value)
    return m.heap.complex(value)


def exact(m: Machine, object_: Any) -> HeapObject:
    """The number itself, or an int of the same value for a bool or an instance of a subclass."""
    if object_.type is m.types["int"]:
        object_.refs += 1
        return object_  # type: ignore[no-any-return]
    return m.heap.int(object_.value)


# --- operators --------------------------------------------------------------------------------------------------------------------


def forward(op: str) -> Callable[..., HeapObject]:
    def operate(m: Machine, args: list[Any]) -> HeapObject:
        left, right = args
        if not isinstance(right, Int):
            return m.not_implemented()
        return number(m, int_binary(op, left.value, right.value, m))

    return operate


def reflected(op: str) -> Callable[..., HeapObject]:
    def operate(m: Machine, args: list[Any]) -> HeapObject:
        right, left = args
        if not isinstance(left, Int):
            return m.not_implemented()
        return number(m, int_binary(op, left.value, right.value, m))

    return operate


def comparison(op: str) -> Callable[..., HeapObject]:
    compare = COMPARISONS[op]

    def operate(m: Machine, args: list[Any]) -> HeapObject:
        left, right = args
        if not isinstance(right, Int):
            return m.not_implemented()
        return m.heap.bool(compare(left.value, right.value))

    return operate


for _op, _name in OPERATORS.items():
    native("int", f"__{_name}__", 1)(forward(_op))
    native("int", f"__r{_name}__", 1)(reflected(_op))
for _op, _name in COMPARISON_NAMES.items():
    native("int", f"__{_name}__", 1)(comparison(_op))


def bool_operator(op: str) -> Callable[..., HeapObject]:
    """& | ^ of two bools is a bool."""

    def operate(m: Machine, args: list[Any]) -> HeapObject:
        left, right = args
        if not isinstance(right, Int):
            return m.not_implemented()
        value = int_binary(op, left.value, right.value, m)
        return m.heap.bool(bool(value)) if left.type is right.type else m.heap.int(value)

    return operate


for _op, _name in (("&", "and"), ("|", "or"), ("^", "xor")):
    native("bool", f"__{_name}__", 1)(bool_operator(_op))
    native("bool", f"__r{_name}__", 1)(bool_operator(_op))


@native("int", "__pow__", 1, 2)
def int_pow(m: Machine, args: list[Any]) -> HeapObject:
    base, exponent, modulus = args if len(args) == 3 else (*args, None)
    if not isinstance(exponent, Int):
        return m.not_implemented()
    if modulus is None or modulus is m.none_object:
        return number(m, int_binary("**", base.value, exponent.value, m))
    if not isinstance(modulus, Int):
        return m.not_implemented()
    return m.heap.int(power_modulo(base.value, exponent.value, modulus.value, m))


@native("int", "__rpow__", 1, 2)
def int_rpow(m: Machine, args: list[Any]) -> HeapObject:
    return int_pow(m, [args[1], args[0], *args[2:]]) if isinstance(args[1], Int) else m.not_implemented()


def divided(m: Machine, left: int, right: int) -> HeapObject:
    if right == 0:
        raise zero_division(m, "int divmod")
    charge_product(m, left.bit_length(), right.bit_length())
    quotient, remainder = divmod(left, right)
    return m.heap.result_tuple([m.heap.int(quotient), m.heap.int(remainder)])


@native("int", "__divmod__", 1)
def int_divmod(m: Machine, args: list[Any]) -> HeapObject:
    return divided(m, args[0].value, args[1].value) if isinstance(args[1], Int) else m.not_implemented()


@native("int", "__rdivmod__", 1)
def int_rdivmod(m: Machine, args: list[Any]) -> HeapObject:
    return divided(m, args[1].value, args[0].value) if isinstance(args[1], Int) else m.not_implemented()


@native("int", "__neg__")
def int_neg(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(-args[0].value)


@native("int", "__invert__")
def int_invert(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(~args[0].value)


@native("int", "__abs__")
def int_abs(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(-args[0].value) if args[0].value < 0 else exact(m, args[0])


@native("int", "__bool__")
def int_bool(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(args[0].value != 0)


@native("int", "__hash__")
def int_hash_method(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(int_hash(args[0].value))


@native("int", "__float__")
def int_float(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.float(int_to_float(args[0].value, m))


def itself(m: Machine, args: list[Any]) -> HeapObject:
    """Operations that change nothing."""
    return exact(m, args[0])


for _name in ("__pos__", "__int__", "__index__", "__trunc__", "__floor__", "__ceil__", "conjugate"):
    native("int", _name)(itself)


@getter("int", "real")
def int_real(m: Machine, self: Any) -> HeapObject:
    return exact(m, self)


@getter("int", "numerator")
def int_numerator(m: Machine, self: Any) -> HeapObject:
    return exact(m, self)


@getter("int", "imag")
def int_imag(m: Machine, self: Any) -> HeapObject:
    return m.heap.int(0)


@getter("int", "denominator")
def int_denominator(m: Machine, self: Any) -> HeapObject:
    return m.heap.int(1)


@native("int", "__round__", 0, 1)
def int_round(m: Machine, args: list[Any]) -> Any:
    """Half to even, at a power of ten; frames only where the number of digits is a guest's own integer."""
    self, digits = args[0], args[1] if len(args) > 1 else None
    if digits is None or (digits is m.none_object and m.profile.version not in BEFORE_314):
        return exact(m, self)
    if not isinstance(digits, Int):
        return NativeFrame(m, round_to_guest_digits, self, digits)
    places = digits.value
    if places >= 0:
        return exact(m, self)
    if -places > self.value.bit_length():
        return m.heap.int(0)
    charge_product(m, self.value.bit_length(), self.value.bit_length())
    return m.heap.int(round(self.value, places))


def round_to_guest_digits(m: Machine, frame: NativeFrame, self: Any, digits: HeapObject) -> Any:
    places = yield index_of(m, digits)
    return int_round(m, [self, frame.own(m.heap.int(places))])


# --- methods ----------------------------------------------------------------------------------------------------------------------


@native("int", "bit_length")
def bit_length(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(args[0].value.bit_length())


@native("int", "bit_count")
def bit_count(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(args[0].value.bit_count())


@native("int", "is_integer")
def is_integer(m: Machine, args: list[Any]) -> HeapObject:
    if m.profile.version == "3.11":
        raise m.error("AttributeError", "'int' object has no attribute 'is_integer'")
    return m.true()


@native("int", "as_integer_ratio")
def as_integer_ratio(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.tuple([exact(m, args[0]), m.heap.int(1)])


@native("int", "__getnewargs__")
def getnewargs(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.tuple([m.heap.int(args[0].value)])


def byte_order(m: Machine, order: Any) -> str:
    if order is None:
        return "big"
    if not isinstance(order, Str):
        raise m.error("TypeError", f"byteorder must be str, not {order.type.name}")
    if order.value not in ("big", "little"):
        raise m.error("ValueError", "byteorder must be either 'little' or 'big'")
    return order.value


@native("int", "to_bytes", 0, 3, keywords=("length", "byteorder", "signed"))
def to_bytes(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, length, order, signed = args
    size = 1 if length is None else (yield index_of(m, length))
    host_order = byte_order(m, order)
    negative_allowed = signed is not None and (yield truth(m, signed))
    if size < 0:
        raise m.error("ValueError", "length cannot be negative" if m.profile.version == "3.15" else "length argument must be non-negative")
    if self.value < 0 and not negative_allowed:
        raise m.error("OverflowError", "can't convert negative int to unsigned")
    m.heap.afford(size)
    m.charge(size >> 9)
    try:
        return m.heap.bytes(self.value.to_bytes(size, host_order, signed=negative_allowed))
    except OverflowError:
        raise m.error("OverflowError", "int too big to convert") from None


@native("int", "from_bytes", 1, 3, keywords=("bytes", "byteorder", "signed"), kind="class")
def from_bytes(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    cls, source, order, signed = args
    host_order = byte_order(m, order)
    negative_allowed = signed is not None and (yield truth(m, signed))
    data = yield byte_values(m, source)
    if len(data) * 8 > m.limits.int_bits:
        raise too_long(m)
    found = m.heap.int(int.from_bytes(data, host_order, signed=negative_allowed))  # type: ignore[arg-type]
    if cls is m.types["int"]:
        return found
    return (yield call(m, cls, [frame.own(found)]))


# --- constructors -----------------------------------------------------------------------------------------------------------------


@native("bool", "__new__", 0, 1, kind="static")
def bool_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if args[1] is None:
        return m.false()
    return m.heap.bool((yield truth(m, args[1])))


@native("int", "__new__", 0, 2, keywords=("", "base"), kind="static")
def int_new(m: Machine, args: list[Any]) -> Any:
    cls, source, base = args
    if base is None and source is not None and cls is m.types["int"]:
        if source.__class__ is Int:
            return exact(m, source)
        if source.__class__ is Str:
            return m.heap.int(parse_int(m, source.value, 10, source))
    return NativeFrame(m, int_from, cls, source, base)


def int_from(m: Machine, frame: NativeFrame, cls: Type, source: Any, base: Any) -> Any:
    """long_new_impl."""
    if m.profile.version in BEFORE_313 and source is not None:
        frame.borrow(source)  # int() had no vectorcall yet: the arguments are in a tuple
    if source is None:
        if base is not None:
            raise m.error("TypeError", "int() missing string argument")
        return of_class(m, cls, m.heap.int(0))
    if base is None:
        return of_class(m, cls, (yield NativeFrame(m, number_from, source)))
    radix = yield index_of(m, base)
    if radix != 0 and not 2 <= radix <= 36:
        raise m.error("ValueError", "int() base must be >= 2 and <= 36, or 0")
    return of_class(m, cls, m.heap.int(parse_int(m, text_of(m, source), radix, source)))


def of_class(m: Machine, cls: Type, found: Any) -> HeapObject:
    """The number as an instance of `cls`; `found` is stolen."""
    if cls is m.types["int"]:
        return found  # type: ignore[no-any-return]
    value = found.value
    m.heap.close(found)
    return m.new_native(cls, value)  # type: ignore[no-any-return]


def number_from(m: Machine, frame: NativeFrame, source: Any) -> Any:
    """PyNumber_Long."""
    if source.type is m.types["int"]:
        return exact(m, source)
    for name in ("__int__", "__index__"):
        method = special(m, source, name)
        if method is not None:
            result = frame.own((yield call_special(m, method, [source])))
            if not isinstance(result, Int):
                raise wrong_result(m, source, name, result)
            return exact(m, result)
    if isinstance(source, (Str, Bytes, ByteArray)):
        return m.heap.int(parse_int(m, text_of(m, source), 10, source))
    message = f"int() argument must be a string, a bytes-like object or a real number, not '{source.type.name}'"
    raise m.error("TypeError", message)


def text_of(m: Machine, source: Any) -> str:
    if isinstance(source, Str):
        return source.value
    if isinstance(source, (Bytes, ByteArray)):
        return source.value.decode("latin-1")
    raise m.error("TypeError", "int() can't convert non-string with explicit base")


def parse_int(m: Machine, text: str, base: int, source: Any) -> int:
    """int(text, base) with the limit on decimal digits; `source` is shown in the error."""
    if len(text) > 100:
        m.charge(len(text) >> 6)
    if base & (base - 1) and len(text) > m.limits.digits:
        digits = sum(1 for character in text if character.isalnum())
        if digits > m.limits.digits:
            message = f"Exceeds the limit ({m.limits.digits} digits) for integer string conversion: value has {digits} digits; "
            raise m.error("ValueError", message + "use sys.set_int_max_str_digits() to increase the limit")
    elif len(text) * 5 > m.limits.int_bits:
        raise too_long(m)
    try:
        if isinstance(source, Str):
            return int(text, base)
        return int(text.encode("latin-1"), base)
    except ValueError:
        shown = short_name(text) if isinstance(source, Str) else bytes_repr(text.encode("latin-1"))[:200]
        raise m.error("ValueError", f"invalid literal for int() with base {base}: {shown}") from None
