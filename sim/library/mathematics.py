"""The `math` module: functions of one real number in a table, the rest one by one (Modules/mathmodule.c)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.library.arithmetic import BEFORE_314, multiply, too_long
from sim.library.floats import float_value
from sim.library.iterators import drain
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import binary, call_special, index_of, special
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine

MATH = "module:math"
MODULE_CONSTANTS: dict[str, dict[str, Any]] = {"math": {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}}

PLAIN = (
    "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "cos", "cosh", "degrees", "erf", "erfc",
    "exp", "exp2", "expm1", "fabs", "gamma", "lgamma", "log1p", "radians", "sin", "sinh", "sqrt", "tan", "tanh", "ulp",
)  # fmt: skip
LOGARITHMS = ("log2", "log10")
QUESTIONS = ("isfinite", "isinf", "isnan")

# What 3.14 says about an argument outside the domain; before it is always "math domain error".
ONE_TO_ONE = "expected a number in range from -1 up to 1, got {}"
GAMMA = "expected a noninteger or positive integer, got {}"
FINITE = "expected a finite input, got {}"
DOMAINS = {
    "sqrt": "expected a nonnegative input, got {}", "acos": ONE_TO_ONE, "asin": ONE_TO_ONE,
    "atanh": "expected a number between -1 and 1, got {}",
    "acosh": "expected argument value not less than 1, got {}", "gamma": GAMMA, "lgamma": GAMMA,
    "sin": FINITE, "cos": FINITE, "tan": FINITE,
    "log1p": "expected argument value > -1, got {}",
}  # fmt: skip


def outside_domain(m: Machine, name: str, value: float) -> Exception:
    message = DOMAINS.get(name)
    if m.profile.version in BEFORE_314 or message is None:
        return m.error("ValueError", "math domain error")
    return m.error("ValueError", message.format(float.__repr__(value)))


def computed(m: Machine, name: str, function: Callable[..., float], *values: float) -> HeapObject:
    try:
        return m.heap.float(function(*values))
    except ValueError:
        raise outside_domain(m, name, values[0]) from None
    except OverflowError:
        raise m.error("OverflowError", "math range error") from None


def of_one(name: str) -> Callable[..., Any]:
    function = getattr(math, name)

    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        return computed(m, name, function, (yield float_value(m, args[0])))

    return operate


def of_two(name: str) -> Callable[..., Any]:
    function = getattr(math, name)

    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        first = yield float_value(m, args[0])
        return computed(m, name, function, first, (yield float_value(m, args[1])))

    return operate


def asking(name: str) -> Callable[..., Any]:
    function = getattr(math, name)

    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        return m.heap.bool(function((yield float_value(m, args[0]))))

    return operate


for _name in PLAIN:
    native(MATH, _name, 1, kind="function")(of_one(_name))
for _name in ("atan2", "copysign", "fmod", "pow", "remainder"):
    native(MATH, _name, 2, kind="function")(of_two(_name))
for _name in QUESTIONS:
    native(MATH, _name, 1, kind="function")(asking(_name))


@native(MATH, "nextafter", 2, kind="function")
def nextafter(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    first = yield float_value(m, args[0])
    return m.heap.float(math.nextafter(first, (yield float_value(m, args[1]))))


# --- logarithms: of ints too large for a float as well --------------------------------------------------------------------------------


def logarithm(m: Machine, frame: NativeFrame, function: Callable[[Any], float], value: Any) -> Any:
    number = value.value if isinstance(value, Int) else (yield float_value(m, value))
    if number <= 0:
        got = "" if isinstance(value, Int) else f", got {number!r}"
        raise m.error("ValueError", "math domain error" if m.profile.version in BEFORE_314 else f"expected a positive input{got}")
    return function(number)


def of_logarithm(name: str) -> Callable[..., Any]:
    function = getattr(math, name)

    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        return m.heap.float((yield from logarithm(m, frame, function, args[0])))

    return operate


for _name in LOGARITHMS:
    native(MATH, _name, 1, kind="function")(of_logarithm(_name))


@native(MATH, "log", 1, 2, kind="function")
def log(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    found = yield from logarithm(m, frame, math.log, args[0])
    if args[1] is None:
        return m.heap.float(found)
    base = yield from logarithm(m, frame, math.log, args[1])
    if base == 0.0:
        raise m.error("ZeroDivisionError", "float division by zero" if m.profile.version in BEFORE_314 else "division by zero")
    return m.heap.float(found / base)


# --- rounding -----------------------------------------------------------------------------------------------------------------------


def rounding(method_name: str, function: Callable[[float], int] | None) -> Callable[..., Any]:
    """ceil, floor, trunc: the object's own method first."""

    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        method = special(m, args[0], method_name)
        if method is not None:
            return (yield call_special(m, method, [args[0]]))
        if function is None:
            raise m.error("TypeError", f"type {args[0].type.name} doesn't define {method_name} method")
        return m.heap.int(function((yield float_value(m, args[0]))))

    return operate


native(MATH, "ceil", 1, kind="function")(rounding("__ceil__", math.ceil))
native(MATH, "floor", 1, kind="function")(rounding("__floor__", math.floor))
native(MATH, "trunc", 1, kind="function")(rounding("__trunc__", None))


# --- whole numbers --------------------------------------------------------------------------------------------------------------------


def folding(function: Callable[[int, int], int], start: int) -> Callable[..., Any]:
    """gcd and lcm of any number of integers."""

    def operate(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject] | None) -> Any:
        found = start
        for given in args:
            number = yield index_of(m, given)
            m.charge((found.bit_length() * number.bit_length() >> 16) + 1)
            if function is math.lcm and found.bit_length() + number.bit_length() > 2 * m.limits.int_bits:
                raise too_long(m)
            found = function(found, number)
        return m.heap.int(found)

    return operate


