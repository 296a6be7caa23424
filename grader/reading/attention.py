"""What could not be graded, or not yet: what the staff of a course should look at."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from exercises.clock import database_now
from exercises.models import Course
from grader.models import Grading, Result
from grader.models.result import STANDING_RESULTS

LONG = timedelta(minutes=10)  # a grading that is not done by then is no longer merely under way


def without_result(gradings: QuerySet[Grading]) -> QuerySet[Grading]:
    """First gradings whose submission no result counts for: an applied regrading may have graded what failed at first."""
    counting = Result.objects.filter(STANDING_RESULTS, submission=OuterRef("submission_id"))
    return gradings.filter(~Exists(counting), regrading=None)


def failed_in(course: Course) -> QuerySet[Grading]:
    """Those given up, with their attempts given back."""
    return without_result(Grading.objects.filter(submission__course=course, state=Grading.State.FAILED_PERMANENT))


def needing_attention(course: Course) -> QuerySet[Grading]:
    """Given up, or under way for longer than anything should be. The newest first."""
    slow = Q(state__in=Grading.UNFINISHED, submission__received_at__lt=database_now() - LONG)
    found = Grading.objects.filter(Q(state=Grading.State.FAILED_PERMANENT) | slow, submission__course=course)
    return (
        without_result(found)
        .select_related("submission__student", "submission__placement__exercise", "submission__placement__assignment")
        .order_by("-submission__received_at", "-pk")
    )
