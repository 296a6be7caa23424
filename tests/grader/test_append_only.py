"""What was written stays as it was written, whoever asks the database to change it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from grader.models import AuditEvent, Result, RowIsFrozen, Simulation, Submission
from grader.working.drain import grade_all_due
from tests.grader.school import School

TABLES = ("grader_submission", "grader_result", "grader_simulation", "grader_auditevent")


@pytest.fixture
def written(school: School) -> School:
    school.answer(school.alice)
    grade_all_due()
    AuditEvent.record(school.ivan, "tea.made", course=school.course)
    return school


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


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_even_an_administrator(written: School, table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
