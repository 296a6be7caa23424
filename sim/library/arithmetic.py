"""Arithmetic on host ints and floats with CPython's errors and with the cost paid before it is done. Pure: imports no operations."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.machine.frames import GuestError

if TYPE_CHECKING:
    from sim.machine.machine import Machine

# Wording of 3.14 on; before that each operation has its own (Objects/longobject.c, floatobject.c, complexobject.c).
ZERO_DIVISION = {
    "int /": "division by zero",
    "int //": "integer division or modulo by zero",
    "int %": "integer modulo by zero",
    "int divmod": "integer division or modulo by zero",
    "float /": "float division by zero",
    "float //": "float floor division by zero",
    "float %": "float modulo by zero",
    "float divmod": "float divmod()",
    "float **": "0.0 cannot be raised to a negative power",
    "complex /": "complex division by zero",
    "complex **": "0.0 to a negative or complex power",
}
ZERO_DIVISION_314 = {"float **": "zero to a negative power", "complex **": "zero to a negative or complex power"}
BEFORE_313 = ("3.11", "3.12")
BEFORE_314 = ("3.11", "3.12", "3.13")
CHEAP_BITS = 512  # operands up to here cost an instruction like any other
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def zero_division(m: Machine, what: str) -> Exception:
    if m.profile.version not in BEFORE_314:  # 3.14 unified the messages
        message = ZERO_DIVISION_314.get(what, "division by zero")
    elif what == "float %" and m.profile.version in BEFORE_313:
        message = "float modulo"
    else:
        message = ZERO_DIVISION[what]
    return m.error("ZeroDivisionError", message)


def too_long(m: Machine) -> LimitReached:
    return LimitReached("digits", m.limits.digits, m.current_line())


def check_index(m: Machine, value: int) -> int:
    """A size or a count has to fit a machine word."""
    if not -(1 << 63) <= value < 1 << 63:
        raise m.error("OverflowError", "cannot fit 'int' into an index-sized integer")
    return value


def charge_product(m: Machine, left_bits: int, right_bits: int) -> None:
    """The work of multiplying or dividing grows with the product of the lengths."""
    if left_bits > CHEAP_BITS and right_bits > CHEAP_BITS:
        m.charge(left_bits * right_bits >> 18)


def compare_ints(op: str, left: int, right: int) -> bool:
    return COMPARISONS[op](left, right)


def multiply(a: int, b: int, m: Machine) -> int:
    bits_a, bits_b = a.bit_length(), b.bit_length()
    if bits_a + bits_b - 1 > m.limits.int_bits:
        raise too_long(m)
    charge_product(m, bits_a, bits_b)
    return a * b


def floor_divide(a: int, b: int, m: Machine) -> int:
    if b == 0:
        raise zero_division(m, "int //")
    charge_product(m, a.bit_length(), b.bit_length())
    return a // b


def modulo(a: int, b: int, m: Machine) -> int:
    if b == 0:
        raise zero_division(m, "int %")
    charge_product(m, a.bit_length(), b.bit_length())
    return a % b


def true_divide(a: int, b: int, m: Machine) -> float:
    if b == 0:
        raise zero_division(m, "int /")
    try:
        return a / b
    except OverflowError:
        raise m.error("OverflowError", "integer division result too large for a float") from None


def power(a: int, b: int, m: Machine) -> int | float:
    if b < 0:
        return float_power(int_to_float(a, m), int_to_float(b, m), m)  # type: ignore[return-value]
    bits = a.bit_length()
    if bits > 1:
        if (bits - 1) * b > m.limits.int_bits:
            raise too_long(m)
        charge_product(m, bits * b, bits * b)
    return a**b  # type: ignore[no-any-return]


def power_modulo(a: int, b: int, modulus: int, m: Machine) -> int:
    """pow(a, b, modulus)."""
    if modulus == 0:
        raise m.error("ValueError", "pow() 3rd argument cannot be 0")
    size = modulus.bit_length()
    m.charge((max(size, 64) ** 2 >> 18) * b.bit_length() + (a.bit_length() * size >> 18) + (b.bit_length() >> 4))
    try:
        return pow(a, b, modulus)
    except ValueError:
        raise m.error("ValueError", "base is not invertible for the given modulus") from None


def shift_left(a: int, b: int, m: Machine) -> int:
    if b < 0:
        raise m.error("ValueError", "negative shift count")
    if a == 0:
        return 0
    if a.bit_length() + b > m.limits.int_bits:
        raise too_long(m)
    return a << b


def shift_right(a: int, b: int, m: Machine) -> int:
    if b < 0:
        raise m.error("ValueError", "negative shift count")
    return a >> min(b, a.bit_length() + 1)


INT_OPERATIONS: dict[str, Callable[[int, int, Any], Any]] = {
    "+": lambda a, b, m: a + b,
    "-": lambda a, b, m: a - b,
    "*": multiply,
    "/": true_divide,
    "//": floor_divide,
    "%": modulo,
    "**": power,
    "<<": shift_left,
    ">>": shift_right,
    "&": lambda a, b, m: a & b,
    "|": lambda a, b, m: a | b,
    "^": lambda a, b, m: a ^ b,
}


def int_binary(op: str, a: int, b: int, m: Machine) -> Any:
    """a op b for exact ints: a host int, or float for `/` and negative powers."""
    return INT_OPERATIONS[op](a, b, m)


# --- floats -----------------------------------------------------------------------------------------------------------------------


def int_to_float(value: int, m: Machine) -> float:
    try:
        return float(value)
    except OverflowError:
        raise m.error("OverflowError", "int too large to convert to float") from None


def float_divide(a: float, b: float, m: Machine) -> float:
    if b == 0.0:
        raise zero_division(m, "float /")
    return a / b


def float_floor_divide(a: float, b: float, m: Machine) -> float:
    if b == 0.0:
        raise zero_division(m, "float //")
    return a // b


def float_modulo(a: float, b: float, m: Machine) -> float:
    if b == 0.0:
        raise zero_division(m, "float %")
    return a % b


def float_power(a: float, b: float, m: Machine) -> float | complex:
    try:
        return a**b  # type: ignore[no-any-return]
    except ZeroDivisionError:
        raise zero_division(m, "float **") from None
    except OverflowError:
        raise out_of_range(m) from None


def out_of_range(m: Machine) -> Exception:
    """errno 34 as CPython raises it: OverflowError with two arguments."""
    arguments = m.heap.tuple([m.heap.int(34), m.heap.str("Numerical result out of range")])
    return GuestError(m.with_context(m.new_exception(m.types["OverflowError"], arguments)))


FLOAT_OPERATIONS: dict[str, Callable[[float, float, Any], Any]] = {
    "+": lambda a, b, m: a + b,
    "-": lambda a, b, m: a - b,
    "*": lambda a, b, m: a * b,
    "/": float_divide,
    "//": float_floor_divide,
    "%": float_modulo,
    "**": float_power,
}


# --- complex ----------------------------------------------------------------------------------------------------------------------


def complex_divide(a: complex, b: complex, m: Machine) -> complex:
    if b == 0:
        raise zero_division(m, "complex /")
    return a / b


def complex_power(a: complex, b: complex, m: Machine) -> complex:
    try:
        return a**b
    except ZeroDivisionError:
        raise zero_division(m, "complex **") from None
    except OverflowError:
        raise m.error("OverflowError", "complex exponentiation") from None


COMPLEX_OPERATIONS: dict[str, Callable[[complex, complex, Any], Any]] = {
    "+": lambda a, b, m: a + b,
    "-": lambda a, b, m: a - b,
    "*": lambda a, b, m: a * b,
    "/": complex_divide,
    "**": complex_power,
}


# 3.14 on: a real operand stays real (C99, annex G), so that the sign of a zero imaginary part survives (Objects/complexobject.c).


def real_over_complex(a: float, b: complex) -> complex:
    """_Py_rc_quot: Smith's method with a real numerator."""
    if abs(b.real) >= abs(b.imag):
        ratio = b.imag / b.real
        denominator = b.real + b.imag * ratio
        return complex(a / denominator, (-a * ratio) / denominator)
    if abs(b.imag) >= abs(b.real):
        ratio = b.real / b.imag
        denominator = b.real * ratio + b.imag
        return complex((a * ratio) / denominator, -a / denominator)
    return complex(float("nan"), float("nan"))