native(MATH, "gcd", 0, None, raw=True, kind="function")(folding(math.gcd, 0))
native(MATH, "lcm", 0, None, raw=True, kind="function")(folding(math.lcm, 1))


@native(MATH, "factorial", 1, kind="function")
def factorial(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    number = yield index_of(m, args[0])
    if number < 0:
        raise m.error("ValueError", "factorial() not defined for negative values")
    if number >= 1 << 63:
        raise m.error("OverflowError", "factorial() argument should not exceed 9223372036854775807")
    if number > m.limits.int_bits:
        raise too_long(m)
    return m.heap.int(product(m, range(2, number + 1)))


def product(m: Machine, factors: range) -> int:
    """Of a range of factors, paid for as it grows."""
    found = 1
    for factor in factors:
        m.charge(1)
        found = multiply(found, factor, m)
    return found


@native(MATH, "isqrt", 1, kind="function")
def isqrt(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    number = yield index_of(m, args[0])
    if number < 0:
        raise m.error("ValueError", "isqrt() argument must be nonnegative")
    m.charge(number.bit_length() ** 2 >> 18)
    return m.heap.int(math.isqrt(number))


def choosing(ordered: bool) -> Callable[..., Any]:
    """perm(n, k) and comb(n, k)."""

    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        total = yield index_of(m, args[0])
        chosen = total if args[1] is None or args[1] is m.none_object else (yield index_of(m, args[1]))
        for name, value in (("n", total), ("k", chosen)):
            if value < 0:
                raise m.error("ValueError", f"{name} must be a non-negative integer")
        if chosen > total:
            return m.heap.int(0)
        if not ordered:
            chosen = min(chosen, total - chosen)
        if chosen > m.limits.int_bits:
            raise too_long(m)
        found = product(m, range(total - chosen + 1, total + 1))
        return m.heap.int(found if ordered else found // product(m, range(2, chosen + 1)))

    return operate


native(MATH, "perm", 1, 2, kind="function")(choosing(True))
native(MATH, "comb", 2, kind="function")(choosing(False))


# --- several numbers --------------------------------------------------------------------------------------------------------------------


def all_floats(m: Machine, frame: NativeFrame, source: HeapObject) -> Any:
    items = yield from drain(m, frame, source)
    frame.held.extend(items)
    found = []
    for item in items:
        found.append((yield float_value(m, item)))
    return found


@native(MATH, "fsum", 1, kind="function")
def fsum(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    numbers = yield from all_floats(m, frame, args[0])
    m.charge(len(numbers) >> 2)
    try:
        return m.heap.float(math.fsum(numbers))
    except ValueError as error:
        raise m.error("ValueError", str(error)) from None
    except OverflowError as error:
        raise m.error("OverflowError", str(error)) from None


@native(MATH, "dist", 2, kind="function")
def dist(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    first = yield from all_floats(m, frame, args[0])
    second = yield from all_floats(m, frame, args[1])
    if len(first) != len(second):
        raise m.error("ValueError", "both points must have the same number of dimensions")
    return m.heap.float(math.dist(first, second))


@native(MATH, "hypot", 0, None, raw=True, kind="function")
def hypot(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject] | None) -> Any:
    numbers = []
    for given in args:
        numbers.append((yield float_value(m, given)))
    return m.heap.float(math.hypot(*numbers))


@native(MATH, "prod", 1, 2, keywords=("", "start"), kind="function")
def prod(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    items = yield from drain(m, frame, args[0])
    frame.held.extend(items)
    found = frame.own(m.heap.int(1)) if args[1] is None else frame.borrow(args[1])
    for item in items:
        following = frame.own((yield binary(m, "*", found, item)))
        frame.drop(found)
        found = following
    return frame.give(found)


@native(MATH, "isclose", 2, 4, keywords=("a", "b", "rel_tol", "abs_tol"), kind="function")
def isclose(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    first = yield float_value(m, args[0])
    second = yield float_value(m, args[1])
    relative = 1e-09 if args[2] is None else (yield float_value(m, args[2]))
    absolute = 0.0 if args[3] is None else (yield float_value(m, args[3]))
    if relative < 0.0 or absolute < 0.0:
        raise m.error("ValueError", "tolerances must be non-negative")
    return m.heap.bool(math.isclose(first, second, rel_tol=relative, abs_tol=absolute))


@native(MATH, "frexp", 1, kind="function")
def frexp(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    mantissa, exponent = math.frexp((yield float_value(m, args[0])))
    return m.heap.tuple([m.heap.float(mantissa), m.heap.int(exponent)])


@native(MATH, "modf", 1, kind="function")
def modf(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    fraction, whole = math.modf((yield float_value(m, args[0])))
    return m.heap.tuple([m.heap.float(fraction), m.heap.float(whole)])


@native(MATH, "ldexp", 2, kind="function")
def ldexp(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    number = yield float_value(m, args[0])
    if not isinstance(args[1], Int):
        raise m.error("TypeError", "Expected an int as second argument to ldexp.")
    exponent = max(-100_000, min(args[1].value, 100_000))
    return computed(m, "ldexp", lambda value: math.ldexp(value, exponent), number)


def not_here(name: str) -> Callable[..., Any]:
    def operate(m: Machine, args: list[Any], keywords: dict[str, HeapObject] | None) -> HeapObject:
        raise Unsupported(f"math.{name}", m.current_line())

    return operate


for _name in ("fma", "sumprod"):
    native(MATH, _name, 0, None, raw=True, kind="function")(not_here(_name))
