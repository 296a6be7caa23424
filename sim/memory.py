"""The heap's lower half: blocks and free lists, closing references, tracking, giving memory back. How each kind is made is above, in
heap.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.allocator import Allocator
from sim.errors import LimitReached
from sim.limits import Limits
from sim.objects.classes import Instance, Type
from sim.objects.containers import Builtin, Iter, List, Method, Record, Tuple
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set
from sim.objects.scalars import Bytes, Complex, Float, Int, Range, RangeIterator, Str
from sim.profiles import Profile

GC_HEADER = 16
STATIC_START = 0x5500_0000_0000


class Memory:
    """Blocks, counts and the collector's young list.

    types: name -> Type (filled by the library). young: generation 0, in order. counter: CPython's generations[0].count.
    """

    def __init__(self, profile: Profile, limits: Limits) -> None:
        self.profile = profile
        self.limits = limits
        self.allocator = Allocator(limits.heap_bytes, limits.objects)
        self.types: dict[str, Type] = {}
        self.dying: list[HeapObject] = []
        self.young: dict[HeapObject, None] = {}
        self.counter = 0
        self.threshold = profile.thresholds[0]
        self.probes_left = 4 * limits.steps
        self.on_birth: Callable[[HeapObject], None] = lambda born: None
        self.interned: dict[str, Str] = {}
        self.chars: dict[str, Str] = {}
        self.small_ints: dict[int, Int] = {}
        self.byte_strings: dict[str, Bytes] = {}
        self.true: Int
        self.false: Int
        self.static_next = STATIC_START
        self.small_int_max = profile.small_int_max
        self.int_free_list = profile.free_lists.int
        self.int_type: Type  # types["int"], at hand
        self.free_blocks: dict[str, list[int]] = {}
        if profile.slice_outlives_collections:
            self.free_blocks["slice"] = [self.allocator.allocate(40 + GC_HEADER)]  # the interpreter's start used slices
        self.empty_tuple: Tuple | None = None
        self._freers: dict[type[HeapObject], Callable[[Any], None]] = {
            Int: self._free_int, Float: self._free_float, Str: self._free_str, Tuple: self._free_tuple, List: self._free_list,
            Dict: self._free_dict,
            Method: self._free_method, Record: self._free_record, Iter: self._free_iter, Range: self._free_range,
            RangeIterator: self._free_range, Instance: self._free_instance, Complex: self._free_complex, Builtin: self._free_builtin,
        }  # fmt: skip

    # --- references ---------------------------------------------------------------------------------------------------------

    def close(self, gone: HeapObject) -> None:
        """Give up one reference. While deaths wait, later ones queue behind them, so order stays that of the closes."""
        if gone.refs > 1:
            if self.dying:
                self.dying.append(gone)
            else:
                gone.refs -= 1
        elif gone.leaf and not self.dying:
            gone.refs = 0
            self.free(gone)
        else:
            self.dying.append(gone)

    def close_all(self, gone: list[HeapObject]) -> None:
        for one in gone:
            self.close(one)

    # --- blocks ---

    def block(self, size: int) -> int:
        """A block for a new object."""
        return self.allocator.allocate(size)

    def static_block(self, size: int) -> int:
        """An address outside pymalloc, for what CPython keeps in its own data segment."""
        address = self.static_next
        self.static_next += (size + 15) & ~15
        return address

    def afford(self, size: int) -> None:
        """Refuse before the work is done what would not fit: `size` in bytes."""
        self.allocator.afford(size)

    def collided(self, probes: int) -> None:
        """Places of a hash table that were taken: keys made to collide must not cost the host more than their instructions pay for."""
        self.probes_left -= probes
        if self.probes_left < 0:
            raise LimitReached("steps", self.limits.steps)

    def reused(self, name: str) -> int:
        """A block from a type's free list, or 0."""
        blocks = self.free_blocks.get(name)
        if blocks:
            return blocks.pop()
        return 0

    def collectable(self, size: int, name: str = "") -> int:
        """A block with the collector's header. Free lists hide births from the collector's counter; allocations move it."""
        if name:
            address = self.reused(name)
            if address:
                return address
        address = self.allocator.allocate(size + GC_HEADER)
        self.counter += 1
        return address

    def track(self, born: Any) -> None:
        """Put an object at the end of generation 0; the birth may start a collection (Python/gc.c _PyObject_GC_Link)."""
        young = self.young
        born.home = young
        young[born] = None
        if self.counter > self.threshold:
            self.on_birth(born)

    def untrack(self, object_: Any) -> None:
        if object_.home is not None:
            del object_.home[object_]
            object_.home = None

    def reused_keys(self) -> int:
        blocks = self.free_blocks.get("dict_keys")
        return blocks.pop() if blocks else 0

    def _free_keys(self, address: int, log2_size: int) -> None:
        blocks = self.free_blocks.setdefault("dict_keys", [])
        if log2_size == 3 and len(blocks) < self.profile.free_lists.dict_keys:
            blocks.append(address)
        else:
            self.allocator.release(address)

    # --- deaths: memory only, references are already gone ------------------------------------------------------------------------

    def free(self, dead: HeapObject) -> None:
        """Give the memory of a dead object back. Its references have been released."""
        if STATIC_START <= dead.address < self.static_next:  # the interpreter's own data: no block of the heap
            if dead.home is not None:
                self.untrack(dead)
            return
        freer = self._freers.get(dead.__class__)
        if freer is not None:
            freer(dead)
            return
        self._free_block(dead)

    def _free_block(self, dead: HeapObject) -> None:
        """An object without free list: the block returns to pymalloc, and with a collector's header the counter goes down."""
        if not dead.address:  # never was a block of the heap (the cursor of a 3.15 loop)
            return
        if dead.home is not None:
            self.untrack(dead)
        if dead.header and self.counter > 0:
            self.counter -= 1
        if dead.__class__ is Type and self.counter > 0:
            self.counter -= 1  # the weak reference in its base's tp_subclasses
        if isinstance(dead, List):
            self._free_list_buffer(dead)
        elif isinstance(dead, Set) and dead.table_address:
            self.allocator.release(dead.table_address)
        elif isinstance(dead, Dict) and dead.keys_address:
            self._free_keys(dead.keys_address, dead.log2_size)
        elif isinstance(dead, Str) and dead.interned:
            self.interned.pop(dead.value, None)
        self.allocator.release(dead.address)

    def _keep(self, name: str, capacity: int, address: int) -> bool:
        """Put a block on a free list if there is room."""
        blocks = self.free_blocks.get(name)
        if blocks is None:
            blocks = self.free_blocks[name] = []
        if len(blocks) < capacity:
            blocks.append(address)
            return True
        return False

    def _free_listed(self, dead: Any, name: str, capacity: int) -> None:
        if dead.home is not None:
            del dead.home[dead]
            dead.home = None
        self._block_listed(name, capacity, dead.address)

    def _block_listed(self, name: str, capacity: int, address: int) -> None:
        if not self._keep(name, capacity, address):
            if self.counter > 0:
                self.counter -= 1
            self.allocator.release(address)

    def _free_int(self, dead: Int) -> None:
        capacity = self.int_free_list
        if not (capacity and -0x40000000 < dead.value < 0x40000000 and self._keep("int", capacity, dead.address)):
            self.allocator.release(dead.address)

    def _free_float(self, dead: Float) -> None:
        if not self._keep("float", self.profile.free_lists.float, dead.address):
            self.allocator.release(dead.address)

    def _free_complex(self, dead: Complex) -> None:
        if not self._keep("complex", self.profile.free_lists.complex, dead.address):
            self.allocator.release(dead.address)

    def _free_str(self, dead: Str) -> None:
        if dead.interned:
            self.interned.pop(dead.value, None)
        self.allocator.release(dead.address)

    def _free_range(self, dead: Any) -> None:
        lists = self.profile.free_lists
        name, capacity = ("range", lists.range) if dead.__class__ is Range else ("range_iterator", lists.range_iterator)
        if not self._keep(name, capacity, dead.address):
            self.allocator.release(dead.address)

    def _free_tuple(self, dead: Tuple) -> None:
        length = len(dead.items)
        lists = self.profile.free_lists
        self._free_listed(dead, f"tuple{length}", lists.tuple if length <= lists.tuple_lengths else 0)

    def _free_list(self, dead: List) -> None:
        self._free_list_buffer(dead)
        self._free_listed(dead, "list", self.profile.free_lists.list)

    def _free_list_buffer(self, dead: List) -> None:
        if dead.buffer:
            self.allocator.release(dead.buffer)
            dead.buffer = dead.capacity = 0

    def _free_dict(self, dead: Dict) -> None:
        if dead.keys_address:
            self._free_keys(dead.keys_address, dead.log2_size)
        self._free_listed(dead, "dict", self.profile.free_lists.dict)

    def set_table(self, target: Set, size: int) -> None:
        """The set's table got `size` slots (16 bytes each; 8 of them lie in the object itself)."""
        old = target.table_address
        if size > self.limits.items * 4:
            raise LimitReached("items", self.limits.items)
        self.afford(16 * size)
        target.table_address = self.allocator.allocate(16 * size) if size > 8 else 0
        if old:
            self.allocator.release(old)

    def _free_method(self, dead: Method) -> None:
        self._free_listed(dead, "method", self.profile.free_lists.method)

    def _free_builtin(self, dead: Builtin) -> None:
        self._free_listed(dead, "builtin_method", 0 if dead.type.name == "method-wrapper" else self.profile.free_lists.builtin_method)

    def method_freed(self, address: int) -> None:
        """The block of a bound native method that was never seen by the program."""
        self._block_listed("builtin_method", self.profile.free_lists.builtin_method, address)

    def _free_record(self, dead: Record) -> None:
        self._free_listed(dead, "slice", self.profile.free_lists.slice if dead.type.name == "slice" else 0)

    def _free_iter(self, dead: Iter) -> None:
        lists = self.profile.free_lists
        capacity = {"list_iterator": lists.list_iterator, "tuple_iterator": lists.tuple_iterator}.get(dead.type.name, 0)
        self._free_listed(dead, dead.type.name, capacity)

    def _free_instance(self, dead: Instance) -> None:
        if dead.values_address:
            self.allocator.release(dead.values_address)
        if dead.home is not None:
            del dead.home[dead]
            dead.home = None
        if self.counter > 0:
            self.counter -= 1
        self.allocator.release(dead.address)

    def drop_free_lists(self) -> None:
        """A full collection empties the free lists (Python/gc.c clear_freelists); the one slice that is kept stays up to 3.13."""
        for name, blocks in self.free_blocks.items():
            if name == "slice" and self.profile.slice_outlives_collections:
                continue
            for address in reversed(blocks):
                self.allocator.release(address)
            blocks.clear()
