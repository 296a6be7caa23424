"""A course's records in words: who did what to whom and when, before and after. What is kept are numbers and short names (models/audit.py);
here they become what people call them, in a constant number of queries a page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from exercises.clock import dated
from exercises.models import REVEALED, Assignment, Course, Exercise, Revision, User, read_late_steps
from grader.models import AuditEvent, Regrading, Submission

ITSELF, OPERATOR = "Heaplab itself", "whoever runs Heaplab, by a command"
IN_TARGET = re.compile(r"user ([0-9]{1,18})")
AT_ONCE = 500  # rows of a file that are read together


@dataclass(frozen=True)
class Kind:
    group: str
    words: str  # as they go on after a name
    of_a_course: bool = True


KINDS = {
    "assignment.made": Kind("Assignments", "made an assignment"),
    "assignment.changed": Kind("Assignments", "changed an assignment"),
    "assignment.removed": Kind("Assignments", "deleted an assignment"),
    "assignment.out": Kind("Assignments", "was told that right answers are out already"),
    "placement.added": Kind("Assignments", "placed an exercise"),
    "placement.changed": Kind("Assignments", "changed how an exercise is set"),
    "placement.removed": Kind("Assignments", "took an exercise out"),
    "extension.granted": Kind("Extensions", "granted an extension"),
    "extension.changed": Kind("Extensions", "changed an extension"),
    "extension.removed": Kind("Extensions", "took an extension back"),
    "regrading.requested": Kind("Grades", "asked for a regrading"),
    "regrading.applied": Kind("Grades", "made a regrading count"),
    "regrading.undone": Kind("Grades", "took a regrading back"),
    "grading.failed": Kind("Grades", "gave the grading of an attempt up"),
    "submission.seen": Kind("Looking", "looked at an attempt"),
    "key.seen": Kind("Looking", "looked at right answers before students see them"),
    "gradebook.export": Kind("Downloads", "downloaded the gradebook"),
    "records.export": Kind("Downloads", "downloaded records"),
    "roster.imported": Kind("People", "wrote a list of students to the course"),
    "membership.added": Kind("People", "added somebody to the course"),
    "membership.changed": Kind("People", "changed somebody’s place in the course"),
    "membership.left": Kind("People", "marked somebody as having left"),
    "membership.removed": Kind("People", "deleted somebody’s membership"),
    "sign_in_link.made": Kind("People", "made a sign-in link for somebody"),
    "course.added": Kind("The course", "made the course"),
    "course.changed": Kind("The course", "changed the course"),
    "credential.issued": Kind("Tokens", "issued a token"),
    "credential.revoked": Kind("Tokens", "revoked a token"),
    # Of no course: these stand in the admin pages alone.
    "course.removed": Kind("The course", "deleted a course", of_a_course=False),
    "sign_in": Kind("Accounts", "signed in", of_a_course=False),
    "sign_in.failed": Kind("Accounts", "failed to sign in", of_a_course=False),
    "sign_out": Kind("Accounts", "signed out", of_a_course=False),
    "sign_in_link.used": Kind("Accounts", "came in by a sign-in link", of_a_course=False),
    "sign_in_link.mailed": Kind("Accounts", "mailed a sign-in link", of_a_course=False),
    "password.failed": Kind("Accounts", "gave a wrong present password", of_a_course=False),
    "password.changed": Kind("Accounts", "changed the password", of_a_course=False),
    "person.exported": Kind("Accounts", "took a copy of what is stored about somebody", of_a_course=False),
    "person.anonymised": Kind("Accounts", "took somebody’s name out", of_a_course=False),
    "user.added": Kind("Accounts", "made an account", of_a_course=False),
    "user.changed": Kind("Accounts", "changed an account", of_a_course=False),
    "user.removed": Kind("Accounts", "deleted an account", of_a_course=False),
    "group.added": Kind("Accounts", "made a group of accounts", of_a_course=False),
    "group.changed": Kind("Accounts", "changed a group of accounts", of_a_course=False),
    "group.removed": Kind("Accounts", "deleted a group of accounts", of_a_course=False),
    "accessattempt.added": Kind("Accounts", "wrote down a failed sign-in", of_a_course=False),
    "accessattempt.changed": Kind("Accounts", "changed a failed sign-in", of_a_course=False),
    "accessattempt.removed": Kind("Accounts", "let somebody sign in again", of_a_course=False),
}
NAMES = {
    **REVEALED,
    "opens_at": "opens",
    "due_at": "due",
    "late_steps": "late credit",
    "time_limit_minutes": "time limit, minutes",
    "published": "published",
    "reveal_at": "reveal date",
    "reveal_together": "hold for the whole class",
    "revision_id": "revision",
    "python": "Python",
    "max_attempts": "attempts",
    "extra_attempts": "extra attempts",
    "time_multiplier": "times the time limit",
    "student_number": "student number",
    "left_at": "left",
    "grace_seconds": "grace, seconds",
    "time_zone": "time zone",
}
PLAIN: dict[str, Any] = {"extra_attempts": 0, "time_multiplier": "1", "late_steps": [], "published": False}
# What stands beside, by its name in the detail. A list is counted off, a yes is said, a no and nothing are not.
NOTES = {
    "reason": "Reason: {}",
    "scopes": "It may {}",
    "days": "For {} days",
    "added": "{} added",
    "left": "{} left",
    "account": "Of the account: {}",
    "exercises": "With {}",
    "assignment": "In the assignment {}",
    "had_seen": "Right answers had been seen: {}",
    "others_had_seen": "By {} others",
    "out": "Who could see them: {}",
    "key": "With the right answers, before students see them",
    "rows": "{} rows",
    "kind": "Only: {}",
    "person": "Only of: {}",
    "since": "From {}",
    "until": "To {}",
}


@dataclass(frozen=True)
class Difference:
    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name}: {self.before} → {self.after}"


@dataclass(frozen=True)
class Record:
    when: str  # in the course's zone
    who: User | None
    by: str  # in words; without a person the service itself, or whoever runs it
    words: str
    whom: str
    about: str
    link: str
    differences: list[Difference]
    notes: list[str]


def kinds_by_group() -> dict[str, list[tuple[str, str]]]:
    """What can stand in a course's records, for a choice."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for action, kind in KINDS.items():
        if kind.of_a_course:
            groups.setdefault(kind.group, []).append((action, kind.words))
    return groups


