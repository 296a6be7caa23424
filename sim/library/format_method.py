"""str.format and str.format_map (Objects/stringlib/unicode_format.h): a parser of replacement fields, and the frame that fills them in.

Fields are resolved through the guest's own attribute and item access, so the whole is a native operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.library.container_reprs import Pieces
from sim.library.formatting import convert_value, format_object, plain_format, shown
from sim.library.strings import same
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import get_attribute, get_item
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

DEEPEST = 2  # a specification may contain fields, theirs may not
MOST_DIGITS = 18


@dataclass(frozen=True)
class Field:
    """A replacement field: `{name!conversion:spec}`; nested: the specification itself contains fields."""

    name: str
    conversion: str
    spec: str
    nested: bool


def parse_template(m: Machine, text: str) -> Iterator[tuple[str, Field | None]]:
    """MarkupIterator_next: literal stretches, each with the field that follows it."""
    place, end = 0, len(text)
    while place < end:
        start = place
        brace = ""
        while place < end and not brace:
            brace = text[place] if text[place] in "{}" else ""
            place += 1
        if not brace:
            yield text[start:], None
            return
        if place < end and text[place] == brace:
            yield text[start:place], None
            place += 1
            continue
        if brace == "}" or place >= end:
            raise m.error("ValueError", f"Single '{brace}' encountered in format string")
        field, next_place = parse_field(m, text, place)
        yield text[start : place - 1], field
        place = next_place


def parse_field(m: Machine, text: str, place: int) -> tuple[Field, int]:
    """One field, from behind its opening brace; also the place behind its closing one."""
    start, end = place, len(text)
    stop = ""
    while place < end:
        stop = text[place]
        place += 1
        if stop == "{":
            raise m.error("ValueError", "unexpected '{' in field name")
        if stop == "[":
            while place < end and text[place] != "]":
                place += 1
        elif stop in "}:!":
            break
    if not stop or stop not in "}:!":
        raise m.error("ValueError", "expected '}' before end of string")
    name = text[start : place - 1]
    if stop == "}":
        return Field(name, "", "", False), place
    conversion = ""
    if stop == "!":
        if place >= end:
            raise m.error("ValueError", "end of string while looking for conversion specifier")
        conversion = text[place]
        place += 1
        if place < end:
            place += 1
            if text[place - 1] == "}":
                return Field(name, conversion, "", False), place
            if text[place - 1] != ":":
                raise m.error("ValueError", "expected ':' after conversion specifier")
    spec_start, depth, nested = place, 1, False
    while place < end:
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        nested = nested or text[place] == "{"
        place += 1
        if depth == 0:
            return Field(name, conversion, text[spec_start : place - 1], nested), place
    raise m.error("ValueError", "unmatched '{' in format spec")


def decimal(m: Machine, digits: str) -> int:
    """A number in a field name, or -1 if it is no number."""
    if not digits or not all(character.isdecimal() for character in digits):
        return -1
    if len(digits) > MOST_DIGITS:
        raise m.error("ValueError", "Too many decimal digits in format string")
    return int(digits)


def split_name(m: Machine, name: str) -> tuple[str, list[tuple[str, str]]]:
    """`first.attribute[item]` -> first, [(".", attribute), ("[", item)]."""
    place = next((index for index, character in enumerate(name) if character in ".["), len(name))
    first = name[:place]
    steps: list[tuple[str, str]] = []
    while place < len(name):
        kind, start = name[place], place + 1
        if kind == ".":
            place = next((index for index in range(start, len(name)) if name[index] in ".["), len(name))
            part = name[start:place]
        elif kind == "[":
            close = name.find("]", start)
            if close < 0:
                raise m.error("ValueError", "Missing ']' in format string")
            part, place = name[start:close], close + 1
        else:
            raise m.error("ValueError", "Only '.' or '[' may follow ']' in format field specifier")
        if not part:
            raise m.error("ValueError", "Empty attribute in format string")
        steps.append((kind, part))
    return first, steps


class Sources:
    """What fields are looked up in: positional arguments (None for format_map), keywords, and the automatic numbering."""

    def __init__(self, m: Machine, positional: list[Any] | None, keywords: dict[str, HeapObject], mapping: HeapObject | None) -> None:
        self.machine = m
        self.positional = positional
        self.keywords = keywords
        self.mapping = mapping
        self.numbering = ""
        self.next_number = 0

    def number_of(self, first: str) -> int:
        """The position that a field's first part means, or -1 for a keyword."""
        number = decimal(self.machine, first)
        if first and number < 0:
            return -1
        wanted = "manual" if first else "automatic"
        if self.numbering not in ("", wanted):
            old, new = (
                ("manual field specification", "automatic field numbering")
                if wanted == "automatic"
                else ("automatic field numbering", "manual field specification")
            )
            raise self.machine.error("ValueError", f"cannot switch from {old} to {new}")
        self.numbering = wanted
        if first:
            return number
        self.next_number += 1
        return self.next_number - 1

    def first(self, frame: NativeFrame, text: str) -> Any:
        """The object of a field's first part: a new reference, or a frame."""
        m = self.machine
        number = self.number_of(text)
        if number < 0:
            if self.mapping is not None:
                return get_item(m, self.mapping, frame.own(m.heap.str(text)))
            if text not in self.keywords:
                raise m.error_with("KeyError", frame.own(m.heap.str(text)))
            found = self.keywords[text]
        else:
            if self.positional is None:
                raise m.error("ValueError", "Format string contains positional fields")
            if number >= len(self.positional):
                raise m.error("IndexError", f"Replacement index {number} out of range for positional args tuple")
            found = self.positional[number]
        found.refs += 1
        return found


