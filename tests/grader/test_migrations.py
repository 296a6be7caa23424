"""An installation that has been in use is migrated: what is stored is carried over, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.owner import owners_address, owners_connection

FIRST = """
import django, json, sys
django.setup()
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
before = [("exercises", "0001_first"), ("grader", "0002_append_only")]
MigrationExecutor(connection).migrate(before)
apps = MigrationExecutor(connection).loader.project_state(before).apps
of = apps.get_model
monday = datetime(2026, 11, 30, 12, tzinfo=UTC)
course = of("exercises.Course").objects.create(slug="memory", title="Memory", term="2026", grace_seconds=90)
assignment = of("exercises.Assignment").objects.create(course=course, slug="a", title="A", opens_at=monday, due_at=monday + timedelta(7))
exercise = of("exercises.Exercise").objects.create(slug="e", title="E", topic="t")
revision = of("exercises.Revision").objects.create(
    exercise=exercise, number=1, source="", digest="d", spec={"questions": []}, pythons=["3.13"])
placement = of("exercises.Placement").objects.create(
    assignment=assignment, exercise=exercise, revision=revision, python="3.14", points=7)
alice = of("exercises.User").objects.create(username="alice")
def marked(name, right, models):
    return {"id": name, "format": "prints", "line": 1, "right": right, "fraction": float(right), "points": 2.0 * right, "max_points": 2.0,
        "answer": "3", "answer_text": "3", "parts": [], "why": [], "truth": "3", "truth_text": "3", "misconceptions": models}
MODELS = [{"id": "count-exact", "belief": "b", "refutation": "r"}, {"id": "no-argument", "belief": "b", "refutation": "r"}]
OLD_EVIDENCE = {"questions": [marked("q1", True, []), marked("q2", False, MODELS), {**marked("q3", False, []), "answer": None}],
    "misconceptions": [{**MODELS[0], "explains_right_answers_too": True}], "slip": False}
def submission(number, due):
    return of("grader.Submission").objects.create(
        placement=placement, student=alice, revision=revision, attempt_no=number, answers={"q1": str(number)}, answers_digest=str(number),
        idempotency_key=f"key {number}", received_at=monday + timedelta(1), due_at_snapshot=due, channel="web", term="2026",
        is_late=number == 2)
graded, waiting, undated = submission(1, monday + timedelta(7)), submission(2, monday + timedelta(9)), submission(3, None)
# The first was graded before the placement was moved to another Python and to more points.
of("grader.Result").objects.create(
    submission=graded, grader_version="1", fence=1, points=2, max_points=4, evidence=OLD_EVIDENCE, revision=revision, python="3.13",
    sim_version="1")
of("grader.Standing").objects.create(
    student=alice, placement=placement, attempts=3, first_attempt=1, first_points=2, first_submission=graded, best_points=2,
    best_submission=graded, last_submission=undated)
call_command("migrate", verbosity=0)
"""
SUBMISSIONS = """
from grader.models import Submission
terms = list(Submission.objects.order_by("attempt_no").values_list("python", "worth", "seed", "credit", "course", "credential"))
assert terms == [("3.13", 4, 0, 1, course.pk, None), ("3.14", 7, 0, 1, course.pk, None), ("3.14", 7, 0, 1, course.pk, None)], terms
times = list(Submission.objects.order_by("attempt_no").values_list("opens_at_snapshot", "closes_at_snapshot"))
closes = [monday + timedelta(days=7, seconds=90), monday + timedelta(days=9, seconds=90), None]
assert times == [(monday, one) for one in closes], times
for statement in ("UPDATE grader_submission SET id = id", "DELETE FROM grader_submission"):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        assert "append-only" in str(error), error
    else:
        raise SystemExit("a migration left submissions open to change")
"""
SCORES = """
from grader.models import Result, Standing
assert list(Result.objects.values_list("fraction", "worth")) == [(Decimal("0.5"), 4)]
held = Standing.objects.get()
assert (held.first_fraction, held.best_fraction, held.best_submission_id) == (Decimal("0.5"), Decimal("0.5"), graded.pk), vars(held)
assert held.best_points == Decimal("3.5"), "half of what the exercise is worth today"
for statement in ("UPDATE grader_result SET id = id", "DELETE FROM grader_result"):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        assert "append-only" in str(error), error
    else:
        raise SystemExit("a migration left results open to change")
"""
RESPONSES = """
from grader.models import Diagnosis, Response
told = list(Response.objects.order_by("question").values_list("submission", "question", "fraction", "right", "answer_text", "confidence"))
assert told == [(graded.pk, "q1", 1, True, "3", None), (graded.pk, "q2", 0, False, "3", None)], told
found = Diagnosis.objects.get()
assert found.found_at and found.explains == {"count-exact": ["q2"], "no-argument": ["q2"]}, found.explains
assert (found.idea, found.models, found.weights, found.method) == ("one", ["count-exact"], {"count-exact": 1.0}, 0), vars(found)
assert Response.objects.get(question="q2").models == {"count-exact": 1.0, "no-argument": 0}
from grader.marking.responses import out_of_step
assert out_of_step([graded.pk]) == {}, "what the migration wrote is what grading would write"
"""
TIMES = """
from exercises.models import Assignment
from grader.models import Submission
assert not Submission.objects.filter(is_late=True).exists(), "whatever was accepted so far came within the grace, which is in time"
kept = Assignment.objects.get()
assert (kept.reveal, kept.reveal_model, kept.reveal_which, kept.late_steps) == ("after_attempts", "after_attempts", "at_once", []), kept
"""


@pytest.fixture(params=["postgresql", "sqlite"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite://{tmp_path}/carried.sqlite3"
        return
    name = f"carried_{uuid.uuid4().hex[:8]}"
    with owners_connection() as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield owners_address(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def of(database: str, home: Path) -> dict[str, str]:
    """The story migrates step by step, so all of it is the owner's."""
    settings = {"HEAPLAB_DATA": str(home), "DATABASE_URL": database, "DATABASE_OWNER": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
    return {**os.environ, **settings}


def test_submissions_are_given_the_terms_they_were_handed_in_under(empty_database: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FIRST + SUBMISSIONS], env=of(empty_database, tmp_path), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr[-3000:]


def test_assignments_keep_their_choice_and_what_came_within_the_grace_is_not_late(empty_database: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FIRST + TIMES], env=of(empty_database, tmp_path), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr[-3000:]


def test_points_that_were_stored_become_fractions(empty_database: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FIRST + SCORES], env=of(empty_database, tmp_path), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr[-3000:]


def test_every_answered_question_gets_its_row_from_the_result_that_counts(empty_database: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FIRST + RESPONSES], env=of(empty_database, tmp_path), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr[-3000:]
