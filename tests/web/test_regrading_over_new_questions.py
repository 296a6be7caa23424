"""Ivan adds a question above those that his class has answered, and grades again: every answer still belongs to its question."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import QuerySet

from exercises.models import Exercise, Placement, Revision
from grader.models import Regrading
from grader.working.grading import changes_between
from tests.people import School, exercise

BEFORE = "a = []\nb = a  #? count a\nc = a  #? count a\n"
AFTER = "z = []  #? count z\na = []\nb = a  #? count a\nc = a  #? count a\n"


@pytest.fixture(autouse=True)
def another_database() -> None:
    changes_between.cache_clear()


def graded_again(school: School, placement: Placement, answers: dict[str, Any]) -> str:
    submission = school.graded(school.alice, answers, placement)
    exercise("two-counts", "Two counts", AFTER)
    revision = Exercise.objects.get(slug="two-counts").latest_revision()
    assert revision is not None and revision.number == 2
    Placement.objects.filter(pk=placement.pk).update(revision=revision)
    out = StringIO()
    call_command("regrade", "memory-101", exercise="two-counts", pinned=True, reason="One more question.", stdout=out)
    school.grade()
    call_command("regrade", apply=Regrading.objects.get().pk, stdout=out)
    return school.browser(school.alice).get(f"/submissions/{submission.pk}/").content.decode()


def test_a_question_added_above_takes_no_answer_from_another(school: School) -> None:
    placement = school.place("Two counts", BEFORE)
    first, second = (one["id"] for one in placement.revision.spec["questions"])
    assert "2 of 3 questions right" in graded_again(school, placement, {first: 2, second: 3})


def test_nor_does_it_where_the_first_revision_was_stored_when_ids_were_places(school: School) -> None:
    placement = school.place("Two counts", BEFORE)
    spec = placement.revision.spec
    spec["questions"] = [{**one, "id": f"q{number}"} for number, one in enumerate(spec["questions"], start=1)]
    QuerySet(Revision).filter(pk=placement.revision_id).update(spec=spec)
    placement.revision.refresh_from_db()
    assert "2 of 3 questions right" in graded_again(school, placement, {"q1": 2, "q2": 3})
