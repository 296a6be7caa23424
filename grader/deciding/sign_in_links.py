"""One-time links by which somebody without a password, or who forgot it, sets one and is signed in.

Nothing of a link is stored. It is a signature (Django's, as for a forgotten password) over what it opens: the password, the last sign-in,
the rights and courses of the account. So it works once, and whatever the account gains after it was made ends it.

Whoever has a link has the account. An instructor therefore makes one only for an account that opens nothing but courses they manage
themselves: never for anybody who is or was staff somewhere, nor for a student who is or was in a course of others, nor for an account that
was there before its first course. That one was made for something else, and a list can enrol it in any course.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from exercises.access import courses_of
from exercises.clock import database_now
from exercises.models import Course, Membership, User
from grader.models import AuditEvent

DAYS = settings.PASSWORD_RESET_TIMEOUT // 86_400
# Between an account and the course it was made for.
SAME_TIME = timedelta(days=1)
NO_PASSWORD = Q(password__startswith="!") | Q(password="")


class CannotMake(Exception):
    """Why not, and what to do."""


class Signature(PasswordResetTokenGenerator):
    key_salt = "grader.deciding.sign_in_links"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        courses = sorted((one.course_id, one.role) for one in user.memberships.all())
        rights = (user.is_active, user.is_staff, user.is_superuser, courses)
        # Django's own value knows the last sign-in by the second only.
        return f"{super()._make_hash_value(user, timestamp)}{user.last_login}{user.link_made_at}{rights}"


SIGNATURE = Signature()


@dataclass(frozen=True)
class Link:
    person: User
    path: str


def path_for(person: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("sign_in_link", args=[uid, SIGNATURE.make_token(person)])


def is_only_a_student(person: User) -> bool:
    """Nothing but a student, anywhere and ever: whoever left the staff of a course may still have its secrets."""
    roles = {one.role for one in person.memberships.all()}
    return not (person.is_staff or person.is_superuser) and roles <= {Membership.Role.STUDENT}


def managed_by(maker: User) -> set[int]:
    if maker.is_superuser:
        return set(courses_of(maker).values_list("pk", flat=True))
    mine = Membership.objects.current().filter(user=maker, role=Membership.Role.INSTRUCTOR)
    return set(mine.order_by().values_list("course_id", flat=True))


def reason_against(person: User, managed: set[int]) -> str:
    """Why an instructor of these courses makes no link for somebody; empty: they may. It does not say what else the account opens."""
    if not person.is_active:
        return "The account is switched off. Ask whoever runs Heaplab."
    courses = list(person.memberships.all())
    made_for_it = any(one.joined_at <= person.date_joined + SAME_TIME for one in courses)
    if not is_only_a_student(person) or not made_for_it or any(one.course_id not in managed for one in courses):
        return "The account opens more than courses of yours. Whoever runs Heaplab makes a link for it."
    return ""


def make(people: Iterable[User], *, by: User, course: Course) -> list[Link]:
    """For students of a course, by its instructor. For all of them, or CannotMake."""
    with transaction.atomic():
        chosen = list(with_rights(User.objects.select_for_update().filter(pk__in=[one.pk for one in people])))
        managed = managed_by(by)
        for person in chosen:
            if reason := reason_against(person, managed):
                raise CannotMake(f"No link was made. {person.username}: {reason}")
        return signed(chosen, by=by, course=course)


def make_as_operator(person: User) -> Link:
    """For whoever can run commands on the server, who could do anything to any account."""
    if not person.is_active:
        raise CannotMake(f"The account {person.username} is switched off. Switch it on in the admin pages first.")
    with transaction.atomic():
        return signed(list(with_rights(User.objects.select_for_update().filter(pk=person.pk))), by=None, course=None)[0]


def signed(people: list[User], *, by: User | None, course: Course | None) -> list[Link]:
    now = database_now()
    User.objects.filter(pk__in=[one.pk for one in people]).update(link_made_at=now)
    for person in people:
        person.link_made_at = now
    AuditEvent.objects.bulk_create(
        [AuditEvent(actor=by, action="sign_in_link.made", course=course, target=f"user {one.pk}") for one in people], batch_size=1000
    )
    return [Link(one, path_for(one)) for one in people]


def with_rights(people: QuerySet[User]) -> QuerySet[User]:
    return people.prefetch_related("memberships").order_by("last_name", "first_name", "username")


# ------------------------------------------------------------------ by mail


def may_be_mailed(person: User) -> bool:
    """Who runs Heaplab has a command instead. Whose account was made by a list, address and all, and never used, is sent a link only
    as a student: the address is that list's word, and must not open what the account was given later."""
    if not person.is_active or not person.email or person.is_staff or person.is_superuser:
        return False
    return (person.has_usable_password() and bool(person.password)) or is_only_a_student(person)


def meant_by(typed: str) -> list[User]:
    """The accounts of a user name or an address that somebody typed."""
    typed = typed.replace("\x00", "").strip()
    found = with_rights(User.objects.filter(Q(username=typed) | Q(email__iexact=typed))) if typed else []
    return [one for one in found if may_be_mailed(one)]
