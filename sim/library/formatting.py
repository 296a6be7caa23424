"""Format specifications: `format(object, spec)` of strings and numbers, and the conversions of f-strings.

The specification is parsed here, with CPython's errors (Python/formatter_unicode.c); a valid one whose width and precision are affordable
is carried out on the host value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached, Unsupported
from sim.library.arithmetic import BEFORE_314, int_to_float
from sim.library.literals import ascii_text, complex_text, float_text, int_text
from sim.library.results import wrong_result
from sim.library.strings import fresh, same, string_of
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import call, call_special, format_text, repr_text, special, str_text
from sim.objects.containers import Builtin
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Complex, Float, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

ALIGNMENTS = "<>=^"
WHOLE_TYPES = "bcdoxXn"
REAL_TYPES = "eEfFgG%"
GROUPED_TYPES = "defgEG%F"  # with a thousands separator
LARGEST_NUMBER = (1 << 63) - 1


@dataclass
class Spec:
    """One parsed specification; numbers are -1 and characters "" where absent."""

    fill: str = ""
    align: str = ""
    sign: str = ""
    no_negative_zero: bool = False
    alternate: bool = False
    width: int = -1
    grouping: str = ""
    precision: int = -1
    type: str = ""


class Scanner:
    """Reads a specification from left to right."""

    def __init__(self, m: Machine, text: str) -> None:
        self.machine = m
        self.text = text
        self.place = 0

    def left(self) -> int:
        return len(self.text) - self.place

    def take(self, choices: str) -> str:
        """The next character if it is one of these, else ""."""
        if self.place < len(self.text) and self.text[self.place] in choices:
            self.place += 1
            return self.text[self.place - 1]
        return ""

    def number(self) -> int:
        start = self.place
        while self.place < len(self.text) and self.text[self.place].isdecimal():
            self.place += 1
        if start == self.place:
            return -1
        digits = self.text[start : self.place]
        if len(digits) > 30 or int(digits) > LARGEST_NUMBER:
            raise self.machine.error("ValueError", "Too many decimal digits in format string")
        return int(digits)


def parse_spec(m: Machine, text: str, kind: str, default_align: str, default_type: str) -> Spec:
    """parse_internal_render_format_spec."""
    spec = Spec(type=default_type)
    scan = Scanner(m, text)
    if len(text) >= 2 and text[1] in ALIGNMENTS:
        spec.fill, spec.align = text[0], text[1]
        scan.place = 2
    else:
        spec.align = scan.take(ALIGNMENTS)
    spec.sign = scan.take(" +-")
    spec.no_negative_zero = bool(scan.take("z"))
    spec.alternate = bool(scan.take("#"))
    if not spec.fill and scan.take("0"):
        spec.fill = "0"
        if not spec.align and default_align == ">":
            spec.align = "="
    spec.width = scan.number()
    spec.grouping = parse_grouping(m, scan)
    if scan.take("."):
        spec.precision = scan.number()
        if spec.precision < 0 and not (scan.left() and scan.text[scan.place] in ",_" and m.profile.version not in BEFORE_314):
            raise m.error("ValueError", "Format specifier missing precision")
        if scan.left() and scan.text[scan.place] in ",_" and m.profile.version not in BEFORE_314:
            raise Unsupported("a thousands separator in the fraction of a number", m.current_line())
    if scan.left() > 1:
        raise m.error("ValueError", f"Invalid format specifier '{text}' for object of type '{kind}'")
    if scan.left():
        spec.type = scan.text[scan.place]
    check_grouping(m, spec)
    return spec


def parse_grouping(m: Machine, scan: Scanner) -> str:
    comma = scan.take(",")
    underscore = scan.take("_")
    if underscore and (comma or (scan.left() and scan.text[scan.place] == ",")):
        raise m.error("ValueError", "Cannot specify both ',' and '_'.")
    return comma or underscore


def shown(character: str) -> str:
    """A character as these error messages show it."""
    return character if "!" <= character < "\u0080" else f"\\x{ord(character):x}"


def check_grouping(m: Machine, spec: Spec) -> None:
    if not spec.grouping or not spec.type or spec.type in GROUPED_TYPES or (spec.grouping == "_" and spec.type in "boxX"):
        return
    raise m.error("ValueError", f"Cannot specify '{spec.grouping}' with '{shown(spec.type)}'.")


def unknown_type(m: Machine, spec: Spec, kind: str) -> Exception:
    return m.error("ValueError", f"Unknown format code '{shown(spec.type)}' for object of type '{kind}'")


def afford(m: Machine, spec: Spec) -> None:
    """Width and precision are lengths of the result: paid for before it is made."""
    wanted = max(spec.width, spec.precision, 0)
    if wanted > m.limits.string_length:
        raise LimitReached("string_length", m.limits.string_length, m.current_line())
    m.charge(wanted >> 6)


# --- str --------------------------------------------------------------------------------------------------------------------------


def format_string(m: Machine, text: str, spec_text: str, kind: str = "str") -> str:
    if not spec_text:
        return text
    spec = parse_spec(m, spec_text, kind, "<", "s")
    if spec.type != "s":
        raise unknown_type(m, spec, kind)
    refused = (
        (spec.sign == " ", "Space not allowed in string format specifier"),
        (spec.sign, "Sign not allowed in string format specifier"),
        (spec.no_negative_zero, "Negative zero coercion (z) not allowed in string format specifier"),
        (spec.alternate, "Alternate form (#) not allowed in string format specifier"),
        (spec.align == "=", "'=' alignment not allowed in string format specifier"),
    )
    for condition, message in refused:
        if condition:
            raise m.error("ValueError", message)
    if spec.width > len(text):
        afford(m, spec)
    shortened = text[: spec.precision] if spec.precision >= 0 else text
    return pad(shortened, spec.width, spec.align or "<", spec.fill or " ")


def pad(text: str, width: int, align: str, fill: str) -> str:
    missing = width - len(text)
    if missing <= 0:
        return text
    left = {"<": 0, ">": missing, "^": missing // 2}[align]
    return fill * left + text + fill * (missing - left)


# --- numbers ----------------------------------------------------------------------------------------------------------------------


def format_int(m: Machine, value: int, spec_text: str, kind: str = "int") -> str:
    if not spec_text:
        return int_text(m, value)
    spec = parse_spec(m, spec_text, kind, ">", "d")
    if spec.type in REAL_TYPES:
        return carry_out_float(m, int_to_float(value, m), spec)
    if spec.type not in WHOLE_TYPES:
        raise unknown_type(m, spec, kind)
    refused = (
        (spec.precision >= 0, "Precision not allowed in integer format specifier"),
        (spec.no_negative_zero, "Negative zero coercion (z) not allowed in integer format specifier"),
        (spec.type == "c" and spec.sign, "Sign not allowed with integer format specifier 'c'"),
        (spec.type == "c" and spec.alternate, "Alternate form (#) not allowed with integer format specifier 'c'"),
    )
    for condition, message in refused:
        if condition:
            raise m.error("ValueError", message)
    if spec.type == "c" and not -LARGEST_NUMBER - 1 <= value <= LARGEST_NUMBER:
        raise m.error("OverflowError", "Python int too large to convert to C long")
    if spec.type == "c" and not 0 <= value < 0x110000:
        raise m.error("OverflowError", "%c arg not in range(0x110000)")
    if spec.type in "dn":
        int_text(m, value)  # too many digits: refused
    afford(m, spec)
    m.charge(value.bit_length() >> 8)
    return format(int(value), rebuilt(spec))


def rebuilt(spec: Spec) -> str:
    """The specification in its shortest spelling, for the host."""
    width = str(spec.width) if spec.width >= 0 else ""
    precision = f".{spec.precision}" if spec.precision >= 0 else ""
    align = (spec.fill or "") + (spec.align or (">" if spec.fill else ""))
    kind = "d" if spec.type == "n" and not spec.precision >= 0 and spec.grouping == "" else spec.type
    flags = spec.sign + ("z" if spec.no_negative_zero else "") + ("#" if spec.alternate else "")
    return f"{align}{flags}{width}{spec.grouping}{precision}{kind}"


def format_float(m: Machine, value: float, spec_text: str, kind: str = "float") -> str:
    if not spec_text:
        return float_text(value)
    spec = parse_spec(m, spec_text, kind, ">", "")
    if spec.type and spec.type not in REAL_TYPES and spec.type != "n":
        raise unknown_type(m, spec, kind)
    return carry_out_float(m, value, spec)


def carry_out_float(m: Machine, value: float, spec: Spec) -> str:
    if spec.precision > 0x7FFFFFFF:
        raise m.error("ValueError", "precision too big")
    afford(m, spec)
    if spec.type == "n":
        spec.type = "g"  # the C locale
    return format(float(value), rebuilt(spec))


def format_complex(m: Machine, value: complex, spec_text: str, kind: str = "complex") -> str:
    if not spec_text:
        return complex_text(value)
    spec = parse_spec(m, spec_text, kind, ">", "")
    if spec.type and spec.type not in "eEfFgGn":
        raise unknown_type(m, spec, kind)
    if spec.fill == "0":
        raise m.error("ValueError", "Zero padding is not allowed in complex format specifier")
    if spec.align == "=":
        raise m.error("ValueError", "'=' alignment flag is not allowed in complex format specifier")
    afford(m, spec)
    if spec.type == "n":
        spec.type = "g"
    return format(complex(value), rebuilt(spec))


# --- format() ---------------------------------------------------------------------------------------------------------------------


FORMATTERS: tuple[tuple[type[HeapObject], str, Any], ...] = (
    (Str, "str", format_string), (Int, "int", format_int), (Float, "float", format_float), (Complex, "complex", format_complex),
)  # fmt: skip


def plain_format(m: Machine, object_: Any, spec: str) -> Any:
    """The text of an object of an exact built-in type, or None: then the guest may have a say."""
    for layout, name, formatter in FORMATTERS:
        if object_.__class__ is layout:
            value: Any = object_
            return formatter(m, value.value, spec, value.type.name) if value.type is m.types[name] else None
    return None


def format_value(m: Machine, object_: HeapObject, spec: str) -> Any:
    """format(object, spec) as host text, or a frame that delivers it."""
    text = plain_format(m, object_, spec)
    return text if text is not None else format_text(m, object_, spec)


def format_object(m: Machine, frame: NativeFrame, object_: Any, spec: Any) -> Any:
    """PyObject_Format: the str object itself. spec: a Str, or None for an empty one."""
    empty = spec is None or not spec.value
    if empty and object_.type is m.types["str"]:
        return same(m, object_)
    if empty and object_.type is m.types["int"]:
        return fresh(m, int_text(m, object_.value))
    method = special(m, object_, "__format__")
    assert method is not None
    argument = spec if spec is not None else frame.own(m.heap.str(""))
    if method.__class__ is Builtin:
        frame.borrow(object_)  # bound too
        result = yield call_special(m, method, [object_, argument])
        frame.drop(object_)
    elif method.type is m.types["function"]:
        bound = frame.own(m.heap.method(method, object_))  # _PyObject_LookupSpecial binds it, which holds the object
        result = yield call(m, bound, [argument])
        frame.drop(bound)
    else:
        result = yield call_special(m, method, [object_, argument])
    if not isinstance(result, Str):
        frame.own(result)
        raise wrong_result(m, object_, "__format__", result)
    return result


def formatting_method(formatter: Any) -> Any:
    """`__format__` of a built-in value; with an empty specification an instance of a subclass is shown by its str()."""

    def operate(m: Machine, args: list[Any]) -> Any:
        self, spec = args
        if not isinstance(spec, Str):
            raise m.error("TypeError", f"__format__() argument must be str, not {spec.type.name}")
        if not spec.value:
            return same(m, self) if self.type is m.types["str"] else NativeFrame(m, string_of, self)
        text = formatter(m, self.value, spec.value, self.type.name)
        return same(m, self) if isinstance(self, Str) and text == self.value else m.heap.str(text)

    return operate


for _layout, _kind, _formatter in FORMATTERS:
    native(_kind, "__format__", 1)(formatting_method(_formatter))


@native("object", "__format__", 1)
def object_format(m: Machine, args: list[Any]) -> Any:
    self, spec = args
    if not isinstance(spec, Str):
        raise m.error("TypeError", f"__format__() argument must be str, not {spec.type.name}")
    if spec.value:
        raise m.error("TypeError", f"unsupported format string passed to {self.type.name}.__format__")
    return NativeFrame(m, string_of, self)


@native("module:builtins", "format", 1, 2, kind="function")
def builtin_format(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    object_, spec = args
    if spec is not None and not isinstance(spec, Str):
        raise m.error("TypeError", f"format() argument 2 must be str, not {spec.type.name}")
    return (yield from format_object(m, frame, object_, spec))


# --- conversions ------------------------------------------------------------------------------------------------------------------


def convert_value(m: Machine, object_: HeapObject, how: str) -> Any:
    """`!s`, `!r`, `!a` as host text, or a frame that delivers it."""
    if how == "s":
        return str_text(m, object_)
    return repr_text(m, object_) if how == "r" else NativeFrame(m, ascii_of, object_)


def ascii_of(m: Machine, frame: NativeFrame, object_: HeapObject) -> Any:
    return ascii_text((yield repr_text(m, object_)))
