"""A run as a row of steps, one for each event of its heap, as differences: plain data, for a page to draw.

    {"version": 2, "python": "3.13", "belief": "cpython", "ending": "finished", "error": null, "reason": null,
     "by_event": 43, "lines_left_out": 0, "steps_left_out": 0,
     "boxes": [BOX, ...], "frames": [FRAME, ...], "pools": [POOL, ...], "free_lists": [LIST, ...],
     "steps": [{"what": "count", "line": 7, "visit": 1, "words": "...", "about": 3, "leaves": true,
                "boxes": [0, 3], "gone": [2], "frames": [1], "memory": {"pools": [0, 4], "free_lists": [2], ...}}, ...],
     "stories": {"4": ["Its block of 272 bytes went back to its pool."]},
     "wide": LAYOUT, "narrow": LAYOUT}

A BOX is an object as it looked from some step on; a step names the boxes that are new or changed, each in the place of the one with its
`number`, and what is gone. Frames and memory are named only where they differ from the step before. Fields that say nothing are left out.
Steps from `by_event` on are a line each.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from typing import Any

import sim

VERSION = 2
MOST_COMPRESSED = 400_000  # bytes
DETAILS = (300, 75, 0)  # how many single events are shown, until it fits


def replayed(source: str, python: str, belief: str, most_bytes: int) -> dict[str, Any]:
    """As fine as it fits; then as many steps as fit, from the first on. How much was left out is said."""
    for most_events in DETAILS:
        film = sim.film(source, python=python, belief=belief, most_events=most_events)
        answer = written(film, film.shots)
        if fits(answer, most_bytes):
            return answer
    shots = film.shots
    while not fits(answer, most_bytes) and shots:
        shots = shots[: len(shots) // 2]
        answer = written(film, shots)
    return answer


def fits(answer: dict[str, Any], most_bytes: int) -> bool:
    text = json.dumps(answer, separators=(",", ":")).encode()
    return len(text) <= most_bytes and len(zlib.compress(text, 6)) <= MOST_COMPRESSED


def written(film: sim.Film, shots: list[sim.Shot]) -> dict[str, Any]:
    outcome, tables = film.outcome, Tables()
    steps = [tables.step(shot) for shot in shots]
    shown = {box.number for shot in shots for box in shot.scene.boxes}
    return {
        "version": VERSION,
        "python": outcome.python,
        "belief": outcome.belief,
        "ending": outcome.ending,
        "error": outcome.error,
        "reason": outcome.reason,
        "by_event": min(film.by_event, len(steps)),
        "lines_left_out": film.lines_left_out,
        "steps_left_out": len(film.shots) - len(shots),
        "boxes": tables.boxes.rows,
        "frames": tables.frames.rows,
        "pools": tables.pools.rows,
        "free_lists": tables.free_lists.rows,
        "steps": steps,
        "stories": {str(number): words for number, words in film.stories.items() if number in shown},
        "wide": asdict(film.wide),
        "narrow": asdict(film.narrow),
    }


class Table:
    """Rows that stand there once, however often they are named."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.known: dict[str, int] = {}

    def place(self, row: dict[str, Any]) -> int:
        plain = said(row)
        key = json.dumps(plain, sort_keys=True)
        if key not in self.known:
            self.known[key] = len(self.rows)
            self.rows.append(plain)
        return self.known[key]


class Tables:
    def __init__(self) -> None:
        self.boxes, self.frames, self.pools, self.free_lists = Table(), Table(), Table(), Table()
        self.shown: dict[int, int] = {}  # what the step before showed: number -> box
        self.frame_rows: list[int] = []
        self.memory: dict[str, Any] = {}

    def step(self, shot: sim.Shot) -> dict[str, Any]:
        scene = shot.scene
        boxes = {box.number: self.boxes.place({**asdict(box), "label": sim.label(box), "depth": None}) for box in scene.boxes}
        frames = [self.frames.place({**asdict(frame), "line": None}) for frame in scene.frames]
        step = {
            "what": shot.what,
            "line": shot.line,
            "visit": shot.visit if shot.visit > 1 else None,
            "depth": shot.depth,
            "words": shot.words,
            "about": shot.about or None,
            "printed": shot.printed,
            "printed_left_out": shot.printed_left_out or None,
            "sums": shot.sums,
            "leaves": shot.leaves,
            "boxes": [place for number, place in boxes.items() if self.shown.get(number) != place],
            "gone": [number for number in self.shown if number not in boxes],
            "omitted": scene.omitted or None,
        }
        if frames != self.frame_rows:
            step["frames"] = frames
        memory = self.memory_of(shot)
        if memory is not None and memory != self.memory:
            step["memory"] = self.memory = memory
        self.shown, self.frame_rows = boxes, frames
        plain: dict[str, Any] = said(step)
        if "frames" in step:
            plain["frames"] = frames  # no frame at all says something
        return plain

    def memory_of(self, shot: sim.Shot) -> dict[str, Any] | None:
        if shot.memory is None:
            return None
        return {
            "pools": [self.pools.place(asdict(pool)) for pool in shot.memory.busy],
            "free_lists": [self.free_lists.place(asdict(one)) for one in shot.memory.free_lists],
            "resting": len(shot.memory.pools) - len(shot.memory.busy),
            "arenas": shot.memory.arenas,
            "pools_free": shot.memory.pools_free,
            "large": shot.memory.large,
            "large_bytes": shot.memory.large_bytes,
        }


def said(value: Any) -> Any:
    """Without what says nothing."""
    if isinstance(value, dict):
        return {name: said(one) for name, one in value.items() if one is not None and one is not False and one not in ("", (), [])}
    if isinstance(value, list | tuple):
        return [said(one) for one in value]
    return value
