"""What a class gets wrong, by first attempts: later ones were made by people who had seen a verdict."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from exercises.models import Placement
from grader.models import Result, Standing, Submission
from grader.reading.progress import counting_results
from grader.reading.staff import students_of


@dataclass
class AnswerCount:
    text: str
    right: bool
    fraction: float
    count: int
    share: float
    misconceptions: list[dict[str, Any]]


@dataclass
class ItemQuestion:
    spec: dict[str, Any]
    facility: float | None
    truth_text: str
    answers: list[AnswerCount] = field(default_factory=list)
    confident_wrong: int = 0


@dataclass(frozen=True)
class ItemAnalysis:
    placement: Placement
    students: int
    answered: int
    graded: int
    facility: float | None
    solved_first: int
    solved_ever: int
    attempts: int
    questions: list[ItemQuestion]
    misconceptions: list[tuple[dict[str, Any], int]]


def item_analysis(placement: Placement) -> ItemAnalysis:
    """First attempts only: later ones were made by people who had seen a verdict."""
    students = students_of(placement.assignment.course)
    # Of those who study here now: assistants who once answered, and whoever left, would count twice or never.
    standings = Standing.objects.filter(placement=placement, attempts__gt=0, student__in=students.order_by().values("pk"))
    facts = standings.aggregate(answered=Count("pk"), solved=Count("pk", filter=Q(best_fraction__gte=1)))
    attempts = sum(standings.values_list("attempts", flat=True))
    firsts = [
        one.first_submission
        for one in standings.filter(first_submission__isnull=False).select_related("first_submission")
        if one.first_submission
    ]
    results = counting_results(firsts)
    # An answer to another revision was an answer to other questions.
    pairs = [(one, results[one.pk]) for one in firsts if one.pk in results and results[one.pk].revision_id == placement.revision_id]
    fractions = [float(result.fraction) for _, result in pairs]
    return ItemAnalysis(
        placement=placement,
        students=students.count(),
        answered=facts["answered"],
        graded=len(pairs),
        facility=_mean(fractions),
        solved_first=sum(1 for one in fractions if one >= 1),
        solved_ever=facts["solved"],
        attempts=attempts,
        questions=[_item_question(spec, pairs) for spec in placement.revision.spec["questions"]],
        misconceptions=_misconceptions(pairs),
    )


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _item_question(spec: dict[str, Any], pairs: list[tuple[Submission, Result]]) -> ItemQuestion:
    given: list[tuple[dict[str, Any], Submission]] = []
    for submission, result in pairs:
        given += [(one, submission) for one in result.evidence["questions"] if one["id"] == spec["id"]]
    counted = Counter(json.dumps(one["answer"], sort_keys=True) for one, _ in given)
    samples = {json.dumps(one["answer"], sort_keys=True): one for one, _ in given}
    return ItemQuestion(
        spec=spec,
        facility=_mean([float(one["fraction"]) for one, _ in given]),
        truth_text=given[0][0]["truth_text"] if given else "",
        answers=[
            AnswerCount(
                text=samples[key]["answer_text"],
                right=bool(samples[key]["right"]),
                fraction=float(samples[key]["fraction"]),
                count=count,
                share=count / len(given),
                misconceptions=samples[key]["misconceptions"],
            )
            for key, count in counted.most_common()
        ],
        confident_wrong=sum(1 for one, submission in given if not one["right"] and submission.confidence.get(spec["id"], 0) >= 4),
    )


def _misconceptions(pairs: list[tuple[Submission, Result]]) -> list[tuple[dict[str, Any], int]]:
    """Each model with the number of students whose answers it gives; a student counts once, however many questions show it."""
    known: dict[str, dict[str, Any]] = {}
    counted: Counter[str] = Counter()
    for _, result in pairs:
        mine = {one["id"]: one for question in result.evidence["questions"] for one in question["misconceptions"]}
        known |= mine
        counted.update(mine.keys())
    return [(known[name], count) for name, count in counted.most_common()]
