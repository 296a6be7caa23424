"""bytes and bytearray: what both can do, by one set of rules; methods shared with str are in bytes_methods.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached, Unsupported
from sim.library.arithmetic import BEFORE_314, COMPARISONS, check_index
from sim.library.encodings import decode, encode
from sim.library.hashing import bytes_hash
from sim.library.iterators import drain
from sim.library.ranges import slice_indices
from sim.library.results import wrong_result
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import call, call_special, index_of, special
from sim.objects.classes import Type
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import ByteArray, Bytes, Int, Str
from sim.objects.views import MemoryView

if TYPE_CHECKING:
    from sim.machine.machine import Machine

TYPES: dict[str, type[HeapObject]] = {"bytes": Bytes, "bytearray": ByteArray}
SIZES: dict[str, Callable[[Machine, Any], int]] = {
    "bytes": lambda m, obj: 33 + len(obj.value),
    "bytearray": lambda m, obj: bytearray_size(m, len(obj.value)),
}
OWNERS = ("bytes", "bytearray")
COMPARISON_NAMES = {"<": "lt", "<=": "le", "==": "eq", "!=": "ne", ">": "gt", ">=": "ge"}
BYTES_LIKE = (Bytes, ByteArray, MemoryView)


def bytearray_size(m: Machine, length: int) -> int:
    """The object and its buffer, which from 3.15 on is a bytes object of its own."""
    if not length:
        return m.profile.bytearray_size
    return m.profile.bytearray_size + length + (33 if m.profile.version == "3.15" else 1)


def fits(m: Machine, length: int) -> None:
    if length > m.limits.string_length:
        raise LimitReached("string_length", m.limits.string_length, m.current_line())
    if length > 0:
        m.heap.afford(length)
        m.charge(length >> 8)


def like(m: Machine, model: Any, value: bytes) -> HeapObject:
    """A new object of the model's kind (never of its subclass)."""
    if isinstance(model, Bytes):
        return m.heap.bytes(value)
    fits(m, len(value))
    return m.heap.bytearray(bytearray(value))


def part(m: Machine, whole: Any, value: bytes) -> HeapObject:
    """A part of a byte string; the whole of exact bytes is the same object."""
    if whole.type is m.types["bytes"] and len(value) == len(whole.value):
        whole.refs += 1
        return whole  # type: ignore[no-any-return]
    return like(m, whole, value)