REAL_FIRST: dict[str, Callable[[float, complex], complex]] = {
    "+": lambda a, b: complex(a + b.real, b.imag),
    "-": lambda a, b: complex(a - b.real, -b.imag),
    "*": lambda a, b: complex(a * b.real, a * b.imag),
    "/": real_over_complex,
}
REAL_SECOND: dict[str, Callable[[complex, float], complex]] = {
    "+": lambda a, b: complex(a.real + b, a.imag),
    "-": lambda a, b: complex(a.real - b, a.imag),
    "*": lambda a, b: complex(a.real * b, a.imag * b),
    "/": lambda a, b: complex(a.real / b, a.imag / b),
}


def mixed_complex(op: str, a: complex | float, b: complex | float, m: Machine) -> complex:
    """One operand complex, the other complex or float."""
    if m.profile.version not in BEFORE_314 and op in REAL_FIRST and (a.__class__ is float or b.__class__ is float):
        if op == "/" and b == 0:
            raise zero_division(m, "complex /")
        return REAL_FIRST[op](a, b) if a.__class__ is float else REAL_SECOND[op](a, b)  # type: ignore[arg-type]
    return COMPLEX_OPERATIONS[op](complex(a), complex(b), m)  # type: ignore[no-any-return]


MIXED_OPERATIONS: dict[str, Callable[..., complex]] = {
    op: (lambda a, b, m, op=op: mixed_complex(op, a, b, m))
    for op in COMPLEX_OPERATIONS  # type: ignore[misc]
}
