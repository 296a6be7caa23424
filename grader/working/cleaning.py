"""Takes away what has had its time: sessions that ended, counted failures to sign in, tokens that are long over, answers that can be worked
out again. A few at a time: it runs beside grading. What grades rest on is never among it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from exercises.clock import database_now
from grader.models import Credential, JobRow

SLICE = 500
SLICES = 10  # of each kind in one go; the rest waits for the next


def clean() -> dict[str, int]:
    """How many of each went."""
    return {name: drop(rows(), SLICES) for name, rows in HAD_THEIR_TIME.items()}


def drop(rows: QuerySet[Any], slices: int | None = None) -> int:
    """Looks again in each deletion: somebody may have had use for a row meanwhile."""
    dropped = 0
    while slices is None or slices > 0:
        some = list(rows.order_by("pk").values_list("pk", flat=True)[:SLICE])
        gone = rows.filter(pk__in=some).delete()[0] if some else 0
        dropped += gone
        if not gone or len(some) < SLICE:
            break
        slices = slices and slices - 1
    return dropped


def ended_sessions() -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=database_now())


def answers_not_asked_for(days: float) -> QuerySet[JobRow]:
    finished = [JobRow.State.ANSWERED, JobRow.State.FAILED]
    return JobRow.objects.filter(kept=False, state__in=finished, last_asked_at__lte=database_now() - timedelta(days=days))


def tokens_long_over() -> QuerySet[Credential]:
    """Not those that something was handed in with: a submission names its token for good."""
    over = database_now() - timedelta(days=settings.KEEP_TOKENS_DAYS)
    return Credential.objects.filter(expires_at__lt=over, submissions=None)


def counted_failures(kept: type[AccessAttempt] | type[AccessFailureLog] | type[AccessLog]) -> QuerySet[Any]:
    """They hold names and addresses, and decide nothing after the time in which they are counted."""
    found: QuerySet[Any] = kept.objects.filter(attempt_time__lt=database_now() - settings.AXES_COOLOFF_TIME)
    return found


HAD_THEIR_TIME: dict[str, Callable[[], QuerySet[Any]]] = {
    "sessions": ended_sessions,
    "failures to sign in": lambda: counted_failures(AccessAttempt),
    "failures, one by one": lambda: counted_failures(AccessFailureLog),
    "sign-ins": lambda: counted_failures(AccessLog),
    "tokens": tokens_long_over,
    "answers": lambda: answers_not_asked_for(settings.KEEP_ANSWERS_DAYS),
}
