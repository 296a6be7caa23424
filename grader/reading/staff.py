"""What the staff see of a course: who earned what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from exercises import access
from exercises.clock import database_now
from exercises.courses.windows import window_from
from exercises.models import Assignment, Course, Membership, Placement, User
from grader.models import Grading, Standing, Submission
from grader.points import NOTHING, sign_of
from grader.reading.attention import failed_in
from grader.reading.progress import Progress, progress_of_all

UNSHOWN = ("answers", "confidence", "answers_digest", "idempotency_key")


@dataclass(frozen=True)
class Cell:
    placement: Placement
    standing: Standing | None
    failed: Grading | None = None  # the newest that was given up and that no result counts for

    @property
    def answered(self) -> bool:
        """Something was handed in. A refused answer leaves a standing and no attempt."""
        return self.standing is not None and bool(self.standing.attempts or self.standing.returned)

    @property
    def state(self) -> str:
        if not self.answered:
            return ""
        if self.sign is not None:
            return "graded"
        return "not graded" if self.standing and self.standing.attempts else "given back"

    @property
    def late_by(self) -> timedelta | None:
        """How long after its due time the attempt that counts came in; None in time."""
        best = self.standing.best_submission if self.standing else None
        if best is None or not best.is_late or best.due_at_snapshot is None:
            return None
        return best.received_at - best.due_at_snapshot

    @property
    def sign(self) -> str | None:
        if self.standing is None or self.standing.best_fraction is None:
            return None
        return sign_of(self.standing.best_fraction)


@dataclass(frozen=True)
class Row:
    student: User
    cells: list[Cell]
    membership: Membership | None
    counted: frozenset[int]  # the assignments that have opened

    @property
    def total(self) -> Decimal:
        held = (cell.standing for cell in self.cells if cell.standing and cell.placement.assignment_id in self.counted)
        return sum((one.best_points or NOTHING for one in held), NOTHING)


@dataclass(frozen=True)
class Gradebook:
    course: Course
    columns: list[Placement]
    rows: list[Row]
    counted: frozenset[int]

    @property
    def spans(self) -> list[tuple[Assignment, int, bool]]:
        """Assignments with their number of columns, in order, and whether they count in the total."""
        spans: list[tuple[Assignment, int, bool]] = []
        for placement in self.columns:
            width = spans.pop()[1] if spans and spans[-1][0].pk == placement.assignment_id else 0
            spans.append((placement.assignment, width + 1, placement.assignment_id in self.counted))
        return spans

    @property
    def max_points(self) -> Decimal:
        return sum((one.points for one in self.columns if one.assignment_id in self.counted), NOTHING)


def students_of(course: Course, search: str = "", *, left: bool = False) -> QuerySet[User]:
    """Those in the course now, or those who left; found by all the words of a search, in whatever order they stand."""
    students = former_students_of(course) if left else access.students_of(course)
    for word in search.replace(",", " ").split():
        students = students.filter(
            Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
        )
    return students.order_by("last_name", "first_name", "username")


def former_students_of(course: Course) -> QuerySet[User]:
    """Whoever left, and whoever handed something in and is no student of the course any more."""
    left = Membership.objects.filter(course=course, role=Membership.Role.STUDENT).exclude(left_at=None).values("user")
    answered = Standing.objects.filter(placement__assignment__course=course, attempts__gt=0).values("student")
    return User.objects.filter(Q(pk__in=left) | Q(pk__in=answered)).exclude(pk__in=access.students_of(course).values("pk"))


@dataclass(frozen=True)
class Work:
    """One student's whole work in a course."""

    student: User
    membership: Membership | None
    row: Row
    max_points: Decimal
    attempts: list[tuple[Placement, Cell, list[Progress]]]


def work_of(course: Course, student: User) -> Work | None:
    """None for somebody who neither studies here nor ever handed anything in."""
    submissions = list(Submission.objects.filter(course=course, student=student).select_related("placement").order_by("attempt_no"))
    membership = Membership.objects.filter(course=course, user=student).first()
    if not submissions and (membership is None or membership.role != Membership.Role.STUDENT):
        return None
    book = gradebook(course, [student])
    by_placement: dict[int, list[Progress]] = {}
    for progress in progress_of_all(submissions):
        by_placement.setdefault(progress.submission.placement_id, []).append(progress)
    listed = [(one.placement, one, by_placement.get(one.placement.pk, [])) for one in book.rows[0].cells]
    return Work(student, membership, book.rows[0], book.max_points, listed)


def gradebook(course: Course, students: Iterable[User]) -> Gradebook:
    listed = list(students)
    columns = list(
        Placement.objects.filter(assignment__course=course)
        .select_related("assignment__course", "exercise")
        .order_by("assignment__position", "assignment_id", "position", "id")
    )
    now = database_now()
    counted = frozenset(one.assignment_id for one in columns if window_from(one.assignment).has_opened(now))
    standings = Standing.objects.filter(student__in=listed, placement__in=columns).select_related("best_submission")
    # Of what was answered only whether it was late: the answers of a whole class are many.
    held = {(one.student_id, one.placement_id): one for one in standings.defer(*(f"best_submission__{name}" for name in UNSHOWN))}
    by_id = {one.pk: one for one in columns}
    for one in held.values():
        one.placement = by_id[one.placement_id]
    given_up = failed_in(course).filter(submission__student__in=listed).select_related("submission").defer("submission__answers")
    failed = {(one.submission.student_id, one.submission.placement_id): one for one in given_up.order_by("pk")}
    members = {one.user_id: one for one in Membership.objects.filter(course=course, user__in=listed)}
    rows = [
        Row(
            student,
            [Cell(one, held.get((student.pk, one.pk)), failed.get((student.pk, one.pk))) for one in columns],
            members.get(student.pk),
            counted,
        )
        for student in listed
    ]
    return Gradebook(course, columns, rows, counted)
