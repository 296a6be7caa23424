"""The same pipeline on SQLite, with nothing but one process: what `up --lite` runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

STORY = """
import django, os
django.setup()
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
call_command("migrate", verbosity=0)
assert connection.vendor == "sqlite"
from grader.working.drain import DRAIN
from grader.models import Grading, Result, Standing, Submission
from grader.working.node import NODE
from grader.accepting.submissions import Offer, accept_many
from tests.grader.fleet import patient
from tests.grader.school import RIGHT, WRONG, open_school
school = open_school()
DRAIN.start("inside web")
school.answer(school.alice, WRONG, "1")
assert school.answer(school.alice, WRONG, "1").repeated == "key"
school.answer(school.alice, RIGHT)
accept_many([Offer(school.bob, school.fresh(), {"q1": str(n)}) for n in range(3)])
assert patient(lambda: Result.objects.count() == 5), list(Grading.objects.values())
standing = Standing.objects.get(student=school.alice)
assert (standing.attempts, standing.first_points, standing.best_points) == (2, 0, 4), vars(standing)
from grader.accepting.asking import ask
from grader.models import JobRow
from grader.simulating.jobs import Replay
asked = [ask(Replay("x = [1]\\n", "3.13")) for _ in range(2)]
assert patient(lambda: JobRow.objects.get().state == "answered"), vars(JobRow.objects.get())
call_command("drop_recomputable", older_than=0, stdout=open(os.devnull, "w"))
assert not JobRow.objects.exists()
for table in ("grader_submission", "grader_result", "grader_simulation"):
    for statement in ("UPDATE {} SET id = id", "DELETE FROM {}"):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(table))
        except DatabaseError as error:
            assert "append-only" in str(error)
        else:
            raise SystemExit(f"{table} could be changed")
from datetime import timedelta
from django.utils import timezone
from exercises.clock import database_now
from exercises.models import Assignment
from grader.deciding.access import opened_placements_of
from grader.deciding.disclosure import disclosures
assert abs((database_now() - timezone.now()).total_seconds()) < 60
shown = lambda: disclosures([(school.alice.pk, school.fresh())])[school.alice.pk, school.placement.pk].truth
assert not shown()
Assignment.objects.update(due_at=timezone.now() - timedelta(seconds=30))
assert shown()
for moved, visible in ((30, 0), (-30, 1)):
    Assignment.objects.update(opens_at=timezone.now() + timedelta(seconds=moved))
    assert opened_placements_of(school.course).count() == visible
from grader.deciding.access import seat_in
from grader.deciding.looking import looked_at_work
from grader.reading.records import events_of, in_words
from grader.reading.reuse import out_already
for _ in range(2):
    looked_at_work(seat_in(school.ivan, school.course), Submission.objects.filter(student=school.alice).first(), database_now())
(record,) = in_words(school.course, events_of(school.course, people=[school.alice], kind="submission.seen"))
assert (record.by, record.whom) == ("ivan", "alice"), record
assert not events_of(school.course, people=[school.bob], since=timezone.now() - timedelta(days=1)) and not out_already(school.assignment)
DRAIN.stop()
print("all graded:", NODE.graded)
"""


def test_without_postgresql_and_without_a_broker_all_is_graded_too(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BROKER_URL")}
    environment |= {"HEAPLAB_DATA": str(tmp_path), "DATABASE_URL": f"sqlite://{tmp_path}/lite.sqlite3", "BROKER_URL": "memory://"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
    told = subprocess.run([sys.executable, "-c", STORY], env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-3000:]
    assert told.stdout.split() == ["all", "graded:", "5"]
