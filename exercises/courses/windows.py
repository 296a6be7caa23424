"""When one person may answer one assignment, and for how much. The one place for time.

Every moment is compared with the database's clock (exercises/clock.py). Nobody else adds a course's grace to anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from exercises.clock import database_now
from exercises.models import Assignment, Extension, LateStep, Sitting, User, read_late_steps

Where = tuple[int, int]  # assignment id, user id


@dataclass(frozen=True)
class LateEnd:
    percent: float
    until: datetime


@dataclass(frozen=True)
class Window:
    published: bool
    opens: datetime | None
    deadline: datetime | None  # the due time, this person's extension included
    late_steps: tuple[LateStep, ...]
    grace: timedelta
    time_limit: timedelta | None  # this person's, multiplied
    begun: datetime | None
    extra_attempts: int
    extended: bool  # has more of anything than the others

    @property
    def sitting_ends(self) -> datetime | None:
        return self.begun + self.time_limit if self.begun and self.time_limit else None

    @property
    def due(self) -> datetime | None:
        """The moment that a page names: the due time, or the end of the time that runs, whichever comes first."""
        return earliest(self.deadline, self.sitting_ends)

    @property
    def closes(self) -> datetime | None:
        """After this nothing is accepted. The end of a sitting is hard: late credit is for the due time alone."""
        late = timedelta(hours=self.late_steps[-1].hours if self.late_steps else 0)
        end = earliest(self.deadline + late if self.deadline else None, self.sitting_ends)
        return end + self.grace if end else None

    @property
    def waits_to_begin(self) -> bool:
        return self.time_limit is not None and self.begun is None

    def has_opened(self, now: datetime) -> bool:
        return self.published and (self.opens is None or self.opens <= now)

    def is_over(self, now: datetime) -> bool:
        return self.closes is not None and now > self.closes

    def is_late(self, at: datetime) -> bool:
        return self.deadline is not None and at > self.deadline + self.grace

    def credit(self, at: datetime) -> Decimal:
        """The share of its worth that an answer received then earns; 1 in time."""
        if not self.is_late(at):
            return Decimal(1)
        late = self.late_end(at)
        return Decimal(str(late.percent)) / 100 if late else Decimal(0)

    @property
    def late_ends(self) -> list[LateEnd]:
        """What late answers earn, and until when."""
        return [LateEnd(step.percent, self.deadline + timedelta(hours=step.hours)) for step in self.late_steps] if self.deadline else []

    def late_end(self, at: datetime) -> LateEnd | None:
        """The step that holds then."""
        return next((one for one in self.late_ends if at <= one.until + self.grace), None) if self.is_late(at) else None

    def attempts(self, max_attempts: int) -> int:
        """How many this person has; 0: as many as they like."""
        return max_attempts + self.extra_attempts if max_attempts else 0

    def could_end(self, now: datetime) -> datetime | None:
        """If they began now: the end of their time, as the page says before they do."""
        return earliest(self.deadline, now + self.time_limit) if self.time_limit else self.deadline


def earliest(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


def windows(places: Iterable[tuple[Assignment, int]]) -> dict[Where, Window]:
    """For assignments (with their courses) and the ids of people: two queries, however many they are; one where no time limit is set."""
    listed = {(assignment.pk, user): assignment for assignment, user in places}
    assignments, people = {one for one, _ in listed}, {one for _, one in listed}
    timed = {one.pk for one in listed.values() if one.time_limit_minutes is not None}
    if not listed:
        return {}
    # In no order: the one that lists want would join and sort.
    found = Extension.objects.order_by().filter(assignment__in=assignments, user__in=people)
    extensions = {(one.assignment_id, one.user_id): one for one in found}
    begun: dict[Where, datetime] = {}
    if timed:
        sittings = Sitting.objects.order_by().filter(assignment__in=timed, user__in=people)
        begun = {(assignment, user): moment for assignment, user, moment in sittings.values_list("assignment_id", "user_id", "begun_at")}
    return {where: window_from(assignment, extensions.get(where), begun.get(where)) for where, assignment in listed.items()}


def windows_of(user: User, assignments: Iterable[Assignment]) -> dict[int, Window]:
    """By assignment."""
    return {assignment: window for (assignment, _), window in windows((one, user.pk) for one in assignments).items()}


def window_of(user: User, assignment: Assignment) -> Window:
    return windows_of(user, [assignment])[assignment.pk]


def window_from(assignment: Assignment, extension: Extension | None = None, begun: datetime | None = None) -> Window:
    """Without an extension and a sitting: what everybody has."""
    due, minutes = assignment.due_at, assignment.time_limit_minutes
    if due and extension and extension.due_at:
        # An extension only ever adds time, even if the due time of all has moved past it.
        due = max(due, extension.due_at)
    limit = timedelta(minutes=minutes) if minutes else None
    if limit and extension:
        limit *= float(extension.time_multiplier)
    return Window(
        published=assignment.published,
        opens=assignment.opens_at,
        deadline=due,
        late_steps=read_late_steps(assignment.late_steps),
        grace=timedelta(seconds=assignment.course.grace_seconds),
        time_limit=limit,
        begun=begun if limit else None,
        extra_attempts=extension.extra_attempts if extension else 0,
        extended=extension is not None,
    )


def begin(user: User, assignment: Assignment) -> Window:
    """Starts this person's time, once: whoever begins twice began at the first."""
    window = window_of(user, assignment)
    now = database_now()
    if not window.waits_to_begin or not window.has_opened(now) or window.is_over(now):
        return window
    try:
        with transaction.atomic():
            Sitting.objects.create(user=user, assignment=assignment, begun_at=now)
    except IntegrityError:
        pass  # a double click
    return window_of(user, assignment)
