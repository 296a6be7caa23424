"""What is worked out from results follows a decision about a regrading, in slices; ended midway, it goes on where it was."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from grader.accepting import standings
from grader.models import Diagnosis, Regrading, Submission

# Longer than settling a large course takes: whoever decided is presumably at it.
LEFT_BEHIND = timedelta(seconds=60)


def settle_regrading(regrading: Regrading) -> None:
    affected = Submission.objects.filter(results__regrading=regrading).order_by().values_list("student_id", "placement_id").distinct()
    standings.settle(list(affected))
    # What was found rests on results that count no more, or does not rest on some that do now.
    Diagnosis.objects.filter(
        result__submission__course=regrading.course_id, result__submission__student__in={one for one, _ in affected}
    ).update(method=0)
    # Only for the decision that was followed here: a later one has its own settling.
    Regrading.objects.filter(pk=regrading.pk, applied_at=regrading.applied_at, undone_at=regrading.undone_at).update(settled_at=Now())
    regrading.refresh_from_db()


def settle_left_behind() -> None:
    """Decisions whose process ended before all had followed."""
    since = Now() - LEFT_BEHIND
    left = Q(undone_at=None, applied_at__lt=since) | Q(undone_at__lt=since)
    for one in Regrading.objects.filter(left, settled_at=None):
        settle_regrading(one)
