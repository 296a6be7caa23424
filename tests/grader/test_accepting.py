"""What is accepted, what is refused, and what costs an attempt."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from exercises.models import Assignment, Course, Extension, Placement, User
from grader.accepting.submissions import Accepted, Offer, Refused, accept, accept_many
from grader.models import Grading, Standing, Submission
from tests.grader.school import RIGHT, WRONG, School


def refusal_of(school: School, who: User, **answer: object) -> Refused:
    with pytest.raises(Refused) as caught:
        school.answer(who, **answer)  # type: ignore[arg-type]
    return caught.value


def test_alice_hands_in_and_her_answer_waits_to_be_graded(school: School) -> None:
    accepted = school.answer(school.alice, {"q1": "3  "}, confidence={"q1": 4})
    assert accepted.created
    stored = Submission.objects.get()
    assert (stored.student, stored.attempt_no, stored.answers, stored.confidence) == (school.alice, 1, {"q1": "3"}, {"q1": 4})
    assert stored.term == "2026-autumn"
    assert abs((timezone.now() - stored.received_at).total_seconds()) < 60
    assert Grading.objects.get().state == Grading.State.RECEIVED


def test_a_double_click_is_one_submission(school: School) -> None:
    first = school.answer(school.alice, RIGHT, "click")
    second = school.answer(school.alice, RIGHT, "click")
    assert (second.submission, second.created, second.repeated) == (first.submission, False, "key")
    assert Standing.objects.get().attempts == 1


def test_a_programs_key_that_comes_back_with_other_answers_is_refused(school: School) -> None:
    school.answer(school.alice, RIGHT, "key", channel="api")
    refused = refusal_of(school, school.alice, answers=WRONG, key="key", channel="api")
    assert refused.code == "key_reused"
    assert "new key" in refused.remedy


def test_bob_may_use_the_same_key_as_alice(school: School) -> None:
    assert school.answer(school.alice, RIGHT, "1").created
    assert school.answer(school.bob, RIGHT, "1").created


def test_the_same_answers_again_cost_nothing(school: School) -> None:
    first = school.answer(school.alice, RIGHT)
    again = school.answer(school.alice, {**RIGHT, "q1": "3 "})
    assert (again.submission, again.repeated) == (first.submission, "identical")
    assert Standing.objects.get().attempts == 1
    assert school.answer(school.alice, WRONG).submission.attempt_no == 2
    back = school.answer(school.alice, RIGHT)
    assert (back.submission, back.repeated) == (first.submission, "identical"), "not only the last answer is known again"
    assert Standing.objects.get().attempts == 2


def test_after_the_last_attempt_nothing_more_is_accepted(school: School) -> None:
    for number in range(3):
        school.answer(school.alice, {"q1": str(number)})
    assert refusal_of(school, school.alice, answers={"q1": "9"}).code == "no_attempts"
    assert school.answer(school.bob).created


def test_an_answer_that_cannot_be_read_says_which_and_what_to_send(school: School) -> None:
    refused = refusal_of(school, school.alice, answers={"q1": 3, "q7": "x"})
    assert refused.code == "bad_answer"
    assert {error.question for error in refused.errors} == {"q1", "q7"}
    assert all(error.remedy for error in refused.errors)
    assert refusal_of(school, school.alice, answers={"q1": None}).remedy == "Answer at least one."
    assert refusal_of(school, school.alice, answers=RIGHT, confidence={"q1": 5}).code == "bad_answer"
    assert not Submission.objects.exists()


def test_before_it_opens_and_while_it_is_hidden_nothing_is_accepted(school: School) -> None:
    Assignment.objects.update(opens_at=timezone.now() + timedelta(hours=1))
    refused = refusal_of(school, school.alice)
    assert refused.code == "not_open"
    assert "Europe/Vienna" in refused.remedy
    Assignment.objects.update(opens_at=None, published=False)
    assert refusal_of(school, school.alice).code == "not_open"


def test_after_the_due_time_only_grace_and_extensions_help(school: School) -> None:
    Assignment.objects.update(due_at=timezone.now() - timedelta(minutes=10))
    assert refusal_of(school, school.alice).code == "closed"
    Course.objects.update(grace_seconds=3600)
    assert not school.answer(school.alice).submission.is_late, "grace is in time"
    Course.objects.update(grace_seconds=0)
    Extension.objects.create(assignment=school.assignment, user=school.bob, due_at=timezone.now() + timedelta(days=1))
    in_time = school.answer(school.bob).submission
    assert not in_time.is_late
    assert in_time.due_at_snapshot is not None
    assert in_time.due_at_snapshot > timezone.now()
    assert refusal_of(school, school.alice, answers=WRONG).code == "closed"


def test_a_repeat_of_what_came_in_time_is_answered_even_after_the_end(school: School) -> None:
    first = school.answer(school.alice, RIGHT, "key")
    Assignment.objects.update(due_at=timezone.now() - timedelta(minutes=10))
    assert school.answer(school.alice, RIGHT, "key").submission == first.submission


def test_one_bad_item_of_a_batch_does_not_hold_up_the_rest(school: School) -> None:
    placement = school.fresh()
    outcomes = accept_many(
        [
            Offer(school.alice, placement, RIGHT, idempotency_key="a"),
            Offer(school.bob, placement, {"q9": 1}, idempotency_key="b"),
            Offer(school.alice, placement, WRONG, idempotency_key="a"),
            Offer(school.bob, placement, WRONG, idempotency_key="c"),
            Offer(school.bob, placement, WRONG, idempotency_key="c"),
        ]
    )
    codes = [one.code if isinstance(one, Refused) else one.repeated or "new" for one in outcomes]
    assert codes == ["new", "bad_answer", "key_reused", "new", "key"]
    assert Submission.objects.count() == 2


def test_fifty_simultaneous_answers_share_no_attempt(open_to_all: School) -> None:
    placement = open_to_all.fresh()
    outcomes: list[Accepted | Refused] = []
    start = threading.Barrier(50)

    def hand_in(number: int) -> None:
        start.wait()
        try:
            # Half of them through the shared commit, half each on a connection of its own, as another web process would.
            if number % 2:
                outcomes.append(accept(student=open_to_all.alice, placement=placement, answers={"q1": str(number)}))
            else:
                outcomes.extend(accept_many([Offer(open_to_all.alice, placement, {"q1": str(number)})]))
        except Refused as refused:
            outcomes.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = [one for one in outcomes if isinstance(one, Accepted)]
    refused = [one.code for one in outcomes if isinstance(one, Refused)]
    assert sorted(one.submission.attempt_no for one in accepted) == [1, 2, 3]
    assert refused == ["no_attempts"] * 47
    assert Standing.objects.get().attempts == Submission.objects.count() == 3


def test_one_key_sent_by_many_at_once_is_one_submission(open_to_all: School) -> None:
    placement = open_to_all.fresh()
    seen = []

    def hand_in() -> None:
        seen.append(accept(student=open_to_all.alice, placement=placement, answers=RIGHT, idempotency_key="same").submission.pk)
        connection.close()

    threads = [threading.Thread(target=hand_in) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 20
    assert len(set(seen)) == Submission.objects.count() == 1


def test_unlimited_attempts_are_unlimited(school: School) -> None:
    Placement.objects.update(max_attempts=0)
    for number in range(12):
        assert school.answer(school.alice, {"q1": str(number)}).submission.attempt_no == number + 1


@contextmanager
def somebody_holds(sql: str, *parameters: object) -> Iterator[None]:
    """Another program's transaction, which has done this and does not end."""
    settings = connection.get_connection_params()
    with psycopg.connect(**{name: settings[name] for name in ("dbname", "user", "password", "host", "port")}) as foreign:
        foreign.execute(sql, parameters)
        yield
        foreign.rollback()


