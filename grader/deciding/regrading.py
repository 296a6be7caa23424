"""Grading again, after a correction: first the difference, then the decision, and a way back. No result is ever overwritten."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from exercises.models import Course, Placement, User
from grader.accepting import standings
from grader.accepting.bell import ring
from grader.accepting.submissions import REGRADE
from grader.models import AuditEvent, Grading, Regrading, Result, Submission, that_count
from grader.points import points_of
from grader.version import GRADER_VERSION


class CannotRegrade(Exception):
    """Why not, and what to do."""


@dataclass(frozen=True)
class Change:
    """In points, by what the exercise is worth today."""

    submission: Submission
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Difference:
    waiting: int
    failed: int
    same: int
    changes: list[Change]

    @property
    def ready(self) -> bool:
        return self.waiting == 0


def request(*, course: Course, placement: Placement | None, reason: str, by: User | None, to_pinned_revision: bool = False) -> Regrading:
    """Has everything graded so far graded again, behind all other work. Nothing a student sees changes before apply()."""
    if placement is not None and placement.assignment.course_id != course.pk:
        raise CannotRegrade("The exercise is not in this course. Choose one of the course's own.")
    version = f"{GRADER_VERSION}/{uuid.uuid4().hex[:12]}"
    with transaction.atomic():
        regrading = Regrading.objects.create(
            course=course,
            placement=placement,
            reason=reason,
            requested_by=by,
            to_pinned_revision=to_pinned_revision,
            grader_version=version,
        )
        graded = submissions_of(regrading).filter(results__regrading=None).distinct()
        Grading.objects.bulk_create(
            [
                Grading(submission_id=pk, grader_version=version, next_at=Now(), priority=REGRADE)
                for pk in graded.values_list("pk", flat=True)
            ],
            batch_size=1000,
        )
        AuditEvent.record(by, "regrading.requested", course=course, target=str(regrading.pk), reason=reason)
        transaction.on_commit(ring)
    return regrading


def submissions_of(regrading: Regrading) -> QuerySet[Submission]:
    if regrading.placement_id is not None:
        return Submission.objects.filter(placement=regrading.placement_id)
    return Submission.objects.filter(placement__assignment__course=regrading.course_id)


def difference(regrading: Regrading) -> Difference:
    """What would change, or did, for whom."""
    states = list(Grading.objects.filter(grader_version=regrading.grader_version).values_list("state", flat=True))
    anew = {result.submission_id: result for result in Result.objects.filter(regrading=regrading)}
    submissions = list(Submission.objects.filter(pk__in=anew).select_related("student", "placement"))
    before = {one.submission_id: one for one in that_count(Result.objects.filter(submission__in=anew), without=regrading).defer("evidence")}
    changes = [
        Change(one, points_of(was * one.credit, one.placement.points), points_of(now * one.credit, one.placement.points))
        for one in submissions
        if (was := before[one.pk].fraction) != (now := anew[one.pk].fraction)
    ]
    failed = states.count(Grading.State.FAILED_PERMANENT)
    graded = states.count(Grading.State.GRADED)
    return Difference(waiting=len(states) - failed - graded, failed=failed, same=len(anew) - len(changes), changes=changes)


def apply(regrading: Regrading, by: User | None) -> None:
    """Makes its results count."""
    if not difference(regrading).ready:
        raise CannotRegrade("Some of it is still being graded. Wait until nothing is waiting, and look at the difference once more.")
    decide(regrading, by, "regrading.applied", {"applied_at": Now()}, applied_at=None)


def undo(regrading: Regrading, by: User | None) -> None:
    """What counted before counts again."""
    decide(regrading, by, "regrading.undone", {"undone_at": Now()}, applied_at__isnull=False, undone_at=None)


def decide(regrading: Regrading, by: User | None, action: str, change: dict[str, object], **condition: object) -> None:
    with transaction.atomic():
        # The condition is repeated in the statement: of two people who decide at once, one is told.
        if not Regrading.objects.filter(pk=regrading.pk, **condition).update(**change):
            raise CannotRegrade("Somebody has decided on this regrading meanwhile. Reload the page to see what holds.")
        affected = Submission.objects.filter(results__regrading=regrading).values_list("student_id", "placement_id").distinct()
        standings.recompute(list(affected))
        AuditEvent.record(by, action, course=regrading.course, target=str(regrading.pk), reason=regrading.reason)
    regrading.refresh_from_db()
