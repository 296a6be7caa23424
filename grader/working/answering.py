"""The jobs that were asked for by a row: claimed one at a time under a fence, answered behind the wall, stored once for everybody.

A node answers them in a thread of its own, by a simulator of its own: a grade never waits for one, however long it takes. The lease is as
long as the job may take at most, so nobody needs to extend it; what its holder leaves behind falls due again.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from grader.accepting.bell import BELL
from grader.clock import later_sql, now_sql, skip_locked_sql
from grader.models import JobRow
from grader.simulating.child import JOBS, SimulatorCrashed, SimulatorUnavailable
from grader.simulating.jobs import ASKED_FOR, Job, JobRefused
from grader.working.node import NODE, GradingNode, is_gone

log = logging.getLogger(__name__)

TRIES = 3
PAUSE_SECONDS = 2.0
AFTER_NOTHING_SECONDS = 0.5
STOP_SECONDS = 5.0
LEASE_SECONDS = 30.0 + max(one.limits.wall_seconds for one in ASKED_FOR.values())


@dataclass(frozen=True)
class ClaimedJob:
    id: int
    fence: int
    kind: str
    fields: dict[str, Any]
    digest: str
    tries: int


def answer_due(node: GradingNode, *, older_than: float = 0.0) -> int:
    """Claims the most urgent job and answers it. Returns how many it dealt with: 0 or 1."""
    if node.rests or node.stopping.is_set():
        return 0
    claimed = claim_job(node.name, older_than)
    if claimed is None:
        return 0
    try:
        job = job_of(claimed)
        if job.digest != claimed.digest:
            # Another release asked: what we would answer is the answer to another question.
            fail(claimed, "The simulator has changed since this was asked. Ask again.")
            return 1
        store(claimed, JOBS.answer(job))
    except SimulatorCrashed as error:
        not_this_time(claimed, f"The simulator breaks down on this program ({error}).")
    except SimulatorUnavailable as error:
        if node.stopping.is_set():
            hand_back(claimed)
            return 1
        not_this_time(claimed, f"It could not be worked out within the limits: {error}")
    except (JobRefused, TypeError, KeyError) as error:
        fail(claimed, f"This is not a job that can be done: {error}")
    return 1


def answer_all_due() -> int:
    """Here and now. Returns how many there were."""
    node, count = NODE.begin(), 0
    while answer_due(node):
        count += 1
    return count


class Answering:
    """The thread of a node that answers jobs."""

    def __init__(self, node: GradingNode, older_than: float) -> None:
        self.node, self.older_than = node, older_than
        self.thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """When the node is stopping: what is under way is broken off and falls due again."""
        BELL.for_jobs.set()
        JOBS.leave()
        self.thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self.node.stopping.is_set():
            BELL.for_jobs.clear()
            try:
                close_old_connections()
                if answer_due(self.node, older_than=self.older_than):
                    continue
            except DatabaseError:
                # The loop that grades says so.
                connection.close()
            except Exception:
                # A loop that ends by a fault of ours would leave the node deaf for ever.
                log.exception("answering a job stumbled")
            BELL.for_jobs.wait(AFTER_NOTHING_SECONDS)
        connection.close()


def job_of(claimed: ClaimedJob) -> Job:
    return ASKED_FOR[claimed.kind](**claimed.fields)


def claim_job(owner: str, older_than: float) -> ClaimedJob | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"WITH due AS (SELECT id FROM grader_jobrow WHERE state = 'waiting' AND next_at <= {later_sql(-older_than)} "
            f"ORDER BY priority, id LIMIT 1 {skip_locked_sql()}) "
            "UPDATE grader_jobrow SET state = 'working', fence = fence + 1, tries = tries + 1, "
            f"lease_owner = %s, lease_until = {later_sql(LEASE_SECONDS)} "
            "WHERE id IN (SELECT id FROM due) RETURNING id, fence, kind, job, digest, tries",
            [owner],
        )
        row = cursor.fetchone()
    return claimed_of(row) if row else None


def claimed_of(row: Sequence[Any]) -> ClaimedJob:
    # Raw rows hold JSON as the driver gives it: text on both databases.
    fields = json.loads(row[3]) if isinstance(row[3], str) else row[3]
    return ClaimedJob(row[0], row[1], row[2], fields, row[4], row[5])


def store(claimed: ClaimedJob, answer: dict[str, Any]) -> None:
    text = json.dumps(answer, separators=(",", ":"))
    change(claimed, f"state = 'answered', reason = '', answer = %s, size = %s, answered_at = {now_sql()}", [text, len(text.encode())])


def not_this_time(claimed: ClaimedJob, reason: str) -> None:
    """Tried again a few times: a program that ends the simulator or outlives its limits once may not do so on another machine."""
    log.warning("a job could not be answered", extra={"job": claimed.id, "kind": claimed.kind, "reason": reason})
    if claimed.tries >= TRIES:
        fail(claimed, reason)
    else:
        change(claimed, f"state = 'waiting', reason = %s, next_at = {later_sql(PAUSE_SECONDS * claimed.tries)}", [reason[:500]])


def hand_back(claimed: ClaimedJob) -> None:
    """This process is stopping: it is due again at once, and was not tried."""
    change(claimed, f"state = 'waiting', tries = tries - 1, next_at = {now_sql()}", [])


def fail(claimed: ClaimedJob, reason: str) -> None:
    change(claimed, f"state = 'failed', reason = %s, answered_at = {now_sql()}", [reason[:500]])


def change(claimed: ClaimedJob, what: str, values: list[Any]) -> None:
    """Ends the claim, if it is still ours to end."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE grader_jobrow SET {what}, lease_owner = '', lease_until = NULL WHERE id = %s AND fence = %s AND state = 'working'",
            [*values, claimed.id, claimed.fence],
        )


def free_left_jobs() -> int:
    """Jobs whose holder is gone or silent are due again; after so many tries they end."""
    working = JobRow.objects.filter(state=JobRow.State.WORKING)
    gone = [owner for owner in working.values_list("lease_owner", flat=True).distinct() if is_gone(owner)]
    left = working.filter(Q(lease_until__lt=Now()) | Q(lease_owner__in=gone))
    ended = {"lease_owner": "", "lease_until": None}
    lost = "The worker that had this ended, several times."
    failed = left.filter(tries__gte=TRIES).update(state=JobRow.State.FAILED, answered_at=Now(), reason=lost, **ended)
    return failed + left.update(state=JobRow.State.WAITING, next_at=Now(), **ended)
