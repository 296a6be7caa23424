"""How far a submission has come, and which of its results counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from grader.models import Grading, Result, Submission, that_count
from grader.models.result import STANDING_RESULTS


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


def that_stand(submissions: QuerySet[Submission], state: str) -> QuerySet[Submission]:
    """Those whose Progress has this state. A regrading's work says nothing about it until its result counts."""
    counts = Exists(Result.objects.filter(STANDING_RESULTS, submission=OuterRef("pk")))
    if state == Grading.State.GRADED:
        return submissions.filter(counts)
    first = Grading.objects.filter(submission=OuterRef("pk"), regrading=None)
    here = Exists(first.filter(state=state))
    return submissions.filter(here | ~Exists(first) if state == Grading.State.RECEIVED else here).exclude(counts)


def counting_results(submissions: Iterable[Submission]) -> dict[Any, Result]:
    """The result that counts for each."""
    known = {one.pk: one for one in submissions}
    results = {
        one.submission_id: one for one in that_count(Result.objects.filter(submission__in=known)).select_related("revision", "diagnosis")
    }
    for pk, result in results.items():
        result.submission = known[pk]
    return results


def progress_of(submission: Submission) -> Progress:
    return progress_of_all([submission])[0]


def progress_of_all(submissions: list[Submission]) -> list[Progress]:
    # The gradings first: one that says "graded" was committed together with its result, which the second query then sees.
    gradings: dict[Any, Grading] = {}
    for grading in Grading.objects.filter(submission__in=[one.pk for one in submissions], regrading=None).order_by("-id"):
        gradings[grading.submission_id] = grading
    results = counting_results(submissions)
    return [Progress(one, gradings.get(one.pk), results.get(one.pk)) for one in submissions]
