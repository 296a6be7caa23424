"""What was written stays as it was written, whoever asks the database to change it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from config.database_roles import rights
from grader.models import AuditEvent, Result, RowIsFrozen, Simulation, Submission
from grader.working.drain import grade_all_due
from tests.grader.school import School
from tests.owner import owners_connection

TABLES = ("grader_submission", "grader_result", "grader_simulation", "grader_auditevent")


def write(school: School) -> School:
    school.answer(school.alice)
    grade_all_due()
    AuditEvent.record(school.ivan, "tea.made", course=school.course)
    return school


@pytest.fixture
def written(school: School) -> School:
    return write(school)


@pytest.fixture
def written_for_all(open_to_all: School) -> School:
    return write(open_to_all)


def test_the_models_refuse_in_words(written: School) -> None:
    for model in (Submission, Result, Simulation, AuditEvent):
        row = model.objects.first()
        with pytest.raises(RowIsFrozen, match="Add a new row"):
            row.save()
        with pytest.raises(RowIsFrozen):
            row.delete()
        with pytest.raises(RowIsFrozen):
            model.objects.update(id=row.pk)
        with pytest.raises(RowIsFrozen):
            model.objects.all().delete()


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE", "ALTER TABLE {} DISABLE TRIGGER ALL"]
)
@pytest.mark.parametrize("table", TABLES)
def test_the_service_may_not_change_them_and_may_not_switch_off_what_forbids_it(written: School, table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY grader_result FROM PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
        "SET ROLE heaplab",
        "ALTER ROLE heaplab_service SUPERUSER",
        "CREATE ROLE accomplice",
        "CREATE TABLE grader_shadow (id int)",
        "CREATE TEMPORARY TABLE grader_result (id int)",
        "CREATE FUNCTION public.grader_row_is_frozen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "DROP TRIGGER grader_result_frozen ON grader_result",
        "DROP FUNCTION grader_row_is_frozen() CASCADE",
        "DROP TABLE grader_result CASCADE",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('grader', '9999', now())",
    ],
)
def test_there_is_no_way_round_for_the_service(written: School, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_service_has_the_rights_that_are_written_down_and_no_other(db: None) -> None:
    every = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, ARRAY(SELECT one FROM unnest(%s::text[]) one WHERE has_table_privilege(oid, one)) FROM pg_class "
            "WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace",
            [list(every)],
        )
        assert {table: ", ".join(found) for table, found in cursor.fetchall()} == rights()
    assert all(rights()[table] == "SELECT, INSERT" for table in TABLES)


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_even_the_owner_of_the_tables(written_for_all: School, statement: str) -> None:
    with owners_connection(connection.settings_dict["NAME"]) as owner:
        for table in TABLES:
            with pytest.raises(psycopg.DatabaseError, match="append-only"), owner.transaction():
                # What the tests set aside, so that they can empty tables between them.
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_kept_whole")
                owner.execute(statement.format(table))