def words_of(action: str) -> str:
    kind = KINDS.get(action)
    return kind.words if kind else action


def events_of(
    course: Course, *, people: Iterable[User] | None = None, kind: str = "", since: datetime | None = None, until: datetime | None = None
) -> QuerySet[AuditEvent]:
    """The newest first. `people`: done by one of them, or to one of them; `until` is no part of it."""
    found: QuerySet[AuditEvent] = AuditEvent.objects.filter(course=course).select_related("actor")
    if people is not None:
        listed = list(people)
        # Extensions once named people by their user names.
        named = [*(one.pk for one in listed), *(one.username for one in listed)]
        found = found.filter(Q(actor__in=listed) | Q(detail__whom__in=named) | Q(target__in=[f"user {one.pk}" for one in listed]))
    if kind:
        found = found.filter(action=kind)
    if since:
        found = found.filter(created_at__gte=since)
    if until:
        found = found.filter(created_at__lt=until)
    return found.order_by("-created_at", "-id")


def people_of(course: Course, search: str) -> QuerySet[User]:
    """Those who are or were in the course, or did something there, by all the words of a search."""
    acted = AuditEvent.objects.filter(course=course, actor__isnull=False).order_by().values("actor")
    found = User.objects.filter(Q(memberships__course=course) | Q(pk__in=acted)).distinct()
    for word in search.replace(",", " ").split():
        found = found.filter(Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word))
    return found


def in_words(course: Course, events: Iterable[AuditEvent]) -> list[Record]:
    listed = list(events)
    names = Names(course, listed)
    return [names.record(one) for one in listed]


