"""The broken exercise is exactly what one grades again: whoever could not be graded is graded then, and says so before and after."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from exercises.models import Assignment, Exercise, Placement, User
from grader.accepting import standings
from grader.deciding import regrading
from grader.deciding.regrading import CannotRegrade
from grader.models import Grading, Regrading, Result, Standing
from grader.reading.progress import progress_of
from grader.working import claims
from grader.working.drain import grade_all_due
from grader.working.grading import fail_for_good
from grader.working.settling import settle_left_behind
from tests.grader.fleet import patient
from tests.grader.school import RIGHT, TWO_NAMES, WRONG, School, write_exercise
from tests.grader.test_grading import due_again

LATER = {**RIGHT, "q1": "2"}


def standing(school: School, who: User) -> tuple[int, int, Decimal | None]:
    one = Standing.objects.get(student=who)
    return one.attempts, one.returned, one.best_points


def pin(school: School, text: str) -> None:
    Placement.objects.filter(pk=school.placement.pk).update(revision=write_exercise(text, "two_names").latest_revision())


def asked(school: School, *, pinned: bool = True) -> Regrading:
    return regrading.request(course=school.course, placement=school.placement, reason="mended", by=school.ivan, to_pinned_revision=pinned)


@pytest.fixture
def broken(school: School) -> School:
    """Dora's answer is graded. Alice's grading has failed for good, Bob's is to be tried again, Emil's has not begun."""
    Placement.objects.filter(pk=school.placement.pk).update(max_attempts=5)
    dora, emil = (User.objects.create(username=name) for name in ("dora", "emil"))
    school.answer(dora)
    grade_all_due()
    for who in (school.alice, school.bob, emil):
        school.answer(who, LATER)
    for one in claims.claim("a node"):
        if one.student == school.alice.pk:
            fail_for_good(one, "The simulator broke down.")
        elif one.student == school.bob.pk:
            claims.give_up_for_now(one, "later", 3600)
        else:
            claims.give_up_for_now(one, "later", 3600)
            Grading.objects.filter(pk=one.id).update(state=Grading.State.RECEIVED)
    return school


def test_who_was_not_graded_is_shown_as_such_graded_and_counted(broken: School, capsys: pytest.CaptureFixture[str]) -> None:
    assert standing(broken, broken.alice) == (0, 1, None)
    again = asked(broken)
    assert regrading.difference(again).waiting == 4
    grade_all_due()
    call_command("regrade", "--show", str(again.pk))
    told = capsys.readouterr().out
    for name in ("alice", "bob", "emil"):
        assert f"{name}, attempt 1: not graded -> 3.00" in told
    assert "dora" not in told and "1 the same, 3 changed" in told
    assert progress_of(broken.placement.submissions.get(student=broken.bob)).state == "failed_retryable", "nothing counts yet"
    call_command("regrade", "--apply", str(again.pk))
    for name in ("alice", "bob", "emil"):
        assert standing(broken, User.objects.get(username=name)) == (1, 0, Decimal(3))
    call_command("regrade", "--undo", str(again.pk))
    assert standing(broken, broken.alice) == (0, 1, None)
    assert standing(broken, broken.bob) == (1, 0, None)


def test_a_first_grading_that_comes_after_the_regrading_counts_no_more(broken: School) -> None:
    again = asked(broken)
    grade_all_due()
    pin(broken, TWO_NAMES.replace("a = []", "a = [0]"))
    later = asked(broken)
    grade_all_due()
    regrading.apply(later, broken.ivan)
    assert standing(broken, broken.bob)[2] == 0, "a list with something in it is neither empty nor equal to []"
    due_again()
    grade_all_due()
    assert progress_of(broken.placement.submissions.get(student=broken.bob)).finished
    assert standing(broken, broken.bob)[2] == 0
    assert not regrading.difference(again).waiting


def test_an_attempt_given_back_stays_given_back_whatever_regradings_are_only_asked_for(broken: School) -> None:
    asked(broken)
    grade_all_due()
    broken.answer(broken.alice, RIGHT)
    grade_all_due()
    assert standing(broken, broken.alice) == (1, 1, Decimal(4))
    nothing_of_alices = regrading.request(course=broken.course, placement=broken.placement, reason="again", by=None)
    Grading.objects.filter(regrading=nothing_of_alices, submission__student=broken.alice).delete()
    grade_all_due()
    regrading.apply(nothing_of_alices, broken.ivan)
    assert standing(broken, broken.alice) == (1, 1, Decimal(4))
    undone = asked(broken)
    grade_all_due()
    regrading.apply(undone, broken.ivan)
    assert standing(broken, broken.alice) == (2, 0, Decimal(4))
    regrading.undo(undone, broken.ivan)
    assert standing(broken, broken.alice) == (1, 1, Decimal(4))


def test_a_regrading_that_cannot_grade_somebody_says_who_and_leaves_what_counted(
    broken: School, capsys: pytest.CaptureFixture[str]
) -> None:
    again = asked(broken)
    for one in claims.claim("a node"):
        fail_for_good(one, "The simulator broke down.")
    call_command("regrade", "--show", str(again.pk))
    told = capsys.readouterr().out
    assert "4 failed" in told and "dora, attempt 1: could not be graded again. The simulator broke down." in told
    regrading.apply(again, broken.ivan)
    assert standing(broken, User.objects.get(username="dora")) == (1, 0, Decimal(4))
    assert standing(broken, broken.bob) == (1, 0, None), "his first grading is still to come, and nothing was given back"


def test_without_pinned_everything_is_as_it_was_when_it_was_handed_in(school: School) -> None:
    school.answer(school.alice, WRONG)
    grade_all_due()
    pin(school, TWO_NAMES.replace("b = a", "b = c = a"))
    Placement.objects.filter(pk=school.placement.pk).update(python="3.12", points=9)
    again = asked(school, pinned=False)
    grade_all_due()
    first, second = Result.objects.order_by("pk")
    assert second.regrading == again
    assert (second.revision, second.python, second.worth, second.fraction) == (first.revision, "3.13", Decimal(4), first.fraction)


def test_a_question_added_above_takes_nothing_from_anybody(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    unnamed = "\n".join(line.partition(" id=")[0] if "#?" in line else line for line in TWO_NAMES.split("\n"))
    pin(school, unnamed)
    questions = school.fresh().revision.spec["questions"]
    school.answer(school.alice, {one["id"]: value for one, value in zip(questions, RIGHT.values(), strict=True)})
    grade_all_due()
    assert standing(school, school.alice)[2] == Decimal(4)
    pin(school, unnamed.replace("b = a\n", "b = a  #? count a\n"))
    again = asked(school)
    grade_all_due()
    ((changed),) = regrading.asked_otherwise(again)
    assert (changed.changes.changed, changed.changes.gone, len(changed.changes.added)) == ((), (), 1)
    assert changed.changes.added[0] in str(changed)
    assert [one.after for one in regrading.difference(again).changes] == [Decimal(3)], "three of four: the new one is unanswered"
    with pytest.raises(CommandError, match="confirm the changed questions"):
        call_command("regrade", "--apply", str(again.pk))
    assert standing(school, school.alice)[2] == Decimal(4)
    call_command("regrade", "--show", str(again.pk))
    told = capsys.readouterr().out
    assert "asked otherwise: two-names: 1 answer" in told and f"added {changed.changes.added[0]}" in told and "--changed-questions" in told
    call_command("regrade", "--apply", str(again.pk), "--changed-questions")
    assert standing(school, school.alice)[2] == Decimal(3)


def test_pinning_another_revision_while_a_regrading_runs_does_not_split_it(school: School) -> None:
    school.answer(school.alice)
    school.answer(school.bob)
    grade_all_due()
    again = asked(school)
    meant = school.fresh().revision
    pin(school, TWO_NAMES.replace("b = a", "b = c = a"))
    grade_all_due()
    assert set(Result.objects.filter(regrading=again).values_list("revision", flat=True)) == {meant.pk}


def test_an_exercise_in_two_assignments_is_graded_again_in_the_one_that_is_named(school: School) -> None:
    exam = Assignment.objects.create(course=school.course, slug="exam", title="Exam", published=True)
    twin = Placement.objects.create(
        assignment=exam, exercise=Exercise.objects.get(), revision=school.placement.revision, python="3.13", points=4
    )
    with pytest.raises(CommandError, match="--assignment: counting, exam"):
        call_command("regrade", "memory-101", "--exercise", "two-names", "--reason", "x")
    call_command("regrade", "memory-101", "--exercise", "two-names", "--assignment", "exam", "--reason", "x")
    assert Regrading.objects.get().placement == twin


def test_a_decision_whose_process_ended_is_carried_out_by_the_next_node(school: School) -> None:
    school.answer(school.alice, LATER)
    grade_all_due()
    pin(school, TWO_NAMES.replace("a = []", "a = [0]"))
    again = asked(school)
    grade_all_due()
    # As its process leaves it that ends right after the decision is stored.
    Regrading.objects.filter(pk=again.pk).update(applied_at=timezone.now() - timedelta(minutes=5))
    assert standing(school, school.alice)[2] == Decimal(3)
    settle_left_behind()
    again.refresh_from_db()
    assert again.settled_at is not None
    assert standing(school, school.alice)[2] == 0
    with pytest.raises(CannotRegrade, match="meanwhile"):
        regrading.apply(again, school.ivan)


def test_whoever_hands_in_meanwhile_waits_for_no_more_than_a_slice(open_to_all: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the class is locked by somebody: the other half's standings have followed already, and they can hand in."""
    school = open_to_all
    monkeypatch.setattr(standings, "SLICE", 1)
    for who in (school.alice, school.bob):
        school.answer(who, LATER)
    grade_all_due()
    pin(school, TWO_NAMES.replace("print(len(a))", "print(1 + len(a))"))
    again = asked(school)
    grade_all_due()
    locked, free = threading.Event(), threading.Event()

    def hold_bob() -> None:
        with transaction.atomic():
            standings.lock([(school.bob.pk, school.placement.pk)])
            locked.set()
            free.wait(30)
        connection.close()

    def apply() -> None:
        regrading.apply(again, None, accept_changed_questions=True)
        connection.close()

    threads = [threading.Thread(target=hold_bob), threading.Thread(target=apply)]
    threads[0].start()
    assert locked.wait(30)
    threads[1].start()
    try:
        assert patient(lambda: Standing.objects.get(student=school.alice).best_fraction != Decimal("0.75"))
        assert threads[1].is_alive(), "it waits for Bob"
        assert school.answer(school.alice, RIGHT).created, "and Alice for nobody"
        again.refresh_from_db()
        assert again.applied_at and not again.settled_at
    finally:
        free.set()
        for one in threads:
            one.join(30)
    again.refresh_from_db()
    assert again.settled_at
    assert Standing.objects.get(student=school.bob).best_fraction != Decimal("0.75")
