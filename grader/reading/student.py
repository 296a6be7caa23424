"""What a student is shown of courses, assignments and exercises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from exercises.access import courses_of, is_staff_of
from exercises.models import Assignment, Course, Extension, Membership, Placement, User
from grader.models import Grading, Result, Standing, Submission
from grader.reading.progress import counting_results, points_sign

NOTHING = Decimal(0)


@dataclass(frozen=True)
class CourseCard:
    course: Course
    role: str
    open_assignments: int
    next_due: datetime | None


@dataclass(frozen=True)
class Task:
    """One placement as one student finds it."""

    placement: Placement
    standing: Standing | None
    due: datetime | None
    closes: datetime | None
    pending: bool = False

    @property
    def attempts(self) -> int:
        return self.standing.attempts if self.standing else 0

    @property
    def attempts_left(self) -> int | None:
        """None: as many as they like."""
        return max(0, self.placement.max_attempts - self.attempts) if self.placement.max_attempts else None

    @property
    def best(self) -> Decimal | None:
        return self.standing.best_points if self.standing else None

    @property
    def closed(self) -> bool:
        return is_over(self.closes)

    @property
    def may_submit(self) -> bool:
        return not self.closed and self.attempts_left != 0

    @property
    def state(self) -> str:
        """One word, for sign and text alike: wait, good, part, bad, none."""
        if self.pending:
            return "wait"
        if self.best is None:
            return "none"
        return points_sign(self.best, self.placement.points)


@dataclass(frozen=True)
class AssignmentCard:
    assignment: Assignment
    due: datetime | None
    closes: datetime | None
    opened: bool
    exercises: int
    answered: int
    points: Decimal
    max_points: Decimal

    @property
    def closed(self) -> bool:
        return is_over(self.closes)


def _dues(user: User, assignments: Iterable[Assignment]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """(due, closes) by assignment: Assignment.due_for and closes_for for a whole list, with one query."""
    listed = list(assignments)
    extended = dict(Extension.objects.filter(user=user, assignment__in=listed).values_list("assignment_id", "due_at"))
    found: dict[int, tuple[datetime | None, datetime | None]] = {}
    for assignment in listed:
        due = assignment.due_at and max(assignment.due_at, extended.get(assignment.pk, assignment.due_at))
        found[assignment.pk] = (due, due + timedelta(seconds=assignment.course.grace_seconds) if due else None)
    return found


def times_of(user: User, assignment: Assignment) -> tuple[datetime | None, datetime | None]:
    """(due, closes) for this person."""
    return _dues(user, [assignment])[assignment.pk]


def is_over(closes: datetime | None) -> bool:
    return closes is not None and timezone.now() > closes


def course_cards(user: User) -> list[CourseCard]:
    now = timezone.now()
    courses = list(courses_of(user).order_by("title"))
    roles = dict(Membership.objects.current().filter(user=user).values_list("course_id", "role"))
    assignments = list(
        Assignment.objects.filter(course__in=courses, published=True)
        .filter(Q(opens_at=None) | Q(opens_at__lte=now))
        .select_related("course")
    )
    dues = _dues(user, assignments)
    cards = []
    for course in courses:
        mine = [one for one in assignments if one.course_id == course.pk and not is_over(dues[one.pk][1])]
        times = [due for one in mine if (due := dues[one.pk][0]) and due >= now]
        # A superuser is an instructor everywhere, without a membership.
        cards.append(CourseCard(course, roles.get(course.pk, Membership.Role.INSTRUCTOR.value), len(mine), min(times, default=None)))
    return cards


def assignment_cards(user: User, course: Course) -> list[AssignmentCard]:
    """A student sees what is published; staff see what is in preparation too."""
    assignments = list(
        course.assignments.select_related("course")
        if is_staff_of(user, course)
        else course.assignments.select_related("course").filter(published=True)
    )
    placements = list(Placement.objects.filter(assignment__in=assignments))
    standings = {one.placement_id: one for one in Standing.objects.filter(student=user, placement__in=placements)}
    dues = _dues(user, assignments)
    cards = []
    for assignment in assignments:
        mine = [one for one in placements if one.assignment_id == assignment.pk]
        held = [standings[one.pk] for one in mine if one.pk in standings]
        cards.append(
            AssignmentCard(
                assignment=assignment,
                due=dues[assignment.pk][0],
                closes=dues[assignment.pk][1],
                opened=assignment.has_opened(),
                exercises=len(mine),
                answered=sum(1 for one in held if one.attempts),
                points=sum((one.best_points or NOTHING for one in held), NOTHING),
                max_points=sum((one.points for one in mine), NOTHING),
            )
        )
    return cards


def tasks_of(user: User, assignment: Assignment) -> list[Task]:
    placements = list(assignment.placements.select_related("assignment__course", "exercise", "revision"))
    standings = {one.placement_id: one for one in Standing.objects.filter(student=user, placement__in=placements)}
    waiting = _waiting(standings.values())
    due, closes = times_of(user, assignment)
    return [
        Task(one, standing := standings.get(one.pk), due, closes, pending=bool(standing and standing.last_submission_id in waiting))
        for one in placements
    ]


def task_of(user: User, placement: Placement) -> Task:
    standing = Standing.objects.filter(student=user, placement=placement).first()
    due, closes = times_of(user, placement.assignment)
    pending = bool(standing and _waiting([standing]))
    return Task(placement, standing, due, closes, pending)


def _waiting(standings: Iterable[Standing]) -> set[Any]:
    last = [one.last_submission_id for one in standings if one.last_submission_id]
    unfinished = (Grading.State.RECEIVED, Grading.State.GRADING, Grading.State.FAILED_RETRYABLE)
    return set(Grading.objects.filter(submission__in=last, state__in=unfinished).values_list("submission_id", flat=True)) if last else set()


def earlier_submissions(user: User, placement: Placement) -> list[tuple[Submission, Result | None]]:
    submissions = list(Submission.objects.filter(student=user, placement=placement).order_by("-attempt_no"))
    results = counting_results(submissions)
    return [(one, results.get(one.pk)) for one in submissions]
