"""Text of numbers, strings and bytes as their `repr` writes it. Pure: host values in, host text out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TEN_TO_LIMIT: dict[int, int] = {}


def float_text(value: float) -> str:
    """CPython's repr of a float: the shortest digits that read back as the same number."""
    return float.__repr__(value)


def complex_text(value: complex) -> str:
    return complex.__repr__(value)


def string_repr(text: str) -> str:
    return str.__repr__(text)


def bytes_repr(data: bytes) -> str:
    return bytes.__repr__(data)


def bytearray_repr(name: str, data: bytearray, escape_always: bool) -> str:
    """Before 3.15 a single quote is escaped even between double quotes."""
    inner = bytes.__repr__(bytes(data))
    if escape_always and inner[1] == '"':
        inner = inner.replace("'", "\\'")
    return f"{name}({inner})"


def ascii_text(text: str) -> str:
    """What ascii() makes of a repr: everything beyond ASCII escaped."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def short_name(text: str) -> str:
    """A repr cut as `%.200R` cuts it in error messages."""
    return string_repr(text)[:200]


def int_text(m: Machine, value: int) -> str:
    """Decimal digits; more than the interpreter's limit is a ValueError of the guest's."""
    if value.bit_length() > 13_000 and abs(value) >= ten_to(m.limits.digits):
        limit = f"Exceeds the limit ({m.limits.digits} digits) for integer string conversion"
        raise m.error("ValueError", f"{limit}; use sys.set_int_max_str_digits() to increase the limit")
    if value.bit_length() > 1024:
        m.charge(value.bit_length() >> 7)
    return int.__repr__(value)


def ten_to(digits: int) -> int:
    if digits not in TEN_TO_LIMIT:
        TEN_TO_LIMIT[digits] = 10**digits
    return TEN_TO_LIMIT[digits]
