"""Pools and free lists at one moment: which blocks of which size are used, which wait to be used again, and which were never handed out.

As data, as SVG and as text. A pool is a bar of 16 KiB; runs of equal blocks are one piece of it, in the order of their addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import groupby
from typing import TYPE_CHECKING

from sim.allocator import POOL_BYTES, POOL_HEADER, POOL_SHIFT, POOLS_IN_ARENA
from sim.drawing.markup import FONTS, SANS, document, element, escape, line, paragraph, rect, text
from sim.drawing.scene import Scene
from sim.profiles import FreeLists

if TYPE_CHECKING:
    from sim.allocator import Pool
    from sim.machine.machine import Machine

USED, OURS, KEPT, FREE, FRESH = "used", "ours", "kept", "free", "fresh"
WORDS = {
    USED: "used by the interpreter", OURS: "an object of the program", KEPT: "dead, kept on a free list",
    FREE: "freed, next to be used again", FRESH: "never handed out",
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """Neighbouring blocks in the same state. names: the program's objects in them."""

    state: str
    blocks: int
    start: int  # index of the first one in its pool
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class PoolMap:
    """One pool: its address, the size of its blocks, how many it has and how many are used; runs in the order of addresses."""

    address: int
    block: int
    capacity: int
    used: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class FreeListMap:
    """The free list of a type: how many blocks wait, how many it takes, and the block that goes first."""

    name: str
    length: int
    capacity: int
    first: int


@dataclass(frozen=True)
class MemoryMap:
    """All of it at one moment."""

    python: str
    line: int
    code: str
    pools: tuple[PoolMap, ...]
    free_lists: tuple[FreeListMap, ...]
    arenas: int
    pools_free: int  # pools of the arenas that are not in use
    large: int  # blocks over 512 bytes, and their bytes
    large_bytes: int

    @property
    def busy(self) -> list[PoolMap]:
        """Pools in which anything happened since the interpreter started, which leaves one block of every size."""
        return [pool for pool in self.pools if pool.used > 1 or len(pool.runs) > 2]

    @property
    def text(self) -> str:
        return map_words(self)

    @property
    def svg(self) -> str:
        return map_picture(self)


Known = dict[int, tuple[object, PoolMap]]  # by pool: what it looked like, and its map


def map_of(m: Machine, scene: Scene, known: Known | None = None) -> MemoryMap:
    """The allocator and the free lists as they are now; scene: the program's objects, to be marked. known: kept between looks at one run,
    so that only pools that changed are gone through.
    """
    allocator = m.heap.allocator
    ours: dict[int, str] = {}
    for box in scene.boxes:
        if "dead" not in box.states and box.block:
            ours[box.address] = f"#{box.number} {box.kind} {box.name}".rstrip()
    kept = {address for blocks in m.heap.free_blocks.values() for address in blocks}
    in_use = [pool for pool in allocator.pools.values() if pool.used]
    known = {} if known is None else known
    pools = []
    for pool in sorted(in_use, key=lambda pool: (pool.block, pool.base)):
        here = pool.base >> POOL_SHIFT
        look = (
            pool.fresh,
            tuple(pool.free),
            {address: name for address, name in ours.items() if address >> POOL_SHIFT == here},
            {address for address in kept if address >> POOL_SHIFT == here},
        )
        if known.get(pool.base, (None,))[0] != look:
            known[pool.base] = (look, pool_map(pool, ours, kept))
        pools.append(known[pool.base][1])
    return MemoryMap(
        scene.python, scene.line, scene.code, tuple(pools), free_lists(m), len(allocator.arenas),
        len(allocator.arenas) * POOLS_IN_ARENA - len(in_use), len(allocator.large), sum(allocator.large.values()),
    )  # fmt: skip


def pool_map(pool: Pool, ours: dict[int, str], kept: set[int]) -> PoolMap:
    free = set(pool.free)
    states: list[tuple[str, str]] = []
    first = pool.base + POOL_HEADER
    for index in range(pool.capacity):
        address = first + index * pool.block
        # An object's id lies behind the collector's header and what stands in front of an instance.
        name = next((ours[address + offset] for offset in (0, 16, 32) if offset < pool.block and address + offset in ours), "")
        if address >= pool.fresh:
            states.append((FRESH, ""))
        elif address in free:
            states.append((FREE, ""))
        elif address in kept:
            states.append((KEPT, ""))
        else:
            states.append((OURS if name else USED, name))
    runs, start = [], 0
    for state, group in groupby(states, key=lambda row: row[0]):
        rows = list(group)
        runs.append(Run(state, len(rows), start, tuple(name for _, name in rows if name)))
        start += len(rows)
    return PoolMap(pool.base, pool.block, pool.capacity, pool.used, tuple(runs))


