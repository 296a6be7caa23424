from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from exercises.models.exercise import Exercise, Revision
from exercises.models.people import User, validate_time_zone


class Course(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    term = models.CharField(
        max_length=40, help_text="For example 2026-autumn. Submissions carry it, so that a term can be archived as one piece."
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    grace_seconds = models.PositiveIntegerField(
        default=0, help_text="A submission received this long after the due time still counts as in time."
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


class Assignment(models.Model):
    class Reveal(models.TextChoices):
        AFTER_ATTEMPTS = "after_attempts", "when no attempts remain, or after the due time"
        AFTER_DUE = "after_due", "after the due time only"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="assignments")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    opens_at = models.DateTimeField(null=True, blank=True, help_text="Empty: open as soon as it is published.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never due.")
    published = models.BooleanField(default=False, help_text="Students see nothing of an assignment that is not published.")
    lab_open = models.BooleanField(
        default=True, help_text="The lab answers any question about memory. Close it where that would give the answers away."
    )
    reveal = models.CharField(
        max_length=16, choices=Reveal.choices, default=Reveal.AFTER_ATTEMPTS, help_text="When a student may see the right answers."
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

    def due_for(self, user: User) -> datetime | None:
        """The moment from which this person is late, an extension included. An extension only ever adds time."""
        if self.due_at is None:
            return None
        extension = Extension.objects.filter(assignment=self, user=user).values_list("due_at", flat=True).first()
        return max(self.due_at, extension) if extension else self.due_at

    def closes_for(self, user: User) -> datetime | None:
        """As due_for, with the course's grace."""
        due = self.due_for(user)
        return due + timedelta(seconds=self.course.grace_seconds) if due else None

    def has_opened(self, now: datetime | None = None) -> bool:
        return self.published and (self.opens_at is None or self.opens_at <= (now or timezone.now()))


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
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="extensions")
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["assignment", "user"]
        constraints = [models.UniqueConstraint(fields=["assignment", "user"], name="extension_once")]

    def __str__(self) -> str:
        return f"{self.user} until {self.due_at:%Y-%m-%d %H:%M} UTC in {self.assignment}"
