"""Methods of str that need nothing of the guest but their arguments: one table row each.

A row names how each argument is read (READERS) and a host function over plain values. Only an integer argument can be guest code
(`__index__`); then the call becomes a frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.library.arithmetic import BEFORE_313
from sim.library.encodings import encode
from sim.library.strings import CHARGE_SHIFT, fits, fresh, grown_list, piece, same
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import get_item, index_of, special, truth
from sim.objects.containers import Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

FARTHEST = (1 << 63) - 1  # positions are clipped to a machine word
MAX_PREALLOCATED = 12  # Objects/stringlib/split.h MAX_PREALLOC


@dataclass(frozen=True)
class Row:
    """One method: function(m, self object, host arguments) -> object. readers: how each argument is read. keywords: see `native`."""

    function: Callable[..., HeapObject]
    readers: tuple[str, ...] = ()
    minimum: int = 0
    keywords: tuple[str, ...] = ()


# --- reading arguments ------------------------------------------------------------------------------------------------------------


def type_name(m: Machine, given: Any) -> str:
    """How argument errors name a type: None is called None."""
    return "None" if given is m.none_object else given.type.name


def read_needle(m: Machine, name: str, position: int, given: Any) -> str:
    if isinstance(given, Str):
        return given.value
    if m.profile.version in BEFORE_313:
        raise m.error("TypeError", f"must be str, not {given.type.name}")
    raise m.error("TypeError", f"{name}() argument {position} must be str, not {type_name(m, given)}")


def read_text(m: Machine, name: str, position: int, given: Any) -> str:
    if isinstance(given, Str):
        return given.value
    raise m.error("TypeError", f"{name}() argument {position} must be str, not {type_name(m, given)}")


def read_only_text(m: Machine, name: str, position: int, given: Any) -> str:
    if isinstance(given, Str):
        return given.value
    if name.startswith("remove"):
        raise m.error("TypeError", f"{name}() argument must be str, not {type_name(m, given)}")
    raise m.error("TypeError", f"must be str, not {given.type.name}")


def read_separator(m: Machine, name: str, position: int, given: Any) -> str | None:
    if given is None or given is m.none_object:
        return None
    if not isinstance(given, Str):
        raise m.error("TypeError", f"must be str or None, not {given.type.name}")
    if not given.value:
        raise m.error("ValueError", "empty separator")
    return given.value


def read_characters(m: Machine, name: str, position: int, given: Any) -> str | None:
    if given is None or given is m.none_object:
        return None
    if not isinstance(given, Str):
        raise m.error("TypeError", f"{name} arg must be None or str")
    return given.value


def read_fill(m: Machine, name: str, position: int, given: Any) -> str:
    if given is None:
        return " "
    if not isinstance(given, Str):
        raise m.error("TypeError", f"The fill character must be a unicode character, not {given.type.name}")
    if len(given.value) != 1:
        raise m.error("TypeError", "The fill character must be exactly one character long")
    return given.value


def read_affixes(m: Machine, name: str, position: int, given: Any) -> list[Any]:
    if isinstance(given, Str):
        return [given]
    if not isinstance(given, Tuple):
        raise m.error("TypeError", f"{name} first arg must be str or a tuple of str, not {given.type.name}")
    return given.items


def read_name(m: Machine, name: str, position: int, given: Any) -> str | None:
    """An encoding or an error handler."""
    if given is None:
        return None
    if not isinstance(given, Str):
        raise m.error("TypeError", f"{name}() argument {('encoding', 'errors')[position - 1]!r} must be str, not {given.type.name}")
    return given.value


READERS: dict[str, Callable[..., Any]] = {
    "needle": read_needle, "text": read_text, "only text": read_only_text, "separator": read_separator, "characters": read_characters,
    "fill": read_fill, "affixes": read_affixes, "name": read_name,
}  # fmt: skip
BOUNDS_FIRST = ("startswith", "endswith")
INTEGERS = ("integer", "start", "stop", "flag")  # read by the guest's own rules
ABSENT = {"integer": None, "start": 0, "stop": FARTHEST, "flag": False}


def quick_integer(m: Machine, reader: str, given: Any) -> Any:
    """An integer or flag that needs no guest code, or the argument itself when it does."""
    if given is None or (given is m.none_object and reader in ("start", "stop")):
        return ABSENT[reader]
    if isinstance(given, Int):
        return bool(given.value) if reader == "flag" else max(-FARTHEST, min(given.value, FARTHEST))
    if reader in ("start", "stop") and special(m, given, "__index__") is None:
        wording = "integers or have" if m.profile.version == "3.15" else "integers or None or have"
        raise m.error("TypeError", f"slice indices must be {wording} an __index__ method")
    return given


def read_argument(m: Machine, reader: str, given: Any) -> Any:
    """A host value, or a frame that delivers one."""
    return truth(m, given) if reader == "flag" else index_of(m, given)


def run_row(name: str, row: Row) -> Callable[..., Any]:
    """The native of a row. Before 3.13 the bounds of a search were read before what is searched for."""
    order = tuple(reversed(range(len(row.readers)))) if "start" in row.readers else tuple(range(len(row.readers)))

    def operate(m: Machine, args: list[Any]) -> Any:
        values: list[Any] = [None] * len(row.readers)
        for index in order if m.profile.version in BEFORE_313 or name in BOUNDS_FIRST else range(len(values)):
            reader, given = row.readers[index], args[index + 1]
            values[index] = quick_integer(m, reader, given) if reader in INTEGERS else READERS[reader](m, name, index + 1, given)
        if any(isinstance(value, HeapObject) for value in values):
            return NativeFrame(m, run_with_guest, row, args[0], values)
        m.charge(len(args[0].value) >> CHARGE_SHIFT)
        return row.function(m, args[0], *values)

    return operate


def run_with_guest(m: Machine, frame: NativeFrame, row: Row, text: Any, values: list[Any]) -> Any:
    for position, reader in enumerate(row.readers):
        if isinstance(values[position], HeapObject):
            found = yield read_argument(m, reader, values[position])
            values[position] = found if reader == "flag" else max(-FARTHEST, min(found, FARTHEST))
    m.charge(len(text.value) >> CHARGE_SHIFT)
    return row.function(m, text, *values)


# --- the methods ------------------------------------------------------------------------------------------------------------------


def changing(change: Callable[[str], str]) -> Callable[..., HeapObject]:
    """lower, upper ...: always a new string."""
    def operate(m: Machine, text: Any) -> HeapObject:
        m.charge(len(text.value) >> 6)
        return fresh(m, change(text.value))

    return operate


def asking(question: Callable[[str], bool]) -> Callable[..., HeapObject]:
    return lambda m, text: m.heap.bool(question(text.value))


def stripping(strip: Callable[..., str]) -> Callable[..., HeapObject]:
    def operate(m: Machine, text: Any, characters: str | None) -> HeapObject:
        m.charge(len(text.value) * len(characters or "") >> 12)  # each character at the ends is looked for among them
        return piece(m, text, strip(text.value, characters))

    return operate


def padding(pad: Callable[..., str]) -> Callable[..., HeapObject]:
    def operate(m: Machine, text: Any, width: int, fill: str = "0") -> HeapObject:
        if width <= len(text.value):
            return same(m, text)
        fits(m, width)
        return fresh(m, pad(text.value, width, fill))

    return operate


def zero_filled(text: str, width: int, fill: str) -> str:
    return text.zfill(width)


def seeking(seek: Callable[..., int]) -> Callable[..., HeapObject]:
    return lambda m, text, needle, start, stop: m.heap.int(seek(text.value, needle, start, stop))


def locating(seek: Callable[..., int]) -> Callable[..., HeapObject]:
    """index, rindex: find that insists."""

    def operate(m: Machine, text: Any, needle: str, start: int, stop: int) -> HeapObject:
        found = seek(text.value, needle, start, stop)
        if found < 0:
            raise m.error("ValueError", "substring not found")
        return m.heap.int(found)

    return operate


def affixed(test: Callable[..., bool]) -> Callable[..., HeapObject]:
    """One affix after the other; the first that fits is the answer, whatever comes behind it."""

    def operate(m: Machine, text: Any, affixes: list[Any], start: int, stop: int) -> HeapObject:
        m.charge(len(affixes) >> 2)
        for affix in affixes:
            if not isinstance(affix, Str):
                raise m.error("TypeError", f"tuple for {test.__name__} must only contain str, not {affix.type.name}")
            if test(text.value, affix.value, start, stop):
                return m.true()
        return m.false()

    return operate


def replace(m: Machine, text: Any, old: str, new: str, count: int | None) -> HeapObject:
    wanted = -1 if count is None else count
    times = text.value.count(old) if old else len(text.value) + 1
    times = times if wanted < 0 else min(times, wanted)
    fits(m, len(text.value) + times * (len(new) - len(old)))
    result = text.value.replace(old, new, wanted)
    return same(m, text) if result == text.value else fresh(m, result)


def expand_tabs(m: Machine, text: Any, size: int | None) -> HeapObject:
    if "\t" not in text.value:
        return same(m, text)
    width = 8 if size is None else size
    fits(m, len(text.value) + text.value.count("\t") * max(0, width))
    return fresh(m, text.value.expandtabs(width))


def remove_prefix(m: Machine, text: Any, prefix: str) -> HeapObject:
    return piece(m, text, text.value.removeprefix(prefix))


def remove_suffix(m: Machine, text: Any, suffix: str) -> HeapObject:
    return piece(m, text, text.value.removesuffix(suffix))


def preallocated(m: Machine, length: int, separator: int | None, most: int) -> int:
    """Slots that a splitting list starts with (Objects/stringlib/split.h; before 3.12 by the wanted number alone)."""
    if most < 0:
        if m.profile.version == "3.11":
            return MAX_PREALLOCATED
        most = max(0, length - 1) // 2 + 1 if separator is None else length // separator + 1
    return min(MAX_PREALLOCATED, most + 1)


def splitting(split: Callable[..., list[str]]) -> Callable[..., HeapObject]:
    def operate(m: Machine, text: Any, separator: str | None, most: int | None) -> HeapObject:
        wanted = -1 if most is None else most
        if separator is not None and text.value.count(separator) > m.limits.items:
            raise LimitReached("items", m.limits.items, m.current_line())
        parts = split(text.value, separator, wanted)
        return listed(m, text, parts, preallocated(m, len(text.value), None if separator is None else len(separator), wanted))

    return operate


def listed(m: Machine, text: Any, parts: list[str], capacity: int) -> HeapObject:
    if len(parts) > m.limits.items:
        raise LimitReached("items", m.limits.items, m.current_line())
    m.charge(len(parts) >> 2)
    return grown_list(m, [piece(m, text, part) for part in parts], capacity)


def split_lines(m: Machine, text: Any, keep: bool) -> HeapObject:
    return listed(m, text, text.value.splitlines(keep), 0)


def partitioning(partition: Callable[..., tuple[str, str, str]]) -> Callable[..., HeapObject]:
    def operate(m: Machine, text: Any, separator: str) -> HeapObject:
        if not separator:
            raise m.error("ValueError", "empty separator")
        parts = partition(text.value, separator)
        return m.heap.result_tuple([piece(m, text, part) for part in parts])

    return operate


def encoded(m: Machine, text: Any, encoding: str | None, errors: str | None) -> HeapObject:
    return m.heap.bytes(encode(m, text.value, encoding or "utf-8", errors or "strict"))


SEARCH = ("needle", "start", "stop")
AFFIX = ("affixes", "start", "stop")
SPLIT = ("sep", "maxsplit")

ROWS: dict[str, Row] = {
    **{name: Row(changing(getattr(str, name))) for name in ("capitalize", "casefold", "lower", "swapcase", "title", "upper")},
    **{
        name: Row(asking(getattr(str, name)))
        for name in (
            "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
            "isprintable", "isspace", "istitle", "isupper",
        )
    },
    **{name: Row(stripping(getattr(str, name)), ("characters",)) for name in ("strip", "lstrip", "rstrip")},
    **{name: Row(padding(getattr(str, name)), ("integer", "fill"), 1) for name in ("center", "ljust", "rjust")},
    "zfill": Row(padding(zero_filled), ("integer",), 1),
    "find": Row(seeking(str.find), SEARCH, 1),
    "rfind": Row(seeking(str.rfind), SEARCH, 1),
    "count": Row(seeking(str.count), SEARCH, 1),
    "index": Row(locating(str.find), SEARCH, 1),
    "rindex": Row(locating(str.rfind), SEARCH, 1),
    "startswith": Row(affixed(str.startswith), AFFIX, 1),
    "endswith": Row(affixed(str.endswith), AFFIX, 1),
    "replace": Row(replace, ("text", "text", "integer"), 2, ("", "", "count")),
    "expandtabs": Row(expand_tabs, ("integer",), 0, ("tabsize",)),
    "removeprefix": Row(remove_prefix, ("only text",), 1),
    "removesuffix": Row(remove_suffix, ("only text",), 1),
    "split": Row(splitting(str.split), ("separator", "integer"), 0, SPLIT),
    "rsplit": Row(splitting(str.rsplit), ("separator", "integer"), 0, SPLIT),
    "splitlines": Row(split_lines, ("flag",), 0, ("keepends",)),
    "partition": Row(partitioning(str.partition), ("only text",), 1),
    "rpartition": Row(partitioning(str.rpartition), ("only text",), 1),
    "encode": Row(encoded, ("name", "name"), 0, ("encoding", "errors")),
}  # fmt: skip

for _name, _row in ROWS.items():
    native("str", _name, _row.minimum, len(_row.readers), keywords=_row.keywords)(run_row(_name, _row))


# --- translate --------------------------------------------------------------------------------------------------------------------


@native("str", "translate", 1)
def translate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """Each character is looked up once; the table may be any object with __getitem__."""
    text, table = args
    known: dict[str, str] = {}
    for character in text.value:
        if character not in known:
            known[character] = yield NativeFrame(m, translated, character, table)
    total = sum(len(known[character]) for character in text.value)
    fits(m, total)
    m.charge(len(text.value) >> 4)
    return m.heap.str("".join([known[character] for character in text.value]))


def translated(m: Machine, frame: NativeFrame, character: str, table: HeapObject) -> Any:
    key = frame.own(m.heap.int(ord(character)))
    try:
        found = frame.own((yield get_item(m, table, key)))
    except GuestError as error:
        if not m.matches(error, "LookupError"):
            raise
        m.heap.close(error.exception)
        return character
    if found is m.none_object:
        return ""
    if isinstance(found, Str):
        return found.value
    if not isinstance(found, Int):
        raise m.error("TypeError", "character mapping must return integer, None or str")
    if not 0 <= found.value < 0x110000:
        raise m.error("ValueError", "character mapping must be in range(0x110000)")
    return chr(found.value)


@native("str", "maketrans", 1, 3, kind="class")
def maketrans(m: Machine, args: list[Any]) -> HeapObject:
    _, source, target, removed = args
    made = m.heap.dict()
    if target is not None:
        fill_from_texts(m, made, source, target, removed)
        return made
    if not isinstance(source, Dict):
        raise m.error("TypeError", "if you give only one argument to maketrans it must be a dict")
    for entry in source.entries():
        key: Any = entry.key
        if isinstance(key, Str):
            if len(key.value) != 1:
                raise m.error("ValueError", "string keys in translate table must be of length 1")
            store(m, made, ord(key.value), entry.value)
        elif isinstance(key, Int):
            store(m, made, key.value, entry.value)
        else:
            raise m.error("TypeError", "keys in translate table must be strings or integers")
    return made


def fill_from_texts(m: Machine, made: Dict, source: Any, target: Any, removed: Any) -> None:
    if not isinstance(source, Str):
        raise m.error("TypeError", "first maketrans argument must be a string if there is a second argument")
    for position, given in ((2, target), (3, removed)):
        if given is not None and not isinstance(given, Str):
            raise m.error("TypeError", f"maketrans() argument {position} must be str, not {given.type.name}")
    if len(source.value) != len(target.value):
        raise m.error("ValueError", "the first two maketrans arguments must have equal length")
    m.charge(2 * len(source.value))
    for old, new in zip(source.value, target.value, strict=True):
        number = m.heap.int(ord(new))
        store(m, made, ord(old), number)
        m.heap.close(number)
    for character in removed.value if removed is not None else "":
        store(m, made, ord(character), m.none_object)


def store(m: Machine, made: Dict, code: int, value: HeapObject) -> None:
    key = m.heap.int(code)
    value.refs += 1
    m.heap.dict_store(made, code, key, value, code)
    m.heap.close(key)
