"""Makes good what others left behind: leases that ran out, holders that are gone, work that nobody was rung for.

Any number may sweep at once.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from grader.accepting import standings
from grader.accepting.bell import ring
from grader.models import Grading
from grader.working.grading import gave_up
from grader.working.node import is_gone

log = logging.getLogger(__name__)

VANISHED_ALLOWED = 8
OVERDUE = timedelta(seconds=5)
HINT_AGAIN = timedelta(seconds=10)


def sweep() -> int:
    """Returns how many rows it set free."""
    owners = Grading.objects.filter(state=Grading.State.GRADING).values_list("lease_owner", flat=True).distinct()
    gone = [owner for owner in owners if is_gone(owner)]
    freed = 0
    with transaction.atomic():
        left = Grading.objects.select_for_update(skip_locked=True).filter(
            Q(lease_until__lt=Now()) | Q(lease_owner__in=gone), state=Grading.State.GRADING
        )
        for row in left.order_by("id")[:200]:
            set_free(row)
            freed += 1
    if freed:
        log.warning("work whose holder vanished is due again", extra={"rows": freed})
        ring()
    else:
        ring_for_overdue()
    return freed


def set_free(row: Grading) -> None:
    """Due again at once, under a new fence. Too many vanished holders, and the work itself is under suspicion."""
    vanished = row.deliveries - row.crashes - row.infra_errors
    if row.lease_owner and row.lease_owner not in row.crash_nodes:
        row.crash_nodes = [*row.crash_nodes, row.lease_owner]
    row.fence += 1
    row.lease_until, row.lease_owner = None, ""
    if vanished >= VANISHED_ALLOWED and len(row.crash_nodes) > 1:
        row.state = Grading.State.FAILED_PERMANENT
        row.reason = f"{vanished} workers ended while they graded this. The staff have been told."
        row.save()
        if row.regrading_id is None:
            standings.recompute([(row.submission.student_id, row.submission.placement_id)])
        answered = row.submission
        gave_up(answered.pk, answered.placement_id, answered.student_id, row.reason, row.grader_version)
        return
    row.state = Grading.State.FAILED_RETRYABLE
    row.reason = "The worker that graded this ended or was silent for too long; it is being graded again."
    row.next_at = Now()
    row.save()


def ring_for_overdue() -> None:
    """Work that has been due for a while: perhaps the bell was not heard."""
    silent = Q(hinted_at=None) | Q(hinted_at__lt=Now() - HINT_AGAIN)
    overdue = Grading.objects.filter(silent, state__in=Grading.DUE, next_at__lt=Now() - OVERDUE)
    if overdue.update(hinted_at=Now()):
        ring()