def free_lists(m: Machine) -> tuple[FreeListMap, ...]:
    """Every free list of the version, by the type it belongs to; tuples have one for each length."""
    capacities = m.profile.free_lists
    rows = []
    for fact in fields(FreeLists):
        capacity = getattr(capacities, fact.name)
        if fact.name in ("tuple", "tuple_lengths") or not capacity:
            continue
        blocks = m.heap.free_blocks.get(fact.name, [])
        rows.append(FreeListMap(fact.name.replace("_", " "), len(blocks), capacity, blocks[-1] if blocks else 0))
    for length in range(1, capacities.tuple_lengths + 1):
        blocks = m.heap.free_blocks.get(f"tuple{length}", [])
        if blocks:
            rows.append(FreeListMap(f"tuple of {length}", len(blocks), capacities.tuple, blocks[-1]))
    return tuple(rows)


# --- in words ---------------------------------------------------------------------------------------------------------------------------


def map_words(memory: MemoryMap) -> str:
    lines = [f"CPython {memory.python}, when line {memory.line} is left: {memory.code}", "", "Free lists:"]
    for one in memory.free_lists:
        following = f"; next to be used: 0x{one.first:x}" if one.first else ""
        lines.append(f"  {one.name}: {one.length} of {one.capacity}{following}")
    lines += ["", f"Pools of {POOL_BYTES // 1024} KiB, by the size of their blocks:"]
    for pool in memory.busy:
        names = [name for run in pool.runs for name in run.names]
        waiting = sum(run.blocks for run in pool.runs if run.state == FREE)
        kept = sum(run.blocks for run in pool.runs if run.state == KEPT)
        fresh = sum(run.blocks for run in pool.runs if run.state == FRESH)
        parts = [f"{pool.used} of {pool.capacity} blocks used", f"{waiting} freed", f"{fresh} never handed out"]
        if kept:
            parts.insert(1, f"{kept} of them on free lists")
        holding = f"; holds {', '.join(names)}" if names else ""
        lines.append(f"  {pool.block} bytes, pool at 0x{pool.address:x}: {', '.join(parts)}{holding}")
    lines += [*resting(memory), "", ending(memory)]
    return "\n".join(lines)


def resting(memory: MemoryMap) -> list[str]:
    """Sizes of which nothing is told."""
    count = len(memory.pools) - len(memory.busy)
    return [f"  {count} more sizes hold one block each, from the interpreter's start."] if count else []


def ending(memory: MemoryMap) -> str:
    arenas = f"{memory.arenas} arena{'s' if memory.arenas != 1 else ''} of 1 MiB, {memory.pools_free} pools not in use"
    return f"{arenas}; {memory.large} blocks of more than 512 bytes from the C library ({memory.large_bytes:,} bytes)."


# --- as a picture -----------------------------------------------------------------------------------------------------------------------

STYLE = f"""
text {{ font: 12px {FONTS}; fill: #0f172a; }}
.heading {{ font: 600 16px {SANS}; }}
.part {{ font: 600 13px {SANS}; }}
.small {{ font: 12px {SANS}; fill: #334155; }}
.frame {{ fill: #fff; stroke: #334155; }}
.used {{ fill: #94a3b8; }}
.ours {{ fill: #1d4ed8; }}
.kept {{ fill: url(#kept); }}
.free {{ fill: url(#freed); }}
.fresh {{ fill: #fff; }}
.mark {{ stroke: #1d4ed8; stroke-width: 1.5; }}
"""
DEFINITIONS = (
    '<pattern id="freed" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#ffedd5"/>'
    '<path d="M0,6 L6,0" stroke="#c2410c" stroke-width="1.2"/></pattern>'
    '<pattern id="kept" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fef9c3"/>'
    '<circle cx="3" cy="3" r="1.4" fill="#a16207"/></pattern>'
)
WIDTH, LEFT, LABEL = 520.0, 14.0, 110.0
BAR = 18.0
STEP = 30.0
SMALL = 6.6