def hand_in_at_once(school: School, students: list[User]) -> dict[str, Accepted | Refused]:
    """Each in a thread of its own, through the shared commit, as a class does in a web process."""
    placement = school.fresh()
    outcomes: dict[str, Accepted | Refused] = {}

    def hand_in(student: User) -> None:
        try:
            outcomes[student.username] = accept(student=student, placement=placement, answers=RIGHT)
        except Refused as refused:
            outcomes[student.username] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in, args=(student,)) for student in students]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


HOLDS = {
    "her standing": "SELECT 1 FROM grader_standing WHERE student_id = %s FOR UPDATE",
    "her first standing": "INSERT INTO grader_standing (student_id, placement_id, attempts, returned, updated_at) "
    "SELECT %s, id, 0, 0, now() FROM exercises_placement",
    "her account": "SELECT 1 FROM exercises_user WHERE id = %s FOR UPDATE",
}


@pytest.mark.parametrize("what", HOLDS)
def test_one_students_row_that_is_held_elsewhere_delays_nobody_else_of_the_class(open_to_all: School, what: str) -> None:
    school = open_to_all
    others = [User.objects.create(username=f"student-{number}") for number in range(40)]
    if what == "her standing":
        Standing.objects.create(student=school.alice, placement=school.placement)
    with somebody_holds(HOLDS[what], school.alice.pk):
        outcomes = hand_in_at_once(school, [school.alice, *others])
    assert list(outcomes)[-1] == "alice", "all others were done while she still waited"
    refused = outcomes.pop("alice")
    assert isinstance(refused, Refused) and refused.code == "unavailable"
    assert all(isinstance(one, Accepted) for one in outcomes.values()) and len(outcomes) == 40
    assert school.answer(school.alice).created


@pytest.mark.parametrize("what", HOLDS)
def test_a_bulk_stores_what_is_free_and_asks_for_the_held_one_again(open_to_all: School, what: str) -> None:
    school, placement = open_to_all, open_to_all.fresh()
    others = [User.objects.create(username=f"student-{number}") for number in range(20)]
    if what == "her standing":
        Standing.objects.create(student=school.alice, placement=school.placement)
    offers = [Offer(one, placement, RIGHT, idempotency_key=one.username) for one in (*others[:10], school.alice, *others[10:])]
    with somebody_holds(HOLDS[what], school.alice.pk):
        outcomes = accept_many(offers)
    assert [one.code for one in outcomes if isinstance(one, Refused)] == ["unavailable"] and isinstance(outcomes[10], Refused)
    assert Submission.objects.count() == 20
    again = accept_many(offers)
    assert [one.created for one in again if isinstance(one, Accepted)] == [number == 10 for number in range(21)]
