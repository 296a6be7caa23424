"""array.array: numbers packed without objects (Modules/arraymodule.c). Every look at an item makes a new object."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from sim.errors import LimitReached, Unsupported
from sim.library.iterators import itself
from sim.library.literals import float_text
from sim.library.ranges import slice_indices
from sim.library.types import KindName
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import advance, index_of, iterate, special
from sim.objects.collection_objects import Array
from sim.objects.containers import List, Record
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import ByteArray, Bytes, Float, Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

KIND = "array.array"
ITEM_SIZES: dict[str, int] = {"b": 1, "B": 1, "h": 2, "H": 2, "i": 4, "I": 4, "l": 8, "L": 8, "q": 8, "Q": 8, "f": 4, "d": 8}
TYPES: dict[str, type[HeapObject]] = {KIND: Array, "arrayiterator": Record}
SIZES: dict[str, Any] = {KIND: lambda m, obj: 80 + obj.allocated * ITEM_SIZES[obj.typecode]}
MODULE_CONSTANTS = {"array": {"array": KindName(KIND), "ArrayType": KindName(KIND), "typecodes": "bBuhHiIlLqQfd"}}
# How each code's range is called when a number does not fit: above, below.
WORDS = {
    "b": ("signed char is greater than maximum", "signed char is less than minimum"),
    "B": ("unsigned byte integer is greater than maximum", "unsigned byte integer is less than minimum"),
    "h": ("signed short integer is greater than maximum", "signed short integer is less than minimum"),
    "H": ("unsigned short is greater than maximum", "unsigned short is less than minimum"),
    "i": ("signed integer is greater than maximum", "signed integer is less than minimum"),
    "I": ("unsigned int is greater than maximum", "can't convert negative value to unsigned int"),
    "l": ("Python int too large to convert to C long",) * 2,
    "L": ("Python int too large to convert to C unsigned long", "can't convert negative value to unsigned int"),
    "q": ("int too big to convert",) * 2,
    "Q": ("int too big to convert", "can't convert negative int to unsigned"),
}  # fmt: skip


def resized(m: Machine, owner: Array, before: int) -> None:
    """array_resize: room for some more when it grows, none given back while little is taken away."""
    size = len(owner.values)
    if size > m.limits.items:
        raise LimitReached("items", m.limits.items)
    if owner.allocated >= size and before < size + 16 and owner.allocated:
        return
    owner.allocated = (size >> 4) + (3 if before < 8 else 7) + size if size else 0
    m.heap.afford(owner.allocated * ITEM_SIZES[owner.typecode])


def stored(m: Machine, frame: NativeFrame, owner: Any, item: Any) -> Any:
    """The host number for an item, checked against the code's range."""
    code = owner.typecode
    if code in "fd":
        if isinstance(item, Float | Int):
            value = float(item.value)
        else:
            method = special(m, item, "__float__")
            if method is None:
                raise m.error("TypeError", f"must be real number, not {item.type.name}")
            value = frame.own((yield m.call_method(item, "__float__", []))).value
        return struct.unpack("f", struct.pack("f", value))[0] if code == "f" else value
    value = yield index_of(m, item)
    bits = 8 * ITEM_SIZES[code]
    least, most = (0, (1 << bits) - 1) if code.isupper() else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    if not least <= value <= most:
        raise m.error("OverflowError", WORDS[code][value < least])
    return value


def shown(m: Machine, value: float) -> HeapObject:
    return m.heap.float(value) if value.__class__ is float else m.heap.int(value)  # type: ignore[arg-type]


def like(m: Machine, owner: Any, values: list[Any]) -> Any:
    made = m.new_native(m.types[KIND])
    made.typecode, made.values = owner.typecode, values
    made.allocated = len(values)
    m.charge(len(values) >> 6)
    m.heap.afford(len(values) * ITEM_SIZES[owner.typecode])
    return made


