"""Sizes and times of replays: of every shipped exercise, and of the largest programs whose truth the tests hold."""

from __future__ import annotations

import gzip
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from exercises.reading.exercise import SHIPPED, exercise_files
from exercises.reading.shown import program_text
from grader.reading.replays import StoredReplay
from grader.simulating.jobs import Replay
from grader.simulating.replaying import MOST_COMPRESSED, replayed

TRUTHS = Path("tests/sim/truth")
LARGEST = 20
PYTHON = "3.13"
MOST_FOR_AN_EXERCISE = 60_000  # bytes, compressed
FIRST_VIEW, STORED_VIEW, WITHIN_LIMITS = 400.0, 100.0, 20_000.0  # milliseconds of processor
# Not one that anybody would write: as much as a program may do.
WORST = {
    "many objects": "kept = []\nfor i in range(50_000):\n    kept.append([i])\n",
    "a wide object": (
        "class C: pass\nkept = {i: C() for i in range(3000)}\nfor i in range(500):\n    kept[i].next = kept[i + 1]\n    del kept[i]\n"
    ),
    "many calls": "def f(n):\n    x = [n]\n    return f(n - 1) if n else x\nfor i in range(500):\n    f(60)\n",
    "much output": "for i in range(3000):\n    print('x' * 80, [i, i])\n",
}


@dataclass
class Measured:
    name: str
    first: float
    stored: float
    size: int
    steps: int
    by_event: int
    left_out: int


class Command(BaseCommand):
    help = "Sizes and times of replays: shipped exercises, the 20 largest truth programs (in the project), programs that do all they may."

    def handle(self, *args: Any, **options: Any) -> None:
        shipped = {file.stem: program_text(file.read_text(encoding="utf-8")) for file in exercise_files(SHIPPED)}
        truths = sorted((Path(settings.BASE_DIR) / TRUTHS).glob("*/*.py"), key=lambda file: (-file.stat().st_size, file.name))[:LARGEST]
        groups = {
            "shipped exercises": shipped,
            "largest truth programs": {file.stem: file.read_text(encoding="utf-8") for file in truths},
            "programs that do all they may": WORST,
        }
        replayed(next(iter(shipped.values())), PYTHON, "cpython", 1 << 20)  # whatever happens once
        found: dict[str, list[Measured]] = {}
        for group, programs in groups.items():
            self.stdout.write(f"{group}: milliseconds first and stored, bytes compressed, steps (by event)")
            for name, source in programs.items():
                row = self.measure(name, source)
                found.setdefault(group, []).append(row)
                left = f", {row.left_out} lines left out" if row.left_out else ""
                self.stdout.write(f"  {row.first:7.0f} {row.stored:5.1f} {row.size:7} {row.steps:4} ({row.by_event}){left}  {row.name}")
        self.conclude(found)

    def measure(self, name: str, source: str) -> Measured:
        """By the processor's clock, the better of two where that matters: what an idle machine takes."""
        first: list[float] = []
        stored: list[float] = []
        while not first or (len(first) < 2 and first[0] < 1.0):
            begun = time.process_time()
            answer = replayed(source, PYTHON, "cpython", Replay(source, PYTHON).limits.answer_bytes * 3 // 4)
            first.append(time.process_time() - begun)
        text = json.dumps(answer, separators=(",", ":"))
        for _ in range(2):
            # What a request does with a row that is there: the step in words for the page, and the steps for its script.
            begun = time.process_time()
            kept = json.loads(text)
            replay = StoredReplay(kept)
            replay.page(replay.last)
            sent = gzip.compress(json.dumps(kept, separators=(",", ":")).encode(), 5, mtime=0)
            stored.append(time.process_time() - begun)
        left_out = answer["lines_left_out"] + answer["steps_left_out"]
        return Measured(name, min(first) * 1000, min(stored) * 1000, len(sent), len(answer["steps"]), answer["by_event"], left_out)

    def conclude(self, found: dict[str, list[Measured]]) -> None:
        """One line of figures; a status of its own where one falls short."""
        shipped, *others = found.values()
        everything = [row for rows in found.values() for row in rows]
        firsts = sorted(row.first for row in shipped)
        p95 = firsts[min(len(firsts) - 1, int(len(firsts) * 0.95))]
        largest, largest_of_all = max(row.size for row in shipped), max(row.size for row in everything)
        longest, stored = max(row.first for rows in others for row in rows), max(row.stored for row in everything)
        aims = [
            largest <= MOST_FOR_AN_EXERCISE,
            largest_of_all <= MOST_COMPRESSED,
            p95 < FIRST_VIEW,
            longest < WITHIN_LIMITS,
            stored < STORED_VIEW,
        ]
        self.stdout.write(
            f"{'All reached' if all(aims) else 'NOT REACHED'}: largest exercise {largest / 1000:.1f} kB (60), largest of all "
            f"{largest_of_all / 1000:.1f} kB (400); first view of an exercise p95 {p95:.0f} ms (400), of the worst program "
            f"{longest:.0f} ms ({WITHIN_LIMITS:.0f}); stored view at most {stored:.0f} ms (100)."
        )
        if not all(aims):
            sys.exit(1)
