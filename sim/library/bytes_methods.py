"""Methods that bytes and bytearray share with str (one table row each), and the methods by which a bytearray changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.library.arithmetic import BEFORE_313, BEFORE_314
from sim.library.bytestrings import BYTES_LIKE, both, byte_values, collect_bytes, fits, like, part, repeated
from sim.library.ranges import slice_indices
from sim.library.string_methods import FARTHEST
from sim.library.strings import grown_list
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import index_of, special, truth
from sim.objects.containers import Record, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine


# --- reading arguments ------------------------------------------------------------------------------------------------------------


def required(m: Machine, given: Any) -> bytes:
    if not isinstance(given, BYTES_LIKE):
        raise m.error("TypeError", f"a bytes-like object is required, not '{given.type.name}'")
    return bytes(given.value)


def optional(m: Machine, given: Any) -> bytes | None:
    return None if given is None or given is m.none_object else required(m, given)


def needle(m: Machine, given: Any) -> Any:
    """Bytes, or one byte given as an integer; a frame for the latter."""
    if isinstance(given, BYTES_LIKE):
        return bytes(given.value)
    if special(m, given, "__index__") is None:
        raise m.error("TypeError", f"argument should be integer or bytes-like object, not '{given.type.name}'")
    return NativeFrame(m, one_byte, given)


def one_byte(m: Machine, frame: NativeFrame, given: HeapObject) -> Any:
    value = yield index_of(m, given)
    if not 0 <= value < 256:
        raise m.error("ValueError", "byte must be in range(0, 256)")
    return bytes([value])


def bound(m: Machine, given: Any, absent: int) -> Any:
    return absent if given is None or given is m.none_object else index_of(m, given)


def clipped(value: int) -> int:
    return max(-FARTHEST, min(value, FARTHEST))


# --- searching --------------------------------------------------------------------------------------------------------------------


def searching(seek: Callable[..., int], insists: bool) -> Callable[..., Any]:
    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        self, sought, start, stop = args
        wanted = yield needle(m, sought)
        first = yield bound(m, start, 0)
        last = yield bound(m, stop, FARTHEST)
        m.charge(len(self.value) >> 8)
        found = seek(bytes(self.value), wanted, clipped(first), clipped(last))
        if insists and found < 0:
            raise m.error("ValueError", "subsection not found")
        return m.heap.int(found)

    return operate


for _name, _seek, _insists in (
    ("find", bytes.find, False), ("rfind", bytes.rfind, False), ("count", bytes.count, False),
    ("index", bytes.find, True), ("rindex", bytes.rfind, True),
):  # fmt: skip
    both(_name, 1, 3)(searching(_seek, _insists))


def affixed(name: str, test: Callable[..., bool]) -> Callable[..., Any]:
    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        self, given, start, stop = args
        if isinstance(given, Tuple):
            affixes: Any = tuple(required(m, item) for item in given.items)
        elif isinstance(given, BYTES_LIKE):
            affixes = bytes(given.value)
        else:
            raise m.error("TypeError", f"{name} first arg must be bytes or a tuple of bytes, not {given.type.name}")
        first = yield bound(m, start, 0)
        last = yield bound(m, stop, FARTHEST)
        return m.heap.bool(test(bytes(self.value), affixes, clipped(first), clipped(last)))

    return operate


both("startswith", 1, 3)(affixed("startswith", bytes.startswith))
both("endswith", 1, 3)(affixed("endswith", bytes.endswith))


# --- changed copies ---------------------------------------------------------------------------------------------------------------


def changing(change: Callable[[bytes], bytes]) -> Callable[..., HeapObject]:
    def operate(m: Machine, args: list[Any]) -> HeapObject:
        m.charge(len(args[0].value) >> 8)
        return like(m, args[0], change(bytes(args[0].value)))

    return operate


def asking(question: Callable[[bytes], bool]) -> Callable[..., HeapObject]:
    return lambda m, args: m.heap.bool(question(bytes(args[0].value)))


def stripping(strip: Callable[..., bytes]) -> Callable[..., HeapObject]:
    def operate(m: Machine, args: list[Any]) -> Any:
        unwanted = optional(m, args[1])
        m.charge(len(args[0].value) * len(unwanted or b"") >> 12)  # each byte at the ends is looked for among them
        return part(m, args[0], strip(bytes(args[0].value), unwanted))

    return operate


def trimming(trim: Callable[..., bytes]) -> Callable[..., HeapObject]:
    return lambda m, args: part(m, args[0], trim(bytes(args[0].value), required(m, args[1])))


def padding(pad: Callable[..., bytes]) -> Callable[..., Any]:
    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        self, given, *fill = args
        width = yield index_of(m, given)
        fits(m, width)
        filler = [bytes(one.value) for one in fill if isinstance(one, BYTES_LIKE)]
        if fill and fill[0] is not None and [len(one) for one in filler] != [1]:
            found, colon = fill[0].type.name, ""
            if m.profile.version not in BEFORE_314:
                colon = ":"
                found = f"a {found} object of length {len(filler[0])}" if filler else found
            message = f"{pad.__name__}(){colon} argument 2 must be a byte string of length 1, not {found}"
            raise m.error("TypeError", message)
        return part(m, self, pad(bytes(self.value), max(width, 0), *filler))

    return operate


for _name in ("lower", "upper", "title", "capitalize", "swapcase"):
    both(_name)(changing(getattr(bytes, _name)))
for _name in ("isalnum", "isalpha", "isascii", "isdigit", "islower", "isspace", "istitle", "isupper"):
    both(_name)(asking(getattr(bytes, _name)))
for _name in ("strip", "lstrip", "rstrip"):
    both(_name, 0, 1)(stripping(getattr(bytes, _name)))
for _name in ("removeprefix", "removesuffix"):
    both(_name, 1)(trimming(getattr(bytes, _name)))
for _name in ("center", "ljust", "rjust"):
    both(_name, 1, 2)(padding(getattr(bytes, _name)))
both("zfill", 1)(padding(bytes.zfill))


@both("expandtabs", 0, 1, keywords=("tabsize",))
def expandtabs(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, given = args
    width = 8 if given is None else (yield index_of(m, given))
    fits(m, len(self.value) + self.value.count(b"\t") * max(0, width))
    return like(m, self, bytes(self.value).expandtabs(clipped(width)))


@both("replace", 2, 3, keywords=("", "", "count"))
def replace(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, old, new, count = args
    before, after = required(m, old), required(m, new)
    wanted = -1 if count is None else clipped((yield index_of(m, count)))
    times = self.value.count(before) if wanted < 0 else min(wanted, self.value.count(before))
    fits(m, len(self.value) + times * (len(after) - len(before)))
    result = bytes(self.value).replace(before, after, wanted)
    return part(m, self, result) if result == self.value else like(m, self, result)


# --- splitting --------------------------------------------------------------------------------------------------------------------


def pieces(m: Machine, self: Any, parts: list[bytes], capacity: int) -> HeapObject:
    if len(parts) > m.limits.items:
        raise LimitReached("items", m.limits.items, m.current_line())
    m.charge(len(parts) >> 2)
    return grown_list(m, [part(m, self, one) for one in parts], capacity)


def splitting(split: Callable[..., list[bytes]]) -> Callable[..., Any]:
    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        self, given, most = args
        separator = optional(m, given)
        if separator == b"":
            raise m.error("ValueError", "empty separator")
        wanted = -1 if most is None else clipped((yield index_of(m, most)))
        m.charge(len(self.value) >> 4)
        return pieces(m, self, split(bytes(self.value), separator, wanted), min(12, wanted + 1) if wanted >= 0 else 12)

    return operate


both("split", 0, 2, keywords=("sep", "maxsplit"))(splitting(bytes.split))
both("rsplit", 0, 2, keywords=("sep", "maxsplit"))(splitting(bytes.rsplit))


@both("splitlines", 0, 1, keywords=("keepends",))
def splitlines(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    keep = args[1] is not None and (yield truth(m, args[1]))
    return pieces(m, args[0], bytes(args[0].value).splitlines(keep), 0)


def partitioning(partition: Callable[..., tuple[bytes, bytes, bytes]]) -> Callable[..., HeapObject]:
    def operate(m: Machine, args: list[Any]) -> HeapObject:
        separator = required(m, args[1])
        if not separator:
            raise m.error("ValueError", "empty separator")
        return m.heap.tuple([part(m, args[0], one) for one in partition(bytes(args[0].value), separator)])

    return operate


both("partition", 1)(partitioning(bytes.partition))
both("rpartition", 1)(partitioning(bytes.rpartition))


# --- bytearray: changing it -------------------------------------------------------------------------------------------------------


def byte_of(m: Machine, given: HeapObject) -> Any:
    """Frame that delivers an integer of 0..255."""
    return NativeFrame(m, checked_byte, given)


def checked_byte(m: Machine, frame: NativeFrame, given: HeapObject) -> Any:
    value = yield index_of(m, given)
    if not 0 <= value < 256:
        raise m.error("ValueError", "byte must be in range(0, 256)")
    return value


def resizable(m: Machine, owner: Any) -> None:
    if owner.exports:
        raise m.error("BufferError", "Existing exports of data: object cannot be re-sized")


@native("bytearray", "append", 1)
def append(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    value = yield byte_of(m, args[1])
    fits(m, len(args[0].value) + 1)
    resizable(m, args[0])
    args[0].value.append(value)
    return m.none()


@native("bytearray", "extend", 1)
def extend(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, source = args
    if isinstance(source, BYTES_LIKE):
        added = bytes(source.value)
    else:
        if isinstance(source, Str):
            old = m.profile.version in BEFORE_313
            raise m.error(
                "TypeError", "'str' object cannot be interpreted as an integer" if old else "expected iterable of integers; got: 'str'"
            )
        added = yield NativeFrame(m, collect_bytes, source, "bytearray")
    fits(m, len(self.value) + len(added))
    resizable(m, self)
    self.value.extend(added)
    return m.none()


@native("bytearray", "__iadd__", 1)
def iadd(m: Machine, args: list[Any]) -> HeapObject:
    self, added = args
    if not isinstance(added, BYTES_LIKE):
        raise m.error("TypeError", f"can't concat {added.type.name} to {self.type.name}")
    fits(m, len(self.value) + len(added.value))
    resizable(m, self)
    self.value.extend(bytes(added.value))
    self.refs += 1
    return self  # type: ignore[no-any-return]


@native("bytearray", "__imul__", 1)
def imul(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, count = args
    if special(m, count, "__index__") is None:
        return m.not_implemented()
    grown: Any = frame.own(repeated(m, self, (yield index_of(m, count))))
    if len(grown.value) != len(self.value):
        resizable(m, self)
    self.value[:] = grown.value
    self.refs += 1
    return self


@native("bytearray", "insert", 2)
def insert(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    position = yield index_of(m, args[1])
    value = yield byte_of(m, args[2])
    fits(m, len(args[0].value) + 1)
    resizable(m, args[0])
    args[0].value.insert(clipped(position), value)
    return m.none()


@native("bytearray", "pop", 0, 1)
def pop(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, where = args
    position = -1 if where is None else (yield index_of(m, where))
    if not self.value:
        raise m.error("IndexError", "pop from empty bytearray")
    if not -len(self.value) <= position < len(self.value):
        raise m.error("IndexError", "pop index out of range")
    m.charge((len(self.value) - position % len(self.value)) >> 12)
    resizable(m, self)
    return m.heap.int(self.value.pop(position))


@native("bytearray", "remove", 1)
def remove(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    value = yield byte_of(m, args[1])
    if value not in args[0].value:
        raise m.error("ValueError", "value not found in bytearray")
    resizable(m, args[0])
    args[0].value.remove(value)
    return m.none()


@native("bytearray", "reverse")
def reverse(m: Machine, args: list[Any]) -> HeapObject:
    m.charge(len(args[0].value) >> 9)
    args[0].value.reverse()
    return m.none()


@native("bytearray", "clear")
def clear(m: Machine, args: list[Any]) -> HeapObject:
    resizable(m, args[0])
    args[0].value.clear()
    return m.none()


@native("bytearray", "copy")
def copy(m: Machine, args: list[Any]) -> HeapObject:
    return like(m, args[0], bytes(args[0].value))


@native("bytearray", "__setitem__", 2)
def setitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, key, given = args
    if isinstance(key, Record) and key.type is m.types["slice"]:
        start, stop, step = yield slice_indices(m, key, len(self.value))
        added = yield byte_values(m, given)
        fits(m, len(self.value) + len(added))
        if step == 1:
            if len(added) != max(start, stop) - start:
                resizable(m, self)
            self.value[start : max(start, stop)] = added
            return m.none()
        places = range(start, stop, step)
        if len(places) != len(added):
            raise m.error("ValueError", f"attempt to assign bytes of size {len(added)} to extended slice of size {len(places)}")
        for place, value in zip(places, added, strict=True):
            self.value[place] = value
        return m.none()
    index = yield NativeFrame(m, position_in, self, key)
    self.value[index] = yield byte_of(m, given)
    return m.none()


@native("bytearray", "__delitem__", 1)
def delitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, key = args
    if isinstance(key, Record) and key.type is m.types["slice"]:
        start, stop, step = yield slice_indices(m, key, len(self.value))
        gone = set(range(start, stop, step))
        resizable(m, self)
        self.value[:] = bytes(value for place, value in enumerate(self.value) if place not in gone)
        return m.none()
    place = yield NativeFrame(m, position_in, self, key)
    resizable(m, self)
    del self.value[place]
    return m.none()


def position_in(m: Machine, frame: NativeFrame, self: Any, key: HeapObject) -> Any:
    if special(m, key, "__index__") is None:
        raise m.error("TypeError", f"bytearray indices must be integers or slices, not {key.type.name}")
    index = yield index_of(m, key)
    if not -len(self.value) <= index < len(self.value):
        raise m.error("IndexError", "bytearray index out of range")
    return index
