"""The backup that config/README.md names, made and restored: everything is there again, and whoever had been forgotten is again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest

from config.laptop.servers import postgres_programs
from tests.owner import owners_address
from tests.platform.webserver import PATIENCE, WebServer, database_of_its_own

A_TERM = """
from datetime import timedelta
from django.utils import timezone
from exercises.models import Assignment, Course, Placement
from grader.accepting.submissions import accept
from grader.models import AuditEvent
from tests.people import COUNTS_PROGRAM, exercise, person
course = Course.objects.create(slug="memory", title="Memory", term="1")
made = exercise("counts", "Counts", COUNTS_PROGRAM)
given = Assignment.objects.create(course=course, slug="names", title="Names", published=True)
placed = Placement.objects.create(assignment=given, exercise=made, revision=made.latest_revision(), python="3.13")
for name in ("Alice", "Bob"):
    someone = person(name, course, "student")
    for number in range(3):
        accept(student=someone, placement=placed, answers={"q1": str(number), "q2": number}, idempotency_key=f"key-{number}")
AuditEvent.record(None, "sign_in", target="user 1")
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
TRIGGERS = "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"


def content(url: str) -> tuple[dict[str, object], list[tuple[object, ...]]]:
    """Of each table its number of rows and a digest over them; and the triggers."""
    with psycopg.connect(owners(url), autocommit=True) as connection:
        rows = {}
        for (table,) in connection.execute(TABLES).fetchall():
            digest = f"SELECT count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"
            rows[str(table)] = connection.execute(digest).fetchone()  # type: ignore[arg-type]
        return rows, connection.execute(TRIGGERS).fetchall()


def owners(url: str) -> str:
    """Whoever makes a backup or looks into one is the owner of the tables."""
    return owners_address(url.rpartition("/")[2])


def run(program: str, *arguments: str) -> None:
    command = [str(postgres_programs() / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr


def test_what_was_dumped_is_restored_to_the_row_and_stays_frozen(tmp_path: Path) -> None:
    file = str(tmp_path / "heaplab.dump")
    with database_of_its_own() as living, database_of_its_own() as restored:
        house = WebServer(tmp_path, DATABASE_URL=living)
        house.manage("migrate", "--verbosity", "0")
        house.manage("shell", "--verbosity", "0", "-c", A_TERM)
        house.manage("drain", "--until-idle")
        before = content(living)
        assert before[0]["grader_result"][0] == 6 and len(before[1]) >= 4  # type: ignore[index]

        run("pg_dump", "--format", "custom", "--file", file, "--dbname", owners(living))
        # Twice: over an empty database, and over one in which something is.
        for _ in range(2):
            run("pg_restore", "--clean", "--if-exists", "--dbname", owners(restored), file)
            assert content(restored) == before
        with psycopg.connect(owners(restored), autocommit=True) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("UPDATE grader_submission SET attempt_no = 9")

        # Who was forgotten after the backup was made comes back with it, and is forgotten again by number.
        again = WebServer(tmp_path, DATABASE_URL=restored)
        again.manage("migrate", "--check")
        with psycopg.connect(owners(restored)) as connection:
            found = connection.execute("SELECT id FROM exercises_user WHERE username = 'alice'").fetchone()
            assert found
        again.manage("anonymise_person", "--number", str(found[0]), "--reason", "As before the restore.", "--yes")
        with psycopg.connect(owners(restored)) as connection:
            names = [name for (name,) in connection.execute("SELECT username FROM exercises_user ORDER BY username")]
        assert names[0] == "bob" and names[1].startswith("former-")
        assert content(restored)[0]["grader_result"] == before[0]["grader_result"]
