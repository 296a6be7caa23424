"""From what results say to one row for each answered question."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grader.marking.evidence import Evidence
from grader.marking.saying import by_question
from grader.models import Diagnosis, Response, Result, that_count
from grader.points import as_fraction
from grader.statements import as_json, json_sql, rows_of, run

COMPARED = ("revision_id", "answer_digest", "answer_text", "fraction", "right", "confidence", "models")


@dataclass(frozen=True)
class Answered:
    """What a response says of its answer alone: shared by all who answered alike."""

    question: str
    digest: str
    answer: str  # JSON
    text: str
    fraction: Decimal
    right: bool


@dataclass(frozen=True)
class Row:
    """One submission's responses, to be written."""

    submission: uuid.UUID
    revision: int
    answered: Sequence[Answered]
    confidence: Mapping[str, int]
    models: Mapping[str, Mapping[str, float]]


def answered(evidence: Evidence) -> tuple[Answered, ...]:
    found = []
    for one in evidence.questions:
        if one.answer is not None:
            text = json.dumps(one.answer, sort_keys=True)
            digest = hashlib.sha256(text.encode()).hexdigest()
            found.append(Answered(one.id, digest, text, one.answer_text.replace("\x00", "␀"), as_fraction(one.fraction), one.right))
    return tuple(found)


def insert_sql() -> str:
    """Its parameter is `insert_rows`."""
    rows = rows_of(
        submission="uuid",
        question="varchar",
        revision="bigint",
        digest="varchar",
        answer="text",
        answer_text="text",
        fraction="numeric",
        correct="boolean",
        confidence="smallint",
        models="jsonb",
    )
    return (
        'INSERT INTO grader_response (submission_id, question, revision_id, answer_digest, answer, answer_text, fraction, "right", '
        f"confidence, models) SELECT submission, question, revision, digest, {json_sql('answer')}, answer_text, fraction, correct, "
        f"confidence, models FROM {rows}"
    )


def insert_rows(rows: Iterable[Row]) -> str:
    return as_json(
        {
            "submission": row.submission,
            "question": one.question,
            "revision": row.revision,
            "digest": one.digest,
            "answer": one.answer,
            "answer_text": one.text,
            "fraction": one.fraction,
            "correct": one.right,
            "confidence": row.confidence.get(one.question),
            "models": row.models.get(one.question, {}),
        }
        for row in rows
        for one in row.answered
    )


def out_of_step(submissions: Collection[uuid.UUID]) -> dict[uuid.UUID, Row | None]:
    """The submissions whose responses differ from the result that counts, with what they should be. None: no result counts."""
    results = that_count(Result.objects.filter(submission__in=submissions)).select_related("submission", "diagnosis")
    wanted = {one.submission_id: row_of(one) for one in results}
    held: dict[uuid.UUID, dict[str, tuple[Any, ...]]] = {}
    for submission, question, *rest in Response.objects.filter(submission__in=submissions).values_list(
        "submission_id", "question", *COMPARED
    ):
        held.setdefault(submission, {})[question] = tuple(rest)
    every = {*wanted, *held}
    return {one: wanted.get(one) for one in every if held.get(one, {}) != compared(wanted.get(one))}


def row_of(result: Result) -> Row:
    found: Diagnosis | None = getattr(result, "diagnosis", None)
    return Row(
        submission=result.submission_id,
        revision=result.revision_id,
        answered=answered(Evidence.from_json(result.evidence)),
        confidence=result.submission.confidence,
        models=by_question(found) if found else {},
    )


def compared(row: Row | None) -> dict[str, tuple[Any, ...]]:
    if row is None:
        return {}
    return {
        one.question: (
            row.revision,
            one.digest,
            one.text,
            one.fraction,
            one.right,
            row.confidence.get(one.question),
            dict(row.models.get(one.question, {})),
        )
        for one in row.answered
    }


def rewrite(submissions: Collection[uuid.UUID]) -> None:
    """Brings them in step. Call inside a transaction, with the standings of their students locked."""
    differing = out_of_step(submissions)
    if differing:
        Response.objects.filter(submission__in=differing).delete()
        run(insert_sql(), insert_rows(row for row in differing.values() if row is not None))
