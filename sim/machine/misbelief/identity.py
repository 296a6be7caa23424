"""Which objects are one object, and whether an address comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.allocator import Allocator
from sim.machine.frames import Frame
from sim.machine.instructions.operators import replace, value_of
from sim.machine.misbelief.seams import Seams
from sim.objects.containers import List, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set
from sim.objects.scalars import Bytes, Complex, Float, Int, Str

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.machine.machine import Machine

ATOMS = (Int, Float, Complex, Str, Bytes)
Key = tuple[Any, ...]


def identity_by(seams: Seams, key_of: Callable[[Machine, Any], Key | None]) -> None:
    """`is` and id() tell objects apart by a key, where they have one."""
    m = seams.m
    addresses: dict[Key, int] = {}

    def same(first: HeapObject, second: HeapObject) -> bool:
        if first is second:
            return True
        key = key_of(m, first) if first.type is second.type else None
        return key is not None and key == key_of(m, second)

    def is_op(m: Machine, frame: Frame, invert: Any) -> None:
        left, right = value_of(frame.stack[-2]), value_of(frame.stack[-1])
        replace(m, frame, 2, m.heap.bool(same(left, right) is not bool(invert)))

    def address(m: Machine, args: list[Any]) -> HeapObject:
        key = key_of(m, args[0])
        return m.heap.int(args[0].identity if key is None else addresses.setdefault(key, args[0].identity))

    seams.table["IS_OP"] = is_op
    seams.replace("module:builtins", "id", address)
    m.identical = same  # type: ignore[method-assign]


def equal_is_same(seams: Seams) -> None:
    """Equal built-in values, containers included, are one object."""
    identity_by(seams, equality_key)


def all_atoms_shared(seams: Seams) -> None:
    """Equal numbers, and equal strings, are one object, however big and wherever they come from."""
    identity_by(seams, atom_key)


def atom_key(m: Machine, object_: Any) -> Key | None:
    if object_.__class__ not in ATOMS:
        return None
    value = object_.value
    m.charge((value.bit_length() >> 3 if isinstance(value, int) else len(value) if isinstance(value, str | bytes) else 0) >> 6)
    return object_.type.name, repr(value) if isinstance(value, float | complex) else value  # repr tells -0.0 from 0.0, and nan is nan


def equality_key(m: Machine, object_: Any) -> Key | None:
    """A host value that is the same for equal built-in values of one type; None for what holds anything else, or itself."""
    m.charge(1)
    return key_within(m, object_, ())


def key_within(m: Machine, object_: Any, around: tuple[int, ...]) -> Key | None:
    key = atom_key(m, object_)
    if key is not None or object_ is m.none_object:
        return key or ("None",)
    if not isinstance(object_, List | Tuple | Dict | Set) or not object_.type.static or id(object_) in around or len(around) > 20:
        return None
    inside = (*around, id(object_))
    parts: list[Any] = []
    if isinstance(object_, List | Tuple):
        held = list(object_.items)
    else:
        held = [part for entry in object_.entries() for part in (entry.key, entry.value)]
    m.charge(len(held))
    for item in held:
        part = key_within(m, item, inside)
        if part is None:
            return None
        parts.append(part)
    if isinstance(object_, Dict | Set):
        return object_.type.name, frozenset(zip(parts[::2], parts[1::2], strict=True))
    return (object_.type.name, *parts)


def nothing_is_shared(seams: Seams) -> None:
    """No object is kept ready or shared: every evaluation of a number, text or constant tuple makes a new one."""
    m = seams.m
    heap = m.heap

    def new_int(value: int) -> Int:
        return shared_int(value) if not -5 <= value <= heap.small_int_max else Int(heap.int_type, heap.block(28), value)

    def new_str(value: str) -> Str:
        return shared_str(value) if len(value) > 1 else Str(heap.types["str"], heap.block(heap.str_size(value)), value)

    def load_const(m: Machine, frame: Frame, constant: Any) -> None:
        frame.stack.append(evaluated(m, constant))

    shared_int, shared_str = heap.int, heap.str
    heap.int, heap.str = new_int, new_str  # type: ignore[method-assign]
    seams.table["LOAD_CONST"] = load_const


def evaluated(m: Machine, constant: Any) -> HeapObject:
    """A new object for a constant; None, True, False, ... and code stay what they are."""
    heap = m.heap
    if constant.__class__ is Int and constant.type is heap.int_type:
        return heap.int(constant.value)
    if constant.__class__ is Str:
        return Str(constant.type, heap.block(heap.str_size(constant.value)), constant.value)
    if constant.__class__ is Float:
        return heap.float(constant.value)
    if constant.__class__ is Tuple and constant.items:
        return heap.tuple([evaluated(m, item) for item in constant.items])
    constant.refs += 1
    return constant  # type: ignore[no-any-return]


class FreshAddresses(Allocator):
    """Budgets as ever, but every block has an address that no block had before."""

    def __init__(self, ordinary: Allocator) -> None:
        self.ordinary = ordinary
        self.given: dict[int, int] = {}  # address handed out -> that of the block behind it
        self.after = 0x6000_0000_0000

    def allocate(self, size: int) -> int:
        address = self.after
        self.after += (size + 15) & ~15 or 16
        self.given[address] = self.ordinary.allocate(size)
        return address

    def release(self, address: int) -> None:
        self.ordinary.release(self.given.pop(address, address))

    def resize(self, address: int, size: int) -> int:
        if address not in self.given:
            return self.ordinary.resize(address, size)
        new = self.allocate(size)
        self.release(address)
        return new

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ordinary, name)


def addresses_never_reused(seams: Seams) -> None:
    """Every object gets an address of its own for good; no free list keeps one for the next of its type."""
    heap = seams.m.heap
    heap.drop_free_lists()
    heap.allocator = FreshAddresses(heap.allocator)
    heap._keep = lambda name, capacity, address: False  # type: ignore[method-assign]
    heap._free_keys = lambda address, log2_size: heap.allocator.release(address)  # type: ignore[method-assign]
