"""Alice and Bob study Memory 101; Ivan teaches it, Tara assists. Charlie studies elsewhere, with Dora, and both must see nothing of it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from exercises.models import Assignment, Course, Exercise, Membership, Placement, User
from exercises.reading.checking import check
from exercises.reading.loading import load
from grader.accepting.submissions import accept
from grader.models import Credential, Submission
from grader.working.answering import answer_all_due
from grader.working.diagnosing import diagnose_all
from grader.working.drain import grade_all_due

# What line 3 prints is written nowhere in the program: found anywhere, it is the truth that got out.
CANARY = "829348951"
CANARY_PROGRAM = """\
a = []
b = a
print(7919 * 104729)  #? prints id=q1
a = None  #? dies id=q2
"""
COUNTS_PROGRAM = """\
import sys
xs = []
ys = xs
print(sys.getrefcount(xs))  #? prints id=q1
#? count xs id=q2
"""
EVERY_FORMAT = """\
import gc


class Node:
    def __init__(self, label):
        self.label = label

    def __del__(self):
        print("bye", self.label)


gc.collect()
gc.disable()
a = Node("a")
b = a
box = [a]
print(a.label)  #? prints
#? holders a
#? count a
#? same a b box
d = Node("d")
d.me = d
del d  #? alive a d
gc.collect()  #? collect a d
a = b = None  #? dies a box
box.clear()  #? order
"""


def exercise(slug: str, title: str, program: str) -> Exercise:
    """An exercise as an author writes it and load_exercises reads it."""
    head = f'# /// exercise\n# title = "{title}"\n# topic = "reference counting"\n# python = ["3.13"]\n# ///\n'
    load([check(head + program, f"{slug}.py")])
    return Exercise.objects.get(slug=slug)


def person(name: str, course: Course | None = None, role: str = "") -> User:
    """Without a password: hashing one costs more than most tests, and few of them sign in by it (see School.password)."""
    user = User.objects.create_user(name.lower(), first_name=name, last_name="Example")
    if course:
        Membership.objects.create(course=course, user=user, role=role)
    return user


@dataclass
class School:
    course: Course
    elsewhere: Course
    alice: User
    bob: User
    ivan: User
    tara: User
    charlie: User
    dora: User
    assignment: Assignment
    canary: Placement
    clients: dict[int, Client] = field(default_factory=dict)

    def browser(self, user: User) -> Client:
        """Signed in, and kept: one browser for each person."""
        if user.pk not in self.clients:
            self.clients[user.pk] = Client()
            self.clients[user.pk].force_login(user)
        return self.clients[user.pk]

    def password(self, user: User) -> str:
        user.set_password(f"the password of {user.first_name}")
        user.save()
        return f"the password of {user.first_name}"

    def place(self, title: str, program: str, **fields: Any) -> Placement:
        made = exercise(title.lower().replace(" ", "-").replace(",", ""), title, program)
        revision = made.latest_revision()
        assert revision
        defaults: dict[str, Any] = {
            "python": "3.13",
            "points": Decimal(2),
            "max_attempts": 3,
            "position": self.assignment.placements.count(),
        }
        return Placement.objects.create(assignment=self.assignment, exercise=made, revision=revision, **{**defaults, **fields})

    def answer(self, user: User, answers: dict[str, Any], placement: Placement | None = None, **fields: Any) -> Submission:
        key = str(uuid.uuid4())
        return accept(student=user, placement=placement or self.canary, answers=answers, idempotency_key=key, **fields).submission

    def graded(self, user: User, answers: dict[str, Any], placement: Placement | None = None, **fields: Any) -> Submission:
        submission = self.answer(user, answers, placement, **fields)
        self.grade()
        return submission

    def grade(self) -> None:
        """What a worker does when the bell rings, and afterwards."""
        grade_all_due()
        diagnose_all()
        answer_all_due()  # what was asked of the simulator in advance

    def token(self, *scopes: str, course: Course | None = None) -> str:
        course = course or self.course
        owner = self.dora if course == self.elsewhere else self.ivan
        in_a_week = timezone.now() + timedelta(days=7)
        return Credential.issue(
            course=course, owner=owner, name="test", scopes=list(scopes or ("read", "submit", "results")), expires_at=in_a_week
        )[1]

    def close(self) -> None:
        Assignment.objects.filter(pk=self.assignment.pk).update(due_at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def school(db: None) -> School:
    course = Course.objects.create(slug="memory-101", title="Memory 101", term="2026-autumn", time_zone="Europe/Vienna")
    elsewhere = Course.objects.create(slug="elsewhere", title="Elsewhere", term="2026-autumn")
    people = {"alice": "student", "bob": "student", "ivan": "instructor", "tara": "assistant"}
    users = {name: person(name.title(), course, role) for name, role in people.items()}
    users |= {"charlie": person("Charlie", elsewhere, "student"), "dora": person("Dora", elsewhere, "instructor")}
    due = timezone.now() + timedelta(days=7)
    assignment = Assignment.objects.create(course=course, slug="names", title="Names and objects", published=True, due_at=due)
    made = exercise("canary", "A number and a name", CANARY_PROGRAM)
    revision = made.latest_revision()
    assert revision
    canary = Placement.objects.create(
        assignment=assignment, exercise=made, revision=revision, python="3.13", points=Decimal(2), max_attempts=3
    )
    return School(course, elsewhere, **users, assignment=assignment, canary=canary)


def line_of(placement: Placement, question: str) -> int:
    return int(next(one["line"] for one in placement.revision.spec["questions"] if one["id"] == question))


def edition(placement: Placement) -> dict[str, str]:
    """What the form of a page says about the exercise it shows."""
    return {"revision": str(placement.revision.number), "python": placement.python}


def key_in(html: str) -> str:
    """The idempotency key that a page's form carries."""
    found = re.search(r'name="key" value="([^"]+)"', html)
    assert found, "the form has no key"
    return found.group(1)
