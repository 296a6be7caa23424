"""`template % arguments` (Objects/unicodeobject.c PyUnicode_Format): each conversion may call the guest, so the whole is a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.library.arithmetic import BEFORE_314
from sim.library.container_reprs import Pieces
from sim.library.floats import float_value
from sim.library.integers import number_from
from sim.library.literals import ascii_text, int_text
from sim.library.strings import same, string_of
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import get_item, index_of, repr_text, special
from sim.objects.containers import Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Complex, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

FLAGS = "-+ #0"
LARGEST = 0x7FFFFFFF


@dataclass
class Conversion:
    """One %-conversion; width and precision -1 where absent. place: index of its letter."""

    flags: str = ""
    width: int = -1
    precision: int = -1
    letter: str = ""
    place: int = 0


class Arguments:
    """Where the next argument comes from: a tuple's items in order, or one single object."""

    def __init__(self, m: Machine, given: Any) -> None:
        self.machine = m
        self.given = given
        self.items: list[Any] | None = given.items if isinstance(given, Tuple) else None
        self.used = 0
        self.mapping = given if self.items is None and not isinstance(given, Str) and special(m, given, "__getitem__") is not None else None

    def next(self) -> Any:
        available = self.items if self.items is not None else [self.given]
        if self.used >= len(available):
            got = f" (got {len(available)})" if self.machine.profile.version == "3.15" else ""
            raise self.machine.error("TypeError", f"not enough arguments for format string{got}")
        self.used += 1
        return available[self.used - 1]

    def select(self, value: HeapObject) -> None:
        """%(name)s: the value found is the one argument of this conversion."""
        self.items = [value]
        self.used = 0

    def finish(self, conversions: int) -> None:
        available = len(self.items) if self.items is not None else 1
        if self.used < available and self.mapping is None:
            counts = f" (required {conversions}, got {available})" if self.machine.profile.version == "3.15" else ""
            raise self.machine.error("TypeError", f"not all arguments converted during string formatting{counts}")