def field_object(m: Machine, frame: NativeFrame, sources: Sources, name: str) -> Any:
    """get_field_object, step by step; the result is kept by the frame."""
    first, steps = split_name(m, name)
    found = frame.own((yield sources.first(frame, first)))
    for kind, part in steps:
        if kind == ".":
            following = frame.own((yield get_attribute(m, found, part)))
        else:
            number = decimal(m, part)
            key = frame.own(m.heap.int(number) if number >= 0 else m.heap.str(part))
            following = frame.own((yield get_item(m, found, key)))
            frame.drop(key)
        frame.drop(found)
        found = following
    return found


def fill(m: Machine, frame: NativeFrame, template: str, sources: Sources, depth: int) -> Any:
    """build_string: the pieces of the result and the object behind each, where there is one."""
    if depth <= 0:
        raise m.error("ValueError", "Max string recursion exceeded")
    pieces = Pieces(m)
    objects: list[Any] = []
    for literal, field in parse_template(m, template):
        if literal:
            pieces.add(literal)
            objects.append(None)
        if field is None:
            continue
        found = yield from filled_field(m, frame, field, sources, depth)
        text = found.value if isinstance(found, Str) else found
        if text:
            pieces.add(text)
            objects.append(found if isinstance(found, Str) else None)
    m.charge(len(template) >> 5)
    return pieces, objects


def filled_field(m: Machine, frame: NativeFrame, field: Field, sources: Sources, depth: int) -> Any:
    """One field's text: host text, or a Str object kept by the frame."""
    found = yield from field_object(m, frame, sources, field.name)
    if field.conversion:
        if field.conversion not in "rsa":
            raise m.error("ValueError", f"Unknown conversion specifier {shown(field.conversion)}")
        if not (field.conversion == "s" and found.type is m.types["str"]):
            converted = frame.own(m.heap.str((yield convert_value(m, found, field.conversion))))
            frame.drop(found)
            found = converted
    spec = field.spec
    if field.nested:
        spec = (yield from fill(m, frame, spec, sources, depth - 1))[0].join()
    text = plain_format(m, found, spec)
    if text is None:
        argument = frame.own(m.heap.str(spec))
        result = frame.own((yield from format_object(m, frame, found, argument)))
        frame.drop(argument)
        frame.drop(found)
        return result
    if isinstance(found, Str) and text == found.value:
        return found
    frame.drop(found)
    return text


def finished(m: Machine, template: Any, outcome: tuple[Pieces, list[Any]]) -> HeapObject:
    """One object alone is the result itself; so is a template without fields."""
    pieces, objects = outcome
    if len(objects) == 1 and objects[0] is not None and objects[0].type is m.types["str"]:
        return same(m, objects[0])
    text = pieces.join()
    return same(m, template) if text == template.value and objects and not any(objects) else m.heap.str(text)


@native("str", "format", 0, None, raw=True)
def str_format(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, HeapObject] | None) -> Any:
    given = args[1:]
    for argument in given:
        argument.refs += 1
    frame.own(m.heap.tuple(list(given)))  # a METH_VARARGS method: its arguments are in a tuple
    for value in (keywords or {}).values():
        frame.borrow(value)
    sources = Sources(m, given, keywords or {}, None)
    return finished(m, args[0], (yield from fill(m, frame, args[0].value, sources, DEEPEST)))


@native("str", "format_map", 1)
def format_map(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    sources = Sources(m, None, {}, args[1])
    return finished(m, args[0], (yield from fill(m, frame, args[0].value, sources, DEEPEST)))
