"""Takes a person out of what is stored: the account gets a pseudonym by chance, with no way back, and opens nothing any more.

What was answered and earned stays under the pseudonym. It cannot be changed, grades rest on it, and the figures of a class are counted
over it. Read by a stranger it says what somebody once answered, and not who.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction
from django.db.models.functions import Now

from exercises.models import Extension, Membership, User
from grader.deciding import tokens
from grader.deciding.traces import events_of, logged_about, sessions_of
from grader.models import AuditEvent, Credential, Standing, Submission

LONGEST_REASON = 200


class CannotAnonymise(Exception):
    """Why not, and what to do."""


@dataclass
class Taken:
    """What was done, for whoever has to answer for it."""

    pseudonym: str
    ended: dict[str, int] = field(default_factory=dict)
    stays: dict[str, int] = field(default_factory=dict)


def anonymise(person: User, *, reason: str, by: User | None) -> Taken:
    reason = " ".join(reason.replace("\x00", "").split())
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        former = former_values(person)
        refuse(person, reason, former)
        taken = Taken(f"former-{secrets.token_hex(6)}")
        end_ways_in(person, taken, by)
        clear_words(person, taken, former)
        take_name(person, taken.pseudonym)
        AuditEvent.record(by, "person.anonymised", target=f"user {person.pk}", reason=reason)
        count_what_stays(person, taken, former)
    return taken


def former_values(person: User) -> set[str]:
    """By which somebody could be known again, as they may stand in a text."""
    numbers = Membership.objects.filter(user=person).values_list("student_number", flat=True)
    return {one.casefold() for one in (person.username, person.first_name, person.last_name, person.email, *numbers) if len(one) > 1}


def refuse(person: User, reason: str, former: set[str]) -> None:
    if person.is_superuser:
        raise CannotAnonymise(f"{person.username} administers Heaplab. Take that right away in the admin pages first.")
    if not 0 < len(reason) <= LONGEST_REASON:
        raise CannotAnonymise(f"Say why in at most {LONGEST_REASON} characters: it is written down.")
    words = reason.casefold()
    if found := next((one for one in sorted(former) if one in words), None):
        raise CannotAnonymise(f"The reason is kept for ever and says “{found}”. Write it without what is to be forgotten.")
    if person.username.startswith("former-") and not person.is_active and not person.email and not person.last_name:
        raise CannotAnonymise(f"{person.username} is anonymous already.")


def end_ways_in(person: User, taken: Taken, by: User | None) -> None:
    taken.ended["sessions"] = len([one.delete() for one in sessions_of(person)])
    live = Credential.objects.filter(owner=person, revoked_at=None).select_related("course")
    taken.ended["tokens"] = sum(tokens.revoke(one, by) for one in live)
    Credential.objects.filter(owner=person).update(name="of a former member")
    # A student stays one of the class, or its figures would change; whoever is of the staff has left it.
    of_staff = Membership.objects.current().filter(user=person).exclude(role=Membership.Role.STUDENT)
    taken.ended["places among the staff of a course"] = of_staff.update(left_at=Now())
    Membership.objects.filter(user=person).update(student_number="")


def clear_words(person: User, taken: Taken, former: set[str]) -> None:
    """What people wrote, or the machine wrote down, beside the name."""
    Extension.objects.filter(user=person).update(reason="")
    attempts = [kept.objects.filter(username=person.username).delete()[0] for kept in (AccessAttempt, AccessFailureLog, AccessLog)]
    taken.ended["records of attempts to sign in"] = sum(attempts)
    for entry in logged_about(person):
        entry.object_repr = taken.pseudonym
        if any(one in entry.change_message.casefold() for one in former):
            entry.change_message = ""
        entry.save(update_fields=["object_repr", "change_message"])


def take_name(person: User, pseudonym: str) -> None:
    person.username, person.first_name, person.last_name, person.email, person.time_zone = pseudonym, "", "", "", ""
    person.is_active = person.is_staff = False
    person.last_login = person.link_made_at = None
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()


def count_what_stays(person: User, taken: Taken, former: set[str]) -> None:
    taken.stays["submissions, with their results"] = Submission.objects.filter(student=person).count()
    taken.stays["standings"] = Standing.objects.filter(student=person).count()
    events = list(events_of(person))
    taken.stays["entries of the audit log, by number"] = len(events)
    told = [one for one in events if any(value in f"{one.target} {one.detail}".casefold() for value in former)]
    taken.stays["of these, with a former name or number in their wording"] = len(told)
    answers = Submission.objects.filter(student=person).values_list("idempotency_key", "answers")
    named = [one for one in answers if any(value in f"{one[0]} {one[1]}".casefold() for value in former)]
    taken.stays["submissions whose answers or key contain a former name"] = len(named)
