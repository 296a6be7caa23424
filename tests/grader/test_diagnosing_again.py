"""What was diagnosed is found again when it has to be, by itself and behind everything that somebody waits for."""

from __future__ import annotations

from exercises.models import Placement
from grader.deciding import regrading
from grader.marking.diagnosis import METHOD
from grader.marking.items import CATALOGUE
from grader.models import Diagnosis, Result
from grader.working.diagnosing import diagnose_all, first_waiting
from grader.working.drain import grade_all_due
from tests.grader.school import RIGHT, TWO_NAMES, WRONG, School, write_exercise

# Which models of memory each METHOD weighs. Whoever adds or changes one raises METHOD in grader/marking/diagnosis.py, so that what is
# stored is found again, and writes the new pair here.
WEIGHED = {1: "3dcd9b271337"}


def test_a_model_that_is_added_or_changed_raises_the_method() -> None:
    assert WEIGHED.get(METHOD) == CATALOGUE


def test_what_an_earlier_method_found_is_shown_and_found_again_behind_what_somebody_waits_for(school: School) -> None:
    school.answer(school.alice, WRONG)
    grade_all_due()
    diagnose_all()
    found = Diagnosis.objects.get()
    Diagnosis.objects.update(method=METHOD - 1, weights={"an earlier method's": 1.0})
    school.answer(school.bob, WRONG)
    grade_all_due()
    waiting = [one.result.submission.student for one in first_waiting()]
    assert waiting == [school.bob], "he waits at a page"
    diagnose_all()
    again = Diagnosis.objects.get(pk=found.pk)
    assert (again.method, again.explains) == (METHOD, found.explains) and "an earlier method's" not in again.weights
    assert list(first_waiting()) == []


def test_what_rests_on_a_result_that_a_regrading_changed_is_found_again(school: School) -> None:
    school.answer(school.alice, {**RIGHT, "q1": "4"})
    school.answer(school.alice, {**RIGHT, "q1": "5"})
    grade_all_due()
    diagnose_all()
    second = Diagnosis.objects.order_by("result__submission__received_at").last()
    assert second is not None and len(second.rests_on) == 2
    Placement.objects.update(revision=write_exercise(TWO_NAMES.replace("b = a", "b = c = a"), "two_names").latest_revision())
    again = regrading.request(course=school.course, placement=None, reason="meant", by=None, to_pinned_revision=True)
    grade_all_due()
    diagnose_all()
    regrading.apply(again, None)
    diagnose_all()
    later = Diagnosis.objects.get(result__regrading=again, result__submission=second.result.submission)
    first = Result.objects.get(regrading=again, submission__attempt_no=1)
    assert later.rests_on == [later.result_id, first.pk], "on what counts now"
    regrading.undo(again, None)
    diagnose_all()
    assert Diagnosis.objects.get(pk=second.pk).rests_on == second.rests_on
