"""A grade waits for the truth alone. What needs the wrong models follows, and holds nobody else up."""

from __future__ import annotations

import json
from decimal import Decimal

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exercises.models import Assignment, Placement, Revision
from grader.deciding import regrading
from grader.marking.evidence import EVERYTHING, NOTHING, Disclosed, Evidence, for_reader
from grader.marking.items import known_items
from grader.marking.marking import KEYS
from grader.marking.responses import out_of_step
from grader.marking.saying import by_question
from grader.models import Diagnosis, Response, Result, Simulation, Standing
from grader.reading.statistics import item_analysis
from grader.simulating.child import SERVER
from grader.working.diagnosing import Diagnosing, diagnose_all
from grader.working.drain import grade_all_due
from grader.working.warming import Warming
from tests.grader.school import RIGHT, TWO_NAMES, WRONG, School, write_exercise


def beliefs() -> list[str]:
    return list(Simulation.objects.order_by("pk").values_list("belief", flat=True))


def page(school: School, path: str) -> str:
    browser = Client()
    browser.force_login(school.alice)
    return browser.get(path).content.decode()


def second_exercise(school: School) -> Placement:
    other = write_exercise(TWO_NAMES.replace("Two names", "Two other names"), "two_other_names").latest_revision()
    assert other is not None
    return Placement.objects.create(assignment=school.assignment, exercise=other.exercise, revision=other, python="3.13", points=4)


def test_the_grade_is_there_after_one_simulation_and_the_models_follow(school: School) -> None:
    Assignment.objects.update(reveal_model=Assignment.Reveal.AT_ONCE)
    submission = school.answer(school.alice, WRONG).submission
    grade_all_due()
    assert beliefs() == ["cpython"]
    assert Standing.objects.get().best_fraction == Result.objects.get().fraction
    shown = page(school, f"/submissions/{submission.pk}/")
    assert "0 of 3 questions right" in shown and "still being looked for" in shown
    diagnose_all()
    shown = page(school, f"/submissions/{submission.pk}/")
    assert "still being looked for" not in shown and 'class="card idea' in shown
    assert Response.objects.get(question="q1").models == by_question(Diagnosis.objects.get())["q1"] != {}


def test_where_nothing_was_ever_wrong_no_model_is_run(school: School) -> None:
    school.answer(school.alice, RIGHT)
    grade_all_due()
    diagnose_all()
    assert beliefs() == ["cpython"]
    found = Diagnosis.objects.get()
    assert (found.weights, found.idea) == ({"none": 1.0}, "") and found.found_at is not None


def test_another_exercise_waits_for_one_model_at_most(school: School) -> None:
    school.answer(school.alice, WRONG)
    grade_all_due()
    diagnosing = Diagnosing()
    assert diagnosing.step()
    assert len(beliefs()) == 2, "one step, one simulation"
    school.placement = second_exercise(school)
    school.answer(school.bob, WRONG)
    grade_all_due()
    assert len(beliefs()) == 3, "the truth of the other exercise, and nothing in between"
    assert Result.objects.filter(submission__student=school.bob).exists()


def test_an_idle_node_works_out_every_truth_before_any_model(school: School) -> None:
    second_exercise(school)
    warming = Warming()
    while warming.step():
        pass
    assert beliefs()[:2] == ["cpython", "cpython"]
    assert len(beliefs()) > 20


def test_a_model_that_breaks_the_simulator_says_nothing_and_holds_up_no_other(school: School) -> None:
    school.answer(school.alice, WRONG)
    grade_all_due()
    SERVER.failpoints[school.placement.revision.source] = "segfault"
    diagnosing = Diagnosing()
    while diagnosing.step():
        pass
    found = Diagnosis.objects.get()
    assert found.found_at is not None and found.explains == {}
    assert Result.objects.get().fraction == 0


def test_a_regrading_rewrites_the_responses_when_it_is_applied_and_when_it_is_undone(school: School) -> None:
    school.answer(school.alice, {**RIGHT, "q1": "4"}, confidence={"q1": 4})
    grade_all_due()
    before = Response.objects.get(question="q1")
    assert (before.right, before.confidence, before.answer_text) == (False, 4, "4")
    meant = write_exercise(TWO_NAMES.replace("b = a", "b = c = a"), "two_names").latest_revision()
    Placement.objects.update(revision=meant)
    again = regrading.request(course=school.course, placement=None, reason="meant", by=None, to_pinned_revision=True)
    grade_all_due()
    assert not Response.objects.get(question="q1").right
    regrading.apply(again, None)
    after = Response.objects.get(question="q1")
    assert (after.right, after.confidence, after.revision) == (True, 4, meant)
    diagnose_all()
    assert Response.objects.get(question="q1").models == {}, "what was found for the first result is not said of the second"
    regrading.undo(again, None)
    assert not Response.objects.get(question="q1").right
    diagnose_all()
    first = Diagnosis.objects.get(result__regrading=None)
    assert Response.objects.get(question="q1").models == by_question(first).get("q1", {})
    assert out_of_step([Result.objects.first().submission_id]) == {}


