"""What a class is thought to hold: for each wrong model how many students, by the latest diagnosis of each; never by answers counted apart.

A number is the sum of the students' weights. Its range is that of a sum of independent students who each hold the model or not, with
those chances (Poisson-binomial), by its normal approximation.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncWeek

from exercises.models import Assignment, Course, Placement, Revision, User
from grader.marking.diagnosis import NONE, OTHER, Item
from grader.marking.items import known_items
from grader.marking.saying import described, expected, models_in, weight_of
from grader.models import Diagnosis, Submission, latest
from grader.reading.next_question import Offer, alike, askable, telling
from grader.reading.staff import students_of

LEAST = 0.3  # of a student: what is expected of fewer is not listed
LIKELY = 0.1  # from this weight on a student stands behind a number
MOST_WEEKS = 12
DRAWN = 6  # ideas that are followed over time
MOST_OFFERS = 3
TWO_SIDED = 1.96  # 95 %


@dataclass(frozen=True)
class Scope:
    """A course, one of its assignments, or one exercise in one."""

    course: Course
    assignment: Assignment | None = None
    placement: Placement | None = None

    @property
    def where(self) -> Q:
        if self.placement:
            return Q(result__submission__placement=self.placement)
        if self.assignment:
            return Q(result__submission__placement__assignment=self.assignment)
        return Q(result__submission__course=self.course)

    def diagnoses(self) -> QuerySet[Diagnosis]:
        """Of today's students."""
        return Diagnosis.objects.filter(self.where, result__submission__student__in=students_of(self.course).order_by())

    def placements(self) -> list[Placement]:
        if self.placement:
            return [self.placement]
        found = Placement.objects.filter(assignment__course=self.course).select_related("assignment", "exercise", "revision")
        return list(found.filter(assignment=self.assignment) if self.assignment else found)

    @property
    def query(self) -> str:
        """As it stands in an address."""
        if self.placement:
            return f"?placement={self.placement.pk}"
        return f"?assignment={self.assignment.slug}" if self.assignment else ""


@dataclass(frozen=True)
class Counted:
    """How many students are thought to hold a model: about `students`, in 95 of 100 such classes between `low` and `high`."""

    id: str
    belief: str
    students: float
    low: float
    high: float
    alike: list[dict[str, str]] = field(default_factory=list)  # what nothing asked here tells it from


@dataclass(frozen=True)
class Week:
    begins: date  # its Monday, in the course's zone
    students: int
    holders: Mapping[str, float]


@dataclass(frozen=True)
class Followed:
    """One idea over the weeks: students, and the height of each week's bar of a drawing that is 100 high."""

    counted: Counted
    weeks: list[tuple[float, float]]


@dataclass(frozen=True)
class Separation:
    """Ideas that nothing asked here tells apart, and the question that would: asked elsewhere in the course, or one to be added."""

    beliefs: list[dict[str, str]]
    offer: Offer | None
    addable: bool


@dataclass(frozen=True)
class Ideas:
    scope: Scope
    students: int  # whose answers here are diagnosed
    waiting: int
    counted: list[Counted]
    nothing: float  # students who are thought to hold none
    unknown: float  # ... or one that we do not have
    told: int | None  # how many ideas the questions here tell from CPython; None: not worked out yet
    separations: list[Separation]


def ideas_of(scope: Scope) -> Ideas:
    """Queries as many for three hundred students as for one."""
    weights = list(latest(scope.diagnoses()).values_list("weights", flat=True))
    holders = expected(weights)
    items = items_in(scope.placements())
    told = {model for item in items for model in item.others}
    named = {model for one in weights for model in models_in(one)} & (told if items else set(holders))
    groups = alike_in(items)
    counted = [counted_of(model, weights, groups.get(model, ())) for model in named if holders[model] >= LEAST]
    counted.sort(key=lambda one: (-one.students, one.id))
    return Ideas(
        scope=scope,
        students=len(weights),
        waiting=scope.diagnoses().filter(found_at=None).count(),
        counted=counted,
        nothing=holders.get(NONE, 0.0),
        unknown=holders.get(OTHER, 0.0),
        told=len(told) if items else None,
        separations=separations(scope, counted, groups),
    )


def counted_of(model: str, weights: Sequence[Mapping[str, float]], group: Iterable[str] = ()) -> Counted:
    held = [weight_of(one, model) for one in weights]
    students, spread = sum(held), TWO_SIDED * math.sqrt(sum(one * (1 - one) for one in held))
    others = [described(one) for one in group if one != model]
    words = described(model)["belief"]
    return Counted(model, words, students, max(0.0, students - spread), min(float(len(held)), students + spread), others)


