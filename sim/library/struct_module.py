"""struct: numbers as bytes (Modules/_struct.c). Native sizes and alignment are those of 64-bit Linux, whatever the host is."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached
from sim.machine.frames import GuestError, NativeFrame
from sim.machine.natives import native
from sim.machine.operations import index_of, special, truth
from sim.objects.collection_objects import Array
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import ByteArray, Bytes, Float, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

STANDARD = {
    "x": 1, "c": 1, "b": 1, "B": 1, "?": 1, "h": 2, "H": 2, "i": 4, "I": 4, "l": 4, "L": 4, "q": 8, "Q": 8, "e": 2, "f": 4, "d": 8, "s": 1,
    "p": 1,
}  # fmt: skip
NATIVE = {**STANDARD, "l": 8, "L": 8, "n": 8, "N": 8, "P": 8}
OLD_WORDS = {"b": "byte", "B": "ubyte", "h": "short", "H": "ushort"}  # up to 3.11

SOURCE = '''
class error(Exception):
    pass


error.__module__ = "struct"


def iter_unpack(format, buffer):
    size = calcsize(format)
    if size == 0:
        raise error("cannot iteratively unpack with a struct of length 0")
    if len(buffer) % size:
        raise error(f"iterative unpacking requires a buffer of a multiple of {size} bytes")
    for start in range(0, len(buffer), size):
        yield unpack_from(format, buffer, start)


class Struct:
    def __init__(self, format):
        self.format, self.size = format, calcsize(format)

    def pack(self, *values):
        return pack(self.format, *values)

    def unpack(self, buffer):
        return unpack(self.format, buffer)

    def unpack_from(self, buffer, offset=0):
        return unpack_from(self.format, buffer, offset)

    def iter_unpack(self, buffer):
        return iter_unpack(self.format, buffer)
'''
SOURCES = {"struct": SOURCE}


def failed(m: Machine, message: str) -> GuestError:
    namespace = m.modules["struct"].dict
    assert namespace is not None
    return m.error(namespace.index["error"].value, message)  # type: ignore[arg-type]


Item = tuple[str, int, int, int]  # code, size of one, offset, how many bytes (for s and p) or 1


def layout(m: Machine, given: Any) -> tuple[list[Item], int, str]:
    """The items of a format with their places, the size of all, and the byte order for the host."""
    if not isinstance(given, Str | Bytes):
        raise m.error("TypeError", f"Struct() argument 1 must be a str or bytes object, not {given.type.name}")
    text = given.value if isinstance(given, Str) else given.value.decode("latin-1")
    order = text[0] if text and text[0] in "@=<>!" else "@"
    sizes = NATIVE if order == "@" else STANDARD
    items: list[Item] = []
    offset, count = 0, ""
    m.charge(len(text))
    for letter in text.removeprefix(order):
        if letter.isspace() and not count:
            continue
        if letter.isdigit():
            count += letter
            continue
        if letter not in sizes:
            raise failed(m, "bad char in struct format")
        size, times = sizes[letter], int(count[:12] or "1")
        if order == "@":
            offset += -offset % size
        if times * size > m.limits.string_length or len(items) + times * (letter not in "xsp") > m.limits.items:
            raise LimitReached("string_length", m.limits.string_length)
        if letter in "sp":
            items.append((letter, size, offset, times))
        elif letter != "x":
            m.charge(times)
            items.extend((letter, size, offset + size * place, 1) for place in range(times))
        offset += size * times
        count = ""
    if count:
        raise failed(m, "repeat count given without format specifier")
    return items, offset, ">" if order in ">!" else "<"


@native("module:struct", "calcsize", 1, kind="function")
def calcsize(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(layout(m, args[0])[1])


def packed(m: Machine, frame: NativeFrame, item: Item, order: str, value: Any) -> Any:
    """The bytes of one value."""
    code, size, _, width = item
    if code in "sp" or code == "c":
        if not isinstance(value, Bytes | ByteArray) or (code == "c" and len(value.value) != 1):
            raise failed(m, "char format requires a bytes object of length 1" if code == "c" else f"argument for '{code}' must be a bytes object")
        data = bytes(value.value)
        return data if code == "c" else data[:width] + bytes(max(0, width - len(data))) if code == "s" else pascal(data, width)
    if code == "?":
        return b"\1" if (yield truth(m, value)) else b"\0"
    if code in "efd":
        if not isinstance(value, Float | Int):
            raise failed(m, "required argument is not a float")
        try:
            return struct.pack(order + code, value.value)
        except OverflowError:
            raise m.error("OverflowError", f"float too large to pack with {code} format") from None
    if special(m, value, "__index__") is None:
        raise failed(m, "required argument is not an integer")
    number = yield index_of(m, value)
    bits, unsigned = 8 * size, code.isupper()
    least, most = (0, (1 << bits) - 1) if unsigned else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    if not least <= number <= most:
        raise failed(m, out_of_range(m, code, size, least, most))
    return number.to_bytes(size, "big" if order == ">" else "little", signed=not unsigned)


def out_of_range(m: Machine, code: str, size: int, least: int, most: int) -> str:
    if size == 8:
        return "int too large to convert"
    if m.profile.version == "3.11" and code in OLD_WORDS:
        return f"{OLD_WORDS[code]} format requires {least} <= number <= {most}"
    return f"'{code}' format requires {least} <= number <= {most}"


def pascal(data: bytes, width: int) -> bytes:
    kept = data[: max(0, min(width - 1, 255))]
    return (bytes([len(kept)]) + kept).ljust(width, b"\0")[:width]


@native("module:struct", "pack", 1, None, kind="function")
def pack(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    items, size, order = layout(m, args[0])
    if len(args) - 1 != len(items):
        raise failed(m, f"pack expected {len(items)} items for packing (got {len(args) - 1})")
    made = bytearray(size)
    for item, value in zip(items, args[1:], strict=True):
        data = yield from packed(m, frame, item, order, value)
        made[item[2] : item[2] + len(data)] = data
    return m.heap.bytes(bytes(made))


def unpacked(m: Machine, items: list[Item], order: str, data: bytes) -> HeapObject:
    found: list[HeapObject] = []
    for code, size, offset, width in items:
        part = data[offset : offset + size * width]
        if code in "sc":
            found.append(m.heap.bytes(part))
        elif code == "p":
            found.append(m.heap.bytes(part[1 : 1 + min(part[0], width - 1)] if part else b""))
        elif code == "?":
            found.append(m.heap.bool(part != b"\0"))
        elif code in "efd":
            found.append(m.heap.float(struct.unpack(order + code, part)[0]))
        else:
            found.append(m.heap.int(int.from_bytes(part, "big" if order == ">" else "little", signed=code.islower())))
    return m.heap.tuple(found)


def data_of(m: Machine, given: Any) -> bytes:
    if isinstance(given, Bytes | ByteArray):
        return bytes(given.value)
    if isinstance(given, Array):
        return struct.pack(f"<{len(given.values)}{({'l': 'q', 'L': 'Q'}).get(given.typecode, given.typecode)}", *given.values)
    raise m.error("TypeError", f"a bytes-like object is required, not '{given.type.name}'")


@native("module:struct", "unpack", 2, kind="function")
def unpack(m: Machine, args: list[Any]) -> HeapObject:
    items, size, order = layout(m, args[0])
    data = data_of(m, args[1])
    if len(data) != size:
        raise failed(m, f"unpack requires a buffer of {size} bytes")
    return unpacked(m, items, order, data)


@native("module:struct", "unpack_from", 2, 3, keywords=("format", "buffer", "offset"), kind="function")
def unpack_from(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    items, size, order = layout(m, args[0])
    data = data_of(m, args[1])
    offset = 0 if args[2] is None else (yield index_of(m, args[2]))
    start = offset + len(data) if offset < 0 else offset
    if not 0 <= start <= len(data) - size:
        wanted = f"unpack_from requires a buffer of at least {start + size} bytes for unpacking {size} bytes at offset {start}"
        raise failed(m, f"{wanted} (actual buffer size is {len(data)})")
    return unpacked(m, items, order, data[start : start + size])
