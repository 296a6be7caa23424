"""The due work and its age: what health checks and metrics speak of."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from exercises.clock import database_now
from grader.models import Grading


@dataclass(frozen=True)
class DueWork:
    count: int
    oldest_seconds: float


def due_work() -> DueWork:
    """What some node should have taken by now: due rows, and rows whose lease has run out."""
    waiting = Q(state__in=Grading.DUE, next_at__lte=Now())
    abandoned = Q(state=Grading.State.GRADING, lease_until__lt=Now())
    found = Grading.objects.filter(waiting | abandoned).aggregate(count=Count("pk"), since=Min("next_at"))
    age = (database_now() - found["since"]).total_seconds() if found["since"] else 0.0
    return DueWork(found["count"], max(0.0, age))