@native(KIND, "__new__", 0, None, raw=True, kind="static")
def array_new(m: Machine, frame: NativeFrame, args: list[Any], keywords: dict[str, Any] | None) -> Any:
    cls, *given = args
    if not given:
        raise m.error("TypeError", "array() takes at least 1 argument (0 given)")
    if len(given) > 2:
        raise m.error("TypeError", f"array() takes at most 2 arguments ({len(given)} given)")
    code = given[0]
    if not isinstance(code, Str) or len(code.value) != 1:
        newer = m.profile.version not in ("3.11", "3.12", "3.13")
        found = f"a string of length {len(code.value)}" if isinstance(code, Str) and newer else code.type.name
        raise m.error("TypeError", f"array() argument 1 must be a unicode character, not {found}")
    if code.value in "uw":
        raise Unsupported(f"arrays of characters (typecode '{code.value}')")
    if code.value not in ITEM_SIZES:
        letters = "b, B, u, h" if m.profile.version in ("3.11", "3.12") else "b, B, u, w, h"
        last = "e, f, d, Zf or Zd" if m.profile.version == "3.15" else "f or d"
        raise m.error("ValueError", f"bad typecode (must be {letters}, H, i, I, l, L, q, Q, {last})")
    made = frame.own(m.new_native(cls))
    made.typecode = code.value
    if len(given) == 2:
        yield NativeFrame(m, fill, made, given[1])
    return frame.give(made)


def fill(m: Machine, frame: NativeFrame, made: Any, source: Any) -> Any:
    """A list, tuple or array gives exactly its length; bytes their machine values; anything else is appended item by item."""
    if isinstance(source, Bytes | ByteArray):
        from_bytes(m, made, bytes(source.value))
        return None
    if isinstance(source, Array):
        made.values, made.allocated = list(source.values), len(source.values)
        return None
    yield NativeFrame(m, extended, made, source)
    if isinstance(source, List) or source.type is m.types["tuple"]:
        made.allocated = len(made.values)
    return None


def extended(m: Machine, frame: NativeFrame, owner: Any, source: Any) -> Any:
    iterator = frame.own((yield iterate(m, source)))
    while True:
        item = yield advance(m, iterator)
        if item is None:
            return None
        frame.own(item)
        m.charge(2)
        owner.values.append((yield from stored(m, frame, owner, item)))
        resized(m, owner, len(owner.values) - 1)
        frame.drop(item)


def from_bytes(m: Machine, owner: Any, data: bytes) -> None:
    size = ITEM_SIZES[owner.typecode]
    if len(data) % size:
        raise m.error("ValueError", "bytes length not a multiple of item size")
    m.charge(len(data) >> 6)
    before = len(owner.values)
    owner.values.extend(struct.unpack(f"<{len(data) // size}{packing(owner.typecode)}", data))
    resized(m, owner, before)


def packing(code: str) -> str:
    """The code in the host's standard sizes: long is eight bytes, as on 64-bit Linux."""
    return {"l": "q", "L": "Q"}.get(code, code)


