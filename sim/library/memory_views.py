"""memoryview over bytes and bytearray (Objects/memoryobject.c): items are bytes, one dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.library.hashing import bytes_hash
from sim.library.iterators import itself
from sim.library.ranges import slice_indices
from sim.machine.frames import NativeFrame
from sim.machine.natives import getter, native
from sim.machine.operations import index_of, special
from sim.objects.collection_objects import Array
from sim.objects.containers import Record
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import ByteArray, Bytes
from sim.objects.views import ManagedBuffer, MemoryView

if TYPE_CHECKING:
    from sim.machine.machine import Machine

KIND = "memoryview"
TYPES: dict[str, type[HeapObject]] = {KIND: MemoryView, "managedbuffer": ManagedBuffer, "memory_iterator": Record}
SIZES: dict[str, Any] = {KIND: lambda m, obj: 184, "managedbuffer": lambda m, obj: 128}


def view_of(m: Machine, buffer: ManagedBuffer, span: range) -> MemoryView:
    """A view that steals the reference to its buffer."""
    made = MemoryView(m.types[KIND], m.heap.collectable(168), buffer, span)
    m.heap.track(made)
    return made


@native(KIND, "__new__", 1, keywords=("object",), kind="static")
def view_new(m: Machine, args: list[Any]) -> HeapObject:
    source = args[1]
    if isinstance(source, MemoryView):
        buffer = opened(m, source)
        buffer.refs += 1
        return view_of(m, buffer, source.span)
    if isinstance(source, Array):
        raise Unsupported("memoryview of an array")
    if not isinstance(source, Bytes | ByteArray):
        raise m.error("TypeError", f"memoryview: a bytes-like object is required, not '{source.type.name}'")
    source.refs += 1
    buffer = ManagedBuffer(m.types["managedbuffer"], m.heap.collectable(112), source)
    m.heap.track(buffer)
    return view_of(m, buffer, range(len(source.value)))


def opened(m: Machine, owner: MemoryView) -> ManagedBuffer:
    if owner.buffer is None:
        raise m.error("ValueError", "operation forbidden on released memoryview object")
    return owner.buffer


@native(KIND, "release")
def view_release(m: Machine, args: list[Any]) -> HeapObject:
    buffer, args[0].buffer = args[0].buffer, None
    if buffer is not None:
        m.heap.close(buffer)
    return m.none()


@native(KIND, "__enter__")
def view_enter(m: Machine, args: list[Any]) -> HeapObject:
    opened(m, args[0])
    args[0].refs += 1
    return args[0]  # type: ignore[no-any-return]


@native(KIND, "__exit__", 0, None)
def view_exit(m: Machine, args: list[Any]) -> HeapObject:
    return view_release(m, args)  # type: ignore[no-any-return]


@native(KIND, "__len__")
def view_len(m: Machine, args: list[Any]) -> HeapObject:
    opened(m, args[0])
    return m.heap.int(len(args[0].span))


def place_in(m: Machine, frame: NativeFrame, owner: MemoryView, key: Any) -> Any:
    if special(m, key, "__index__") is None:
        raise m.error("TypeError", "memoryview: invalid slice key")
    place = yield index_of(m, key)
    if not -len(owner.span) <= place < len(owner.span):
        raise m.error("IndexError", "index out of bounds on dimension 1")
    return owner.span[place]


@native(KIND, "__getitem__", 1)
def view_getitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, key = args
    buffer = opened(m, owner)
    if isinstance(key, Record) and key.type is m.types["slice"]:
        start, stop, step = yield slice_indices(m, key, len(owner.span))
        buffer.refs += 1
        return view_of(m, buffer, owner.span[slice(start, stop if stop >= 0 else None, step)])
    place = yield from place_in(m, frame, owner, key)
    return m.heap.int(buffer.exporter.value[place])


@native(KIND, "__setitem__", 2)
def view_setitem(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, key, given = args
    buffer = opened(m, owner)
    if isinstance(buffer.exporter, Bytes):
        raise m.error("TypeError", "cannot modify read-only memory")
    if isinstance(key, Record) and key.type is m.types["slice"]:
        start, stop, step = yield slice_indices(m, key, len(owner.span))
        span = owner.span[slice(start, stop if stop >= 0 else None, step)]
        if not isinstance(given, Bytes | ByteArray | MemoryView):
            raise m.error("TypeError", f"a bytes-like object is required, not '{given.type.name}'")
        data = bytes(given.value)
        if len(data) != len(span):
            raise m.error("ValueError", "memoryview assignment: lvalue and rvalue have different structures")
        m.charge(len(data) >> 4)
        for place, value in zip(span, data, strict=True):
            buffer.exporter.value[place] = value
        return m.none()
    place = yield from place_in(m, frame, owner, key)
    if special(m, given, "__index__") is None:
        raise m.error("TypeError", "memoryview: invalid type for format 'B'")
    value = yield index_of(m, given)
    if not 0 <= value < 256:
        raise m.error("ValueError", "memoryview: invalid value for format 'B'")
    buffer.exporter.value[place] = value
    return m.none()


@native(KIND, "__delitem__", 1)
def view_delitem(m: Machine, args: list[Any]) -> HeapObject:
    raise m.error("TypeError", "cannot delete memory")


def seen(m: Machine, owner: MemoryView) -> bytes:
    opened(m, owner)
    m.charge(len(owner.span) >> 6)
    return owner.value


@native(KIND, "tobytes", 0, 1)
def view_tobytes(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bytes(seen(m, args[0]))


@native(KIND, "tolist")
def view_tolist(m: Machine, args: list[Any]) -> HeapObject:
    m.charge(len(args[0].span))
    m.heap.afford(8 * len(args[0].span))
    return m.heap.list([m.heap.int(value) for value in seen(m, args[0])])


@native(KIND, "hex")
def view_hex(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.str(seen(m, args[0]).hex())


@native(KIND, "cast", 1, 2)
def view_cast(m: Machine, args: list[Any]) -> HeapObject:
    raise Unsupported("memoryview.cast()")


def view_compare(m: Machine, args: list[Any]) -> HeapObject | bool:
    left, right = args
    if not isinstance(right, Bytes | ByteArray | MemoryView):
        return m.not_implemented()
    if left.buffer is None or (isinstance(right, MemoryView) and right.buffer is None):
        return left is right
    return seen(m, left) == bytes(right.value)


@native(KIND, "__eq__", 1)
def view_eq(m: Machine, args: list[Any]) -> HeapObject:
    found = view_compare(m, args)
    return m.heap.bool(found) if isinstance(found, bool) else found


@native(KIND, "__ne__", 1)
def view_ne(m: Machine, args: list[Any]) -> HeapObject:
    found = view_compare(m, args)
    return m.heap.bool(not found) if isinstance(found, bool) else found


@native(KIND, "__hash__")
def view_hash(m: Machine, args: list[Any]) -> HeapObject:
    owner = args[0]
    if owner.hash_value is None:
        if not isinstance(opened(m, owner).exporter, Bytes):
            raise m.error("ValueError", "cannot hash writable memoryview object")
        owner.hash_value = bytes_hash(seen(m, owner))
    return m.heap.int(owner.hash_value)


@native(KIND, "__repr__")
def view_repr(m: Machine, args: list[Any]) -> HeapObject:
    owner = args[0]
    return m.heap.str(f"<{'memory' if owner.buffer is not None else 'released memory'} at {owner.identity:#x}>")


@native(KIND, "__iter__")
def view_iter(m: Machine, args: list[Any]) -> HeapObject:
    opened(m, args[0])
    args[0].refs += 1
    return m.heap.record("memory_iterator", [args[0]], 56, [0])


@native("memory_iterator", "__next__")
def view_next(m: Machine, args: list[Any]) -> Any:
    iterator = args[0]
    owner: Any = iterator.parts[0]
    if owner is None:
        return None
    buffer, place = opened(m, owner), iterator.state[0]
    if place >= len(owner.span):
        iterator.parts[0] = None
        m.heap.close(owner)
        return None
    iterator.state[0] = place + 1
    return m.heap.int(buffer.exporter.value[owner.span[place]])


native("memory_iterator", "__iter__")(itself)


def _declare_members() -> None:
    plain: dict[str, Any] = {
        "nbytes": lambda m, owner: m.heap.int(len(owner.span)),
        "itemsize": lambda m, owner: m.heap.int(1),
        "ndim": lambda m, owner: m.heap.int(1),
        "format": lambda m, owner: m.heap.char("B"),
        "readonly": lambda m, owner: m.heap.bool(isinstance(owner.buffer.exporter, Bytes)),
        "contiguous": lambda m, owner: m.heap.bool(owner.span.step == 1 or len(owner.span) <= 1),
        "shape": lambda m, owner: m.heap.tuple([m.heap.int(len(owner.span))]),
        "strides": lambda m, owner: m.heap.tuple([m.heap.int(owner.span.step)]),
        "suboffsets": lambda m, owner: m.heap.tuple([]),
    }
    for name, read in plain.items():

        def member(m: Machine, owner: Any, read: Any = read) -> Any:
            opened(m, owner)
            return read(m, owner)

        getter(KIND, name)(member)


_declare_members()


@getter(KIND, "obj")
def view_obj(m: Machine, owner: Any) -> HeapObject:
    exporter = opened(m, owner).exporter
    exporter.refs += 1
    return exporter  # type: ignore[no-any-return]
