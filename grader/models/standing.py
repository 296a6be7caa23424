from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models

from exercises.models import Placement
from grader.models.submission import Submission
from grader.points import points_of


class Standing(models.Model):
    """One student at one placement: attempts used, first and best score.

    Derived from submissions and results (standings.recompute rebuilds it). Kept because every page asks for it, and locked while an
    answer is accepted, so that fifty simultaneous answers cannot share the last attempt.
    """

    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="standings", db_index=False)
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="standings")
    attempts = models.PositiveIntegerField(default=0, help_text="Attempts that count.")
    returned = models.PositiveIntegerField(default=0, help_text="Attempts given back, because the fault was ours.")
    last_submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    first_attempt = models.PositiveIntegerField(null=True)
    first_fraction = models.DecimalField(max_digits=9, decimal_places=8, null=True, help_text="From 0 to 1, late credit included.")
    first_submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    best_fraction = models.DecimalField(max_digits=9, decimal_places=8, null=True, help_text="From 0 to 1, late credit included.")
    best_submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "placement"], name="standing_once")]

    def __str__(self) -> str:
        return f"{self.student_id} at {self.placement_id}: {self.attempts} attempts, best {self.best_fraction}"

    @property
    def first_points(self) -> Decimal | None:
        """By what the exercise is worth today."""
        return None if self.first_fraction is None else points_of(self.first_fraction, self.placement.points)

    @property
    def best_points(self) -> Decimal | None:
        return None if self.best_fraction is None else points_of(self.best_fraction, self.placement.points)
