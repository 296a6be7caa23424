"""Keeps Standing rows in step with submissions and results. Rows are always locked in the order (student, placement)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from grader.clock import for_update_sql, now_sql, uuid_out
from grader.marking import responses
from grader.models import Grading, Result, Standing, Submission, that_count
from grader.models.result import STANDING_SQL
from grader.points import as_fraction
from grader.statements import as_json, rows_of, run

Pair = tuple[int, int]  # student id, placement id
APPLIED = "g.applied_at IS NOT NULL AND g.undone_at IS NULL"  # a regrading g that counts
SLICE = 8  # pairs that are locked at once while many are brought in step


@dataclass(frozen=True)
class Credit:
    """What one graded submission adds to its student's standing."""

    student: int
    placement: int
    attempt_no: int
    submission: uuid.UUID
    fraction: Decimal  # late credit included


def given_back_sql(submission: str) -> str:
    """SQL that is true of a submission whose attempt was given back: it could not be graded, and no result of it counts."""
    return (
        f"(EXISTS (SELECT 1 FROM grader_grading f WHERE f.submission_id = {submission} AND f.state = 'failed_permanent' "
        f"AND f.regrading_id IS NULL) "
        f"AND NOT EXISTS (SELECT 1 FROM grader_result r LEFT JOIN grader_regrading g ON g.id = r.regrading_id "
        f"WHERE r.submission_id = {submission} AND {STANDING_SQL}))"
    )


def lock(pairs: Collection[Pair]) -> None:
    if not pairs or not for_update_sql():
        return
    run(
        "SELECT 1 FROM grader_standing WHERE (student_id, placement_id) IN "
        f"(SELECT student, placement FROM {rows_of(student='bigint', placement='bigint')}) "
        "ORDER BY student_id, placement_id FOR UPDATE",
        as_json({"student": student, "placement": placement} for student, placement in set(pairs)),
    )


