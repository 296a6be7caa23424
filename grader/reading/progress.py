"""How far a submission has come, and which of its results counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from grader.models import Grading, Result, Submission


@dataclass(frozen=True)
class Progress:
    """Where one submission stands: its grading, and the result that counts once there is one."""

    submission: Submission
    grading: Grading | None
    result: Result | None

    @property
    def state(self) -> str:
        if self.result is not None:
            return "graded"
        return str(self.grading.state) if self.grading else str(Grading.State.RECEIVED.value)

    @property
    def finished(self) -> bool:
        return self.state in ("graded", "failed_permanent")


def counting_results(submissions: Iterable[Submission]) -> dict[Any, Result]:
    """The result that counts for each: the newest regrading that was applied and not undone, else the first grading."""
    counts = Q(regrading=None) | Q(regrading__applied_at__isnull=False, regrading__undone_at=None)
    results = Result.objects.filter(counts, submission__in=[one.pk for one in submissions]).select_related("regrading", "revision")
    return {one.submission_id: one for one in sorted(results, key=_counts_after)}


def _counts_after(result: Result) -> tuple[bool, datetime, int]:
    applied = result.regrading.applied_at if result.regrading else None
    return (applied is not None, applied or result.created_at, result.pk)


def progress_of(submission: Submission) -> Progress:
    return progress_of_all([submission])[0]


def progress_of_all(submissions: list[Submission]) -> list[Progress]:
    # The gradings first: one that says "graded" was committed together with its result, which the second query then sees.
    gradings: dict[Any, Grading] = {}
    for grading in Grading.objects.filter(submission__in=[one.pk for one in submissions]).order_by("-id"):
        # The first grading is the one the student waits for; later ones are regradings.
        gradings[grading.submission_id] = grading
    results = counting_results(submissions)
    return [Progress(one, gradings.get(one.pk), results.get(one.pk)) for one in submissions]


def points_sign(points: Decimal, max_points: Decimal) -> str:
    if points >= max_points:
        return "good"
    return "part" if points > 0 else "bad"
