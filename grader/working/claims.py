"""Who may grade what, and until when: every change of a Grading row's state is one statement here.

A claim raises the row's fence number and holds it for a lease. Whoever finishes, fails or extends must still hold the number; if somebody
else has claimed the row meanwhile, nothing is written. Time is the database's.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from grader.clock import later_sql, skip_locked_sql, uuid_out
from grader.statements import as_json, indexes_alone, rows_of, run

LEASE_SECONDS = float(getattr(settings, "GRADER_LEASE_SECONDS", 60))
LARGEST_CLAIM = 64
DUE = "state IN ('received', 'failed_retryable')"


@dataclass(frozen=True)
class Claim:
    """A row that this process may grade as long as the fence holds, with all that grading needs: the terms of receipt, not today's."""

    id: int
    fence: int
    submission: uuid.UUID
    grader_version: str
    regrading: int | None
    student: int
    placement: int
    attempt_no: int
    answers: dict[str, Any]
    confidence: dict[str, int]
    revision: int
    python: str
    worth: Decimal
    credit: Decimal
    received_at: datetime
    deliveries: int
    crashes: int
    infra_errors: int
    crash_nodes: tuple[str, ...]

    @property
    def vanished(self) -> int:
        """How often somebody claimed it and was never heard of again."""
        return self.deliveries - 1 - self.crashes - self.infra_errors


# What a Claim holds, in the order of its fields.
COLUMNS = (
    "g.id, g.fence, s.id, g.grader_version, g.regrading_id, s.student_id, s.placement_id, s.attempt_no, s.answers, s.confidence, "
    "s.revision_id, s.python, s.worth, s.credit, s.received_at, g.deliveries, g.crashes, g.infra_errors, g.crash_nodes"
)


def claim(owner: str, *, most: int = LARGEST_CLAIM, older_than: float = 0.0) -> list[Claim]:
    """Takes due rows, the most urgent first. Any number of processes may call this at once."""
    due = (
        f"WITH due AS (SELECT id FROM grader_grading WHERE {DUE} AND next_at <= {later_sql(-older_than)} "
        f"ORDER BY priority, id LIMIT %s {skip_locked_sql()})"
    )
    take = (
        "UPDATE grader_grading SET state = 'grading', fence = fence + 1, deliveries = deliveries + 1, "
        f"lease_owner = %s, lease_until = {later_sql(LEASE_SECONDS)} WHERE id IN (SELECT id FROM due) RETURNING"
    )
    read = f"SELECT {COLUMNS} FROM {{taken}} g JOIN grader_submission s ON s.id = g.submission_id"
    order = "ORDER BY g.priority, g.id"
    with transaction.atomic():
        indexes_alone()
        if connection.vendor == "postgresql":
            taken = run(f"{due}, taken AS ({take} *) {read.format(taken='taken')} {order}", most, owner)
        else:
            ids = as_json({"id": row[0]} for row in run(f"{due} {take} id", most, owner))
            taken = run(f"{read.format(taken='grader_grading')} WHERE g.id IN (SELECT id FROM {rows_of(id='bigint')}) {order}", ids)
        return [claim_of(row) for row in taken]


def claim_of(row: Sequence[Any]) -> Claim:
    fields = list(row)
    fields[2] = uuid_out(row[2])
    # Raw rows hold JSON as the driver gives it: text on both databases, since Django reads it itself.
    for place in (8, 9):
        fields[place] = json.loads(row[place]) if isinstance(row[place], str) else row[place]
    fields[12], fields[13] = Decimal(str(row[12])), Decimal(str(row[13]))
    fields[18] = tuple(json.loads(row[18]) if isinstance(row[18], str) else row[18])
    return Claim(*fields)


def held_sql() -> str:
    """True of the rows that are still ours. Its parameter is `held`."""
    return f"state = 'grading' AND (id, fence) IN (SELECT id, fence FROM {rows_of(id='bigint', fence='bigint')})"


def held(claims: Collection[Claim]) -> str:
    return as_json({"id": one.id, "fence": one.fence} for one in claims)


def extend(claims: Collection[Claim]) -> set[int]:
    """The heart beat. Returns the ids still ours: whatever else was going on in this process is no longer its business."""
    if not claims:
        return set()
    sql = f"UPDATE grader_grading SET lease_until = {later_sql(LEASE_SECONDS)} WHERE {held_sql()} RETURNING id"
    return returning(sql, held(claims))


def finish(claims: Collection[Claim]) -> set[int]:
    """Marks them graded; the ids for which that is ours to say. Call inside the transaction that stores the results."""
    sql = f"UPDATE grader_grading SET state = 'graded', lease_until = NULL, lease_owner = '', reason = '' WHERE {held_sql()} RETURNING id"
    return returning(sql, held(claims))


def give_up_for_now(one: Claim, reason: str, seconds: float, *, crashed_on: str = "") -> bool:
    """Lets others, or this process later, try again. A crash and a fault of our machinery are counted apart."""
    nodes = json.dumps([*one.crash_nodes, crashed_on] if crashed_on and crashed_on not in one.crash_nodes else list(one.crash_nodes))
    counted = "crashes = crashes + 1" if crashed_on else "infra_errors = infra_errors + 1"
    sql = (
        f"UPDATE grader_grading SET state = 'failed_retryable', lease_until = NULL, lease_owner = '', fence = fence + 1, {counted}, "
        f"crash_nodes = %s, reason = %s, next_at = {later_sql(seconds)} WHERE {held_sql()} RETURNING id"
    )
    return bool(returning(sql, nodes, reason[:500], held([one])))


def hand_back(claims: Collection[Claim]) -> None:
    """This process is stopping: what it has not begun falls due again at once."""
    if not claims:
        return
    returning(
        "UPDATE grader_grading SET state = 'received', lease_until = NULL, lease_owner = '', fence = fence + 1, "
        f"deliveries = deliveries - 1 WHERE {held_sql()} RETURNING id",
        held(claims),
    )


def hand_back_all(owner: str) -> int:
    """What is leased to a process that holds nothing: a claim whose answer got lost on its way, a batch the database went away under."""
    return len(
        returning(
            "UPDATE grader_grading SET state = 'received', lease_until = NULL, lease_owner = '', fence = fence + 1, "
            "deliveries = deliveries - 1 WHERE state = 'grading' AND lease_owner = %s RETURNING id",
            owner,
        )
    )


def fail(one: Claim, reason: str) -> bool:
    """Ends it for good, with a reason people will read. Call inside the transaction that gives the attempt back."""
    sql = (
        "UPDATE grader_grading SET state = 'failed_permanent', lease_until = NULL, lease_owner = '', fence = fence + 1, "
        f"reason = %s WHERE {held_sql()} RETURNING id"
    )
    return bool(returning(sql, reason[:500], held([one])))


def returning(sql: str, *parameters: Any) -> set[int]:
    return {row[0] for row in run(sql, *parameters)}
