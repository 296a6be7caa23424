"""Asks the simulator something from where nothing is ever run: by a row, which is the truth, and the bell, which is only news of it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Least

from exercises.clock import database_now
from grader.accepting.bell import ring
from grader.models import JobRow
from grader.simulating.jobs import ASKED_FOR, SOMEBODY_WAITS, Job, JobRefused

# A job that failed is tried again when somebody asks after this time: the machine may have been short of memory.
TRY_AGAIN = timedelta(minutes=1)


def ask(job: Job, *, priority: int = SOMEBODY_WAITS, keep: bool = False) -> JobRow:
    """The row of this job, answered or not; equal jobs share it. The more urgent of two askers decides when, a keeper that it stays."""
    if job.kind not in ASKED_FOR:
        raise JobRefused("kind", f"A {job.kind} cannot be asked for.", f"Ask for one of: {', '.join(ASKED_FOR)}.")
    now = database_now()
    with transaction.atomic():
        row, new = JobRow.objects.get_or_create(
            digest=job.digest,
            defaults={
                "kind": job.kind,
                "job": job.asked(),
                "priority": priority,
                "kept": keep,
                "next_at": now,
                "asked_at": now,
                "last_asked_at": now,
            },
        )
        if not new:
            again = Q(state=JobRow.State.FAILED, answered_at__lt=now - TRY_AGAIN)
            JobRow.objects.filter(again, pk=row.pk).update(state=JobRow.State.WAITING, tries=0, reason="", answered_at=None, next_at=now)
            JobRow.objects.filter(pk=row.pk).update(
                last_asked_at=now,
                priority=Least(F("priority"), Value(priority)),
            )
            if keep:
                JobRow.objects.filter(pk=row.pk).update(kept=True)
            row.refresh_from_db()
        if not row.finished:
            transaction.on_commit(ring)
    return row
