"""What a student is shown of courses, assignments and exercises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from exercises.access import courses_of
from exercises.courses.windows import Window, window_of, windows_of
from exercises.models import Assignment, Course, Membership, Placement, User
from grader.deciding.access import Seat
from grader.deciding.disclosure import scores_shown
from grader.models import Grading, Result, Standing, Submission
from grader.points import NOTHING, sign_of
from grader.reading.progress import counting_results


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
    window: Window
    now: datetime
    shows_score: bool
    pending: bool = False

    @property
    def attempts(self) -> int:
        return self.standing.attempts if self.standing else 0

    @property
    def attempts_left(self) -> int | None:
        """None: as many as they like."""
        return max(0, self.max_attempts - self.attempts) if self.max_attempts else None

    @property
    def max_attempts(self) -> int:
        return self.window.attempts(self.placement.max_attempts)

    @property
    def best(self) -> Decimal | None:
        return self.standing.best_points if self.standing and self.shows_score else None

    @property
    def closed(self) -> bool:
        return self.window.is_over(self.now)

    @property
    def may_submit(self) -> bool:
        return not self.closed and self.attempts_left != 0

    @property
    def state(self) -> str:
        """One word, for sign and text alike: wait, good, part, bad, none; held, where the score is not shown yet."""
        if self.pending:
            return "wait"
        if self.attempts and not self.shows_score:
            return "held"
        if self.standing is None or self.standing.best_fraction is None:
            return "none"
        return sign_of(self.standing.best_fraction)


@dataclass(frozen=True)
class AssignmentCard:
    assignment: Assignment
    window: Window
    now: datetime
    exercises: int
    answered: int
    points: Decimal
    max_points: Decimal
    scores_held: bool  # some of the points are not shown yet, and not in the sum

    @property
    def opened(self) -> bool:
        return self.window.has_opened(self.now)

    @property
    def closed(self) -> bool:
        return self.window.is_over(self.now)


def course_cards(user: User, now: datetime) -> list[CourseCard]:
    # A superuser is an instructor everywhere, without a membership.
    roles = {one: str(Membership.Role.INSTRUCTOR.value) for one in courses_of(user)} if user.is_superuser else {}
    roles |= {one.course: str(one.role) for one in Membership.objects.current().filter(user=user).select_related("course")}
    courses = sorted(roles, key=lambda one: (one.title, one.pk))
    assignments = list(Assignment.objects.filter(course__in=courses, published=True).select_related("course"))
    found = windows_of(user, assignments)
    cards = []
    for course in courses:
        mine = [window for one in assignments if one.course_id == course.pk and (window := found[one.pk]).has_opened(now)]
        still_open = [window for window in mine if not window.is_over(now)]
        times = [window.due for window in still_open if window.due and window.due >= now]
        cards.append(CourseCard(course, roles[course], len(still_open), min(times, default=None)))
    return cards


def assignment_cards(seat: Seat, now: datetime) -> list[AssignmentCard]:
    """A student sees what is published; staff see what is in preparation too."""
    course = seat.course
    assignments = list(course.assignments.all() if seat.is_staff else course.assignments.filter(published=True))
    for assignment in assignments:
        assignment.course = course
    placements = list(Placement.objects.filter(assignment__in=assignments))
    by_id = {one.pk: one for one in assignments}
    for placement in placements:
        placement.assignment = by_id[placement.assignment_id]
    standings = _standings(seat.user, placements)
    found = windows_of(seat.user, assignments)
    shown = scores_shown(seat.user.pk, placements, found, now)
    cards = []
    for assignment in assignments:
        mine = [one for one in placements if one.assignment_id == assignment.pk]
        held = [standings[one.pk] for one in mine if one.pk in standings]
        cards.append(
            AssignmentCard(
                assignment=assignment,
                window=found[assignment.pk],
                now=now,
                exercises=len(mine),
                answered=sum(1 for one in held if one.attempts),
                points=sum((one.best_points or NOTHING for one in held if one.placement_id in shown), NOTHING),
                max_points=sum((one.points for one in mine), NOTHING),
                scores_held=any(one.attempts and one.placement_id not in shown for one in held),
            )
        )
    return cards


def tasks_of(seat: Seat, assignment: Assignment, window: Window, now: datetime) -> list[Task]:
    placements = list(assignment.placements.select_related("exercise", "revision"))
    for placement in placements:
        placement.assignment = assignment
    standings = _standings(seat.user, placements)
    waiting = _waiting(standings.values())
    shown = scores_shown(seat.user.pk, placements, {assignment.pk: window}, now)
    return [
        Task(
            one, standing := standings.get(one.pk), window, now, one.pk in shown, bool(standing and standing.last_submission_id in waiting)
        )
        for one in placements
    ]


def task_of(user: User, placement: Placement, now: datetime) -> Task:
    standing = _standings(user, [placement]).get(placement.pk)
    window = window_of(user, placement.assignment)
    shown = scores_shown(user.pk, [placement], {placement.assignment_id: window}, now)
    return Task(placement, standing, window, now, bool(shown), bool(standing and _waiting([standing])))


def _standings(user: User, placements: Iterable[Placement]) -> dict[int, Standing]:
    found = Standing.objects.filter(student=user, placement__in=placements).select_related("placement")
    return {one.placement_id: one for one in found}


def _waiting(standings: Iterable[Standing]) -> set[Any]:
    last = [one.last_submission_id for one in standings if one.last_submission_id]
    waiting = Grading.objects.filter(submission__in=last, state__in=Grading.UNFINISHED, regrading=None)
    return set(waiting.values_list("submission_id", flat=True)) if last else set()


def earlier_submissions(user: User, placement: Placement) -> list[tuple[Submission, Result | None]]:
    submissions = list(Submission.objects.filter(student=user, placement=placement).select_related("placement").order_by("-attempt_no"))
    results = counting_results(submissions)
    return [(one, results.get(one.pk)) for one in submissions]
