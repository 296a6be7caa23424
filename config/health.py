"""What a supervisor asks a web process. Liveness speaks of the process alone; readiness of the work and its age.

A process that restarts because the database is away helps nobody, so only readiness asks the database.
"""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

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
    age = (timezone.now() - found["since"]).total_seconds() if found["since"] else 0.0
    return DueWork(found["count"], max(0.0, age))


@login_not_required
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"live": True})


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    try:
        due = due_work()
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "the database does not answer"}, status=503)
    return JsonResponse({"ready": True, "due": due.count, "oldest_due_seconds": round(due.oldest_seconds, 1)})
