"""When one person may answer: due times, late credit, extensions, time limits and grace, each in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises.clock import database_now
from exercises.courses.windows import LateEnd, begin, window_of, windows_of
from exercises.models import Assignment, Extension, Membership, User
from tests.exercises.people import People

NOON = datetime(2031, 6, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
LATE = [{"hours": 24, "percent": 80}, {"hours": 72, "percent": 50}]


@pytest.fixture
def week_1(school: People) -> Assignment:
    return Assignment.objects.create(course=school.course, slug="week-1", title="Week 1", published=True, due_at=NOON)


def extend(assignment: Assignment, user: User, **fields: object) -> Extension:
    extension = Extension(assignment=assignment, user=user, **fields)
    extension.full_clean()
    extension.save()
    return extension


def refusal(assignment: Assignment, user: User, **fields: object) -> str:
    with pytest.raises(ValidationError) as caught:
        extend(assignment, user, **fields)
    return " ".join(caught.value.messages)


def test_the_time_is_the_databases(db: None) -> None:
    before = database_now()
    assert before.tzinfo is not None and before <= database_now()
    assert abs((timezone.now() - before).total_seconds()) < 60, "in the tests both clocks are this machine's"


def test_until_the_due_time_an_answer_earns_all_and_then_nothing(school: People, week_1: Assignment) -> None:
    window = window_of(school.sam, week_1)
    assert (window.due, window.closes, window.credit(NOON), window.is_over(NOON)) == (NOON, NOON, 1.0, False)
    assert window.is_over(NOON + SECOND) and window.credit(NOON + SECOND) == 0


def test_grace_is_in_time_and_never_called_late(school: People, week_1: Assignment) -> None:
    week_1.course.grace_seconds = 300
    window = window_of(school.sam, week_1)
    in_grace = NOON + timedelta(seconds=300)
    assert (window.due, window.closes) == (NOON, in_grace)
    assert (window.is_over(in_grace), window.is_late(in_grace), window.credit(in_grace)) == (False, False, 1.0)
    assert window.is_over(in_grace + SECOND)


def test_late_answers_earn_less_step_by_step_and_grace_holds_at_each_step(school: People, week_1: Assignment) -> None:
    week_1.late_steps, week_1.course.grace_seconds = LATE, 60
    week_1.full_clean()
    window = window_of(school.sam, week_1)
    moments = [NOON + timedelta(seconds=60), NOON + HOUR, NOON + 24 * HOUR + timedelta(seconds=60), NOON + 25 * HOUR, NOON + 73 * HOUR]
    assert [window.credit(one) for one in moments] == [1, Decimal("0.8"), Decimal("0.8"), Decimal("0.5"), 0]
    assert [window.is_late(one) for one in moments] == [False, True, True, True, True]
    assert window.closes == NOON + 72 * HOUR + timedelta(seconds=60) and window.due == NOON
    assert window.late_end(NOON + HOUR) == LateEnd(80, NOON + 24 * HOUR)


@pytest.mark.parametrize(
    "steps",
    [
        [{"hours": 24, "percent": 80}, {"hours": 24, "percent": 50}],
        [{"hours": 24, "percent": 50}, {"hours": 48, "percent": 80}],
        [{"hours": 0, "percent": 80}],
        [{"hours": 24, "percent": 0}],
        [{"hours": 24, "percent": 120}],
        [{"hours": float("nan"), "percent": 80}],
        [{"hours": 1e9, "percent": 80}],
        [{"hours": "soon", "percent": 80}],
        [24],
        {"hours": 24},
        7,
    ],
)
def test_late_credit_that_makes_no_sense_is_refused(week_1: Assignment, steps: object) -> None:
    week_1.late_steps = steps  # type: ignore[assignment]
    with pytest.raises(ValidationError, match="step"):
        week_1.full_clean()


def test_an_extension_adds_time_for_tara_and_for_nobody_else(school: People, week_1: Assignment) -> None:
    extend(week_1, school.tara, due_at=NOON + 48 * HOUR, extra_attempts=2)
    tara, sam = window_of(school.tara, week_1), window_of(school.sam, week_1)
    assert (tara.due, tara.extended, tara.attempts(3), tara.attempts(0)) == (NOON + 48 * HOUR, True, 5, 0)
    assert (sam.due, sam.extended, sam.attempts(3)) == (NOON, False, 3)
    week_1.due_at = NOON + 96 * HOUR
    assert window_of(school.tara, week_1).due == NOON + 96 * HOUR, "an extension never takes time away"


def test_an_extension_that_makes_no_sense_is_refused_with_a_sentence(school: People, week_1: Assignment) -> None:
    assert "is no student of" in refusal(week_1, school.oda, due_at=NOON + HOUR)
    assert "is no student of" in refusal(week_1, school.ines, due_at=NOON + HOUR)
    assert "not after the due time of everybody, 2031-06-02 14:00 (Europe/Vienna)" in refusal(week_1, school.sam, due_at=NOON - HOUR)
    assert "grants nothing" in refusal(week_1, school.sam)
    assert "no time limit" in refusal(week_1, school.sam, time_multiplier=Decimal(2))
    extend(week_1, school.sam, due_at=NOON + HOUR)
    assert "has an extension of this assignment already" in refusal(week_1, school.sam, due_at=NOON + 2 * HOUR)
    week_1.due_at = timezone.now() - 5 * HOUR
    assert "passed already" in refusal(week_1, school.tara, due_at=timezone.now() - HOUR)
    week_1.due_at = None
    assert "never due" in refusal(week_1, school.tara, due_at=NOON)


def test_the_reason_of_an_extension_that_is_over_can_still_be_changed(school: People, week_1: Assignment) -> None:
    over = Extension.objects.create(assignment=week_1, user=school.sam, due_at=timezone.now() - HOUR)
    Membership.objects.filter(user=school.sam).delete()
    over.reason = "ill, with a note"
    over.full_clean()


def test_with_a_time_limit_the_time_runs_from_when_sam_begins(school: People, week_1: Assignment) -> None:
    Assignment.objects.update(due_at=timezone.now() + 5 * HOUR, time_limit_minutes=60)
    week_1.refresh_from_db()
    waiting = window_of(school.sam, week_1)
    assert waiting.waits_to_begin and waiting.due == week_1.due_at
    began = begin(school.sam, week_1)
    assert began.begun is not None and not began.waits_to_begin
    assert (began.due, began.closes) == (began.begun + HOUR, began.begun + HOUR)
    assert begin(school.sam, week_1).begun == began.begun, "once: a second click does not begin again"
    assert window_of(school.tara, week_1).waits_to_begin


def test_the_end_of_the_assignment_ends_every_sitting_and_a_sitting_earns_no_late_credit(school: People, week_1: Assignment) -> None:
    week_1.time_limit_minutes, week_1.late_steps = 60, LATE
    window = replace(window_of(school.sam, week_1), begun=NOON - HOUR / 2)
    assert (window.due, window.closes) == (NOON, NOON + HOUR / 2)
    assert (window.credit(NOON), window.credit(NOON + HOUR / 4)) == (1, Decimal("0.8"))
    assert window.is_over(NOON + HOUR / 2 + SECOND), "the hour is over, whatever late credit there would be"


def test_a_time_multiplier_gives_tara_more_minutes(school: People, week_1: Assignment) -> None:
    Assignment.objects.update(due_at=timezone.now() + 5 * HOUR, time_limit_minutes=60)
    week_1.refresh_from_db()
    extend(week_1, school.tara, time_multiplier=Decimal("1.5"))
    began = begin(school.tara, week_1)
    assert began.begun is not None and began.due == began.begun + timedelta(minutes=90)


@pytest.mark.parametrize("field", [{"opens_at": NOON}, {"published": False}, {"due_at": datetime(2020, 1, 1, tzinfo=UTC)}])
def test_nobody_begins_what_is_not_open(school: People, week_1: Assignment, field: dict[str, object]) -> None:
    Assignment.objects.update(**{"time_limit_minutes": 60, "due_at": NOON + HOUR, **field})
    week_1.refresh_from_db()
    assert begin(school.sam, week_1).waits_to_begin


def test_a_hundred_assignments_cost_two_queries(school: People) -> None:
    for number in range(100):
        Assignment.objects.create(course=school.course, slug=f"week-{number}", title="Week", due_at=NOON, time_limit_minutes=60)
    listed = list(Assignment.objects.select_related("course"))
    with CaptureQueriesContext(connection) as counted:
        assert len(windows_of(school.sam, listed)) == 100
    assert len(counted) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_at": None}, "no due time, so this would mean never"),
        ({"reveal": "on_date"}, "Say which"),
        ({"reveal": "on_date", "reveal_at": NOON - HOUR}, "before the due time"),
        ({"reveal_at": NOON + HOUR}, "Nothing is to be shown on a date"),
        ({"reveal_score": "never"}, "would give away the score, which comes later"),
        ({"reveal_which": "after_due", "reveal_model": "at_once"}, "would give away which answers are right"),
        ({"reveal": "at_once"}, "not a valid choice"),
        ({"due_at": None, "reveal": "never", "reveal_model": "never", "late_steps": LATE}, "Without a due time nothing is late"),
    ],
)
def test_what_is_shown_when_must_hold_together(week_1: Assignment, fields: dict[str, object], words: str) -> None:
    week_1.full_clean()
    for name, value in fields.items():
        setattr(week_1, name, value)
    with pytest.raises(ValidationError, match=words):
        week_1.full_clean()
