from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from exercises.models import Course, Placement, Revision
from grader.models.appending import AppendOnly
from grader.models.credential import Credential


class Submission(AppendOnly):
    """What was answered, exactly as it was received, and all that decides what it earns. Being committed here is what "accepted" means.

    Placements, assignments and courses may change the day after: marking reads the terms that are stored here, and nothing else.
    """

    class Channel(models.TextChoices):
        WEB = "web"
        API = "api"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="submissions")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="submissions", db_index=False)
    # Not indexed by themselves: the first leads the index of keys, the second is looked up by people only.
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="submissions", db_index=False)
    credential = models.ForeignKey(
        Credential,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="submissions",
        db_index=False,
        help_text="The token it was handed in with. Empty: by the student, on the page.",
    )
    attempt_no = models.PositiveIntegerField(
        help_text="The how-manieth answer of this student to this placement, given-back attempts included."
    )
    answers = models.JSONField(help_text="Question id to canonical answer.")
    answers_digest = models.CharField(max_length=64)
    confidence = models.JSONField(
        default=dict, blank=True, help_text="Question id to 1 (guessing) .. 4 (certain), asked before the verdict."
    )
    idempotency_key = models.CharField(max_length=100)
    received_at = models.DateTimeField(help_text="The database's clock at receipt.")
    python = models.CharField(max_length=8, help_text="The version of Python that was right here at receipt.")
    worth = models.DecimalField(max_digits=8, decimal_places=2, help_text="The points it could earn, as they stood at receipt.")
    seed = models.BigIntegerField(default=0)
    opens_at_snapshot = models.DateTimeField(null=True, blank=True, help_text="This student's opening time as it stood at receipt.")
    due_at_snapshot = models.DateTimeField(null=True, blank=True, help_text="This student's due time as it stood at receipt.")
    closes_at_snapshot = models.DateTimeField(
        null=True, blank=True, help_text="From when on nothing of this student would have been accepted, as it stood at receipt."
    )
    credit = models.DecimalField(
        max_digits=5, decimal_places=4, default=1, help_text="Late credit, as it stood at receipt: the share of the worth. 1 in time."
    )
    is_late = models.BooleanField(default=False, help_text="Received after the due time and the course's grace, for late credit.")
    channel = models.CharField(max_length=3, choices=Channel.choices)
    term = models.CharField(max_length=40)

    class Meta:
        ordering = ["-received_at"]
        # The first also answers "what did this student answer here", the second "was this key seen in this course".
        constraints = [
            models.UniqueConstraint(fields=["student", "placement", "attempt_no"], name="attempt_once"),
            models.UniqueConstraint(fields=["course", "student", "idempotency_key"], name="idempotency_key_once"),
            models.CheckConstraint(condition=models.Q(attempt_no__gte=1), name="attempts_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"submission {self.id}"


class Grading(models.Model):
    """The work a submission waits for. There is no state "queued": nothing may depend on a message having been sent (see hinted_at)."""

    class State(models.TextChoices):
        RECEIVED = "received"
        GRADING = "grading"
        GRADED = "graded"
        FAILED_RETRYABLE = "failed_retryable"
        FAILED_PERMANENT = "failed_permanent"

    DUE = (State.RECEIVED, State.FAILED_RETRYABLE)
    UNFINISHED = (*DUE, State.GRADING)
    FINISHED = (State.GRADED, State.FAILED_PERMANENT)

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="gradings", db_index=False)
    grader_version = models.CharField(max_length=60)
    regrading = models.ForeignKey(
        "grader.Regrading",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="gradings",
        db_index=False,
        help_text="Empty: the first grading, which the student waits for.",
    )
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVED)
    fence = models.BigIntegerField(
        default=0, help_text="Raised by every claim. A result is written only by the claim that still holds the number."
    )
    deliveries = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0, help_text="Times the simulating child died.")
    infra_errors = models.PositiveIntegerField(default=0, help_text="Times our own code or machinery failed.")
    crash_nodes = models.JSONField(default=list, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=80, blank=True)
    next_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    priority = models.PositiveSmallIntegerField(default=10)
    hinted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "grader_version"], name="grading_once"),
            models.CheckConstraint(
                condition=models.Q(state="grading", lease_until__isnull=False)
                | (~models.Q(state="grading") & models.Q(lease_until__isnull=True)),
                name="leased_while_grading",
            ),
        ]
        # Due work is a sliver of a table that only grows: both indexes hold that sliver alone.
        indexes = [
            models.Index(fields=["priority", "id"], name="grading_due", condition=models.Q(state__in=["received", "failed_retryable"])),
            models.Index(fields=["lease_until"], name="grading_leased", condition=models.Q(state="grading")),
            models.Index(fields=["regrading"], name="grading_again", condition=models.Q(regrading__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"grading of {self.submission_id} by {self.grader_version}: {self.state}"
