"""Grading again: the difference first, then the decision, and a way back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from exercises.models import Placement
from grader.deciding import regrading
from grader.deciding.regrading import CannotRegrade
from grader.models import AuditEvent, Regrading, Result, Standing
from grader.working.drain import grade_all_due
from tests.grader.school import RIGHT, TWO_NAMES, School, write_exercise


@pytest.fixture
def corrected(school: School) -> Regrading:
    """Ivan meant three names. Alice was right about what was asked, Bob about what was meant."""
    school.answer(school.alice, RIGHT)
    school.answer(school.bob, {**RIGHT, "q1": "4"})
    grade_all_due()
    exercise = write_exercise(TWO_NAMES.replace("b = a", "b = c = a"), "two_names")
    Placement.objects.update(revision=exercise.latest_revision())
    return regrading.request(
        course=school.course, placement=school.placement, reason="three names were meant", by=school.ivan, to_pinned_revision=True
    )


def best(school: School) -> tuple[Decimal | None, Decimal | None]:
    return tuple(Standing.objects.get(student=one).best_points for one in (school.alice, school.bob))  # type: ignore[return-value]


def test_the_difference_is_shown_before_anything_changes(school: School, corrected: Regrading) -> None:
    assert regrading.difference(corrected).waiting == 2
    with pytest.raises(CannotRegrade, match="still being graded"):
        regrading.apply(corrected, school.ivan)
    grade_all_due()
    found = regrading.difference(corrected)
    assert found.ready
    assert {(one.submission.student.username, one.before, one.after) for one in found.changes} == {
        ("alice", Decimal(4), Decimal(3)),
        ("bob", Decimal(3), Decimal(4)),
    }
    assert best(school) == (Decimal(4), Decimal(3))


def test_applied_it_counts_and_undone_it_does_not(school: School, corrected: Regrading) -> None:
    grade_all_due()
    before = set(Result.objects.filter(regrading=None).values_list("pk", "fraction"))
    regrading.apply(corrected, school.ivan)
    assert best(school) == (Decimal(3), Decimal(4))
    with pytest.raises(CannotRegrade, match="meanwhile"):
        regrading.apply(corrected, school.ivan)
    regrading.undo(corrected, school.ivan)
    assert best(school) == (Decimal(4), Decimal(3))
    assert set(Result.objects.filter(regrading=None).values_list("pk", "fraction")) == before
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == [
        "regrading.requested",
        "regrading.applied",
        "regrading.undone",
    ]


def test_with_nothing_corrected_nothing_changes(school: School) -> None:
    school.answer(school.alice)
    grade_all_due()
    again = regrading.request(course=school.course, placement=None, reason="to be sure", by=school.ivan)
    grade_all_due()
    found = regrading.difference(again)
    assert (found.changes, found.same, found.failed) == ([], 1, 0)


def test_ivan_does_it_from_the_command_line(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    school.answer(school.alice, {"q1": "4"})
    grade_all_due()
    exercise = write_exercise(TWO_NAMES.replace("b = a", "b = c = a"), "two_names")
    Placement.objects.update(revision=exercise.latest_revision())
    call_command("regrade", "memory-101", "--exercise", "two-names", "--pinned", "--reason", "three names were meant", "--by", "ivan")
    number = Regrading.objects.get().pk
    assert "1 waiting" in capsys.readouterr().out
    grade_all_due()
    call_command("regrade", "--show", str(number))
    assert "alice, attempt 1: 0.00 -> 1.00" in capsys.readouterr().out
    call_command("regrade", "--apply", str(number), "--by", "ivan")
    assert Standing.objects.get().best_points == Decimal(1)
    call_command("regrade", "--undo", str(number))
    assert Standing.objects.get().best_points == Decimal(0)
    for wrong in (["nowhere"], ["memory-101"], ["--apply", "999"], ["memory-101", "--reason", "x", "--exercise", "none"]):
        with pytest.raises(CommandError, match=r"\."):
            call_command("regrade", *wrong)
