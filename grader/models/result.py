from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from exercises.models import Course, Placement, Revision
from grader.models.appending import AppendOnly
from grader.models.submission import Submission
from grader.points import points_of


class Regrading(models.Model):
    """Somebody's decision to grade again.

    Its results stand beside the old ones; which of them count is decided by applied_at and undone_at alone.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="regradings")
    placement = models.ForeignKey(
        Placement, null=True, blank=True, on_delete=models.CASCADE, related_name="regradings", help_text="Empty: the whole course."
    )
    reason = models.CharField(max_length=300)
    to_pinned_revision = models.BooleanField(
        default=False, help_text="Mark against the revision the placement is pinned to now, not the one that was answered."
    )
    terms = models.JSONField(
        default=dict,
        blank=True,
        help_text="For the pinned revision: placement to revision, Python and worth, as they were pinned when it was asked for.",
    )
    grader_version = models.CharField(max_length=60, unique=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When all standings had followed the last decision. Empty after one: they are still following."
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | models.Q(applied_at__isnull=False), name="only_applied_is_undone"
            ),
        ]

    def __str__(self) -> str:
        return f"regrading {self.pk} of {self.placement or self.course}"

    @property
    def counts(self) -> bool:
        return self.applied_at is not None and self.undone_at is None


class Result(AppendOnly):
    """What a submission earned, with everything needed to find it again."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="results", db_index=False)
    grader_version = models.CharField(max_length=60)
    regrading = models.ForeignKey(Regrading, null=True, blank=True, on_delete=models.PROTECT, related_name="results")
    fence = models.BigIntegerField()
    fraction = models.DecimalField(max_digits=9, decimal_places=8, help_text="What was earned, from 0 to 1, before any late credit.")
    worth = models.DecimalField(
        max_digits=8, decimal_places=2, help_text="The points it could earn when it was marked: a record, no scale."
    )
    evidence = models.JSONField()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+", db_index=False)
    seed = models.BigIntegerField(default=0)
    python = models.CharField(max_length=8)
    sim_version = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "grader_version"], name="result_once")]

    def __str__(self) -> str:
        return f"result of {self.submission_id} by {self.grader_version}: {self.fraction}"

    @property
    def credited(self) -> Decimal:
        """What counts: the fraction, less what lateness cost."""
        credited: Decimal = self.fraction * self.submission.credit
        return credited

    @property
    def points(self) -> Decimal:
        """By what the exercise is worth today."""
        return points_of(self.credited, self.submission.placement.points)

    @property
    def max_points(self) -> Decimal:
        return self.submission.placement.points


# Not taken back: of these the newest counts. And the same of a result's regrading `g`, for SQL that is written by hand.
STANDING_RESULTS = Q(regrading=None) | Q(regrading__applied_at__isnull=False, regrading__undone_at=None)
STANDING_SQL = "(g.id IS NULL OR (g.applied_at IS NOT NULL AND g.undone_at IS NULL))"


def that_count(results: QuerySet[Result], *, without: Regrading | None = None) -> QuerySet[Result]:
    """The one rule of what counts: of each submission the result of the regrading that was applied last and not undone, else of the first
    grading. With `without`, what counted before that regrading.
    """
    found = results.filter(STANDING_RESULTS)
    if without is not None:
        found = found.filter(~Q(regrading=without) | Q(regrading=None))
        if without.applied_at is not None:
            found = found.filter(Q(regrading=None) | Q(regrading__applied_at__lt=without.applied_at))
    order = [F("regrading__applied_at").desc(nulls_last=True), F("pk").desc()]
    return found.annotate(newest=Window(RowNumber(), partition_by=F("submission"), order_by=order)).filter(newest=1)
