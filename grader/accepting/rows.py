"""What accepting reads and writes, for any number of answers in the same few statements. Called inside one transaction, in this order."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from exercises.clock import moment_out, now_sql
from grader.accepting.standings import Pair, given_back_sql
from grader.clock import for_update_sql, skip_locked_sql, uuid_out
from grader.models import Grading, Submission
from grader.statements import INDEXES_ALONE, as_json, insertion, rows_of, run, values_of

# How long a statement may wait for somebody else's lock while others wait for it. Locks of ours are held for milliseconds.
HASTY = "100ms"
PATIENT = "3s"


@dataclass
class Ledger:
    """A locked Standing, as far as accepting an answer cares."""

    id: int
    attempts: int
    returned: int
    last_submission: uuid.UUID | None = None  # set by an answer that was accepted


def begin(*, patient: bool) -> datetime:
    """The time of receipt, and the terms of this transaction."""
    if connection.vendor != "postgresql":
        return moment_out(run(f"SELECT {now_sql()}")[0][0])
    sql = f"SELECT clock_timestamp(), set_config('lock_timeout', %s, true), {INDEXES_ALONE}"
    moment: datetime = run(sql, PATIENT if patient else HASTY)[0][0]
    return moment


def lock(pairs: Collection[Pair], *, patient: bool) -> dict[Pair, Ledger]:
    """Standings, made where missing, locked to the end of the transaction. Those that somebody else holds are left out, unless patient."""
    wanted = as_json({"student": student, "placement": placement} for student, placement in sorted(set(pairs)))
    rows = rows_of(student="bigint", placement="bigint")
    run(
        "INSERT INTO grader_standing (student_id, placement_id, attempts, returned, updated_at) "
        f"SELECT student, placement, 0, 0, {now_sql()} FROM {rows} "
        "WHERE NOT EXISTS (SELECT 1 FROM grader_standing s WHERE s.student_id = v.student AND s.placement_id = v.placement) "
        "ORDER BY student, placement ON CONFLICT (student_id, placement_id) DO NOTHING",
        wanted,
    )
    found = run(
        "SELECT student_id, placement_id, id, attempts, returned FROM grader_standing "
        f"WHERE (student_id, placement_id) IN (SELECT student, placement FROM {rows}) "
        f"ORDER BY student_id, placement_id {for_update_sql() if patient else skip_locked_sql()}",
        wanted,
    )
    return {(row[0], row[1]): Ledger(*row[2:]) for row in found}


def known_already(questions: Iterable[Mapping[str, Any]]) -> list[tuple[uuid.UUID | None, uuid.UUID | None]]:
    """For each, in order: the submission that has its key, and the latest with the same answers to the same edition that still counts."""
    rows = rows_of(
        place="integer",
        course="bigint",
        student="bigint",
        key="varchar",
        placement="bigint",
        digest="varchar",
        revision="bigint",
        python="varchar",
    )
    found = run(
        "SELECT (SELECT s.id FROM grader_submission s "
        "WHERE s.course_id = v.course AND s.student_id = v.student AND s.idempotency_key = v.key), "
        "(SELECT s.id FROM grader_submission s WHERE s.student_id = v.student AND s.placement_id = v.placement "
        "AND s.answers_digest = v.digest AND s.revision_id = v.revision AND s.python = v.python "
        f"AND NOT {given_back_sql('s.id')} ORDER BY s.attempt_no DESC LIMIT 1) "
        f"FROM {rows} ORDER BY v.place",
        as_json({"place": place, **one} for place, one in enumerate(questions)),
    )
    return [(uuid_out(key) if key else None, uuid_out(same) if same else None) for key, same in found]


def write(submissions: Sequence[Submission], gradings: Sequence[Grading], ledgers: Iterable[Ledger]) -> None:
    changed = as_json(
        {"id": one.id, "attempts": one.attempts, "submission": one.last_submission} for one in ledgers if one.last_submission is not None
    )
    submission, grading = insertion(Submission, connection.vendor)[0], insertion(Grading, connection.vendor)[0]
    standing = (
        f"UPDATE grader_standing SET attempts = v.attempts, last_submission_id = v.submission, updated_at = {now_sql()} "
        f"FROM {rows_of(id='bigint', attempts='integer', submission='uuid')} WHERE grader_standing.id = v.id"
    )
    if connection.vendor == "postgresql":
        run(f"WITH s AS ({submission}), g AS ({grading}) {standing}", values_of(submissions), values_of(gradings), changed)
    else:
        run(submission, values_of(submissions))
        run(grading, values_of(gradings))
        run(standing, changed)
    for one in submissions:
        one._state.adding, one._state.db = False, connection.alias
