"""The heap: makes objects, counts references, frees. The only layer that changes a count.

Vocabulary (CPython's InternalDocs/stackrefs.md): *new* makes another counted reference, *steal* takes over the caller's, *borrow* looks
without counting, *close* gives one up. Functions here that return an object return a new reference; arguments are borrowed unless the
name or the docstring says that they are stolen.

An object whose last reference is closed is queued in `dying`, still with that one reference, and the machine's reaper takes it apart before
the next instruction: that way a death may run guest code (finalizers, weak-reference callbacks) without recursion on the host, in
CPython's order.
"""

from __future__ import annotations

import builtins
from typing import Any

from sim.errors import LimitReached
from sim.memory import Memory
from sim.objects.classes import Instance, Type
from sim.objects.containers import Cell, Iter, List, Method, Record, Tuple
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.objects.mappings import Dict, Entry, Set
from sim.objects.scalars import ByteArray, Bytes, Complex, Float, Int, Range, RangeIterator, Singleton, Str
from sim.static_names import STATIC_NAMES

SHARED_KEYS_LIMIT = 30  # Objects/dictobject.c SHARED_KEYS_MAX_SIZE


class Heap(Memory):
    """Constructors of every kind, attributes of instances, and dict tables, on top of the memory below."""

    # --- numbers and text ---------------------------------------------------------------------------------------------------

    def int(self, value: builtins.int) -> Int:
        if -5 <= value <= self.small_int_max:
            small = self.small_ints.get(value)
            if small is None:
                small = self.small_ints[value] = Int(self.int_type, self.static_block(32), value)
                small.refs = IMMORTAL
            small.refs += 1
            return small
        if -0x40000000 < value < 0x40000000:
            if self.int_free_list:
                address = self.reused("int")
                if address:
                    return Int(self.int_type, address, value)
            return Int(self.int_type, self.allocator.allocate(28), value)
        bits = value.bit_length()
        if bits > self.limits.int_bits:
            raise LimitReached("digits", self.limits.digits)
        return Int(self.int_type, self.block(24 + 4 * ((bits + 29) // 30)), value)

    def bool(self, value: builtins.bool) -> Int:
        found = self.true if value else self.false
        found.refs += 1
        return found

    def float(self, value: builtins.float) -> Float:
        return Float(self.types["float"], self.reused("float") or self.block(24), value)

    def complex(self, value: builtins.complex) -> Complex:
        return Complex(self.types["complex"], self.reused("complex") or self.block(32), value)

    def str(self, value: builtins.str) -> Str:
        """Text made at run time: the empty string and one-character Latin-1 strings are shared, everything else is a new object."""
        if len(value) <= 1 and value < "\u0100":
            return self.char(value)
        if len(value) > self.limits.string_length:
            raise LimitReached("string_length", self.limits.string_length)
        return Str(self.types["str"], self.block(self.str_size(value)), value)

    def str_size(self, value: builtins.str) -> builtins.int:
        """Bytes of a compact string (Objects/unicodeobject.c PyUnicode_New)."""
        length = len(value)
        if value.isascii():
            return self.profile.string_header + length + 1
        # The width from encodings: a host's max() over the characters would cost a hundred times as much.
        if len(value.encode("utf-16-le", "surrogatepass")) > 2 * length:
            width = 4
        else:
            width = 1 if value.encode("latin-1", "replace").decode("latin-1") == value else 2
        return self.profile.string_header_wide + width * (length + 1)

    def char(self, value: builtins.str) -> Str:
        found = self.chars.get(value)
        if found is None:
            found = self.chars[value] = Str(self.types["str"], self.static_block(64), value)
            found.refs = IMMORTAL
            if value not in self.profile.interned_letters or value == "":
                found.interned = True
                self.interned.setdefault(value, found)
        found.refs += 1
        return found

    def name(self, value: builtins.str) -> Str:
        """An interned string: identifiers in code, attribute names, sys.intern."""
        found = self.interned.get(value)
        if found is not None:
            found.refs += 1
            return found
        if len(value) <= 1 and value < "\u0100" and (not value or value not in self.profile.interned_letters):
            return self.char(value)
        found = Str(self.types["str"], self.block(self.str_size(value)), value)
        self.intern(found)
        return found

    def intern(self, text: Str) -> None:
        text.interned = True
        self.interned[text.value] = text
        if self.profile.interned_immortal or (self.profile.immortal_count is not None and text.value in STATIC_NAMES):
            text.refs += IMMORTAL

    def bytes(self, value: builtins.bytes) -> Bytes:
        if len(value) > self.limits.string_length:
            raise LimitReached("string_length", self.limits.string_length)
        if len(value) <= 1:
            key = "b" + value.decode("latin-1")
            found = self.byte_strings.get(key)
            if found is None:
                found = self.byte_strings[key] = Bytes(self.types["bytes"], self.static_block(48), value)
                found.refs = IMMORTAL
            found.refs += 1
            return found
        return Bytes(self.types["bytes"], self.block(33 + len(value)), value)

    def bytearray(self, value: builtins.bytearray) -> ByteArray:
        self.afford(len(value))
        return ByteArray(self.types["bytearray"], self.block(self.profile.bytearray_size), value)

    def range(self, value: builtins.range) -> Range:
        return Range(self.types["range"], self.reused("range") or self.block(48), value)

    def range_iterator(self, value: builtins.range) -> RangeIterator:
        kind = self.types["range_iterator"]
        return RangeIterator(kind, self.reused("range_iterator") or self.block(self.profile.range_iterator_size), value)

    # containers; items are stolen

    def tuple(self, items: builtins.list[HeapObject], track: builtins.bool | None = None) -> Tuple:
        """A tuple that steals `items`. track: False when the version does not track such a tuple of untracked items at birth."""
        if not items:
            empty = self.empty_tuple
            if empty is None:
                empty = self.empty_tuple = Tuple(self.types["tuple"], self.static_block(64), [])
                empty.refs = IMMORTAL
            empty.refs += 1
            return empty
        length = len(items)
        size = self.profile.tuple_header + 8 * length
        address = self.collectable(size, f"tuple{length}" if length <= 20 else "")
        made = Tuple(self.types["tuple"], address, items)
        if track is None or track or any(item.header for item in items):  # Objects/tupleobject.c maybe_tracked: the kind decides
            self.track(made)
        return made

    def display_tuple(self, items: builtins.list[HeapObject]) -> Tuple:
        """A tuple made by a display, tuple(...) or star arguments: 3.14+ tracks it only if an item is tracked."""
        return self.tuple(items, track=not self.profile.tuple_tracking)

    def result_tuple(self, items: builtins.list[HeapObject]) -> Tuple:
        """A tuple made by C code that 3.15 also leaves untracked when its items are atoms (divmod and its like)."""
        return self.tuple(items, track=self.profile.tuple_tracking < 2)

    def list(
        self, items: builtins.list[HeapObject], capacity: builtins.int | None = None, *, called: builtins.bool = False
    ) -> List:
        """A list that steals `items`, with exactly as many slots unless `capacity` says more. called: by list(), whose allocator
        (tp_alloc) does not look into the free list."""
        address = self.collectable(40, "" if called else "list")
        made = List(self.types["list"], address, items)
        wanted = len(items) if capacity is None else capacity
        if wanted:
            self.afford(8 * wanted)
            made.capacity = wanted
            made.buffer = self.allocator.allocate(8 * wanted)
        self.track(made)
        return made

    def list_resized(self, changed: List) -> None:
        """list_resize after `items` changed length: growth and shrinking of the buffer (Objects/listobject.c)."""
        size = len(changed.items)
        allocated = changed.capacity
        if allocated >= size and (size >= allocated >> 1 or self._keeps_buffer(changed, size)):
            return
        if size == 0:
            wanted = 0
        else:
            wanted = (size + (size >> 3) + 6) & ~3
            if size - allocated > wanted - size and size > allocated + 1:
                wanted = (size + 3) & ~3
        self.list_capacity(changed, wanted)

    def _keeps_buffer(self, changed: List, size: builtins.int) -> builtins.bool:
        # 3.14: lists of at most 16 * 2 slots do not shrink while popping (measured: 248 bytes stay until empty)
        return not self.profile.list_shrinks_small and size > 0 and changed.capacity <= 24

    def list_capacity(self, changed: List, wanted: builtins.int) -> None:
        if wanted == changed.capacity:
            return
        if wanted > changed.capacity:
            self.afford(8 * (wanted - changed.capacity))
            if wanted > self.limits.items:
                raise LimitReached("items", self.limits.items)
        if not wanted:
            self.allocator.release(changed.buffer)
            changed.buffer = 0
        elif changed.buffer:
            changed.buffer = self.allocator.resize(changed.buffer, 8 * wanted)
        else:
            changed.buffer = self.allocator.allocate(8 * wanted)
        changed.capacity = wanted

    def dict(self, *, called: builtins.bool = False) -> Dict:
        """called: by dict(), whose allocator (tp_alloc) does not look into the free list."""
        made = Dict(self.types["dict"], self.collectable(48, "" if called else "dict"))
        if self.profile.dicts_tracked_from_birth:
            self.track(made)
        elif self.counter > self.threshold:
            self.on_birth(made)
        return made

    def set(self, kind: builtins.str = "set") -> Set:
        made = Set(self.types[kind], self.collectable(200))
        self.track(made)
        return made

    def cell(self, content: HeapObject | None) -> Cell:
        """A cell that steals `content`."""
        made = Cell(self.types["cell"], self.collectable(24), content)
        self.track(made)
        return made

    def method(self, function: HeapObject, receiver: HeapObject) -> Method:
        """A bound method; function and receiver are borrowed (both get a new reference)."""
        function.refs += 1
        receiver.refs += 1
        made = Method(self.types["method"], self.collectable(48, "method"), [function, receiver])
        self.track(made)
        return made

    def record(
        self,
        kind: builtins.str,
        parts: builtins.list[HeapObject | None],
        size: builtins.int,
        state: Any = None,
        free_list: builtins.str = "",
        track: builtins.bool = True,
    ) -> Record:
        """An object that steals `parts`. size: its bytes without the collector's header."""
        made = Record(self.types[kind], self.collectable(size, free_list), parts, state)
        if track:
            self.track(made)
        return made

    def iterator(self, kind: builtins.str, source: HeapObject | None, state: Any = None, size: builtins.int = 32) -> Iter:
        """An iterator that steals `source`."""
        made = Iter(self.types[kind], self.collectable(size, kind), source, state)
        self.track(made)
        return made

    def instance(self, kind: Type) -> Instance:
        """An instance of a program's class without attributes. The class is borrowed and gets a reference."""
        kind.refs += 1
        size = self.instance_size(kind)
        made = Instance(kind, self.collectable(size))
        if not kind.dictless and self.profile.instance_values == "separate":
            made.values_address = self.allocator.allocate(8 * max(6, len(kind.shared_keys) + 1) + 8)
        kind.instances_made += 1
        self.track(made)
        return made

    def instance_size(self, kind: Type) -> builtins.int:
        """Bytes behind the collector's header. 3.13+: room for values, 30 at first, one less with each instance (Objects/dictobject.c)."""
        slots = sum(len(cls.slot_names) for cls in kind.order if not cls.static)
        size = 16 + 8 * slots
        if kind.dictless:
            return size + (8 if kind.weakrefable else 0)
        size += 16  # dict and weakref pointers in front of the object
        if self.profile.instance_values == "inline":
            room = max(SHARED_KEYS_LIMIT - kind.instances_made, len(kind.shared_keys) + 1, 1)
            size += 8 + 8 * min(room, SHARED_KEYS_LIMIT)
        elif self.profile.version == "3.11":
            size += 16
        return size

    # --- attributes of instances ----------------------------------------------------------------------------------------------

    def attribute(self, instance: Any, name: builtins.str) -> HeapObject | None:
        """Borrowed value of an instance's own attribute, or None."""
        attributes = instance.attributes
        if attributes is not None:
            return attributes.get(name)
        namespace = instance.dict
        if namespace is not None:
            entry = namespace.index.get(name)
            return entry.value if entry is not None else None
        return None

    def set_attribute(self, instance: Any, name: Str, value: HeapObject) -> None:
        """Bind an attribute; `value` is stolen, the old value closed."""
        if instance.dict is not None:
            self.dict_store(instance.dict, name.value, name, value)
            return
        if not isinstance(instance, Instance) and instance.attributes is None:
            made = instance.dict = self.dict()  # exceptions, functions: a real dict from the first attribute on
            self.dict_store(made, name.value, name, value)
            return
        attributes = instance.attributes
        if attributes is None:
            attributes = instance.attributes = {}
        text = name.value
        shared = instance.type.shared_keys
        if text not in shared:
            if len(shared) >= SHARED_KEYS_LIMIT:
                namespace = self.materialize(instance)
                self.close(namespace)
                self._rebuild(namespace, len(namespace.index) * 3)  # no longer split
                self.dict_store(namespace, text, name, value)
                return
            name.refs += 1
            shared[text] = name
        old = attributes.get(text)
        attributes[text] = value
        if old is not None:
            self.close(old)

    def delete_attribute(self, instance: Any, name: builtins.str) -> builtins.bool:
        attributes = instance.attributes
        if attributes is not None:
            gone = attributes.pop(name, None)
            if gone is None:
                return False
            self.close(gone)
            return True
        return instance.dict is not None and self.dict_delete(instance.dict, name)

    def materialize(self, instance: Any) -> Dict:
        """The `__dict__` object of an instance, made on first use; it takes the values over. New reference."""
        namespace: Dict | None = instance.dict
        if namespace is None:
            namespace = self.dict()
            attributes = instance.attributes or {}
            instance.attributes = None
            instance.dict = namespace
            shared = namespace.shared = instance.type.shared_keys
            for text, value in attributes.items():
                self.dict_store(namespace, text, shared[text], value)
        namespace.refs += 1
        return namespace

    # --- dicts ------------------------------------------------------------------------------------------------------------------

    def dict_store(self, target: Dict, token: Any, key: HeapObject, value: HeapObject, hash_value: builtins.int | None = None) -> None:
        """target[key] = value by token; `value` is stolen, `key` borrowed (a new entry counts it)."""
        index = target.index
        entry = index.get(token)
        if entry is not None:
            old = entry.value
            entry.value = value
            if target.home is None:
                self._track_dict(target, value, value)
            self.close(old)
            return
        self.dict_insert(target, token, key, value, hash_value)

    def dict_insert(self, target: Dict, token: Any, key: HeapObject, value: HeapObject, hash_value: builtins.int | None = None) -> None:
        """A key that is known to be absent; `value` is stolen, `key` borrowed."""
        if target.home is None:
            self._track_dict(target, key, value)
        self._make_room(target, key.__class__ is Str)
        key.refs += 1
        entry = Entry(token, key, value, hash_value)
        target.index[token] = entry
        target.order.append(entry)
        target.version += 1
        if target.exotic is not None:
            target.exotic.setdefault(hash_value, []).append(entry)

    def _track_dict(self, target: Dict, key: HeapObject, value: HeapObject) -> None:
        """MAINTAIN_TRACKING: before 3.14 a dict is tracked when the first key or value that may be tracked goes in."""
        if target.home is None and (is_trackable(value) or is_trackable(key)):
            target.home = self.young
            self.young[target] = None

    def _make_room(self, target: Dict, string_key: builtins.bool) -> None:
        if target.log2_size == 0:
            target.strings_only = string_key
            self._set_table(target, 3)
            return
        usable = (2 << target.log2_size) // 3
        if string_key or not target.strings_only:
            if len(target.order) >= usable:
                self._rebuild(target, len(target.index) * 3)
            return
        target.strings_only = False
        if len(target.order) >= usable or self.profile.mixed_keys_enlarge_dict:
            self._rebuild(target, len(target.index) * 3)
        else:
            self._set_table(target, target.log2_size)

    def _rebuild(self, target: Dict, wanted: builtins.int) -> None:
        """dictresize: holes go, the table gets the smallest power of two not below `wanted`."""
        target.order = [entry for entry in target.order if entry.live]
        if len(target.order) > self.limits.items:
            raise LimitReached("items", self.limits.items)
        self._set_table(target, self._table_for(wanted))

    def _table_for(self, wanted: builtins.int) -> builtins.int:
        """calculate_log2_keysize: the smallest table not below `wanted` slots; before 3.13.18 it rounded 1..7 up to 16 slots."""
        if self.profile.mixed_keys_enlarge_dict:
            return (((wanted | 8) - 1) | 7).bit_length()
        return max(3, (wanted - 1).bit_length())

    def furnished(self, target: Dict) -> None:
        """A dict whose entries were put in from outside gets the table and the tracking that it would have by now."""
        for entry in target.order:
            if target.home is not None:
                break
            self._track_dict(target, entry.key, entry.value)
        log2_size = max(target.log2_size, 3)
        while len(target.order) > (2 << log2_size) // 3:
            log2_size = self._table_for((2 << log2_size) // 3 * 3)
        if log2_size != target.log2_size:
            self._set_table(target, log2_size)

    def presize(self, target: Dict, entries: builtins.int) -> None:
        """_PyDict_NewPresized: room for `entries` when that is more than the smallest table holds."""
        if entries > 5:
            self._set_table(target, self._table_for((entries * 3 + 1) // 2))

    def _set_table(self, target: Dict, log2_size: builtins.int) -> None:
        old, old_log2 = target.keys_address, target.log2_size
        size = dict_table_size(log2_size, target.strings_only)
        self.afford(size)
        target.keys_address = (self.reused_keys() if log2_size == 3 and target.strings_only else 0) or self.allocator.allocate(size)
        target.log2_size = log2_size
        if old:
            self._free_keys(old, old_log2)

    def dict_delete(self, target: Dict, token: Any) -> builtins.bool:
        """Remove a key by token; False if it is not there. Value and key are closed in CPython's order (key last... as delitem_common)."""
        entry = target.index.get(token)
        if entry is None:
            return False
        self.dict_remove(target, entry)
        self.close(entry.key)
        self.close(entry.value)
        return True

    def dict_remove(self, target: Dict, entry: Any) -> None:
        """Take an entry out; its key and value become the caller's."""
        entry.live = False
        del target.index[entry.token]
        if target.exotic is not None:
            bucket = target.exotic.get(entry.hash_value)
            if bucket is None or entry not in bucket:
                bucket = target.exotic[None]  # it was put in since the last look-up by hash
            bucket.remove(entry)
        target.version += 1

    def dict_emptied(self, target: Dict) -> builtins.list[HeapObject]:
        """dict.clear(): detach the contents (they become the caller's, in order of release) and give the table back."""
        gone = Dict.clears(target)
        self.dict_table_freed(target)
        return gone

    def dict_table_freed(self, target: Dict) -> None:
        if target.keys_address:
            self._free_keys(target.keys_address, target.log2_size)
            target.keys_address = target.log2_size = 0


def is_trackable(item: HeapObject) -> bool:
    """_PyObject_GC_MAY_BE_TRACKED: has a collector's header, and is no tuple that is known to be untracked."""
    if item.home is not None:
        return True
    return bool(item.header) and item.__class__ is not Tuple and not (item.__class__ is Type and item.static)


def dict_table_size(log2_size: int, strings_only: bool) -> int:
    """Bytes of a dict's keys object: header 32, 1 or 2 index bytes a slot, an entry of 16 or 24 bytes for two thirds of the slots."""
    slots = 1 << log2_size
    index_bytes = 1 if log2_size <= 7 else 2 if log2_size <= 15 else 4
    return 32 + slots * index_bytes + (slots * 2 // 3) * (16 if strings_only else 24)


def new_singleton(kind: Type, address: int, text: str) -> Singleton:
    made = Singleton(kind, address, text)
    made.refs = IMMORTAL
    return made
