"""Dicts and sets: our own tables, so that order, growth, sizes and cost are CPython's and no host hash is trusted.

A dict's look-up goes by token, a host value that is equal exactly when the guest keys are equal: text for str, a number for
numbers, the object itself where equality is identity. Only objects with a guest `__eq__` or `__hash__` need the guest: they have no token
(`exotic`) and are found by guest hash and comparison (library/hashing.py).
Layout facts: Objects/dictobject.c (compact table, entries in insertion order with holes), Objects/setobject.c (linear probes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.objects.heap_object import Container, HeapObject

if TYPE_CHECKING:
    from sim.objects.classes import Type

Token = Any


class Entry:
    """One key with its value. `hash_value` is filled when somebody needs it; `live` is False once deleted."""

    __slots__ = ("hash_value", "key", "live", "token", "value")

    def __init__(self, token: Token, key: HeapObject, value: HeapObject, hash_value: int | None = None) -> None:
        self.token = token
        self.key = key
        self.value = value
        self.hash_value = hash_value
        self.live = True


class Dict(Container):
    """index: token -> Entry. order: entries in insertion order, deleted ones stay (live False) until the table is rebuilt.

    log2_size: 0 while no table exists (empty dict), else the table has 2**log2_size slots; keys_address: its block.
    exotic: guest hash -> entries with that hash, kept only once a key without token is in the dict.
    shared: the key order of the class whose instance this is the `__dict__` of (a split table: contents go in that order), or None.
    """

    __slots__ = ("exotic", "index", "keys_address", "log2_size", "order", "shared", "strings_only", "version")

    def __init__(self, kind: Type, address: int) -> None:
        self.refs = 1
        self.type = kind
        self.address = address
        self.home = None
        self.index: dict[Token, Entry] = {}
        self.order: list[Entry] = []
        self.log2_size = 0
        self.keys_address = 0
        self.strings_only = True
        self.exotic: dict[int | None, list[Entry]] | None = None
        self.shared: dict[str, Any] | None = None
        self.version = 0  # changes with every insertion and deletion of a key: "changed size during iteration"

    def entries(self) -> list[Entry]:
        return [entry for entry in self.order if entry.live]

    def references(self) -> list[HeapObject]:
        found: list[HeapObject] = []
        for entry in self.order:
            if entry.live:
                found.append(entry.value)  # dict_traverse: value, then key
                found.append(entry.key)
        return found

    def releases(self) -> list[HeapObject]:
        found: list[HeapObject] = []
        order = self.order
        if self.shared is not None and all(entry.token in self.shared for entry in order if entry.live):
            order = [self.index[name] for name in self.shared if name in self.index]
        for entry in order:
            if entry.live:
                found.append(entry.key)  # free_keys_object: key, then value
                found.append(entry.value)
        return found

    def clears(self) -> list[HeapObject]:
        gone = Dict.releases(self)  # the contents only: a subclass's instance keeps its class and attributes
        self.empty()
        return gone

    def empty(self) -> None:
        for entry in self.order:
            entry.live = False
        self.index = {}
        self.order = []
        self.exotic = None
        self.strings_only = True
        self.version += 1


class Set(Container):
    """table: Entry, None (never used) or DUMMY (deleted); len(table) is a power of two >= 8. Entry.value is unused (the key again).

    index: token -> Entry for the quick look-ups; fill counts used and dummy slots; frozen sets cache their hash.
    """

    __slots__ = ("exotic", "fill", "finger", "hash_value", "index", "table", "table_address", "version", "weakrefs")

    def __init__(self, kind: Type, address: int) -> None:
        super().__init__(kind, address)
        self.table: list[Entry | None] = [None] * 8
        self.index: dict[Token, Entry] = {}
        self.exotic: dict[int | None, list[Entry]] | None = None
        self.fill = 0
        self.finger = 0  # where set.pop() looks next
        self.table_address = 0
        self.hash_value: int | None = None
        self.version = 0
        self.weakrefs: list[Any] | None = None

    def entries(self) -> list[Entry]:
        return [entry for entry in self.table if entry is not None and entry.live]

    def references(self) -> list[HeapObject]:
        return [entry.key for entry in self.table if entry is not None and entry.live]

    def clears(self) -> list[HeapObject]:
        gone = Set.references(self)
        self.empty()
        return gone

    def empty(self) -> None:
        self.table = [None] * 8
        self.index = {}
        self.exotic = None
        self.fill = 0
        self.finger = 0
        self.version += 1
