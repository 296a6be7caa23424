"""The idea behind a submission's wrong answers, as the top of its verdict tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grader.deciding.access import Seat
from grader.marking.evidence import Disclosed, said_to_reader
from grader.marking.saying import Belief
from grader.models import Result
from grader.reading.next_question import offer_for
from grader.reading.partings import Parting, partings_of


@dataclass(frozen=True)
class Told:
    """One idea: the numbers of the questions that it explains, and of those that its holder would have answered otherwise."""

    belief: Belief
    explains: list[int]
    contradicts: list[int]
    parting: Parting | None
    parting_comes: bool


def idea_behind(seat: Seat, result: Result, shown: Disclosed, numbers: Mapping[str, int], wrong: int, now: datetime) -> dict[str, Any]:
    """`numbers`: each question's number on the page. Where CPython and the idea part says what is right, so it is shown as that is."""
    said = said_to_reader(result, shown)
    if said is None or not wrong:
        return {}
    models = tuple(one.id for one in said.ideas)
    partings = partings_of(result.revision, result.python, models) if shown.truth and models else {}
    student = result.submission.student
    asks = said.kind == "either" and student == seat.user and seat.may_answer
    return {
        "said": said,
        "wrong": wrong,
        "ideas": [
            Told(
                one,
                sorted(numbers[name] for name in one.explains if name in numbers),
                sorted(numbers[name] for name in one.contradicts if name in numbers),
                partings.get(one.id),
                shown.truth and one.id not in partings,
            )
            for one in said.ideas
        ],
        "offer": offer_for(student, seat.course, models, now) if asks else None,
    }