@native("str", "__mod__", 1)
def str_mod(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """Literal stretches and conversions in turn; a result of one piece only is that piece's own object."""
    template, given = args
    text = template.value
    source = Arguments(m, given)
    pieces = Pieces(m)
    objects: list[Any] = []  # the object behind each piece that is one, else None
    place = conversions = 0
    while place < len(text):
        at = text.find("%", place)
        literal = text[place:] if at < 0 else text[place:at]
        if literal:
            pieces.add(literal)
            objects.append(template if len(literal) == len(text) else None)
        if at < 0:
            break
        place = at + 1
        if text[place : place + 1] == "(":
            place = yield from select_by_key(m, frame, source, text, place)
        conversion, place = parse_conversion(m, source, text, place)
        if conversion.letter == "%" and place == at + 2:
            pieces.add("%")
            objects.append(None)
            continue
        conversions += 1
        found = yield from convert(m, frame, conversion, source.next())
        value = found.value if isinstance(found, Str) else found
        if value:
            pieces.add(value)
            objects.append(found if isinstance(found, Str) else None)
    source.finish(conversions)
    if len(objects) == 1 and objects[0] is not None and (objects[0].type is m.types["str"]):
        return same(m, objects[0])
    return m.heap.str(pieces.join())


def select_by_key(m: Machine, frame: NativeFrame, source: Arguments, text: str, place: int) -> Any:
    """`(key)` after the percent sign: the value is held while it is shown. Returns the place behind it."""
    if source.mapping is None:
        what = f", not {source.given.type.name}" if m.profile.version == "3.15" else ""
        raise m.error("TypeError", f"format requires a mapping{what}")
    depth, end = 1, place + 1
    while end < len(text) and depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    if depth:
        if m.profile.version == "3.15":
            raise m.error("ValueError", f"stray % or incomplete format key at position {place - 1}")
        raise m.error("ValueError", "incomplete format key")
    key = frame.own(m.heap.str(text[place + 1 : end - 1]))
    value = frame.own((yield get_item(m, source.mapping, key)))
    frame.drop(key)
    source.select(value)
    return end


def parse_conversion(m: Machine, source: Arguments, text: str, place: int) -> tuple[Conversion, int]:
    """Flags, width, precision, length letter, conversion letter."""
    start = place
    found = Conversion()
    while place < len(text) and text[place] in FLAGS:
        found.flags += text[place]
        place += 1
    found.width, place = parse_number(m, source, text, place, "width")
    if found.width < -1:
        found.flags += "-"
        found.width = -found.width - 2
    if text[place : place + 1] == ".":
        found.precision, place = parse_number(m, source, text, place + 1, "precision")
        found.precision = max(0, found.precision)
    if text[place : place + 1] and text[place] in "hlL":
        place += 1
    if place >= len(text):
        raise m.error("ValueError", f"stray % at position {start - 1}" if m.profile.version == "3.15" else "incomplete format")
    found.letter, found.place = text[place], place
    return found, place + 1


def parse_number(m: Machine, source: Arguments, text: str, place: int, what: str) -> tuple[int, int]:
    """Digits or `*`. A negative argument of `*` comes back as -2 - its size, since -1 means absent."""
    if text[place : place + 1] == "*":
        given = source.next()
        if not isinstance(given, Int):
            newer = f"format argument {source.used}: * requires int, not {given.type.name}"
            raise m.error("TypeError", newer if m.profile.version == "3.15" else "* wants int")
        if abs(given.value) > LARGEST:
            if what == "width" and abs(given.value) < 1 << 63:
                raise LimitReached("string_length", m.limits.string_length, m.current_line())
            raise m.error("OverflowError", f"Python int too large to convert to C {'ssize_t' if what == 'width' else 'int'}")
        return (given.value if given.value >= 0 else given.value - 2), place + 1
    end = place
    while end < len(text) and text[end] in "0123456789":
        end += 1
    if end == place:
        return -1, place
    if end - place > 18 or int(text[place:end]) > LARGEST:
        where = f" at position {text.rindex('%', 0, place)}" if m.profile.version == "3.15" else ""
        raise m.error("ValueError", f"{what} too big{where}")
    return int(text[place:end]), end


def convert(m: Machine, frame: NativeFrame, conversion: Conversion, value: Any) -> Any:
    """The text of one conversion: host text, or a Str object where CPython writes that very object."""
    wanted = max(conversion.width, conversion.precision)
    if wanted > m.limits.string_length:
        raise LimitReached("string_length", m.limits.string_length, m.current_line())
    m.charge(max(wanted, 0) >> 6)
    letter = conversion.letter
    if letter == "s":
        shown: Any = frame.own((yield NativeFrame(m, string_of, value)))
        text = laid_out(conversion, shown.value)
        return shown if text == shown.value else text
    if letter in "ra":
        text = yield repr_text(m, value)
        return laid_out(conversion, text if letter == "r" else ascii_text(text))
    if letter == "c":
        return laid_out(conversion, (yield from one_character(m, value)), cut=False)
    if letter in "diuoxX":
        number = yield from whole_number(m, frame, letter, value)
        if letter in "diu":
            int_text(m, number)
        m.charge(number.bit_length() >> 8)
        return host_spec(conversion) % number
    if letter in "eEfFgG":
        return host_spec(conversion) % (yield from real_number(m, letter, value))
    if m.profile.version == "3.15":
        raise m.error("ValueError", f"unsupported format %{letter} at position {conversion.place - 1}")
    shown_letter = letter if "\u001f" < letter < "\u007f" else "?"
    raise m.error("ValueError", f"unsupported format character '{shown_letter}' (0x{ord(letter):x}) at index {conversion.place}")


def host_spec(conversion: Conversion) -> str:
    width = str(conversion.width) if conversion.width >= 0 else ""
    precision = f".{conversion.precision}" if conversion.precision >= 0 else ""
    return f"%{conversion.flags}{width}{precision}{conversion.letter}"


def laid_out(conversion: Conversion, text: str, cut: bool = True) -> str:
    if cut and conversion.precision >= 0:
        text = text[: conversion.precision]
    return text.ljust(conversion.width) if "-" in conversion.flags else text.rjust(conversion.width)


def refusal(m: Machine, letter: str, wanted: str, old: str, value: HeapObject) -> Exception:
    if m.profile.version == "3.15":
        return m.error("TypeError", f"format argument: %{letter} requires {wanted}, not {value.type.name}")
    return m.error("TypeError", old)


def one_character(m: Machine, value: Any) -> Any:
    name = value.type.name
    if isinstance(value, Str):
        if len(value.value) == 1:
            return value.value
        name = f"a string of length {len(value.value)}"
    elif isinstance(value, Int) or special(m, value, "__index__") is not None:
        code = yield index_of(m, value)
        if not 0 <= code < 0x110000:
            text = "format argument: %c argument not in range(0x110000)" if m.profile.version == "3.15" else "%c arg not in range(0x110000)"
            raise m.error("OverflowError", text)
        return chr(code)
    if m.profile.version in BEFORE_314:
        raise m.error("TypeError", "%c requires int or char")
    prefix, article = ("format argument: ", "an integer") if m.profile.version == "3.15" else ("", "an int")
    raise m.error("TypeError", f"{prefix}%c requires {article} or a unicode character, not {name}")


def whole_number(m: Machine, frame: NativeFrame, letter: str, value: Any) -> Any:
    """mainformatlong: %x and its like need an integer, %d takes any real number and cuts it."""
    if isinstance(value, Int):
        return int(value.value)
    if letter in "oxX":
        if special(m, value, "__index__") is not None:
            return (yield index_of(m, value))
        raise refusal(m, letter, "an integer", f"%{letter} format: an integer is required, not {value.type.name}", value)
    numeric = not isinstance(value, Complex) and any(special(m, value, name) is not None for name in ("__int__", "__index__", "__float__"))
    error = (
        refusal(m, letter, "a real number", f"%{letter} format: a real number is required, not {value.type.name}", value)
        if not numeric
        else None
    )
    if error is not None:
        raise error
    try:
        found: Any = frame.own((yield NativeFrame(m, number_from, value)))
    except GuestError as caught:
        if not m.matches(caught, "TypeError"):
            raise
        m.heap.close(caught.exception)
        raise refusal(m, letter, "a real number", f"%{letter} format: a real number is required, not {value.type.name}", value) from None
    return found.value


def real_number(m: Machine, letter: str, value: Any) -> Any:
    refused = f"must be real number, not {value.type.name}"
    if m.profile.version == "3.15":
        refused = f"format argument: %{letter} requires a real number, not {value.type.name}"
    return float((yield float_value(m, value, refused)))
