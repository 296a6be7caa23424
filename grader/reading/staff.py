"""What the staff see of a course: who earned what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from exercises import access
from exercises.models import Assignment, Course, Placement, User
from grader.models import Standing
from grader.points import NOTHING, sign_of


@dataclass(frozen=True)
class Cell:
    placement: Placement
    standing: Standing | None

    @property
    def sign(self) -> str | None:
        if self.standing is None or self.standing.best_fraction is None:
            return None
        return sign_of(self.standing.best_fraction)


@dataclass(frozen=True)
class Row:
    student: User
    cells: list[Cell]

    @property
    def total(self) -> Decimal:
        return sum((cell.standing.best_points or NOTHING for cell in self.cells if cell.standing), NOTHING)


@dataclass(frozen=True)
class Gradebook:
    course: Course
    columns: list[Placement]
    rows: list[Row]

    @property
    def spans(self) -> list[tuple[Assignment, int]]:
        """Assignments with their number of columns, in order."""
        spans: list[tuple[Assignment, int]] = []
        for placement in self.columns:
            if spans and spans[-1][0].pk == placement.assignment_id:
                spans[-1] = (spans[-1][0], spans[-1][1] + 1)
            else:
                spans.append((placement.assignment, 1))
        return spans

    @property
    def max_points(self) -> Decimal:
        return sum((one.points for one in self.columns), NOTHING)


def students_of(course: Course, search: str = "") -> QuerySet[User]:
    students = access.students_of(course)
    if search:
        students = students.filter(
            Q(username__icontains=search) | Q(first_name__icontains=search) | Q(last_name__icontains=search) | Q(email__icontains=search)
        )
    return students.order_by("last_name", "first_name", "username")


def gradebook(course: Course, students: Iterable[User]) -> Gradebook:
    listed = list(students)
    columns = list(
        Placement.objects.filter(assignment__course=course)
        .select_related("assignment", "exercise")
        .order_by("assignment__position", "assignment_id", "position", "id")
    )
    held = {(one.student_id, one.placement_id): one for one in Standing.objects.filter(student__in=listed, placement__in=columns)}
    by_id = {one.pk: one for one in columns}
    for one in held.values():
        one.placement = by_id[one.placement_id]
    rows = [Row(student, [Cell(one, held.get((student.pk, one.pk))) for one in columns]) for student in listed]
    return Gradebook(course, columns, rows)
