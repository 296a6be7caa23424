"""A stored replay, read: what one step shows, in words, and which step a question or a line of the program means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sim
from exercises.formats import Question

# Which step of its line shows best what a question asks; where there is none, the last one, when execution leaves the line.
MOMENTS: dict[str, tuple[str, ...]] = {
    "dies": ("died",),
    "order": ("finalizer", "callback"),
    "prints": ("printed",),
    "collect": ("unreachable",),
}


@dataclass(frozen=True)
class StepPage:
    """One step as a page without scripts shows it."""

    number: int
    line: int
    words: str
    output: str
    text: list[str]


class StoredReplay:
    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.steps: list[dict[str, Any]] = answer["steps"]

    @property
    def last(self) -> int:
        return len(self.steps) - 1

    def step_of(self, question: Question) -> int | None:
        """None where execution never comes to its line."""
        here = list(self.at_line(question.line))
        wanted = MOMENTS.get(question.format, ())
        return next((number for number in here if self.steps[number]["what"] in wanted), here[-1] if here else None)

    def at_line(self, line: int) -> Iterator[int]:
        """The steps of a line while it runs for the first time, to the one with which it is left."""
        first = next((one.get("visit", 1) for one in self.steps if one.get("line") == line), 0)
        for number, step in enumerate(self.steps):
            if step.get("line") == line and step.get("visit", 1) == first:
                yield number

    def step_of_line(self, line: int) -> int | None:
        return max(self.at_line(line), default=None)

    def lines(self) -> set[int]:
        """Those that execution comes to."""
        return {step.get("line", 0) for step in self.steps}

    def page(self, number: int) -> StepPage:
        number = max(0, min(number, self.last))
        shown: dict[int, int] = {}
        frames: list[int] = []
        for step in self.steps[: number + 1]:
            for gone in step.get("gone", ()):
                shown.pop(gone, None)
            shown.update({self.answer["boxes"][place]["number"]: place for place in step.get("boxes", ())})
            frames = step.get("frames", frames)
        step = self.steps[number]
        scene = sim.Scene(
            python=self.answer["python"],
            line=step.get("line", 0),
            visit=step.get("visit", 1),
            code="",
            frames=tuple(frame_of(self.answer["frames"][place]) for place in frames),
            boxes=tuple(box_of(self.answer["boxes"][shown[place]]) for place in sorted(shown)),
            omitted=step.get("omitted", 0),
        )
        output = "".join(one.get("printed", "") for one in self.steps[: number + 1])
        # The first two lines say which moment it is, as the page does.
        return StepPage(number, scene.line, step.get("words", ""), output, sim.scene_words(scene).split("\n")[2:])


def box_of(row: dict[str, Any]) -> sim.Box:
    return sim.Box(
        number=row["number"],
        kind=row["kind"],
        name=row.get("name", ""),
        count=row.get("count"),
        slots=tuple(slot_of(one) for one in row.get("slots", ())),
        gap=row.get("gap", 0),
        left_out=row.get("left_out", 0),
        states=tuple(row.get("states", ())),
        holders=tuple(row.get("holders", ())),
        verdict=row.get("verdict", ""),
    )


def frame_of(row: dict[str, Any]) -> sim.FrameBox:
    slots, temporaries = (tuple(slot_of(one) for one in row.get(part, ())) for part in ("slots", "temporaries"))
    return sim.FrameBox(row["name"], 0, slots, temporaries)


def slot_of(row: dict[str, Any]) -> sim.Slot:
    return sim.Slot(row.get("label", ""), row.get("value", ""), row.get("target"), row.get("state", ""), row.get("weak", False))
