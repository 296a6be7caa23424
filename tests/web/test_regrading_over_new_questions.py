"""Ivan adds a question above those that his class has answered, and grades again: every answer still belongs to its question."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db.models import QuerySet

from exercises.models import Exercise, Placement, Revision
from grader.models import Regrading
from tests.people import School, exercise

BEFORE = "a = []\nb = a  #? count a\nc = a  #? count a\n"
AFTER = "z = []  #? count z\na = []\nb = a  #? count a\nc = a  #? count a\n"


def graded_again(school: School, placement: Placement, answers: dict[str, Any]) -> str:
    submission = school.graded(school.alice, answers, placement)
    exercise("two-counts", "Two counts", AFTER)
    revision = Exercise.objects.get(slug="two-counts").latest_revision()
    assert revision is not None and revision.number == 2
    Placement.objects.filter(pk=placement.pk).update(revision=revision)
    out = StringIO()
    call_command("regrade", "memory-101", exercise="two-counts", pinned=True, reason="One more question.", stdout=out)
    said = "asked otherwise: two-counts: 1 answer to revision 1, marked against revision 2: 2 questions kept; added count-"
    assert said in out.getvalue(), "before anything is applied"
    school.grade()
    call_command("regrade", apply=Regrading.objects.get().pk, changed_questions=True, stdout=out)
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


def test_a_question_that_was_changed_is_named_before_the_regrading_is_applied(school: School) -> None:
    named = "a = []\nb = a  #? count a id=first\n"
    placement = school.place("Two counts", named)
    school.graded(school.alice, {"first": 2}, placement)
    exercise("two-counts", "Two counts", named.replace("b = a", "b = c = a"))
    Placement.objects.filter(pk=placement.pk).update(revision=Exercise.objects.get(slug="two-counts").latest_revision())
    out = StringIO()
    call_command("regrade", "memory-101", pinned=True, reason="Three names were meant.", stdout=out)
    assert "two-counts: 1 answer to revision 1, marked against revision 2: 0 questions kept; changed first" in out.getvalue()
    other = StringIO()
    call_command("regrade", "memory-101", reason="To be sure.", stdout=other)
    assert "asked otherwise" not in other.getvalue(), "by the revision that was answered, nothing is asked otherwise"
