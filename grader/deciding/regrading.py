"""Grading again, after a correction: first the difference, then the decision, and a way back. No result is ever overwritten.

The decision is one row: `applied_at` and `undone_at` say which results count, and nothing else does. Standings are worked out from that.
They follow in slices after the decision is stored, each student's at one exercise in one piece, and `settled_at` says when all have.
If that ends midway, any worker node goes on with it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Now

from exercises.models import Course, Placement, Revision, User
from exercises.reading.identity import Changes, question_changes
from exercises.reading.revision import questions_of
from grader.accepting.bell import ring
from grader.accepting.submissions import REGRADE
from grader.clock import now_sql
from grader.models import AuditEvent, Grading, Regrading, Result, Submission, that_count
from grader.points import points_of
from grader.version import GRADER_VERSION
from grader.working.settling import settle_regrading


class CannotRegrade(Exception):
    """Why not, and what to do."""


@dataclass(frozen=True)
class Change:
    """In points, by what the exercise is worth today."""

    submission: Submission
    before: Decimal | None  # None: not graded so far
    after: Decimal


@dataclass(frozen=True)
class Failure:
    """A submission that this regrading could not grade: what counted before stays."""

    submission: Submission
    reason: str


@dataclass(frozen=True)
class Difference:
    waiting: int
    same: int
    changes: list[Change]
    failures: list[Failure]

    @property
    def ready(self) -> bool:
        return self.waiting == 0

    @property
    def failed(self) -> int:
        return len(self.failures)


@dataclass(frozen=True)
class AskedOtherwise:
    """What was answered at one placement under one revision, and is now marked under another that asks something else."""

    placement: Placement
    before: Revision
    after: Revision
    changes: Changes
    submissions: int

    def __str__(self) -> str:
        many = f"{self.submissions} answer{'' if self.submissions == 1 else 's'}"
        revisions = f"revision {self.before.number}, marked against revision {self.after.number}"
        return f"{self.placement.exercise.slug}: {many} to {revisions}: {self.changes.in_words()}"


def request(*, course: Course, placement: Placement | None, reason: str, by: User | None, to_pinned_revision: bool = False) -> Regrading:
    """Has everything handed in so far graded again, behind all other work; what could not be graded, too. Nothing a student sees changes
    before apply().
    """
    if placement is not None and placement.assignment.course_id != course.pk:
        raise CannotRegrade("The exercise is not in this course. Choose one of the course's own.")
    placed = Placement.objects.filter(assignment__course=course) if placement is None else Placement.objects.filter(pk=placement.pk)
    terms = {str(one.pk): {"revision": one.revision_id, "python": one.python, "worth": str(one.points)} for one in placed}
    with transaction.atomic():
        regrading = Regrading.objects.create(
            course=course,
            placement=placement,
            reason=reason,
            requested_by=by,
            to_pinned_revision=to_pinned_revision,
            terms=terms if to_pinned_revision else {},
            grader_version=f"{GRADER_VERSION}/{uuid.uuid4().hex[:12]}",
        )
        queue(regrading, [one.pk for one in placed])
        AuditEvent.record(by, "regrading.requested", course=course, target=str(regrading.pk), reason=reason)
        transaction.on_commit(ring)
    return regrading


def queue(regrading: Regrading, placements: list[int]) -> None:
    """One statement, however many there are."""
    if not placements:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grader_grading (submission_id, grader_version, regrading_id, state, fence, deliveries, crashes, infra_errors, "
            "crash_nodes, lease_owner, next_at, reason, priority) "
            f"SELECT id, %s, %s, 'received', 0, 0, 0, 0, '[]', '', {now_sql()}, '', %s FROM grader_submission "
            f"WHERE placement_id IN ({', '.join(['%s'] * len(placements))})",
            [regrading.grader_version, regrading.pk, REGRADE, *placements],
        )


def submissions_of(regrading: Regrading) -> QuerySet[Submission]:
    return Submission.objects.filter(gradings__regrading=regrading)


def difference(regrading: Regrading) -> Difference:
    """What would change, or did, for whom."""
    gradings = Grading.objects.filter(regrading=regrading)
    failed = gradings.filter(state=Grading.State.FAILED_PERMANENT).select_related("submission__student", "submission__placement")
    results = Result.objects.filter(submission__in=submissions_of(regrading))
    anew = dict(Result.objects.filter(regrading=regrading).values_list("submission_id", "fraction"))
    before = dict(that_count(results, without=regrading).values_list("submission_id", "fraction"))
    differing = Submission.objects.select_related("student", "placement__exercise").filter(
        pk__in=[pk for pk, fraction in anew.items() if before.get(pk) != fraction]
    )
    changes = []
    for one in differing.order_by("student__username", "placement_id", "attempt_no"):
        was, worth = before.get(one.pk), one.placement.points
        changes.append(
            Change(one, None if was is None else points_of(was * one.credit, worth), points_of(anew[one.pk] * one.credit, worth))
        )
    return Difference(
        waiting=gradings.filter(state__in=Grading.UNFINISHED).count(),
        same=len(anew) - len(changes),
        changes=changes,
        failures=[Failure(one.submission, one.reason) for one in failed],
    )


def asked_otherwise(regrading: Regrading) -> list[AskedOtherwise]:
    """Where the revision it marks against asks something else than the one that was answered. Answers go along with their questions,
    wherever these stand now; where an author's id asks something else, the answer is marked all the same; what is added nobody answered.
    """
    if not regrading.to_pinned_revision:
        return []
    answered = submissions_of(regrading).values("placement_id", "revision_id").annotate(many=Count("pk"))
    moves = [
        (one["placement_id"], one["revision_id"], regrading.terms[str(one["placement_id"])]["revision"], one["many"])
        for one in answered.order_by("placement_id", "revision_id")
    ]
    revisions = Revision.objects.in_bulk({pk for _, before, after, _ in moves for pk in (before, after)})
    placements = Placement.objects.select_related("exercise", "assignment").in_bulk({placement for placement, _, _, _ in moves})
    found = []
    for placement, before, after, many in moves:
        changes = question_changes(questions_of(revisions[before]), questions_of(revisions[after]))
        if changes.changed or changes.added or changes.gone:
            found.append(AskedOtherwise(placements[placement], revisions[before], revisions[after], changes, many))
    return found


def apply(regrading: Regrading, by: User | None, *, accept_changed_questions: bool = False, within: float | None = None) -> None:
    """Makes its results count. `within`: so many seconds standings are brought in step here; the nodes do the rest."""
    if Grading.objects.filter(regrading=regrading, state__in=Grading.UNFINISHED).exists():
        raise CannotRegrade("Some of it is still being graded. Wait until nothing is waiting, and look at the difference once more.")
    changed = asked_otherwise(regrading)
    if changed and not accept_changed_questions:
        raise CannotRegrade(
            f"The exercise asks something else than what was answered ({' | '.join(map(str, changed))}). "
            "Look at the difference, and confirm the changed questions to apply it all the same."
        )
    decide(regrading, by, "regrading.applied", {"applied_at": Now()}, within, applied_at=None)


def undo(regrading: Regrading, by: User | None, *, within: float | None = None) -> None:
    """What counted before counts again."""
    decide(regrading, by, "regrading.undone", {"undone_at": Now()}, within, applied_at__isnull=False, undone_at=None)


def decide(
    regrading: Regrading, by: User | None, action: str, change: dict[str, object], within: float | None, **condition: object
) -> None:
    with transaction.atomic():
        # The condition is repeated in the statement: of two people who decide at once, one is told.
        if not Regrading.objects.filter(pk=regrading.pk, **condition).update(settled_at=None, **change):
            raise CannotRegrade("Somebody has decided on this regrading meanwhile. Reload the page to see what holds.")
        AuditEvent.record(by, action, course=regrading.course, target=str(regrading.pk), reason=regrading.reason)
    regrading.refresh_from_db()
    settle_regrading(regrading, within=within)