@native(KIND, "__len__")
def array_len(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(len(args[0].values))


def place_of(m: Machine, frame: NativeFrame, owner: Any, key: Any, what: str) -> Any:
    if special(m, key, "__index__") is None:
        raise m.error("TypeError", "array indices must be integers")
    place = yield index_of(m, key)
    if not -len(owner.values) <= place < len(owner.values):
        raise m.error("IndexError", f"array {what}index out of range")
    return place


@native(KIND, "__getitem__", 1)
def array_getitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, key = args
    if isinstance(key, Record) and key.type is m.types["slice"]:
        start, stop, step = yield slice_indices(m, key, len(owner.values))
        return like(m, owner, [owner.values[place] for place in range(start, stop, step)])
    return shown(m, owner.values[(yield from place_of(m, frame, owner, key, ""))])


@native(KIND, "__setitem__", 2)
def array_setitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, key, item = args
    if isinstance(key, Record) and key.type is m.types["slice"]:
        if not isinstance(item, Array):
            raise m.error("TypeError", f'can only assign array (not "{item.type.name}") to array slice')
        start, stop, step = yield slice_indices(m, key, len(owner.values))
        before = len(owner.values)
        if step == 1:
            owner.values[start : max(start, stop)] = item.values
        elif len(range(start, stop, step)) != len(item.values):
            wanted = len(range(start, stop, step))
            raise m.error("ValueError", f"attempt to assign array of size {len(item.values)} to extended slice of size {wanted}")
        else:
            for place, value in zip(range(start, stop, step), item.values, strict=True):
                owner.values[place] = value
        m.charge(len(owner.values) >> 6)
        resized(m, owner, before)
        return m.none()
    place = yield from place_of(m, frame, owner, key, "assignment ")
    owner.values[place] = yield from stored(m, frame, owner, item)
    return m.none()


@native(KIND, "__delitem__", 1)
def array_delitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, key = args
    before = len(owner.values)
    if isinstance(key, Record) and key.type is m.types["slice"]:
        start, stop, step = yield slice_indices(m, key, before)
        gone = set(range(start, stop, step))
        owner.values = [value for place, value in enumerate(owner.values) if place not in gone]
    else:
        del owner.values[(yield from place_of(m, frame, owner, key, "assignment "))]
    m.charge(before >> 4)
    resized(m, owner, before)
    return m.none()


@native(KIND, "append", 1)
def array_append(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    args[0].values.append((yield from stored(m, frame, args[0], args[1])))
    resized(m, args[0], len(args[0].values) - 1)
    return m.none()


@native(KIND, "extend", 1)
def array_extend(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, source = args
    if isinstance(source, Array):
        if source.typecode != owner.typecode:
            raise m.error("TypeError", "can only extend with array of same kind")
        before = len(owner.values)
        m.charge(len(source.values) >> 6)
        owner.values.extend(list(source.values))
        resized(m, owner, before)
    else:
        yield NativeFrame(m, extended, owner, source)
    return m.none()


@native(KIND, "__iadd__", 1)
def array_iadd(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if not isinstance(args[1], Array):
        raise m.error("TypeError", f'can only extend with array (not "{args[1].type.name}")')
    m.heap.close((yield NativeFrame(m, array_extend, args)))
    args[0].refs += 1
    return args[0]


@native(KIND, "fromlist", 1)
def array_fromlist(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    if not isinstance(args[1], List):
        raise m.error("TypeError", "arg must be list")
    yield NativeFrame(m, extended, args[0], args[1])
    return m.none()


@native(KIND, "frombytes", 1)
def array_frombytes(m: Machine, args: list[Any]) -> HeapObject:
    if not isinstance(args[1], Bytes | ByteArray):
        raise m.error("TypeError", f"a bytes-like object is required, not '{args[1].type.name}'")
    from_bytes(m, args[0], bytes(args[1].value))
    return m.none()


@native(KIND, "insert", 2)
def array_insert(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner = args[0]
    place = yield index_of(m, args[1])
    value = yield from stored(m, frame, owner, args[2])
    m.charge(len(owner.values) >> 9)
    owner.values.insert(place, value)
    resized(m, owner, len(owner.values) - 1)
    return m.none()


@native(KIND, "pop", 0, 1)
def array_pop(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner = args[0]
    place = -1 if args[1] is None else (yield index_of(m, args[1]))
    if not owner.values:
        raise m.error("IndexError", "pop from empty array")
    if not -len(owner.values) <= place < len(owner.values):
        raise m.error("IndexError", "pop index out of range")
    m.charge(len(owner.values) >> 9)
    value = owner.values.pop(place)
    resized(m, owner, len(owner.values) + 1)
    return shown(m, value)


def number_of(item: Any) -> Any:
    """What an object is compared as; arrays hold numbers only."""
    return item.value if isinstance(item, Int | Float) else None


@native(KIND, "remove", 1)
def array_remove(m: Machine, args: list[Any]) -> HeapObject:
    owner, value = args[0], number_of(args[1])
    m.charge(len(owner.values) >> 4)
    if value not in owner.values:
        raise m.error("ValueError", "array.remove(x): x not in array")
    owner.values.remove(value)
    resized(m, owner, len(owner.values) + 1)
    return m.none()


@native(KIND, "index", 1, 3)
def array_index(m: Machine, args: list[Any]) -> HeapObject:
    owner, value = args[0], number_of(args[1])
    start = args[2].value if isinstance(args[2], Int) else 0
    stop = args[3].value if isinstance(args[3], Int) else len(owner.values)
    m.charge(len(owner.values) >> 4)
    for place in range(*slice(start, stop).indices(len(owner.values))):
        if owner.values[place] == value:
            return m.heap.int(place)
    raise m.error("ValueError", "array.index(x): x not in array")


@native(KIND, "count", 1)
def array_count(m: Machine, args: list[Any]) -> HeapObject:
    m.charge(len(args[0].values) >> 4)
    return m.heap.int(args[0].values.count(number_of(args[1])))


@native(KIND, "__contains__", 1)
def array_contains(m: Machine, args: list[Any]) -> HeapObject:
    m.charge(len(args[0].values) >> 4)
    return m.heap.bool(number_of(args[1]) in args[0].values)


@native(KIND, "reverse")
def array_reverse(m: Machine, args: list[Any]) -> HeapObject:
    m.charge(len(args[0].values) >> 6)
    args[0].values.reverse()
    return m.none()


@native(KIND, "tolist")
def array_tolist(m: Machine, args: list[Any]) -> HeapObject:
    m.charge(len(args[0].values))
    m.heap.afford(8 * len(args[0].values))
    return m.heap.list([shown(m, value) for value in args[0].values])


@native(KIND, "tobytes")
def array_tobytes(m: Machine, args: list[Any]) -> HeapObject:
    owner = args[0]
    m.charge(len(owner.values) >> 4)
    return m.heap.bytes(struct.pack(f"<{len(owner.values)}{packing(owner.typecode)}", *owner.values))


def array_copy(m: Machine, args: list[Any]) -> Any:
    return like(m, args[0], list(args[0].values))


native(KIND, "__copy__")(array_copy)
native(KIND, "__deepcopy__", 1)(array_copy)


@native(KIND, "buffer_info")
def array_buffer_info(m: Machine, args: list[Any]) -> HeapObject:
    raise Unsupported("array.buffer_info() (an address of the real machine)")


@native(KIND, "__add__", 1)
def array_add(m: Machine, args: list[Any]) -> Any:
    left, right = args
    if not isinstance(right, Array):
        raise m.error("TypeError", f'can only append array (not "{right.type.name}") to array')
    if left.typecode != right.typecode:
        raise m.error("TypeError", "bad argument type for built-in operation")
    return like(m, left, left.values + right.values)


def array_mul(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner = args[0]
    if special(m, args[1], "__index__") is None:
        raise m.error("TypeError", f"can't multiply sequence by non-int of type '{args[1].type.name}'")
    count = max(0, (yield index_of(m, args[1])))
    if len(owner.values) * count > m.limits.items:
        raise LimitReached("items", m.limits.items)
    return like(m, owner, owner.values * count if owner.values else [])


native(KIND, "__mul__", 1)(array_mul)
native(KIND, "__rmul__", 1)(array_mul)


def _comparison(name: str, op: str) -> None:
    @native(KIND, name, 1)
    def compare_arrays(m: Machine, args: list[Any]) -> HeapObject:
        left, right = args
        if not isinstance(right, Array):
            return m.not_implemented()
        m.charge(min(len(left.values), len(right.values)) >> 4)
        return m.heap.bool(getattr(left.values, name)(right.values))


for _name, _op in (("__eq__", "=="), ("__ne__", "!="), ("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")):
    _comparison(_name, _op)


@native(KIND, "__repr__")
def array_repr(m: Machine, args: list[Any]) -> HeapObject:
    owner = args[0]
    m.charge(len(owner.values))
    items = ", ".join(float_text(value) if value.__class__ is float else str(value) for value in owner.values)
    name = owner.type.name.rpartition(".")[2]
    return m.heap.str(f"{name}('{owner.typecode}', [{items}])" if items else f"{name}('{owner.typecode}')")


@getter(KIND, "typecode")
def array_typecode(m: Machine, owner: Any) -> HeapObject:
    return m.heap.char(owner.typecode)


@getter(KIND, "itemsize")
def array_itemsize(m: Machine, owner: Any) -> HeapObject:
    return m.heap.int(ITEM_SIZES[owner.typecode])


@native(KIND, "__iter__")
def array_iter(m: Machine, args: list[Any]) -> HeapObject:
    args[0].refs += 1
    return m.heap.record("arrayiterator", [args[0]], 40, [0])


@native("arrayiterator", "__next__")
def array_next(m: Machine, args: list[Any]) -> Any:
    iterator = args[0]
    owner: Any = iterator.parts[0]
    if owner is None:
        return None
    place = iterator.state[0]
    if place >= len(owner.values):
        iterator.parts[0] = None
        m.heap.close(owner)
        return None
    iterator.state[0] = place + 1
    return shown(m, owner.values[place])


native("arrayiterator", "__iter__")(itself)
