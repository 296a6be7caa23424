"""What pages and the API read. One function per page, a constant number of queries each, whatever the size of the class."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from exercises.access import courses_of, is_staff_of
from exercises.models import Assignment, Course, Extension, Membership, Placement, User
from grader.models import Grading, Result, Standing, Submission

NOTHING = Decimal(0)


# ---------------------------------------------------------------------------------------------------- students


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


def points_sign(points: Decimal, max_points: Decimal) -> str:
    if points >= max_points:
        return "good"
    return "part" if points > 0 else "bad"


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
    roles = dict(Membership.objects.filter(user=user).values_list("course_id", "role"))
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


# ---------------------------------------------------------------------------------------------------- one submission


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


# ---------------------------------------------------------------------------------------------------- gradebook


@dataclass(frozen=True)
class Cell:
    placement: Placement
    standing: Standing | None

    @property
    def sign(self) -> str | None:
        if self.standing is None or self.standing.best_points is None:
            return None
        return points_sign(self.standing.best_points, self.placement.points)


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
    students = User.objects.filter(memberships__course=course, memberships__role=Membership.Role.STUDENT)
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
    rows = [Row(student, [Cell(one, held.get((student.pk, one.pk))) for one in columns]) for student in listed]
    return Gradebook(course, columns, rows)


# ---------------------------------------------------------------------------------------------------- what a class gets wrong


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
    standings = Standing.objects.filter(placement=placement, attempts__gt=0)
    facts = standings.aggregate(answered=Count("pk"), solved=Count("pk", filter=Q(best_points__gte=placement.points)))
    attempts = sum(standings.values_list("attempts", flat=True))
    firsts = [
        one.first_submission
        for one in standings.filter(first_submission__isnull=False).select_related("first_submission")
        if one.first_submission
    ]
    results = counting_results(firsts)
    # An answer to another revision was an answer to other questions.
    pairs = [(one, results[one.pk]) for one in firsts if one.pk in results and results[one.pk].revision_id == placement.revision_id]
    fractions = [float(result.points / result.max_points) for _, result in pairs if result.max_points]
    return ItemAnalysis(
        placement=placement,
        students=students_of(placement.assignment.course).count(),
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


# ---------------------------------------------------------------------------------------------------- the service itself


@dataclass(frozen=True)
class DueWork:
    count: int
    oldest_seconds: float


def due_work() -> DueWork:
    """What should be graded by now and is not: due rows, and rows whose holder has let the lease run out."""
    now = timezone.now()
    due = Grading.objects.filter(Q(state__in=Grading.DUE, next_at__lte=now) | Q(state=Grading.State.GRADING, lease_until__lte=now))
    facts = due.aggregate(count=Count("pk"), oldest=Min("next_at"))
    return DueWork(facts["count"], max(0.0, (now - facts["oldest"]).total_seconds()) if facts["oldest"] else 0.0)