def overruled(submissions: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those whose first result counts for nothing, since an applied regrading was quicker. Ask under their standings' lock."""
    found = run(
        "SELECT r.submission_id FROM grader_result r JOIN grader_regrading g ON g.id = r.regrading_id "
        f"WHERE {APPLIED} AND r.submission_id IN (SELECT submission FROM {rows_of(submission='uuid')})",
        as_json({"submission": one} for one in submissions),
    )
    return {uuid_out(row[0]) for row in found}


def credit_sql() -> str:
    """Adds first results to standings that are locked; its parameter is `credit_rows`."""
    earlier = "(s.first_attempt IS NULL OR v.first_attempt < s.first_attempt)"
    # Of equals the earlier attempt, in whatever order they were graded.
    kept_attempt = "(SELECT attempt_no FROM grader_submission WHERE id = s.best_submission_id)"
    tied = f"(v.best_fraction = s.best_fraction AND v.best_attempt < {kept_attempt})"
    better = f"(s.best_fraction IS NULL OR v.best_fraction > s.best_fraction OR {tied})"
    rows = rows_of(
        student="bigint",
        placement="bigint",
        first_attempt="integer",
        first_fraction="numeric",
        first_submission="uuid",
        best_attempt="integer",
        best_fraction="numeric",
        best_submission="uuid",
    )
    return (
        "UPDATE grader_standing AS s SET "
        f"first_attempt = CASE WHEN {earlier} THEN v.first_attempt ELSE s.first_attempt END, "
        f"first_fraction = CASE WHEN {earlier} THEN v.first_fraction ELSE s.first_fraction END, "
        f"first_submission_id = CASE WHEN {earlier} THEN v.first_submission ELSE s.first_submission_id END, "
        f"best_fraction = CASE WHEN {better} THEN v.best_fraction ELSE s.best_fraction END, "
        f"best_submission_id = CASE WHEN {better} THEN v.best_submission ELSE s.best_submission_id END, "
        f"updated_at = {now_sql()} "
        f"FROM {rows} WHERE s.student_id = v.student AND s.placement_id = v.placement"
    )


def credit_rows(credits_: Iterable[Credit]) -> str:
    """One row per pair: UPDATE ... FROM applies only one of several that match."""
    by_pair: dict[Pair, list[Credit]] = {}
    for one in credits_:
        by_pair.setdefault((one.student, one.placement), []).append(one)
    rows = []
    for (student, placement), several in by_pair.items():
        first = min(several, key=lambda one: one.attempt_no)
        best = max(several, key=lambda one: (one.fraction, -one.attempt_no))
        rows.append(
            {
                "student": student,
                "placement": placement,
                "first_attempt": first.attempt_no,
                "first_fraction": first.fraction,
                "first_submission": first.submission,
                "best_attempt": best.attempt_no,
                "best_fraction": best.fraction,
                "best_submission": best.submission,
            }
        )
    return as_json(rows)


def recompute(pairs: Collection[Pair]) -> None:
    """Works standings out afresh from what is stored: after regradings, and when an attempt is given back. Call inside a transaction."""
    if not pairs:
        return
    lock(pairs)
    changed = out_of_step(pairs)
    for one in changed:
        if one.pk is None:
            one.save()
    Standing.objects.bulk_update([one for one in changed if one.pk is not None], [*DERIVED, "updated_at"])


DERIVED = (
    "attempts",
    "returned",
    "last_submission_id",
    "first_attempt",
    "first_fraction",
    "first_submission_id",
    "best_fraction",
    "best_submission_id",
)


def out_of_step(pairs: Collection[Pair]) -> list[Standing]:
    """The standings of these pairs that differ from what is stored, as they should be. A constant number of queries."""
    wanted = set(pairs)
    students, placements = {student for student, _ in wanted}, {placement for _, placement in wanted}
    held = {(one.student_id, one.placement_id): one for one in Standing.objects.filter(student__in=students, placement__in=placements)}
    rows = Submission.objects.filter(student__in=students, placement__in=placements).order_by("attempt_no")
    submissions: dict[Pair, list[Submission]] = {pair: [] for pair in wanted}
    for row in rows.defer("answers", "confidence"):
        if (row.student_id, row.placement_id) in wanted:
            submissions[row.student_id, row.placement_id].append(row)
    every = [row.pk for listed in submissions.values() for row in listed]
    counting = that_count(Result.objects.filter(submission__in=every)).values_list("submission_id", "fraction")
    fractions: dict[uuid.UUID, Decimal] = dict(counting)
    failed = Grading.objects.filter(submission__in=every, state=Grading.State.FAILED_PERMANENT, regrading=None)
    lost = set(failed.values_list("submission_id", flat=True)) - set(fractions)
    changed = []
    for pair, listed in submissions.items():
        standing = held.get(pair) or Standing(student_id=pair[0], placement_id=pair[1])
        derived = derived_of(listed, fractions, lost)
        if standing.pk is None or any(getattr(standing, name) != value for name, value in derived.items()):
            for name, value in derived.items():
                setattr(standing, name, value)
            standing.updated_at = timezone.now()
            changed.append(standing)
    return changed


def derived_of(submissions: Sequence[Submission], fractions: Mapping[uuid.UUID, Decimal], lost: Collection[uuid.UUID]) -> dict[str, Any]:
    """What follows from one student's submissions at one placement, in the order of the attempts. `lost` are those given back."""
    earned = [(one, as_fraction(fractions[one.pk] * one.credit)) for one in submissions if one.pk in fractions]
    first, first_fraction = earned[0] if earned else (None, None)
    best, best_fraction = max(earned, key=lambda one: (one[1], -one[0].attempt_no)) if earned else (None, None)
    given_back = sum(one.pk in lost for one in submissions)
    return {
        "attempts": len(submissions) - given_back,
        "returned": given_back,
        "last_submission_id": submissions[-1].pk if submissions else None,
        "first_attempt": first.attempt_no if first else None,
        "first_fraction": first_fraction,
        "first_submission_id": first.pk if first else None,
        "best_fraction": best_fraction,
        "best_submission_id": best.pk if best else None,
    }


def settle(pairs: Collection[Pair]) -> int:
    """Brings standings and responses in step after a decision about many of them. Looks without locking, then locks and writes in slices,
    and only what changes: whoever hands in an answer meanwhile waits for one slice at most. Ended midway, it goes on where it was when
    called again.
    """
    ordered = sorted(set(pairs), key=lambda pair: (pair[1], pair[0]))
    changed = 0
    for start in range(0, len(ordered), SLICE):
        looked_at = ordered[start : start + SLICE]
        differing = {(one.student_id, one.placement_id) for one in out_of_step(looked_at)}
        submissions = submissions_of(looked_at)
        stale = responses.out_of_step(submissions)
        differing |= {submissions[one] for one in stale}
        if differing:
            with transaction.atomic():
                recompute(differing)
                responses.rewrite(stale)
            changed += len(differing)
    return changed


def submissions_of(pairs: Collection[Pair]) -> dict[uuid.UUID, Pair]:
    students, placements = {student for student, _ in pairs}, {placement for _, placement in pairs}
    rows = Submission.objects.filter(student__in=students, placement__in=placements).order_by()
    found = {pk: (student, placement) for pk, student, placement in rows.values_list("pk", "student_id", "placement_id")}
    return {pk: pair for pk, pair in found.items() if pair in pairs}