def both(
    name: str, minimum: int = 0, maximum: int | None = -1, keywords: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a native for bytes and for bytearray."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for owner in OWNERS:
            native(owner, name, minimum, maximum, keywords=keywords)(function)
        return function

    return register


# --- constructors -----------------------------------------------------------------------------------------------------------------


def byte_values(m: Machine, source: Any) -> Any:
    """PyBytes_FromObject and friends: host bytes of a bytes-like object or of an iterable of integers, or a frame that delivers them."""
    if isinstance(source, BYTES_LIKE):
        return bytes(source.value)
    return NativeFrame(m, collect_bytes, source, "bytes")


def collect_bytes(m: Machine, frame: NativeFrame, source: HeapObject, kind: str) -> Any:
    if isinstance(source, Str) or (special(m, source, "__iter__") is None and special(m, source, "__getitem__") is None):
        raise m.error("TypeError", f"cannot convert '{source.type.name}' object to {kind}")
    items = yield from drain(m, frame, source)
    frame.held.extend(items)
    fits(m, len(items))
    found = bytearray()
    for item in items:
        value = yield index_of(m, item)
        if not 0 <= value < 256:
            raise m.error("ValueError", "bytes must be in range(0, 256)" if kind == "bytes" else "byte must be in range(0, 256)")
        found.append(value)
    return bytes(found)


def constructor_value(m: Machine, frame: NativeFrame, kind: str, given: list[Any]) -> Any:
    """The host bytes for bytes(source, encoding, errors) or bytearray(...)."""
    source, encoding, errors = given
    for name, text in (("encoding", encoding), ("errors", errors)):
        if text is not None and not isinstance(text, Str):
            raise m.error("TypeError", f"{kind}() argument '{name}' must be str, not {text.type.name}")
    if isinstance(source, Str):
        if encoding is None:
            raise m.error("TypeError", "string argument without an encoding")
        return encode(m, source.value, encoding.value, errors.value if errors is not None else "strict")
    if encoding is not None or errors is not None:
        wrong = "encoding" if encoding is not None else "errors"
        raise m.error("TypeError", f"{wrong} without a string argument")
    if source is None:
        return b""
    if isinstance(source, BYTES_LIKE):
        return bytes(source.value)
    method = special(m, source, "__bytes__") if kind == "bytes" else None
    if method is not None:
        result = frame.own((yield call_special(m, method, [source])))
        if not isinstance(result, Bytes):
            raise wrong_result(m, source, "__bytes__", result)
        return result.value
    if special(m, source, "__index__") is not None:
        size = check_index(m, (yield index_of(m, source)))
        if size < 0:
            raise m.error("ValueError", "negative count")
        fits(m, size)
        return bytes(size)
    return (yield NativeFrame(m, collect_bytes, source, kind))


@native("bytes", "__new__", 0, 3, keywords=("source", "encoding", "errors"), kind="static")
def bytes_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    cls: Type = args[0]
    exact = cls is m.types["bytes"]
    if exact and args[1] is not None and args[1].type is cls and args[2] is None:
        return part(m, args[1], args[1].value)
    hold_arguments(m, frame, args[1:])
    value = yield from constructor_value(m, frame, "bytes", args[1:])
    return m.heap.bytes(value) if exact else m.new_native(cls, value)


@native("bytearray", "__new__", 0, 3, keywords=("source", "encoding", "errors"), kind="static")
def bytearray_new(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    cls: Type = args[0]
    hold_arguments(m, frame, args[1:])
    value = yield from constructor_value(m, frame, "bytearray", args[1:])
    fits(m, len(value))
    return m.heap.bytearray(bytearray(value)) if cls is m.types["bytearray"] else m.new_native(cls, bytearray(value))


def hold_arguments(m: Machine, frame: NativeFrame, given: list[Any]) -> None:
    """Neither constructor has a vectorcall: the arguments are in a tuple."""
    present = [argument for argument in given if argument is not None]
    for argument in present:
        argument.refs += 1
    frame.own(m.heap.tuple(present))


def fromhex(owner: str) -> Callable[..., Any]:
    def operate(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        cls, text = args
        if not isinstance(text, Str):
            raise m.error("TypeError", f"fromhex() argument must be str, not {text.type.name}")
        m.charge(len(text.value) >> 2)
        found = like_class(m, owner, parse_hex(m, text.value))
        return found if cls is m.types[owner] else (yield call(m, cls, [frame.own(found)]))

    return operate


def like_class(m: Machine, owner: str, value: bytes) -> HeapObject:
    return m.heap.bytes(value) if owner == "bytes" else m.heap.bytearray(bytearray(value))


def parse_hex(m: Machine, text: str) -> bytes:
    found = bytearray()
    position = 0
    while position < len(text):
        if text[position] in " \t\n\r\f\v":
            position += 1
            continue
        for place in (position, position + 1):
            if place == len(text) and m.profile.version not in BEFORE_314:
                raise m.error("ValueError", "fromhex() arg must contain an even number of hexadecimal digits")
            if place == len(text) or text[place] not in "0123456789abcdefABCDEF":
                raise m.error("ValueError", f"non-hexadecimal number found in fromhex() arg at position {place}")
        found.append(int(text[position : position + 2], 16))
        position += 2
    return bytes(found)


for _owner in OWNERS:
    native(_owner, "fromhex", 1, kind="class")(fromhex(_owner))


# --- operators --------------------------------------------------------------------------------------------------------------------


@both("__add__", 1)
def add(m: Machine, args: list[Any]) -> HeapObject:
    left, right = args
    if not isinstance(right, BYTES_LIKE):
        return m.not_implemented()
    if isinstance(left, Bytes) and not right.value:
        return part(m, left, left.value)
    if isinstance(right, Bytes) and isinstance(left, Bytes) and not left.value:
        return part(m, right, right.value)
    fits(m, len(left.value) + len(right.value))
    return like(m, left, bytes(left.value) + bytes(right.value))


@both("__concat__", 1)
def concat(m: Machine, args: list[Any]) -> HeapObject:
    if not isinstance(args[1], BYTES_LIKE):
        raise m.error("TypeError", f"can't concat {args[1].type.name} to {args[0].type.name}")
    return add(m, args)  # type: ignore[no-any-return]


def repeated(m: Machine, self: Any, count: int) -> HeapObject:
    if check_index(m, count) == 1 and isinstance(self, Bytes):
        return part(m, self, self.value)
    fits(m, len(self.value) * max(0, count))
    return like(m, self, bytes(self.value) * max(0, count) if self.value else b"")


def repeat(m: Machine, args: list[Any]) -> Any:
    self, count = args
    if isinstance(count, Int):
        return repeated(m, self, count.value)
    if special(m, count, "__index__") is None or special(m, count, "__rmul__") is not None:
        return m.not_implemented()  # a number's own multiplication goes before repetition
    return NativeFrame(m, repeat_guest_times, self, count)


def repeat_guest_times(m: Machine, frame: NativeFrame, self: Any, count: HeapObject) -> Any:
    return repeated(m, self, (yield index_of(m, count)))


for _name in ("__mul__", "__rmul__", "__repeat__"):
    both(_name, 1)(repeat)


def comparison(op: str) -> Callable[..., HeapObject]:
    compare = COMPARISONS[op]

    def operate(m: Machine, args: list[Any]) -> HeapObject:
        if not isinstance(args[1], BYTES_LIKE):
            return m.not_implemented()
        return m.heap.bool(compare(bytes(args[0].value), bytes(args[1].value)))

    return operate


for _op, _name in COMPARISON_NAMES.items():
    both(f"__{_name}__", 1)(comparison(_op))


@both("__contains__", 1)
def contains(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, item = args
    m.charge(len(self.value) >> 8)
    if isinstance(item, BYTES_LIKE):
        return m.heap.bool(bytes(item.value) in self.value)
    if special(m, item, "__index__") is None:
        raise m.error("TypeError", f"a bytes-like object is required, not '{item.type.name}'")
    value = yield index_of(m, item)
    if not 0 <= value < 256:
        raise m.error("ValueError", "byte must be in range(0, 256)")
    return m.heap.bool(value in self.value)


@both("__mod__", 1)
def percent(m: Machine, args: list[Any]) -> HeapObject:
    raise Unsupported(f"% formatting of {args[0].type.name}", m.current_line())


@both("__len__")
def size(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(len(args[0].value))


@native("bytes", "__hash__")
def hash_method(m: Machine, args: list[Any]) -> HeapObject:
    m.charge(len(args[0].value) >> 8)
    return m.heap.int(bytes_hash(args[0].value))


@native("bytearray", "__hash__")
def unhashable(m: Machine, args: list[Any]) -> HeapObject:
    raise m.error("TypeError", f"unhashable type: '{args[0].type.name}'")


@both("__getitem__", 1)
def getitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, key = args
    if isinstance(key, Record) and key.type is m.types["slice"]:
        start, stop, step = yield slice_indices(m, key, len(self.value))
        if step == 1:
            return part(m, self, bytes(self.value[start:stop]))
        return like(m, self, bytes([self.value[i] for i in range(start, stop, step)]))
    if special(m, key, "__index__") is None:
        kind = "byte" if isinstance(self, Bytes) else "bytearray"
        raise m.error("TypeError", f"{kind} indices must be integers or slices, not {key.type.name}")
    index = yield index_of(m, key)
    if not -len(self.value) <= index < len(self.value):
        raise m.error("IndexError", "index out of range" if isinstance(self, Bytes) else "bytearray index out of range")
    return m.heap.int(self.value[index])


@both("join", 1)
def join(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, source = args
    if special(m, source, "__iter__") is None and special(m, source, "__getitem__") is None:
        raise m.error("TypeError", "can only join an iterable")
    items = yield from drain(m, frame, source)
    frame.held.extend(items)
    for position, item in enumerate(items):
        if not isinstance(item, BYTES_LIKE):
            raise m.error("TypeError", f"sequence item {position}: expected a bytes-like object, {item.type.name} found")
    if len(items) == 1 and isinstance(self, Bytes) and items[0].type is m.types["bytes"]:
        return part(m, items[0], items[0].value)
    fits(m, sum(len(item.value) for item in items) + len(self.value) * max(0, len(items) - 1))
    return like(m, self, bytes(self.value).join([bytes(item.value) for item in items]))


@both("decode", 0, 2, keywords=("encoding", "errors"))
def decode_method(m: Machine, args: list[Any]) -> HeapObject:
    self, encoding, errors = args
    for name, text in (("encoding", encoding), ("errors", errors)):
        if text is not None and not isinstance(text, Str):
            raise m.error("TypeError", f"decode() argument '{name}' must be str, not {text.type.name}")
    found = decode(m, bytes(self.value), encoding.value if encoding else "utf-8", errors.value if errors else "strict")
    return m.heap.str(found)


@both("hex", 0, 2, keywords=("sep", "bytes_per_sep"))
def hex_method(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    self, separator, group = args
    fits(m, len(self.value) * 3)
    if separator is None:
        return m.heap.str(self.value.hex())
    if not isinstance(separator, Str):
        raise m.error("TypeError", "sep must be str or bytes.")
    if len(separator.value) != 1:
        raise m.error("ValueError", "sep must be length 1.")
    every = 1 if group is None else (yield index_of(m, group))
    return m.heap.str(self.value.hex(separator.value, every) if every else self.value.hex())
