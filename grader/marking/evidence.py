"""What a result says, and how much of it a reader is shown: what is not named here stays inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Disclosed:
    """What of a result somebody may see now (grader/deciding/disclosure.py decides it)."""

    score: bool
    which: bool  # which answers are right
    model: bool  # the wrong model behind an answer, with its refutation
    truth: bool  # the right answers, and why


EVERYTHING = Disclosed(score=True, which=True, model=True, truth=True)
NOTHING = Disclosed(score=False, which=False, model=False, truth=False)

OWN = ("id", "format", "line", "answer", "answer_text")
WHICH = ("right", "fraction", "points", "max_points")
MODEL = ("misconceptions",)
TRUTH = ("truth", "truth_text", "why", "parts")


def for_reader(evidence: dict[str, Any], disclosed: Disclosed) -> dict[str, Any]:
    names = [*OWN, *(WHICH if disclosed.which else ()), *(MODEL if disclosed.model else ()), *(TRUTH if disclosed.truth else ())]
    return {"questions": [{name: one[name] for name in names if name in one} for one in evidence["questions"]]}
