"""The stretch of a run during which one line ran.

A line runs from the moment another line of the same body of code was left until it is left itself. What a function called from the
line does, and what finalisers do, is part of it. The simulator only tells when lines are left, so the questions that need a stretch
put a mark on every line of the body.
"""

from __future__ import annotations

from dataclasses import dataclass

import sim
from exercises.formats.question import Question


@dataclass(frozen=True)
class Span:
    entered: int
    left: int

    def holds(self, at: int) -> bool:
        return self.entered < at < self.left


def marks(question: Question) -> tuple[sim.Probe, ...]:
    """The first mark is the question's own line."""
    others = [line for line in question.block if line != question.line]
    return tuple(sim.Probe("mark", line, ()) for line in [question.line, *others])


def span(question: Question, outcome: sim.Outcome, probe_offset: int) -> Span | None:
    last = probe_offset + len(question.block)
    own = [seen.at for seen in outcome.observations if seen.probe == probe_offset]
    if len(own) != 1:
        return None
    others = [seen.at for seen in outcome.observations if probe_offset < seen.probe < last and seen.at < own[0]]
    return Span(entered=max(others, default=-1), left=own[0])