def map_picture(memory: MemoryMap) -> str:
    parts = [
        text(LEFT, 24.0, f"Memory after line {memory.line} · CPython {memory.python}", class_="heading"),
        text(LEFT, 45.0, memory.code[:60], class_="small"),
        text(LEFT, 72.0, "Free lists: dead objects' blocks, kept by their type", class_="part"),
    ]
    y = 84.0
    for one in memory.free_lists:
        parts.append(free_list_bar(one, y))
        y += 24.0
    y += 24.0
    parts.append(text(LEFT, y, f"Pools of {POOL_BYTES // 1024} KiB, one size of blocks each", class_="part"))
    y += 12.0
    for pool in memory.busy:
        bar, y = pool_bar(pool, y)
        parts.append(bar)
    closing = " ".join([*(line.strip() for line in resting(memory)), ending(memory)])
    foot, y = paragraph(LEFT, y + 16, closing, WIDTH - 2 * LEFT, SMALL, 16.0, class_="small")
    legend, y = legend_of(memory, y + 8)
    title = f"Pools and free lists when line {memory.line} is left"
    return document(WIDTH, y + 6, title, map_words(memory), STYLE, DEFINITIONS, [*parts, *foot, legend])


def free_list_bar(one: FreeListMap, y: float) -> str:
    room = WIDTH - LABEL - 2 * LEFT - 78
    filled = room * one.length / one.capacity
    hint = f"{one.name}: {one.length} of {one.capacity}" + (f"; next: 0x{one.first:x}" if one.first else "")
    parts = [
        element("title", escape(hint)),
        text(LEFT, y + 13, one.name, class_="small"),
        rect(LEFT + LABEL, y, room, 16.0, class_="frame"),
    ]
    if one.length:
        parts.append(rect(LEFT + LABEL + 1, y + 1, max(3.0, filled - 2), 14.0, class_="kept"))
    parts.append(text(WIDTH - LEFT, y + 13, f"{one.length} / {one.capacity}", text_anchor="end"))
    return element("g", parts, class_="free-list", data_name=one.name)


def pool_bar(pool: PoolMap, y: float) -> tuple[str, float]:
    """A pool as a bar; the program's objects in it are named below."""
    room = WIDTH - LABEL - 2 * LEFT
    scale = room / pool.capacity
    hint = f"pool at 0x{pool.address:x}: {pool.used} of {pool.capacity} blocks of {pool.block} bytes used"
    parts = [element("title", escape(hint)), text(LEFT, y + 13, f"{pool.block:>3} B {pool.used}/{pool.capacity}", class_="small")]
    x0 = LEFT + LABEL
    for run in pool.runs:
        words = f"{run.blocks} × {pool.block} bytes: {WORDS[run.state]}" + (f": {', '.join(run.names)}" if run.names else "")
        x, width = x0 + run.start * scale, run.blocks * scale
        if run.state == OURS:  # a single block may be thinner than can be seen
            width = max(width, 2.5)
        parts.append(element("g", [element("title", escape(words)), rect(x, y, width, BAR, class_=run.state)]))
    parts.append(element("rect", x=x0, y=y, width=room, height=BAR, fill="none", stroke="#334155"))
    names = [(x0 + (run.start + index + 0.5) * scale, name) for run in pool.runs for index, name in enumerate(run.names)]
    y += BAR
    if names:
        parts += [line(x, y, x, y + 4, class_="mark") for x, _ in names]
        label = ", ".join(name for _, name in names)
        rows, y = paragraph(x0, y + 14, label, room, SMALL, 14.0, class_="small")
        parts += rows
        y -= 10
    return element("g", parts, class_="pool", data_block=pool.block), y + STEP - BAR


def legend_of(memory: MemoryMap, y: float) -> tuple[str, float]:
    parts: list[str] = []
    x = LEFT
    for state, words in WORDS.items():
        width = 34 + SMALL * len(words) + 14
        if x + width > WIDTH - LEFT and x > LEFT:
            x, y = LEFT, y + 22
        parts += [rect(x, y, 24.0, 14.0, class_=state), element("rect", x=x, y=y, width=24, height=14, fill="none", stroke="#334155")]
        parts.append(text(x + 31, y + 12, words, class_="small"))
        x += width
    return element("g", parts, class_="legend", aria_hidden="true"), y + 22


