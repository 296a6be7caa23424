"""A course to look around in: memory-101, with its people, every shipped exercise by topic, and a key to the API.

Making it again changes nothing that is there, and adds what is new.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.text import slugify

from config.laptop import folder
from exercises.models import Assignment, Course, Exercise, Membership, Placement, User
from grader.deciding.access import seat_of_token
from grader.models import Credential

PEOPLE = (
    ("alice", "Alice", "Abel", Membership.Role.STUDENT),
    ("ivan", "Ivan", "Ito", Membership.Role.INSTRUCTOR),
    ("tara", "Tara", "Tan", Membership.Role.ASSISTANT),
)
PREFERRED_PYTHON = "3.13"


@dataclass(frozen=True)
class Demo:
    course: Course
    sign_ins: list[tuple[str, str, str]]  # name, password, what they are
    token: str


@transaction.atomic
def make() -> Demo:
    course, _ = Course.objects.get_or_create(
        slug="memory-101",
        defaults={"title": "Memory 101", "term": f"{timezone.now():%Y}", "time_zone": "Europe/Vienna", "grace_seconds": 300},
    )
    sign_ins = []
    for username, first, last, role in PEOPLE:
        user, password = person(username, first_name=first, last_name=last, is_staff=False)
        Membership.objects.get_or_create(course=course, user=user, defaults={"role": role})
        sign_ins.append((username, password, f"{role} of {course.title}"))
    _, password = person("admin", is_staff=True, is_superuser=True)
    sign_ins.append(("admin", password, "everything, also at /admin/"))
    place_exercises(course)
    return Demo(course, sign_ins, token_of(course))


def person(username: str, **fields: Any) -> tuple[User, str]:
    """The password is random, made once, and kept in the data folder for the next start to print."""
    kept = folder.data_folder() / "secrets" / f"password-of-{username}"
    user = User.objects.filter(username=username).first()
    if user is None:
        password = secrets.token_urlsafe(9)
        user = User.objects.create_user(username, password=password, **fields)
        # Beside it the hash it was stored under: a later start sees at once whether it still holds, and hashing anew is slow on purpose.
        folder.write_private(kept, f"{password}\n{user.password}\n")
        return user, password
    password, stored = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else ("", "")
    return user, password if stored == user.password else "(changed since)"


def place_exercises(course: Course) -> None:
    """One assignment per topic, in the order of the catalogue."""
    topics = Exercise.objects.values("topic").annotate(first=Min("pk")).order_by("first").values_list("topic", flat=True)
    placed = set(Placement.objects.filter(assignment__course=course).values_list("exercise_id", flat=True))
    for position, topic in enumerate(topics):
        assignment, _ = Assignment.objects.get_or_create(
            course=course,
            slug=slugify(topic)[:80],
            defaults={
                "title": topic[:1].upper() + topic[1:],
                "published": True,
                "position": position,
                "due_at": end_of_day(course, days=14 + 7 * position),
            },
        )
        for order, exercise in enumerate(Exercise.objects.filter(topic=topic).exclude(pk__in=placed).order_by("pk")):
            revision = exercise.latest_revision()
            if revision is None:
                continue
            python = PREFERRED_PYTHON if PREFERRED_PYTHON in revision.pythons else revision.pythons[-1]
            Placement.objects.create(assignment=assignment, exercise=exercise, revision=revision, python=python, position=order)


def end_of_day(course: Course, days: int) -> datetime:
    """A minute before midnight on the course's own clocks."""
    day = (timezone.now().astimezone(course.zone()) + timedelta(days=days)).date()
    return datetime.combine(day, time(23, 59), tzinfo=course.zone())


def token_of(course: Course) -> str:
    """The stored token while it works; else a new one."""
    kept = folder.data_folder() / "secrets" / "api-token"
    token = kept.read_text(encoding="utf-8").strip() if kept.exists() else ""
    if token and seat_of_token(token):
        return token
    _, token = Credential.issue(
        course=course,
        owner=User.objects.get(username="ivan"),
        name="demo",
        scopes=["read", "submit", "results"],
        expires_at=timezone.now() + timedelta(days=180),
    )
    folder.write_private(kept, token)
    return token


def ways_in(demo: Demo) -> list[str]:
    width = max(len(name) for name, _, _ in demo.sign_ins)
    lines = [f"  {name:<{width}}  {password:<14}  {what}" for name, password, what in demo.sign_ins]
    return [*lines, f"  API token ({demo.course.slug}): {demo.token}"]
