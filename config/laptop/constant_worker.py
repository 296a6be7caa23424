"""The Celery worker with grading replaced by a constant: what the pipeline costs without it. For `manage.py bench_grading` alone."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.celery import app  # noqa: E402
from grader.marking.marking import AnswerKey, Assessment  # noqa: E402
from grader.marking.responses import Answered  # noqa: E402

SIZE = int(os.environ.get("BENCH_EVIDENCE_BYTES", "1500"))


def constant(self: AnswerKey, answers: Mapping[str, Any]) -> Assessment:
    # As large as real evidence, and a response for each answer, so that the database writes as much.
    responses = tuple(Answered(question, "0" * 64, "0", "0", Decimal(1), right=True) for question in answers)
    return Assessment(Decimal(1), json.dumps({"questions": [], "version": 2, "filler": "x" * SIZE}), responses)


if __name__ == "__main__":
    AnswerKey.assess = constant  # type: ignore[method-assign]
    app.worker_main(sys.argv[1:])
