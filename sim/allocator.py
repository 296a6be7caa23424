"""pymalloc: size classes, pools, arenas. Addresses come from here, so `id()` and the reuse of memory are CPython's.

Facts: Objects/obmalloc.c and Include/internal/pycore_obmalloc.h (64-bit): 16-byte alignment, 32 size classes up to 512 bytes,
16 KiB pools with a 48-byte header, 1 MiB arenas of 64 pools. Larger requests go to the C library, modelled as first fit by size.
"""

from __future__ import annotations

from sim.errors import LimitReached

ALIGNMENT = 16
LARGEST_SMALL = 512
POOL_BYTES = 16 * 1024
POOL_HEADER = 48
POOL_SHIFT = 14
POOLS_IN_ARENA = 64
FIRST_ARENA = 0x10000000
LARGE_START = 0x7000_0000_0000


class Pool:
    """16 KiB of blocks of one size. `free`: freed blocks, last freed last; `fresh`: next block never handed out."""

    __slots__ = ("arena", "base", "block", "capacity", "free", "fresh", "index", "used")

    def __init__(self, base: int, arena: Arena) -> None:
        self.base = base
        self.arena = arena
        self.assign(1)

    def assign(self, index: int) -> None:
        self.index = index
        self.block = index * ALIGNMENT
        self.capacity = (POOL_BYTES - POOL_HEADER) // self.block
        self.free: list[int] = []
        self.fresh = self.base + POOL_HEADER
        self.used = 0


class Arena:
    """1 MiB of pools. `free`: emptied pools, last emptied last; `fresh`: how many pools were ever handed out."""

    __slots__ = ("base", "free", "fresh", "used")

    def __init__(self, base: int) -> None:
        self.base = base
        self.free: list[Pool] = []
        self.fresh = 0
        self.used = 0

    @property
    def available(self) -> int:
        return POOLS_IN_ARENA - self.used


class Allocator:
    """Hands out block addresses.

    live_bytes: pools in use and large blocks, in bytes; blocks: blocks handed out and not returned. The budgets are checked
    where memory is taken from the system: for a new pool and for a large block, so that the common way stays short.
    """

    def __init__(self, heap_bytes: int, objects: int) -> None:
        self.heap_bytes = heap_bytes
        self.objects = objects
        self.partial: list[list[Pool]] = [[] for _ in range(LARGEST_SMALL // ALIGNMENT + 1)]
        self.pools: dict[int, Pool] = {}
        self.arenas: list[Arena] = []
        self.arenas_made = 0
        self.large: dict[int, int] = {}
        self.large_free: dict[int, list[int]] = {}
        self.large_next = LARGE_START
        self.live_bytes = 0
        self.blocks = 0
        for size in range(ALIGNMENT, LARGEST_SMALL + 1, ALIGNMENT):
            self.allocate(size)  # what start-up leaves in every size class: no pool of a fresh interpreter is ever empty

    def allocate(self, size: int) -> int:
        """The address of a block of at least `size` bytes."""
        self.blocks += 1
        if size > LARGEST_SMALL:
            return self._allocate_large(size)
        index = (size + 15) >> 4 or 1
        pools = self.partial[index]
        pool = pools[0] if pools else self._new_pool(index)
        if pool.free:
            address = pool.free.pop()
        else:
            address = pool.fresh
            pool.fresh = address + pool.block
        used = pool.used = pool.used + 1
        if used == pool.capacity:
            del self.partial[index][0]
        return address

    def release(self, address: int) -> None:
        """Give a block back. A full pool goes to the front of its list; an empty one returns to its arena."""
        self.blocks -= 1
        pool = self.pools.get(address >> POOL_SHIFT)
        if pool is None:
            self._release_large(address)
            return
        pool.free.append(address)
        used = pool.used
        pool.used = used - 1
        if used == pool.capacity:
            self.partial[pool.index].insert(0, pool)
        elif used == 1:
            self._return_pool(pool)

    def resize(self, address: int, size: int) -> int:
        """realloc: the same block while the size class holds it, else a new one (the old is released after)."""
        if size <= LARGEST_SMALL:
            pool = self.pools.get(address >> POOL_SHIFT)
            if pool is not None and 3 * pool.block // 4 < size <= pool.block:  # obmalloc.c pymalloc_realloc
                return address
        elif address in self.large:
            self.live_bytes += size - self.large[address]
            self.large[address] = size
            return address
        new = self.allocate(size)
        self.release(address)
        return new

    def afford(self, size: int) -> None:
        """Refuse `size` more bytes if the budget does not hold them."""
        if self.live_bytes + size > self.heap_bytes:
            raise LimitReached("heap_bytes", self.heap_bytes)

    def _new_pool(self, index: int) -> Pool:
        self.afford(POOL_BYTES)
        if self.blocks > self.objects:
            raise LimitReached("objects", self.objects)
        self.live_bytes += POOL_BYTES
        arena = self._usable_arena()
        if arena.free:
            pool = arena.free.pop()
        else:
            pool = Pool(arena.base + arena.fresh * POOL_BYTES, arena)
            arena.fresh += 1
            self.pools[pool.base >> POOL_SHIFT] = pool
        arena.used += 1
        pool.assign(index)
        self.partial[index].append(pool)
        return pool

    def _usable_arena(self) -> Arena:
        """The fullest arena that has a pool left (obmalloc.c: nfreepools ascending), or a new one."""
        usable = [arena for arena in self.arenas if arena.available]
        if usable:
            return min(usable, key=lambda arena: arena.available)
        arena = Arena(FIRST_ARENA + self.arenas_made * POOLS_IN_ARENA * POOL_BYTES)
        self.arenas_made += 1
        self.arenas.append(arena)
        return arena

    def _return_pool(self, pool: Pool) -> None:
        self.live_bytes -= POOL_BYTES
        self.partial[pool.index].remove(pool)
        arena = pool.arena
        arena.free.append(pool)
        arena.used -= 1
        others = any(other is not arena and other.available for other in self.arenas)
        if arena.used == 0 and others:  # the last usable arena is kept
            self.arenas.remove(arena)
            for gone in arena.free:
                del self.pools[gone.base >> POOL_SHIFT]

    def _allocate_large(self, size: int) -> int:
        self.afford(size)
        waiting = self.large_free.get(size)
        if waiting:
            address = waiting.pop()
        else:
            address = self.large_next
            self.large_next += (size + 31) & ~15
        self.large[address] = size
        self.live_bytes += size
        return address

    def _release_large(self, address: int) -> None:
        size = self.large.pop(address)
        self.live_bytes -= size
        self.large_free.setdefault(size, []).append(address)
