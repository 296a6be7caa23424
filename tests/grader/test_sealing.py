"""A change of a stored record is seen, whoever made it and however high their rights in the database are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from grader.models import AuditEvent, Result, Seal
from grader.working import sealing
from grader.working.drain import grade_all_due
from tests.grader.school import RIGHT, WRONG, School
from tests.owner import owners_connection


@pytest.fixture
def sealed(open_to_all: School) -> School:
    """Alice and Bob have answered, Ivan has made tea three times, and all of it is sealed: events first, then results."""
    school = open_to_all
    school.answer(school.alice, RIGHT)
    school.answer(school.bob, WRONG)
    grade_all_due()
    for _ in range(3):
        AuditEvent.record(school.ivan, "tea.made", course=school.course)
    sealing.seal_written()
    return school


def verify(*kept: str) -> tuple[int, str]:
    """The exit status and what was said."""
    said = StringIO()
    try:
        call_command("verify_records", kept=list(kept), stdout=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue()
    return 0, said.getvalue()


@contextmanager
def behind_everything() -> Iterator[psycopg.Connection[Any]]:
    """An administrator of the database, whom no trigger stops."""
    with owners_connection(connection.settings_dict["NAME"]) as root:
        root.execute("SET session_replication_role = replica")
        yield root


def numbers(model: type[AuditEvent | Result]) -> list[int]:
    return list(model.objects.order_by("pk").values_list("pk", flat=True))


def test_what_nobody_touched_is_as_it_was_sealed(sealed: School) -> None:
    status, said = verify()
    assert status == 0 and "2 seals. Not sealed yet: 0 audit events, 0 results." in said
    assert "All records are as they were sealed." in said and re.search(r"Last seal: 2:[0-9a-f]{64}\n", said)
    assert sealing.seal_written() == 0, "there is nothing to seal twice"
    AuditEvent.record(sealed.ivan, "tea.made", course=sealed.course)
    assert "Not sealed yet: 1 audit events" in verify()[1]
    assert sealing.seal_written() == 1 and verify()[0] == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE grader_result SET fraction = 1 WHERE fraction = 0",
        "UPDATE grader_submission SET answers = '{}' WHERE id = (SELECT submission_id FROM grader_result ORDER BY id LIMIT 1)",
        "UPDATE grader_submission SET received_at = received_at - interval '1 microsecond'",
        "UPDATE grader_result SET evidence = jsonb_set(evidence, '{mallory}', '1')",
    ],
)
def test_a_result_that_was_improved_behind_everything_is_named(sealed: School, statement: str) -> None:
    with behind_everything() as mallory:
        assert mallory.execute(statement).rowcount
    status, said = verify()
    first, last = numbers(Result)
    assert status == 1 and f"covers results {first} to {last}, and at least one of them" in said, said
    assert "audit events" not in said.split("Not sealed yet")[0]
    assert "NOT AS THEY WERE WRITTEN: 1 fault." in said


def test_an_event_that_was_taken_out_is_missed(sealed: School) -> None:
    _, second, last = numbers(AuditEvent)[-3:]
    with behind_everything() as mallory:
        mallory.execute("DELETE FROM grader_auditevent WHERE id = %s", [second])
    status, said = verify()
    assert status == 1 and re.search(rf"covers audit events \d+ to {last}, and 1 of \d+ are gone\.", said), said


def test_a_seal_that_was_made_anew_over_a_changed_record_does_not_fit_the_next(sealed: School) -> None:
    with behind_everything() as mallory:
        mallory.execute("UPDATE grader_auditevent SET action = 'coffee.made'")
        seal = Seal.objects.get(kind="events")
        mallory.execute("UPDATE grader_seal SET digest = %s WHERE number = %s", [sealing.digest_of(seal)[0], seal.number])
    status, said = verify()
    assert status == 1 and f"Replaced: seal {seal.number} is not the one that seal {seal.number + 1} was put upon." in said
    assert "covers audit events" in said


def test_only_a_digest_that_was_kept_elsewhere_shows_that_the_whole_chain_was_made_anew(sealed: School) -> None:
    kept = str(Seal.objects.latest("number"))
    assert verify(kept)[0] == 0
    with behind_everything() as mallory:
        mallory.execute("UPDATE grader_auditevent SET action = 'coffee.made'")
        mallory.execute("DELETE FROM grader_seal")
    sealing.seal_written()
    assert verify()[0] == 0, "a chain alone cannot know"
    status, said = verify(kept)
    assert status == 1 and "Replaced: seal 2 is not the one that was kept." in said
    with behind_everything() as mallory:
        mallory.execute("DELETE FROM grader_seal WHERE number = 2")
    status, said = verify(kept)
    assert status == 1 and "Gone: seal 2, which was kept; the chain ends with seal 1." in said
    with pytest.raises(CommandError, match="--kept takes a seal as it is said here"):
        verify("2:deadbeef")


def test_a_seal_that_is_missing_is_named(sealed: School) -> None:
    with behind_everything() as mallory:
        mallory.execute("DELETE FROM grader_seal WHERE number = 1")
    status, said = verify()
    assert status == 1 and "Gone: seal 1." in said


def test_an_event_that_is_committed_after_later_ones_were_sealed_goes_into_the_next_seal(sealed: School) -> None:
    begun, go_on = threading.Event(), threading.Event()
    held: list[int] = []

    def slowly() -> None:
        try:
            with transaction.atomic():
                held.append(AuditEvent.record(sealed.ivan, "tea.made", course=sealed.course).pk)
                begun.set()
                go_on.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert begun.wait(60)
    later = [AuditEvent.record(sealed.ivan, "tea.made", course=sealed.course).pk for _ in range(3)]
    assert sealing.seal_written() == 1
    assert Seal.objects.latest("number").ranges == [[later[0], later[-1]]] and held[0] < later[0]
    go_on.set()
    thread.join()
    last = AuditEvent.record(sealed.ivan, "tea.made", course=sealed.course).pk
    assert sealing.seal_written() == 1
    assert Seal.objects.latest("number").ranges == [[held[0], held[0]], [last, last]]
    assert verify()[0] == 0


def test_an_event_that_was_slipped_in_long_afterwards_is_named_and_sealed_only_by_somebody_who_says_so(sealed: School) -> None:
    with transaction.atomic():
        # A number that is given and never used, as whenever something is taken back.
        unused = AuditEvent.record(sealed.ivan, "tea.made", course=sealed.course).pk
        transaction.set_rollback(True)
    AuditEvent.record(sealed.ivan, "tea.made", course=sealed.course)
    sealing.seal_written()
    with behind_everything() as mallory:
        # The chain has stood for an hour; then somebody writes history.
        mallory.execute("UPDATE grader_seal SET sealed_at = sealed_at - interval '1 hour'")
        sealed_anew(mallory)
        mallory.execute(
            "INSERT INTO grader_auditevent (id, action, target, detail, created_at) "
            "VALUES (%s, 'mercy', '', '{}', now() - interval '1 hour')",
            [unused],
        )
    assert sealing.seal_written() == 0, "nothing is sealed that could not have been there"
    status, said = verify()
    assert status == 1 and f"Late: audit events {unused}, which no seal covers" in said and "seal_records --strays" in said, said
    told = StringIO()
    call_command("seal_records", strays=True, stdout=told)
    assert "1 seal made. Last seal: 4:" in told.getvalue()
    assert verify()[0] == 0


def sealed_anew(mallory: psycopg.Connection[Any]) -> None:
    """As the chain would stand had it been made at the times that are written there now."""
    previous = ""
    for seal in Seal.objects.order_by("number"):
        seal.previous = previous
        previous = sealing.digest_of(seal)[0]
        mallory.execute("UPDATE grader_seal SET previous = %s, digest = %s WHERE number = %s", [seal.previous, previous, seal.number])


def test_two_nodes_that_seal_at_once_make_one_chain(open_to_all: School) -> None:
    school = open_to_all
    for _ in range(sealing.COVERED * 3):
        AuditEvent.record(school.ivan, "tea.made", course=school.course)
    start = threading.Barrier(4)

    def node() -> None:
        try:
            start.wait(60)
            sealing.seal_written()
        finally:
            connection.close()

    threads = [threading.Thread(target=node) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealing.seal_written(most=None)
    assert verify()[0] == 0
    covered = [number for seal in Seal.objects.all() for first, last in seal.ranges for number in range(first, last + 1)]
    assert sorted(covered) == numbers(AuditEvent), "each once"


def test_a_worker_seals_by_itself(open_to_all: School) -> None:
    school = open_to_all
    school.answer(school.alice, RIGHT)
    call_command("drain", until_idle=True, stdout=StringIO())
    AuditEvent.record(school.ivan, "tea.made", course=school.course)
    call_command("drain", until_idle=True, stdout=StringIO())
    assert {"events", "results"} <= set(Seal.objects.values_list("kind", flat=True))
    assert verify()[0] == 0


LITE = """
import django, os
django.setup()
from datetime import timedelta
from io import StringIO
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from grader.models import AuditEvent, Result, Seal
from grader.working.drain import grade_all_due
from tests.grader.school import RIGHT, WRONG, open_school
school = open_school()
school.answer(school.alice, RIGHT)
school.answer(school.bob, WRONG)
grade_all_due()
AuditEvent.record(school.ivan, "tea.made", course=school.course, cups=1.5)
call_command("seal_records")
call_command("verify_records")
with connection.cursor() as cursor:
    cursor.execute("DROP TRIGGER grader_result_frozen_update")
    cursor.execute("UPDATE grader_result SET fraction = 1")
call_command("verify_records")
"""


def test_on_sqlite_it_is_the_same(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "HEAPLAB_DATA": str(tmp_path),
        "DATABASE_URL": f"sqlite://{tmp_path}/lite.sqlite3",
        "BROKER_URL": "memory://",
    }
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    told = subprocess.run([sys.executable, "-c", LITE], env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 1, told.stderr[-3000:]
    sound, _, changed = told.stdout.partition("All records are as they were sealed.")
    assert "2 seals made. Last seal: 2:" in sound and "covers results 1 to 2, and at least one of them" in changed
