"""The budgets of one run. All are counters, so a verdict never depends on the machine's speed.

`source_bytes`, `lines`, `line_length`, `nesting`, `tree_depth` and `nodes` are checked before anything runs and lie below what
every supported host's own parser accepts (hosts differ, an Outcome must not).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Budgets: steps in instructions, heap_bytes in simulated bytes, lengths in characters, depth in nested native operations."""

    steps: int = 2_000_000
    heap_bytes: int = 32 * 1024 * 1024
    objects: int = 300_000
    depth: int = 2_000
    output_bytes: int = 256 * 1024
    digits: int = 4_300
    int_bits: int = 65_536
    string_length: int = 1024 * 1024
    items: int = 300_000
    source_bytes: int = 64 * 1024
    lines: int = 3_000
    line_length: int = 1_000
    nesting: int = 40
    tree_depth: int = 100
    nodes: int = 30_000
