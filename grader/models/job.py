from __future__ import annotations

from django.db import models


class JobRow(models.Model):
    """Something that was asked of the simulator (grader/simulating/jobs.py), and its answer: once, however many ask.

    Unlike a Simulation it may be dropped again, unless something rests on it (`kept`): whoever asks later gets the same answer anew.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        WORKING = "working"
        ANSWERED = "answered"
        FAILED = "failed"

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 over everything that decides the answer.")
    kind = models.CharField(max_length=20)
    job = models.JSONField(help_text="The job's fields.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    priority = models.PositiveSmallIntegerField(default=60, help_text="Lower is sooner.")
    answer = models.JSONField(null=True, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="Of the answer, in bytes.")
    reason = models.CharField(max_length=500, blank=True, help_text="Why there is no answer, in words for people.")
    kept = models.BooleanField(default=False, help_text="Something rests on the answer: it is not dropped.")
    fence = models.BigIntegerField(default=0, help_text="Raised by every claim: only the claim that holds the number may answer.")
    tries = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=80, blank=True)
    next_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    last_asked_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="working", lease_until__isnull=False)
                | (~models.Q(state="working") & models.Q(lease_until__isnull=True)),
                name="job_leased_while_worked_on",
            ),
            models.CheckConstraint(
                condition=models.Q(state="answered", answer__isnull=False) | (~models.Q(state="answered") & models.Q(answer__isnull=True)),
                name="job_answer_when_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["priority", "id"], name="job_due", condition=models.Q(state="waiting")),
            models.Index(fields=["lease_until"], name="job_leased", condition=models.Q(state="working")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:12]}: {self.state}"

    @property
    def finished(self) -> bool:
        return self.state in (self.State.ANSWERED, self.State.FAILED)
