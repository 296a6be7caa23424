"""What a result says, typed and versioned, and how much of it a reader is shown: what is not named here stays inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from grader.marking.saying import Said, described, said_of
from grader.models import Diagnosis, Result
from grader.points import points_of

VERSION = 2


@dataclass(frozen=True)
class MarkedQuestion:
    id: str
    format: str
    line: int
    share: float  # of the whole exercise, from 0 to 1
    right: bool
    fraction: float
    answer: Any  # None: not answered
    answer_text: str
    parts: list[dict[str, Any]]
    why: list[str]
    truth: Any
    truth_text: str


@dataclass(frozen=True)
class Evidence:
    """One result's questions. Version 1, which said no version, held points by the worth of its day, and the wrong models."""

    questions: tuple[MarkedQuestion, ...]
    version: int = VERSION

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Evidence:
        version = stored.get("version", 1)
        if version not in (1, VERSION):
            raise ValueError(f"This result's evidence is of version {version}, which a later Heaplab wrote.")
        listed = stored["questions"]
        if version == 1:
            total = sum(one["max_points"] for one in listed)
            listed = [{**one, "share": one["max_points"] / total if total else 1 / len(listed)} for one in listed]
        names = [one.name for one in fields(MarkedQuestion)]
        return cls(tuple(MarkedQuestion(**{name: one[name] for name in names}) for one in listed))


@dataclass(frozen=True)
class Disclosed:
    """What of a result somebody may see now (grader/deciding/disclosure.py decides it)."""

    score: bool
    which: bool  # which answers are right
    model: bool  # the wrong model behind an answer, with its refutation
    truth: bool  # the right answers, and why


EVERYTHING = Disclosed(score=True, which=True, model=True, truth=True)
NOTHING = Disclosed(score=False, which=False, model=False, truth=False)


def for_reader(result: Result, disclosed: Disclosed) -> list[dict[str, Any]]:
    """The questions as a reader is shown them, in points by what the exercise is worth today. Needs the submission's placement."""
    worth = result.max_points
    said = said_of(diagnosis_of(result))
    shown = []
    for one in Evidence.from_json(result.evidence).questions:
        seen: dict[str, Any] = {
            "id": one.id,
            "format": one.format,
            "line": one.line,
            "answer": one.answer,
            "answer_text": one.answer_text,
        }
        if disclosed.which:
            points = {"points": float(points_of(one.share * one.fraction, worth)), "max_points": float(points_of(one.share, worth))}
            seen |= {"right": one.right, "fraction": one.fraction, **points}
        if disclosed.model:
            seen["misconceptions"] = [described(idea.id) for idea in said.of(one.id)] if said else []
        if disclosed.truth:
            seen |= {"truth": one.truth, "truth_text": one.truth_text, "why": one.why, "parts": one.parts}
        shown.append(seen)
    return shown


def diagnosis_of(result: Result) -> Diagnosis | None:
    return getattr(result, "diagnosis", None)


def models_pending(result: Result, disclosed: Disclosed) -> bool:
    """Whether the wrong model behind the answers is still being looked for."""
    found = diagnosis_of(result)
    return disclosed.model and result.fraction < 1 and found is not None and found.found_at is None


def said_to_reader(result: Result, disclosed: Disclosed) -> Said | None:
    return said_of(diagnosis_of(result)) if disclosed.model else None
