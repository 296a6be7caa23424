"""Ines teaches the course, Arno assists, Sam and Tara study it, Oda has nothing to do with it."""

from __future__ import annotations

from dataclasses import dataclass

from exercises.models import Course, Membership, User


@dataclass
class People:
    ines: User
    arno: User
    sam: User
    tara: User
    oda: User
    course: Course


def people() -> People:
    course = Course.objects.create(slug="memory", title="Memory", term="2026-autumn", time_zone="Europe/Vienna")
    roles = {"ines": "instructor", "arno": "assistant", "sam": "student", "tara": "student", "oda": None}
    users = {name: User.objects.create(username=name) for name in roles}
    for name, role in roles.items():
        if role:
            Membership.objects.create(course=course, user=users[name], role=role)
    return People(course=course, **users)