def test_figures_of_a_class_cost_the_same_for_two_and_for_thirty_and_read_no_evidence_of_theirs(school: School) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            item_analysis(school.fresh())
        return [one["sql"] for one in queries]

    def add(number: int) -> None:
        student = school.alice.__class__.objects.create(username=f"student{number}")
        school.course.memberships.create(user=student, role="student")
        school.answer(student, {**RIGHT, "q1": str(number % 5)})

    add(1)
    add(2)
    grade_all_due()
    few = asked()
    for number in range(3, 33):
        add(number)
    grade_all_due()
    many = asked()
    assert len(many) == len(few)
    item = item_analysis(school.fresh())
    assert (item.answered, item.graded, item.questions[0].answers[0].count) == (32, 32, 7)
    whole = [sql for sql in many if '"grader_result"."evidence"' in sql]
    assert all("LIMIT 1" in sql for sql in whole), "one result, for the words of the truth"


def test_figures_after_another_revision_is_pinned_are_those_of_the_questions_that_stayed(school: School) -> None:
    school.answer(school.alice, RIGHT)
    school.answer(school.bob, WRONG)
    grade_all_due()
    Placement.objects.update(
        revision=write_exercise(TWO_NAMES.replace("print(len(a))", "print(len(a) + 1)"), "two_names").latest_revision()
    )
    item = item_analysis(school.fresh())
    assert (item.graded, item.solved_first) == (2, 1)
    first, _, third = item.questions
    assert (first.facility, first.truth_text, [one.count for one in first.answers]) == (0.5, "3", [1, 1])
    assert (third.facility, third.answers, third.truth_text) == (None, [], ""), "it asks something else now"


def test_who_has_left_or_assists_now_is_no_part_of_the_class(school: School) -> None:
    for who in (school.alice, school.bob):
        school.answer(who, RIGHT)
    grade_all_due()
    school.course.memberships.filter(user=school.bob).update(role="assistant")
    item = item_analysis(school.fresh())
    assert (item.answered, item.students, item.graded, item.questions[0].answers[0].count) == (1, 1, 1, 1)


OLD = {
    "questions": [
        {"id": "q1", "format": "prints", "line": 10, "right": True, "fraction": 1.0, "points": 1.0, "max_points": 1.0, "answer": "3",
         "answer_text": "3", "parts": [], "why": ["because"], "truth": "3", "truth_text": "3", "misconceptions": []},
        {"id": "q3", "format": "prints", "line": 12, "right": False, "fraction": 0.0, "points": 0.0, "max_points": 3.0, "answer": "1",
         "answer_text": "1", "parts": [], "why": [], "truth": "0", "truth_text": "0", "misconceptions": [{"id": "x", "belief": "y"}]},
    ],
    "misconceptions": [],
    "slip": False,
}  # fmt: skip


def test_evidence_goes_to_json_and_back_and_what_was_stored_before_it_had_versions_is_read() -> None:
    old = Evidence.from_json(OLD)
    assert [one.share for one in old.questions] == [0.25, 0.75]
    assert Evidence.from_json(json.loads(json.dumps(old.to_json()))) == old
    assert old.to_json()["version"] == 2


def test_nothing_that_is_not_named_reaches_a_reader(school: School) -> None:
    school.answer(school.alice, WRONG)
    grade_all_due()
    diagnose_all()
    result = Result.objects.select_related("submission__placement").get()
    result.evidence = {
        **result.evidence,
        "questions": [{**one, "hint": "Memphis"} for one in result.evidence["questions"]],
        "secret": "Memphis",
    }
    own = {"id", "format", "line", "answer", "answer_text"}
    which = {"right", "fraction", "points", "max_points"}
    for disclosed, more in (
        (NOTHING, set()),
        (Disclosed(score=True, which=False, model=False, truth=False), set()),
        (Disclosed(score=True, which=True, model=False, truth=False), which),
        (Disclosed(score=True, which=True, model=True, truth=False), which | {"misconceptions"}),
        (EVERYTHING, which | {"misconceptions", "truth", "truth_text", "why", "parts"}),
    ):
        shown = for_reader(result, disclosed)
        assert set(shown[0]) == own | more
        assert "Memphis" not in json.dumps(shown)
    assert sum(one["max_points"] for one in for_reader(result, EVERYTHING)) == Decimal(4)


def test_what_the_models_answer_is_worked_out_once_and_read_by_whoever_asks(school: School) -> None:
    school.answer(school.alice, WRONG)
    grade_all_due()
    diagnose_all()
    KEYS.clear()
    runs = len(beliefs())
    school.answer(school.bob, WRONG)
    grade_all_due()
    diagnose_all()
    assert len(beliefs()) == runs
    assert known_items([(Revision.objects.get().pk, "3.13")])