class Names:
    """What the numbers and short names of these events stand for."""

    def __init__(self, course: Course, events: list[AuditEvent]) -> None:
        self.course, self.zone = course, course.zone()
        self.users = User.objects.in_bulk({whom for one in events if isinstance(whom := whom_in(one), int)})
        slugs = {one.target for one in events if one.action.startswith(("assignment.", "extension."))}
        slugs |= {str(one.detail.get("assignment")) for one in events if "assignment" in one.detail}
        self.assignments = {one.slug: one for one in Assignment.objects.filter(course=course, slug__in=slugs)} if slugs else {}
        exercises = {one.target for one in events if one.action.startswith(("placement.", "key."))}
        self.exercises = {one.slug: one.title for one in Exercise.objects.filter(slug__in=exercises)} if exercises else {}
        numbers = {int(one.target) for one in events if one.action.startswith("regrading.") and one.target.isdecimal()}
        regradings = Regrading.objects.filter(course=course, pk__in=numbers).select_related("placement__exercise") if numbers else []
        self.regradings = {str(one.pk): one for one in regradings}
        handed_in = {UUID(one.target) for one in events if one.action in ("submission.seen", "grading.failed")}
        submissions = Submission.objects.filter(course=course, pk__in=handed_in).select_related("placement__exercise") if handed_in else []
        self.submissions = {str(one.pk): one for one in submissions}
        revisions = {number for one in events for number in changed_in(one).get("revision_id", ()) if number}
        self.revisions = dict(Revision.objects.filter(pk__in=revisions).values_list("pk", "number")) if revisions else {}

    def record(self, event: AuditEvent) -> Record:
        about, link = self._about(event)
        whom = whom_in(event)
        return Record(
            when=dated(event.created_at.astimezone(self.zone)),
            who=event.actor,
            by=name_of(event.actor) if event.actor else ITSELF if event.action == "grading.failed" else OPERATOR,
            words=words_of(event.action),
            whom=name_of(self.users[whom]) if whom in self.users else "" if whom is None else str(whom),
            about=about,
            link=link,
            differences=self._differences(changed_in(event)),
            notes=list(self._notes(event)),
        )

    def _about(self, event: AuditEvent) -> tuple[str, str]:
        """What it was about, and where that is."""
        target, slug = event.target, self.course.slug
        if assignment := self.assignments.get(target):
            return assignment.title, reverse("assignment", args=[slug, assignment.slug])
        if regrading := self.regradings.get(target):
            what = regrading.placement.exercise.title if regrading.placement else "The whole course"
            return what, reverse("regrading", args=[slug, regrading.pk])
        if submission := self.submissions.get(target):
            return f"{submission.placement.exercise.title}, attempt {submission.attempt_no}", reverse("submission", args=[submission.pk])
        if target in self.exercises:
            return self.exercises[target], ""
        if event.action.startswith("credential."):
            return f"{event.detail.get('name', '')} ({target}…)".strip(), ""
        of_the_course = event.action.startswith(("membership.", "course.", "roster.", "gradebook.", "records."))
        return "" if of_the_course or IN_TARGET.fullmatch(target) else target, ""

    def _differences(self, changed: dict[str, Any]) -> list[Difference]:
        rows = [(name, *pair) for name, pair in changed.items() if isinstance(pair, list) and len(pair) == 2]
        # What was not there before and is nothing special is not worth a line.
        rows = [row for row in rows if row[1] is not None or row[2] != PLAIN.get(row[0])]
        return [Difference(NAMES.get(name, name), self._value(name, was), self._value(name, now)) for name, was, now in rows]

    def _value(self, name: str, value: Any) -> str:
        if value is None or value == "" or value == []:
            return "–"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if name == "late_steps":
            return ", ".join(f"{one.percent:g} % until +{one.hours:g} h" for one in read_late_steps(value))
        if name == "revision_id":
            return str(self.revisions.get(value, value))
        if name in REVEALED:
            return str(dict(Assignment.Reveal.choices).get(value, value))
        if name.endswith("_at"):
            return dated(datetime.fromisoformat(str(value)).astimezone(self.zone))
        return str(value)

    def _notes(self, event: AuditEvent) -> Iterator[str]:
        for name, value in event.detail.items():
            if name in NOTES and value and not isinstance(value, dict):
                yield NOTES[name].format(self._noted(name, value))
        if isinstance(many := event.detail.get("changed"), int):
            yield f"{many} changed"
        if words := event.detail.get("change"):
            yield from said_by_django(str(words))

    def _noted(self, name: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(map(str, value))
        if name == "assignment" and value in self.assignments:
            return self.assignments[value].title
        if name == "kind":
            return words_of(str(value))
        return "yes" if value is True else str(value)


def whom_in(event: AuditEvent) -> int | str | None:
    """The number of the person it was done to; a user name in what was written long ago."""
    found = IN_TARGET.fullmatch(event.target)
    whom: int | str | None = event.detail.get("whom", int(found[1]) if found else None)
    return whom


def changed_in(event: AuditEvent) -> dict[str, Any]:
    """[before, after] by field. An import of many has their number there."""
    changed = event.detail.get("changed")
    return changed if isinstance(changed, dict) else {}


def said_by_django(message: str) -> Iterator[str]:
    """A line of the admin's own history: a sentence, or which fields were changed where no values were kept."""
    if not message.startswith("["):
        yield message
        return
    parts = json.loads(message)
    if not any("values" in part for part in parts):
        fields = [name for part in parts for name in part.get("changed", {}).get("fields", ())]
        if fields:
            yield f"Changed: {', '.join(fields)}"


def name_of(person: User) -> str:
    return person.get_full_name() or person.username


HEAD = ["when", "who", "user name", "what", "to whom", "about", "before and after", "notes"]


def rows_of(course: Course, events: QuerySet[AuditEvent]) -> Iterator[list[str]]:
    """For a file: the same as on the page, however many pages there are."""
    yield HEAD
    newest = events.order_by("-pk").values_list("pk", flat=True).first() or 0
    fixed = events.filter(pk__lte=newest)  # what is added while this is read would shift the rest
    start = 0
    while listed := list(fixed[start : start + AT_ONCE]):
        yield from (cells(one) for one in in_words(course, listed))
        start += AT_ONCE


def cells(one: Record) -> list[str]:
    who = [one.by, one.who.username if one.who else ""]
    text = [one.when, *who, one.words, one.whom, one.about, "; ".join(map(str, one.differences)), "; ".join(one.notes)]
    return [re.sub(r"\s+", " ", cell) for cell in text]
