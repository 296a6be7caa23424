"""The question that would tell ideas apart: among exercises that somebody may answer now, or that could be set. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from exercises.courses.windows import windows_of
from exercises.formats import Question
from exercises.models import Course, Placement, User
from grader.deciding.disclosure import graded_attempts
from grader.marking.diagnosis import Item, next_question
from grader.marking.items import Edition, known_items
from grader.models import Standing


@dataclass(frozen=True)
class Offer:
    placement: Placement
    question: Question
    number: int  # of the question, in its exercise


def offer_for(student: User, course: Course, models: Iterable[str], now: datetime) -> Offer | None:
    """Of what the student sees, may answer now, and has not answered yet."""
    return telling(askable(answerable(student, course, now)), alike(models))


def alike(models: Iterable[str]) -> dict[str, float]:
    listed = list(models)
    return dict.fromkeys(listed, 1 / len(listed)) if listed else {}


def answerable(student: User, course: Course, now: datetime) -> list[Placement]:
    listed = list(
        Placement.objects.filter(assignment__course=course, assignment__published=True)
        .exclude(pk__in=Standing.objects.filter(student=student, attempts__gt=0).values("placement"))
        .select_related("assignment", "exercise", "revision")
        .order_by("assignment__position", "assignment_id", "position", "id")
    )
    for one in listed:
        one.assignment.course = course
    windows = windows_of(student, {one.assignment for one in listed})
    used = graded_attempts({(student.pk, one.pk) for one in listed})
    open_now = []
    for one in listed:
        window = windows[one.assignment_id]
        allowed = window.attempts(one.max_attempts)
        left = not allowed or used[student.pk, one.pk] < allowed
        if window.has_opened(now) and not window.is_over(now) and not window.waits_to_begin and left:
            open_now.append(one)
    return open_now


@dataclass(frozen=True)
class Askable:
    """What can be asked, each exercise once, with what the models answer there."""

    by_exercise: Mapping[str, Placement]
    items: Mapping[Edition, tuple[Item, ...]]


def askable(placements: Iterable[Placement]) -> Askable:
    by_exercise: dict[str, Placement] = {}
    for one in placements:
        by_exercise.setdefault(str(one.exercise_id), one)
    return Askable(by_exercise, known_items({(one.revision_id, one.python) for one in by_exercise.values()}))


def telling(asked: Askable, weights: Mapping[str, float]) -> Offer | None:
    best = next_question(weights, [item for listed in asked.items.values() for item in listed])
    if best is None:
        return None
    placement = asked.by_exercise[best.exercise]
    ids = [item.question.id for item in asked.items[placement.revision_id, placement.python]]
    return Offer(placement, best.question, ids.index(best.question.id) + 1)
