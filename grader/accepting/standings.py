"""Keeps Standing rows in step with submissions and results. Rows are always locked in the order (student, placement)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from grader.clock import for_update_sql, now_sql, rows_sql, uuid_in
from grader.models import Grading, Result, Standing, Submission, that_count
from grader.points import as_fraction

Pair = tuple[int, int]  # student id, placement id


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
    counts = "g.id IS NULL OR (g.applied_at IS NOT NULL AND g.undone_at IS NULL)"
    return (
        f"(EXISTS (SELECT 1 FROM grader_grading f WHERE f.submission_id = {submission} AND f.state = 'failed_permanent') "
        f"AND NOT EXISTS (SELECT 1 FROM grader_result r LEFT JOIN grader_regrading g ON g.id = r.regrading_id "
        f"WHERE r.submission_id = {submission} AND ({counts})))"
    )


def lock(pairs: Collection[Pair]) -> None:
    ordered = sorted(set(pairs))
    if not ordered or not for_update_sql():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM grader_standing WHERE (student_id, placement_id) IN (VALUES {rows_sql(len(ordered), 2)}) "
            "ORDER BY student_id, placement_id FOR UPDATE",
            [value for pair in ordered for value in pair],
        )


def credit(credits_: Collection[Credit]) -> None:
    """Adds first results. Call inside the transaction that stores them."""
    rows = list(merged(credits_))
    if not rows:
        return
    lock([(row[0], row[1]) for row in rows])
    earlier = "(s.first_attempt IS NULL OR v.first_attempt < s.first_attempt)"
    # Of equals the earlier attempt, in whatever order they were graded.
    kept_attempt = "(SELECT attempt_no FROM grader_submission WHERE id = s.best_submission_id)"
    tied = f"(v.best_fraction = s.best_fraction AND v.best_attempt < {kept_attempt})"
    better = f"(s.best_fraction IS NULL OR v.best_fraction > s.best_fraction OR {tied})"
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH v(student_id, placement_id, first_attempt, first_fraction, first_submission, best_attempt, best_fraction, "
            f"best_submission) AS (VALUES {rows_sql(len(rows), 8)}) "
            "UPDATE grader_standing AS s SET "
            f"first_attempt = CASE WHEN {earlier} THEN v.first_attempt ELSE s.first_attempt END, "
            f"first_fraction = CASE WHEN {earlier} THEN v.first_fraction ELSE s.first_fraction END, "
            f"first_submission_id = CASE WHEN {earlier} THEN v.first_submission ELSE s.first_submission_id END, "
            f"best_fraction = CASE WHEN {better} THEN v.best_fraction ELSE s.best_fraction END, "
            f"best_submission_id = CASE WHEN {better} THEN v.best_submission ELSE s.best_submission_id END, "
            f"updated_at = {now_sql()} "
            "FROM v WHERE s.student_id = v.student_id AND s.placement_id = v.placement_id",
            [value for row in rows for value in row],
        )


def merged(credits_: Collection[Credit]) -> Iterable[tuple[Any, ...]]:
    """One row per pair: UPDATE ... FROM applies only one of several that match."""
    by_pair: dict[Pair, list[Credit]] = {}
    for one in credits_:
        by_pair.setdefault((one.student, one.placement), []).append(one)
    for (student, placement), several in by_pair.items():
        first = min(several, key=lambda one: one.attempt_no)
        best = max(several, key=lambda one: (one.fraction, -one.attempt_no))
        yield (
            student,
            placement,
            first.attempt_no,
            first.fraction,
            uuid_in(first.submission),
            best.attempt_no,
            best.fraction,
            uuid_in(best.submission),
        )


def recompute(pairs: Collection[Pair]) -> None:
    """Works standings out afresh from what is stored: after regradings, and when an attempt is given back. Call inside a transaction."""
    lock(pairs)
    for student, placement in sorted(set(pairs)):
        submissions = list(Submission.objects.filter(student=student, placement=placement).order_by("attempt_no"))
        given_back = set(
            Grading.objects.filter(submission__in=submissions, state=Grading.State.FAILED_PERMANENT)
            .exclude(submission__results__isnull=False)
            .values_list("submission_id", flat=True)
        )
        counting = [one for one in submissions if one.pk not in given_back]
        credits_ = {one.pk: one.credit for one in submissions}
        earned = {
            result.submission_id: as_fraction(result.fraction * credits_[result.submission_id])
            for result in that_count(Result.objects.filter(submission__in=submissions)).defer("evidence")
        }
        graded = [one for one in counting if one.pk in earned]
        first = graded[0] if graded else None
        best = max(graded, key=lambda one: (earned[one.pk], -one.attempt_no)) if graded else None
        last = submissions[-1] if submissions else None
        Standing.objects.update_or_create(
            student_id=student,
            placement_id=placement,
            defaults={
                "attempts": len(counting),
                "returned": len(given_back),
                "last_submission": last,
                # The same answer again is a fresh try if the last one was given back.
                "last_digest": last.answers_digest if last and last.pk not in given_back else "",
                "first_attempt": first.attempt_no if first else None,
                "first_fraction": earned[first.pk] if first else None,
                "first_submission": first,
                "best_fraction": earned[best.pk] if best else None,
                "best_submission": best,
            },
        )
