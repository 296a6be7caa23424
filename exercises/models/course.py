from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from exercises.clock import database_now
from exercises.models.exercise import Exercise, Revision
from exercises.models.people import validate_time_zone

MOST_LATE_HOURS = 24 * 366
# What of a result is shown at a moment of its own: the assignment's field, and its words.
REVEALED = {
    "reveal_score": "the score",
    "reveal_which": "which answers are right",
    "reveal_model": "the wrong model behind an answer",
    "reveal": "the right answers, and why",
}


class Course(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    term = models.CharField(
        max_length=40, help_text="For example 2026-autumn. Submissions carry it, so that a term can be archived as one piece."
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    grace_seconds = models.PositiveIntegerField(
        default=0, help_text="An answer received this long after a due time still counts as in time, and is not called late."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return f"{self.title} ({self.term})"

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        """Those who are in the course now. Whoever left keeps the row, and with it everything handed in."""
        return self.filter(left_at=None)


class Membership(models.Model):
    class Role(models.TextChoices):
        STUDENT = "student"
        ASSISTANT = "assistant"
        INSTRUCTOR = "instructor"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.STUDENT)
    section = models.CharField(max_length=40, blank=True, help_text="The group or section of the course, if it has any.")
    student_number = models.CharField(
        max_length=40, blank=True, help_text="The number the university knows this person by. It stays when names and addresses change."
    )
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when this person is not in the course any more. Their work stays. Empty: still there."
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["course", "role", "user"]
        constraints = [
            models.UniqueConstraint(fields=["course", "user"], name="membership_once"),
            models.UniqueConstraint(
                fields=["course", "student_number"], condition=~models.Q(student_number=""), name="student_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.course}"


def is_student(user_id: int, course_id: int) -> bool:
    return Membership.objects.current().filter(user=user_id, course=course_id, role=Membership.Role.STUDENT).exists()


@dataclass(frozen=True)
class LateStep:
    """Until so many hours after the due time an answer earns so many percent."""

    hours: float
    percent: float


def read_late_steps(stored: Any) -> tuple[LateStep, ...]:
    """As they are stored: [{"hours": 24, "percent": 80}, ...]. Raises ValidationError."""
    try:
        steps = tuple(LateStep(float(one["hours"]), float(one["percent"])) for one in stored)
    except (TypeError, KeyError, ValueError):
        raise ValidationError("Late credit is a list of steps, each with its hours after the due time and its percent.") from None
    for before, step in zip((LateStep(0, 100), *steps), steps, strict=False):
        if not (before.hours < step.hours <= MOST_LATE_HOURS and before.percent >= step.percent > 0):
            raise ValidationError(
                f"“{step.percent:g} % until +{step.hours:g} h” does not fit: each step lasts longer and earns no more than the one before, "
                "over 0 and at most 100 %, for at most a year."
            )
    return steps


class Assignment(models.Model):
    class Reveal(models.TextChoices):
        """When something about a result is shown to the student. In the order in which they come."""

        AT_ONCE = "at_once", "at once"
        AFTER_ATTEMPTS = "after_attempts", "to each student as soon as their own attempts are used, while classmates may still answer"
        AFTER_DUE = "after_due", "when the time is over"
        ON_DATE = "on_date", "on a date"
        NEVER = "never", "never"

    # What says which answers are right is never shown to somebody who may still answer.
    TRUTH_REVEALS = Reveal.choices[1:]

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="assignments")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    opens_at = models.DateTimeField(null=True, blank=True, help_text="Empty: open as soon as it is published.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never due.")
    late_steps = models.JSONField(
        default=list, blank=True, validators=[read_late_steps], help_text="What late answers still earn. Empty: nothing is accepted late."
    )
    time_limit_minutes = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Minutes that each student has from the moment they begin. The end of the assignment ends them too. Empty: no limit.",
    )
    published = models.BooleanField(default=False, help_text="Students see nothing of an assignment that is not published.")
    reveal_score = models.CharField(
        REVEALED["reveal_score"],
        max_length=16,
        choices=Reveal.choices,
        default=Reveal.AT_ONCE,
        help_text="How many points an attempt earned.",
    )
    reveal_which = models.CharField(
        REVEALED["reveal_which"], max_length=16, choices=Reveal.choices, default=Reveal.AT_ONCE, help_text="Not before the score."
    )
    reveal_model = models.CharField(
        REVEALED["reveal_model"],
        max_length=16,
        choices=Reveal.choices,
        default=Reveal.AFTER_DUE,
        help_text="It says what is wrong with the model, and so hints at what is right. Not before which answers are right.",
    )
    reveal = models.CharField(
        REVEALED["reveal"],
        max_length=16,
        choices=TRUTH_REVEALS,
        default=Reveal.AFTER_DUE,
        help_text="Never to somebody who may still answer the exercise, here or in another assignment.",
    )
    reveal_at = models.DateTimeField("reveal date", null=True, blank=True, help_text="For what is shown “on a date”.")
    reveal_together = models.BooleanField(
        "hold for the whole class",
        default=True,
        help_text="What says what is right is held until the last person who may still answer the exercise is done, extensions and other "
        "courses included. Off: each student sees it when their own time is over, and may tell those who still answer.",
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["course", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["course", "slug"], name="assignment_slug_once")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.opens_at and self.due_at and self.due_at <= self.opens_at:
            raise ValidationError({"due_at": "The due time is not after the opening time. Move one of them."})
        if self.late_steps and self.due_at is None:
            raise ValidationError({"late_steps": "Without a due time nothing is late. Set one, or leave this empty."})
        self._clean_reveals()

    def _clean_reveals(self) -> None:
        rows = {name: getattr(self, name) for name in REVEALED}
        for name, when in rows.items():
            if when == self.Reveal.AFTER_DUE and self.due_at is None:
                raise ValidationError({name: "There is no due time, so this would mean never. Set a due time, or choose another moment."})
            if when == self.Reveal.ON_DATE and self.reveal_at is None:
                raise ValidationError({"reveal_at": "Something is to be shown on a date. Say which."})
        if self.reveal_at and self.Reveal.ON_DATE not in rows.values():
            raise ValidationError({"reveal_at": "Nothing is to be shown on a date. Leave this empty, or choose “on a date” somewhere."})
        if self.reveal_at and self.due_at and self.reveal_at < self.due_at:
            raise ValidationError({"reveal_at": "This is before the due time, while students still answer. Choose a later date."})
        order = list(self.Reveal)
        for earlier, later in (("reveal_score", "reveal_which"), ("reveal_which", "reveal_model"), ("reveal_which", "reveal")):
            if order.index(self.Reveal(rows[later])) < order.index(self.Reveal(rows[earlier])):
                first, second = REVEALED[earlier], REVEALED[later]
                raise ValidationError({later: f"This would give away {first}, which comes later. Show {second} then, or {first} sooner."})


class Placement(models.Model):
    """An exercise in an assignment. The revision is pinned: a corrected exercise reaches a running class only when somebody decides so."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="placements")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="placements")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="placements")
    python = models.CharField(max_length=8, help_text="The version of Python that is right here, for example 3.13.")
    points = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(Decimal(0))])
    max_attempts = models.PositiveIntegerField(default=3, help_text="0: as many as they like.")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["assignment", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["assignment", "exercise"], name="placement_once")]

    def __str__(self) -> str:
        return f"{self.exercise} in {self.assignment}"

    def clean(self) -> None:
        if not self.revision_id or not self.exercise_id:
            return
        if self.revision.exercise_id != self.exercise_id:
            raise ValidationError({"revision": f"This is a revision of “{self.revision.exercise}”. Choose one of “{self.exercise}”."})
        if self.python not in self.revision.pythons:
            raise ValidationError(
                {"python": f"The exercise is written for Python {', '.join(self.revision.pythons)}. Choose one of these."}
            )


class Extension(models.Model):
    """What one student has beyond the others of an assignment: a later due time, more attempts, more time once begun."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="extensions")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: the due time of everybody.")
    extra_attempts = models.PositiveIntegerField(default=0, help_text="At each exercise of the assignment.")
    time_multiplier = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(10))],
        help_text="For an assignment with a time limit: 1.5 makes 90 minutes of 60.",
    )
    reason = models.CharField(max_length=200, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["assignment", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "user"],
                name="extension_once",
                violation_error_message="This student has an extension of this assignment already. Change that one.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.assignment}"

    def clean(self) -> None:
        if not self.assignment_id or not self.user_id:
            return
        before = Extension.objects.filter(pk=self.pk).first() if self.pk else None
        if before is None and not is_student(self.user_id, self.assignment.course_id):
            raise ValidationError(
                {"user": f"“{self.user}” is no student of {self.assignment.course}. Add them to the course, or choose another."}
            )
        # A granted time that has passed since stays as it is when something else is changed.
        if self.due_at is not None and (before is None or before.due_at != self.due_at):
            self._clean_due(self.due_at)
        if self.time_multiplier != 1 and self.assignment.time_limit_minutes is None:
            raise ValidationError({"time_multiplier": "The assignment has no time limit to multiply. Leave this at 1."})
        if self.due_at is None and not self.extra_attempts and self.time_multiplier == 1:
            raise ValidationError("This grants nothing. Give a later due time, extra attempts or a time multiplier.")

    def _clean_due(self, due_at: datetime) -> None:
        due, zone = self.assignment.due_at, self.assignment.course.zone()
        if due is None:
            raise ValidationError({"due_at": "The assignment is never due, so there is nothing to extend. Leave this empty."})
        if due_at <= due:
            local = due.astimezone(zone)
            raise ValidationError(
                {"due_at": f"This is not after the due time of everybody, {local:%Y-%m-%d %H:%M} ({zone}). Choose a later time."}
            )
        if due_at <= database_now():
            raise ValidationError({"due_at": "This time has passed already. Choose one to come."})


class Sitting(models.Model):
    """A student began an assignment with a time limit; from then on their time runs."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="sittings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sittings")
    begun_at = models.DateTimeField(help_text="By the database's clock.")

    class Meta:
        ordering = ["assignment", "begun_at"]
        constraints = [models.UniqueConstraint(fields=["assignment", "user"], name="sitting_once")]

    def __str__(self) -> str:
        return f"{self.user} began {self.assignment}"
