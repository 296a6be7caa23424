"""From a committed answer to a stored result, and everything that may go wrong in between."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises.models import Exercise, Placement
from grader.accepting.submissions import Refused
from grader.marking.diagnosis import METHOD, priors
from grader.marking.saying import models_in, weight_of
from grader.models import AuditEvent, Diagnosis, Grading, Response, Result, Simulation, Standing
from grader.simulating.child import SERVER
from grader.working import claims
from grader.working.diagnosing import diagnose_all
from grader.working.drain import grade_all_due
from grader.working.grading import grade_due
from grader.working.node import NODE, machine_name, started_ticks
from grader.working.sweeping import sweep
from tests.grader.school import RIGHT, TWO_NAMES, WRONG, School, write_exercise


def program_of(school: School) -> str:
    return school.placement.revision.source


def due_again() -> None:
    """As if the pause before the next try were over."""
    Grading.objects.filter(state__in=Grading.DUE).update(next_at=timezone.now() - timedelta(seconds=1))


def question(evidence: dict[str, Any], identity: str) -> dict[str, Any]:
    return next(one for one in evidence["questions"] if one["id"] == identity)


def test_right_answers_earn_all_points_and_say_by_what_they_were_marked(school: School) -> None:
    submission = school.answer(school.alice).submission
    assert grade_all_due() == 1
    result = Result.objects.get()
    assert (result.submission, result.points, result.max_points) == (submission, Decimal(4), Decimal(4))
    assert (result.revision, result.python) == (school.placement.revision, "3.13")
    assert result.sim_version
    marked = question(result.evidence, "q1")
    assert (marked["right"], marked["answer"], marked["truth"], marked["share"]) == (True, "3", "3", 0.25)
    assert any("global a" in sentence for sentence in marked["why"])
    assert Grading.objects.get().state == Grading.State.GRADED


def test_who_waits_for_another_simulation_is_not_locked_in_by_the_first(school: School) -> None:
    """Two exercises nobody has simulated yet: one node works at one, and another node may take the other meanwhile."""
    first = school.answer(school.alice).submission
    other = write_exercise(TWO_NAMES.replace("a = []", "a = [1]"), "another")
    second_placement = Placement.objects.create(
        assignment=school.assignment, exercise=other, revision=other.latest_revision(), python="3.13", points=4
    )
    second = replace(school, placement=second_placement).answer(school.bob).submission
    assert grade_due(NODE.begin()) == 2
    assert Grading.objects.get(submission=first).state == Grading.State.GRADED
    waiting = Grading.objects.get(submission=second)
    assert (waiting.state, waiting.deliveries, waiting.lease_owner) == (Grading.State.RECEIVED, 0, "")
    assert grade_due(NODE.begin()) == 1
    assert Grading.objects.get(submission=second).state == Grading.State.GRADED


def test_what_is_half_right_earns_its_part(school: School) -> None:
    school.answer(school.alice, {"q1": "3", "q3": "5"})
    grade_all_due()
    result = Result.objects.get()
    assert result.points == Decimal(1)
    assert question(result.evidence, "q2")["answer_text"] == "no answer"
    assert question(result.evidence, "q3")["share"] == 0.5


def test_a_wrong_answer_is_traced_to_the_model_that_gives_it(school: School) -> None:
    school.answer(school.alice, {**RIGHT, "q1": "2"})
    school.answer(school.bob, {**RIGHT, "q1": "77"})
    grade_all_due()
    diagnose_all()
    alices = Diagnosis.objects.get(result__submission__student=school.alice)
    held = {model: weight_of(alices.weights, model) for model in models_in(alices.weights)}
    assert alices.explains["count-exact"] == ["q1"] and held["count-exact"] == max(held.values())
    assert held["count-exact"] > 10 * priors()["count-exact"], "far likelier than before she answered"
    assert sum(alices.weights.values()) == pytest.approx(1, abs=0.001)
    assert alices.rests_on == [alices.result_id] and alices.method == METHOD
    bobs = Diagnosis.objects.get(result__submission__student=school.bob)
    assert (bobs.explains, bobs.models, bobs.idea) == ({}, [], "slips")
    told = {one.submission.student_id: one.models for one in Response.objects.filter(question="q1").select_related("submission")}
    assert told[school.alice.pk]["count-exact"] == pytest.approx(alices.weights["count-exact"], abs=0.2) and told[school.bob.pk] == {}


def test_the_gradebook_keeps_the_first_attempt_and_the_best(school: School) -> None:
    for answers in (WRONG, RIGHT, {"q1": "3"}):
        school.answer(school.alice, answers)
    grade_all_due()
    standing = Standing.objects.get()
    assert (standing.attempts, standing.first_points, standing.best_points) == (3, Decimal(0), Decimal(4))
    assert standing.first_submission is not None
    assert standing.best_submission is not None
    assert (standing.first_submission.attempt_no, standing.best_submission.attempt_no) == (1, 2)


def test_attempts_graded_out_of_order_end_in_the_same_standing(school: School) -> None:
    for answers in (WRONG, RIGHT):
        school.answer(school.alice, answers)
    Grading.objects.filter(submission__attempt_no=1).update(priority=99)
    assert grade_due(NODE.begin(), most=1) == 1
    assert Standing.objects.get().first_points == Decimal(4)
    grade_all_due()
    assert (Standing.objects.get().first_points, Standing.objects.get().best_points) == (Decimal(0), Decimal(4))


def test_a_class_shares_one_simulation(school: School) -> None:
    school.answer(school.alice)
    school.answer(school.bob)
    grade_all_due()
    assert Result.objects.count() == 2
    assert Simulation.objects.count() == 1


def test_who_lost_the_claim_writes_nothing(school: School) -> None:
    school.answer(school.alice)
    (slow,) = claims.claim("a node that falls asleep")
    Grading.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweep() == 1
    assert grade_all_due() == 1
    assert claims.finish([slow]) == set()
    assert not claims.give_up_for_now(slow, "late", 1)
    assert not claims.fail(slow, "late")
    assert claims.extend([slow]) == set()
    assert Grading.objects.get().state == Grading.State.GRADED
    assert Result.objects.get().points == Decimal(4)


def test_the_database_itself_refuses_a_second_result(school: School) -> None:
    school.answer(school.alice)
    grade_all_due()
    row = Result.objects.get()
    row.pk, row._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_work_of_a_process_that_ended_is_due_again_before_its_lease_is_over(school: School) -> None:
    school.answer(school.alice)
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    owner = f"{machine_name()}:{dead.pid}:{started_ticks(dead.pid)}"
    dead.wait()
    claims.claim(owner)
    school.answer(school.bob)
    claims.claim(f"{machine_name()}:{os.getpid()}:{started_ticks(os.getpid())}")
    claims.claim("somewhere-else:1:1")
    assert sweep() == 1
    assert Grading.objects.get(submission__student=school.alice).state == Grading.State.FAILED_RETRYABLE
    assert Grading.objects.get(submission__student=school.bob).state == Grading.State.GRADING


def test_a_program_that_breaks_the_simulator_is_given_up_with_a_reason_and_the_attempt_is_given_back(school: School) -> None:
    SERVER.failpoints[program_of(school)] = "segfault"
    submission = school.answer(school.alice).submission
    for _ in range(3):
        assert grade_all_due() == 1
        due_again()
    grading = Grading.objects.get()
    assert grading.state == Grading.State.FAILED_PERMANENT
    assert "broke down 3 times" in grading.reason
    standing = Standing.objects.get()
    assert (standing.attempts, standing.returned) == (0, 1)
    assert AuditEvent.objects.get().target == str(submission.pk)
    SERVER.failpoints.clear()
    # The same answer again is a new try, not a repeat, and all three attempts are still there.
    for number in range(3):
        assert school.answer(school.alice, RIGHT if number == 0 else {"q1": str(number)}).created
    with pytest.raises(Refused, match="All 3 attempts"):
        school.answer(school.alice, {"q1": "9"})
    grade_all_due()
    assert Standing.objects.get().best_points == Decimal(4)


def test_one_poisonous_exercise_holds_up_no_other(school: School) -> None:
    other = write_exercise(program_of(school).replace("Two names", "Two other names"), "two_other_names")
    revision = other.latest_revision()
    assert revision is not None
    second = Placement.objects.create(assignment=school.assignment, exercise=other, revision=revision, python="3.13", points=4)
    SERVER.failpoints[program_of(school)] = "silent"
    school.answer(school.alice)
    school.placement = second
    school.answer(school.alice)
    grade_all_due()
    assert Result.objects.get().submission.placement == second


def test_a_batch_is_stored_in_the_same_statements_however_many_exercises_it_is_about(school: School) -> None:
    other = write_exercise(program_of(school).replace("Two names", "Two other names"), "two_other_names")
    second = Placement.objects.create(
        assignment=school.assignment, exercise=other, revision=other.latest_revision(), python="3.13", points=4, max_attempts=0
    )
    both = [school, replace(school, placement=second)]
    for one in both:
        one.answer(school.alice)
    diagnose_all()
    grade_all_due()
    counts = []
    for asked, people in ((both[:1], [school.alice]), (both, [school.alice, school.bob])):
        for one in asked:
            for who in people:
                one.answer(who, WRONG if who == school.bob else {"q1": str(len(counts))})
        with CaptureQueriesContext(connection) as queries:
            assert grade_due(NODE) == len(asked) * len(people)
        counts.append(len(queries))
    assert counts[0] == counts[1], "one submission, then four of two exercises"
    assert Result.objects.count() == 7 and Standing.objects.filter(best_fraction=1).count() == 2


def test_a_result_that_the_database_refuses_holds_up_no_other(school: School) -> None:
    mine = school.answer(school.alice).submission
    grade_all_due()
    # As after a mended backup: the result is there, and the work seems not to be done.
    Grading.objects.update(state=Grading.State.RECEIVED)
    bobs = school.answer(school.bob).submission
    assert grade_due(NODE) == 2
    assert Grading.objects.get(submission=bobs).state == Grading.State.GRADED
    assert Result.objects.get(submission=bobs).points == Decimal(4) and bobs.responses.count() == 3
    refused = Grading.objects.get(submission=mine)
    assert (refused.state, refused.infra_errors) == (Grading.State.FAILED_RETRYABLE, 1)
    assert refused.reason == "Grading stopped with IntegrityError; it will be tried again."


@pytest.mark.parametrize("how", ["hang", "memory", "flood"])
def test_a_machine_that_cannot_finish_is_never_the_students_fault(school: School, how: str) -> None:
    SERVER.failpoints[program_of(school)] = how
    school.answer(school.alice)
    for _ in range(4):
        grade_all_due()
        due_again()
    grading = Grading.objects.get()
    assert (grading.state, grading.crashes) == (Grading.State.FAILED_RETRYABLE, 0)
    assert grading.infra_errors == 4
    assert "could not finish" in grading.reason
    SERVER.failpoints.clear()
    grade_all_due()
    assert Result.objects.get().points == Decimal(4)


def test_a_node_on_which_nothing_works_rests_and_blames_nobody(school: School) -> None:
    for number in range(6):
        Placement.objects.update(max_attempts=0)
        school.answer(school.alice, {"q1": str(number)})
    SERVER.failpoints[program_of(school)] = "segfault"
    SERVER.failpoints["x = [1]\nprint(x)\n"] = "segfault"
    for _ in range(10):
        grade_all_due()
        due_again()
    assert NODE.rests
    assert grade_due(NODE) == 0
    assert set(Grading.objects.values_list("state", "crashes")) <= {(Grading.State.FAILED_RETRYABLE, 0), (Grading.State.RECEIVED, 0)}


def test_a_program_that_goes_on_for_ever_is_a_fault_of_the_exercise(open_to_all: School) -> None:
    school = open_to_all
    endless = program_of(school).replace("a = []", "a = []\nwhile len(a) == 0: pass")
    # An author's check refuses such a program; one that came in by another way must not cost anybody an attempt.
    revision = Exercise.objects.get().revisions.create(
        number=2, source=endless, digest="0" * 64, spec=school.placement.revision.spec, pythons=["3.13"]
    )
    Placement.objects.update(revision=revision)
    school.answer(school.alice)
    grade_all_due()
    grading = Grading.objects.get()
    assert grading.state == Grading.State.FAILED_PERMANENT
    assert "stopped before" in grading.reason
    assert Standing.objects.get().attempts == 0


def test_urgent_work_is_taken_first(school: School) -> None:
    school.answer(school.alice, channel="api")
    school.answer(school.bob, channel="web")
    (first,) = claims.claim("a node", most=1)
    assert first.student == school.bob.pk


def test_two_nodes_never_claim_the_same_row(open_to_all: School) -> None:
    open_to_all.answer(open_to_all.alice)
    open_to_all.answer(open_to_all.bob)
    with transaction.atomic():
        (mine,) = claims.claim("one", most=1)
        other = subprocess.run(
            [sys.executable, "-c", CLAIM], env={**os.environ, "DATABASE_URL": this_database()}, capture_output=True, text=True, check=True
        )
    assert other.stdout.split() == [str(open_to_all.bob.pk if mine.student == open_to_all.alice.pk else open_to_all.alice.pk)]


CLAIM = """
import django
django.setup()
from grader.working import claims
print(*[one.student for one in claims.claim("two")])
"""


def this_database() -> str:
    return os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
