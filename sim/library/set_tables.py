"""The table of a set: where keys lie decides the order in which a set is seen (Objects/setobject.c: linear probes, then perturbation).

Every key is also in `index` by token, so that finding it does not need the table; the table gives order, growth and size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.objects.mappings import Entry, Set

if TYPE_CHECKING:
    from sim.heap import Heap
    from sim.objects.heap_object import HeapObject

LINEAR_PROBES = 9
WORD = (1 << 64) - 1


def free_slot(heap: Heap, table: list[Entry | None], hash_value: int) -> int:
    """The first never-used slot on the key's way (deleted ones are passed over). Collisions are paid for."""
    mask = len(table) - 1
    perturb = hash_value & WORD
    place = perturb & mask
    while True:
        last = place + LINEAR_PROBES if place + LINEAR_PROBES <= mask else place
        for candidate in range(place, last + 1):
            if table[candidate] is None:
                return candidate
        heap.collided(last + 1 - place)
        perturb >>= 5
        place = (place * 5 + 1 + perturb) & mask


def rebuild(heap: Heap, target: Set, wanted: int) -> None:
    """set_table_resize: the smallest power of two above `wanted`; deleted entries go."""
    size = 8
    while size <= wanted:
        size <<= 1
    entries = target.entries()
    heap.set_table(target, size)
    table: list[Entry | None] = [None] * size
    for entry in entries:
        table[free_slot(heap, table, entry.hash_value or 0)] = entry
    target.table = table
    target.fill = len(entries)


def insert(heap: Heap, target: Set, token: object, key: HeapObject, hash_value: int) -> None:
    """A key that is known to be absent; it gets a reference."""
    key.refs += 1
    entry = Entry(token, key, key, hash_value)
    table = target.table
    table[free_slot(heap, table, hash_value)] = entry
    target.index[token] = entry
    target.version += 1
    if target.exotic is not None:
        target.exotic.setdefault(hash_value, []).append(entry)
    target.fill += 1
    if target.fill * 5 >= (len(table) - 1) * 3:
        used = len(target.index)
        rebuild(heap, target, used * 2 if used > 50000 else used * 4)


def delete(target: Set, entry: Entry) -> None:
    """The slot stays used (a dummy); the key becomes the caller's."""
    entry.live = False
    del target.index[entry.token]
    if target.exotic is not None and entry.hash_value is not None:
        target.exotic[entry.hash_value].remove(entry)
    target.version += 1


def absorb(heap: Heap, target: Set, source: Set) -> None:
    """set_merge into an empty set: the same table if it is as large and without deleted entries, else a fresh one."""
    used = len(source.index)
    if used * 5 >= (len(target.table) - 1) * 3:
        rebuild(heap, target, used * 2)
    same = len(target.table) == len(source.table) and source.fill == used
    table = target.table
    for place, entry in enumerate(source.table):
        if entry is None or not entry.live:
            continue
        entry.key.refs += 1
        twin = Entry(entry.token, entry.key, entry.key, entry.hash_value)
        table[place if same else free_slot(heap, table, entry.hash_value or 0)] = twin
        target.index[twin.token] = twin
    target.fill = used
    target.version += 1
    if source.exotic is not None:
        target.exotic = {}
        for entry in target.entries():
            target.exotic.setdefault(entry.hash_value or 0, []).append(entry)
