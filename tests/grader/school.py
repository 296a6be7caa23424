"""The people and the exercise of the grader's tests: Ivan teaches Memory 101, Alice and Bob take it, Charlie takes something else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from exercises.models import Assignment, Course, Exercise, Membership, Placement, User
from exercises.reading.checking import check
from exercises.reading.loading import add_revision
from grader.accepting.submissions import Accepted, accept

TWO_NAMES = """\
# /// exercise
# title = "Two names, one list"
# topic = "reference counting"
# python = ["3.12", "3.13"]
# summary = "A second name is a second reference."
# difficulty = 1
# ///
import sys
a = []
b = a
print(sys.getrefcount(a))  #? prints id=q1
print(a is b, a == [])  #? prints id=q2
print(len(a))  #? prints id=q3 points=2
"""
RIGHT = {"q1": "3", "q2": "True True", "q3": "0"}
WRONG = {"q1": "2", "q2": "False True", "q3": "1"}


@dataclass
class School:
    course: Course
    assignment: Assignment
    placement: Placement
    alice: User
    bob: User
    ivan: User
    charlie: User

    def answer(self, who: User, answers: dict[str, Any] | None = None, key: str = "", **more: Any) -> Accepted:
        return accept(student=who, placement=self.fresh(), answers=answers or RIGHT, idempotency_key=key, **more)

    def fresh(self) -> Placement:
        return Placement.objects.select_related("assignment__course", "revision", "exercise").get(pk=self.placement.pk)


def write_exercise(text: str, name: str) -> Exercise:
    revised = check(text, f"{name}.py").exercise
    assert revised is not None
    add_revision(revised)
    return Exercise.objects.get(slug=revised.slug)


def open_school(text: str = TWO_NAMES, name: str = "two_names", due_at: datetime | None = None, max_attempts: int = 3) -> School:
    exercise = write_exercise(text, name)
    course = Course.objects.create(slug="memory-101", title="Memory 101", term="2026-autumn", time_zone="Europe/Vienna")
    other = Course.objects.create(slug="graphs", title="Graphs", term="2026-autumn")
    assignment = Assignment.objects.create(
        course=course, slug="counting", title="Counting", published=True, due_at=due_at or timezone.now() + timedelta(days=7)
    )
    revision = exercise.latest_revision()
    assert revision is not None
    placement = Placement.objects.create(
        assignment=assignment, exercise=exercise, revision=revision, python="3.13", points=4, max_attempts=max_attempts
    )
    people = {name: User.objects.create(username=name) for name in ("alice", "bob", "ivan", "charlie")}
    for name, role in (("alice", "student"), ("bob", "student"), ("ivan", "instructor")):
        Membership.objects.create(course=course, user=people[name], role=role)
    Membership.objects.create(course=other, user=people["charlie"], role="student")
    return School(course=course, assignment=assignment, placement=placement, **people)