def items_in(placements: Iterable[Placement]) -> list[Item]:
    found = known_items({(one.revision_id, one.python) for one in placements})
    return [item for items in found.values() for item in items]


def alike_in(items: Sequence[Item]) -> dict[str, tuple[str, ...]]:
    """Model to those that answer just as it does to every question, itself among them."""
    patterns: dict[tuple[int, ...], list[str]] = {}
    for model in sorted({model for item in items for model in item.others}):
        patterns.setdefault(tuple(item.place.get(model, 0) for item in items), []).append(model)
    return {model: tuple(group) for group in patterns.values() if len(group) > 1 for model in group}


def separations(scope: Scope, counted: Sequence[Counted], groups: Mapping[str, tuple[str, ...]]) -> list[Separation]:
    """For the ideas that are thought to be held most."""
    wanted = list(dict.fromkeys(groups[one.id] for one in counted if one.id in groups))[:MOST_OFFERS]
    if not wanted:
        return []
    placed = Scope(scope.course).placements()
    # A whole course has nothing elsewhere.
    elsewhere = askable(placed if scope.placement or scope.assignment else ())
    offers = {group: telling(elsewhere, alike(group)) for group in wanted}
    catalogue = askable(to_be_added(scope, placed) if None in offers.values() else ())
    found = []
    for group, offer in offers.items():
        added = None if offer else telling(catalogue, alike(group))
        found.append(Separation([described(one) for one in group], offer or added, addable=added is not None))
    return found


def to_be_added(scope: Scope, placed: Sequence[Placement]) -> list[Placement]:
    """Exercises of the catalogue that the course has not set, as they would be set: of no database row yet."""
    pythons = [one.python for one in placed]
    if not pythons:
        return []
    usual = max(sorted(set(pythons)), key=pythons.count)
    revisions: dict[int, Revision] = {}
    rows = (
        Revision.objects.exclude(exercise__in={one.exercise_id for one in placed}).select_related("exercise").order_by("exercise", "number")
    )
    for one in rows:
        revisions[one.exercise_id] = one
    return [Placement(exercise=one.exercise, revision=one, python=usual) for one in revisions.values() if usual in one.pythons]


# ------------------------------------------------------------------------------------------------ over time, and by name


def weeks_of(scope: Scope) -> list[Week]:
    """Week by week what those were thought to hold who answered in it, by their last answers of the week."""
    week = TruncWeek("result__submission__received_at", tzinfo=scope.course.zone())
    rank = Window(
        RowNumber(),
        partition_by=[F("result__submission__student"), F("week")],
        order_by=[F("result__submission__received_at").desc(), F("result").desc()],
    )
    rows = scope.diagnoses().exclude(found_at=None).annotate(week=week).annotate(rank=rank).filter(rank=1)
    by_week: dict[date, list[dict[str, float]]] = {}
    for begins, weights in rows.values_list("week", "weights"):
        by_week.setdefault(begins.astimezone(scope.course.zone()).date(), []).append(weights)
    return [Week(begins, len(by_week[begins]), expected(by_week[begins])) for begins in sorted(by_week)][-MOST_WEEKS:]


def followed(counted: Sequence[Counted], weeks: Sequence[Week]) -> list[Followed]:
    most = max((week.holders.get(one.id, 0.0) for one in counted[:DRAWN] for week in weeks), default=0.0)
    return [
        Followed(one, [(held := week.holders.get(one.id, 0.0), round(100 * held / most, 1) if most else 0.0) for week in weeks])
        for one in counted[:DRAWN]
    ]


@dataclass(frozen=True)
class Holder:
    student: User
    weight: float
    submission: uuid.UUID
    attempt: int
    exercise: str
    received_at: datetime


def holders_of(scope: Scope, model: str) -> list[Holder]:
    """The students behind a number, the likeliest first, each with the answers that say so."""
    rows = latest(scope.diagnoses()).values_list("result__submission", "weights")
    held = {submission: weight for submission, weights in rows if (weight := weight_of(weights, model)) >= LIKELY}
    submissions = Submission.objects.filter(pk__in=held).select_related("student", "placement__exercise").defer("answers", "confidence")
    found = [
        Holder(one.student, held[one.pk], one.pk, one.attempt_no, one.placement.exercise.title, one.received_at) for one in submissions
    ]
    return sorted(found, key=lambda one: (-one.weight, one.student.get_full_name(), one.student.username))
