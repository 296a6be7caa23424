"""What a batch earned, stored: any number of results, with all that follows from them, in the same few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

import sim
from grader.accepting import standings
from grader.accepting.standings import Credit
from grader.clock import now_sql
from grader.marking import responses
from grader.marking.marking import AnswerKey, Assessment
from grader.marking.responses import Row
from grader.points import CENT, as_fraction
from grader.statements import as_json, indexes_alone, json_sql, rows_of, run
from grader.working import claims
from grader.working.claims import Claim


@dataclass(frozen=True)
class Sheet:
    """What one claim is marked against: what the submission says, or, in a regrading that asks for it, the terms it was asked for with."""

    revision: int
    python: str
    regrading: int | None = None


@dataclass(frozen=True)
class Verdict:
    claim: Claim
    sheet: Sheet
    key: AnswerKey
    assessment: Assessment


def keep(verdicts: Sequence[Verdict]) -> int:
    """Results, states and standings in one transaction, and only where the fence still holds. Returns for how many it does."""
    with transaction.atomic():
        indexes_alone()
        ours = claims.finish([one.claim for one in verdicts])
        kept = [one for one in verdicts if one.claim.id in ours]
        firsts = [one for one in kept if one.sheet.regrading is None]
        standings.lock([(one.claim.student, one.claim.placement) for one in firsts])
        overruled = standings.overruled([one.claim.submission for one in firsts]) if firsts else set()
        if kept:
            write(kept, [one for one in firsts if one.claim.submission not in overruled])
        standings.recompute([(one.claim.student, one.claim.placement) for one in firsts if one.claim.submission in overruled])
    return len(kept)


def write(verdicts: Sequence[Verdict], that_count: Sequence[Verdict]) -> None:
    """All of them as results; standings and responses follow from those that count."""
    credit, answered = standings.credit_rows(credit_of(one) for one in that_count), responses.insert_rows(map(responses_of, that_count))
    results = result_rows(verdicts)
    if connection.vendor == "postgresql":
        made = f"r AS ({results_sql()} RETURNING id), d AS ({diagnoses_sql('r')}), a AS ({responses.insert_sql()})"
        run(f"WITH {made} {standings.credit_sql()}", results, answered, credit)
    else:
        made = as_json({"id": row[0]} for row in run(f"{results_sql()} RETURNING id", results))
        run(diagnoses_sql(rows_of(id="bigint")), made)
        run(responses.insert_sql(), answered)
        run(standings.credit_sql(), credit)


def results_sql() -> str:
    rows = rows_of(
        submission="uuid",
        version="varchar",
        regrading="bigint",
        fence="bigint",
        fraction="numeric",
        worth="numeric",
        evidence="text",
        revision="bigint",
        seed="bigint",
        python="varchar",
        simulator="varchar",
    )
    return (
        "INSERT INTO grader_result (submission_id, grader_version, regrading_id, fence, fraction, worth, evidence, revision_id, seed, "
        f"python, sim_version, created_at) SELECT submission, version, regrading, fence, fraction, worth, {json_sql('evidence')}, "
        f"revision, seed, python, simulator, {now_sql()} FROM {rows}"
    )


def result_rows(verdicts: Iterable[Verdict]) -> str:
    return as_json(
        {
            "submission": one.claim.submission,
            "version": one.claim.grader_version,
            "regrading": one.sheet.regrading,
            "fence": one.claim.fence,
            "fraction": one.assessment.fraction,
            "worth": one.claim.worth.quantize(CENT),
            "evidence": one.assessment.evidence,
            "revision": one.sheet.revision,
            "seed": one.key.wanted.seed,
            "python": one.sheet.python,
            "simulator": sim.VERSION,
        }
        for one in verdicts
    )


def diagnoses_sql(results: str) -> str:
    """Beside every result: what its answers say is to be looked for (diagnosing.py)."""
    return f"INSERT INTO grader_diagnosis (result_id) SELECT id FROM {results}"


def credit_of(one: Verdict) -> Credit:
    claim = one.claim
    return Credit(claim.student, claim.placement, claim.attempt_no, claim.submission, as_fraction(one.assessment.fraction * claim.credit))


def responses_of(one: Verdict) -> Row:
    return Row(one.claim.submission, one.sheet.revision, one.assessment.responses, one.claim.confidence, {})
