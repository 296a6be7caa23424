"""Who may see what of a result, and when."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from exercises.models import Assignment, Extension, Placement
from grader.deciding.access import disclosed_to, seat_in
from grader.marking.evidence import NOTHING, for_reader
from grader.models import Result
from grader.working.drain import grade_all_due
from tests.grader.school import School, open_school

SECRET = "Memphis"
TEXT = """\
# /// exercise
# title = "A secret"
# topic = "allocation and names"
# python = ["3.13"]
# summary = "Nothing much."
# difficulty = 1
# ///
a = "Mem" + "phis"
print(a)  #? prints id=q1
print(len(a))  #? prints id=q2
"""


@pytest.fixture
def graded(db: None) -> School:
    school = open_school(TEXT, "a_secret", max_attempts=2)
    school.answer(school.alice, {"q1": "Thebes", "q2": "7"})
    grade_all_due()
    return school


def seen(school: School, who: str) -> str:
    user = getattr(school, who)
    result = Result.objects.filter(submission__student=school.alice).first()
    assert result is not None
    seat = seat_in(user, school.course)
    return json.dumps(for_reader(result, disclosed_to(seat, result.submission) if seat else NOTHING))


def test_while_alice_may_still_answer_she_learns_what_is_wrong_but_not_what_is_right(graded: School) -> None:
    shown = seen(graded, "alice")
    assert SECRET not in shown
    assert "Thebes" in shown
    assert [one["right"] for one in json.loads(shown)] == [False, True]
    assert not any({"truth", "truth_text", "why", "parts"} & set(one) for one in json.loads(shown))


def test_staff_see_it_at_once_and_strangers_never(graded: School) -> None:
    assert SECRET in seen(graded, "ivan")
    assert SECRET not in seen(graded, "bob")
    assert SECRET not in seen(graded, "charlie")


def test_with_her_last_attempt_used_alice_may_see_it(graded: School) -> None:
    Assignment.objects.update(reveal=Assignment.Reveal.AFTER_ATTEMPTS)
    graded.answer(graded.alice, {"q1": "Giza"})
    assert SECRET not in seen(graded, "alice"), "an attempt that is not graded may yet be given back"
    grade_all_due()
    assert SECRET in seen(graded, "alice")
    Assignment.objects.update(reveal=Assignment.Reveal.AFTER_DUE)
    assert SECRET not in seen(graded, "alice")


def test_with_unlimited_attempts_only_the_end_reveals(graded: School) -> None:
    Placement.objects.update(max_attempts=0)
    assert SECRET not in seen(graded, "alice")


def test_an_extension_delays_the_truth_too(graded: School) -> None:
    Assignment.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert SECRET in seen(graded, "alice")
    Extension.objects.create(assignment=graded.assignment, user=graded.alice, due_at=timezone.now() + timedelta(hours=1))
    assert SECRET not in seen(graded, "alice")
