"""The right answers are held while somebody may still answer: here, at another placement, in another course, with an extension."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises.courses.windows import begin
from exercises.models import Assignment, Course, Extension, Membership, Placement, User
from grader.deciding.disclosure import disclosures
from grader.models import Grading, Submission
from tests.people import CANARY, School, school

__all__ = ["school"]

HOUR = timedelta(hours=1)


def answer(school: School, user: User, guess: str = "42", placement: Placement | None = None) -> Submission:
    place = placement or school.canary
    question = next(one["id"] for one in place.revision.spec["questions"] if one["format"] == "prints")
    return school.graded(user, {question: guess}, place)


def page(school: School, user: User, submission: Submission) -> str:
    return school.browser(user).get(f"/submissions/{submission.pk}/").content.decode()


def by_token(school: School, submission: Submission) -> str:
    headers = {"Authorization": f"Bearer {school.token('read', 'results')}"}
    return school.browser(school.alice).get(f"/api/v1/submissions/{submission.pk}/", headers=headers).content.decode()


def sees(school: School, user: User, submission: Submission) -> bool:
    """On the page and by a token of the course: the two may not differ."""
    found = CANARY in page(school, user, submission)
    if submission.placement.assignment.course_id == school.course.pk:
        assert (CANARY in by_token(school, submission)) == found
    return found


def also_placed(school: School, course: Course, **fields: object) -> Placement:
    """The canary once more, in another assignment."""
    number = Assignment.objects.count()
    defaults = {"published": True, "due_at": timezone.now() + 30 * HOUR, "slug": f"more-{number}", "title": f"More {number}"}
    assignment = Assignment.objects.create(course=course, **{**defaults, **fields})
    one = school.canary
    return Placement.objects.create(assignment=assignment, exercise=one.exercise, revision=one.revision, python=one.python, max_attempts=3)


def reveal(**fields: object) -> None:
    Assignment.objects.update(**fields)


def test_bobs_extension_holds_the_right_answers_for_alice_too(school: School) -> None:
    submission = answer(school, school.alice)
    school.close()
    assert sees(school, school.alice, submission)
    Extension.objects.create(assignment=school.assignment, user=school.bob, due_at=timezone.now() + HOUR)
    assert not sees(school, school.alice, submission)
    assert "once nobody may answer the exercise any more" in page(school, school.alice, submission)
    reveal(reveal_together=False)
    assert sees(school, school.alice, submission), "the assignment says: each by themselves"
    reveal(reveal_together=True)
    Extension.objects.update(due_at=timezone.now() - HOUR / 2)
    assert sees(school, school.alice, submission)


def test_the_extension_of_somebody_who_left_the_course_holds_nothing(school: School) -> None:
    submission = answer(school, school.alice)
    school.close()
    Extension.objects.create(assignment=school.assignment, user=school.bob, due_at=timezone.now() + HOUR)
    Membership.objects.filter(user=school.bob).update(left_at=timezone.now())
    assert sees(school, school.alice, submission)


def test_grace_and_late_credit_hold_them_as_long_as_answers_are_taken(school: School) -> None:
    submission = answer(school, school.alice)
    school.close()
    Course.objects.update(grace_seconds=2 * 3600)
    assert not sees(school, school.alice, submission)
    Course.objects.update(grace_seconds=0)
    reveal(late_steps=[{"hours": 3, "percent": 50}])
    assert not sees(school, school.alice, submission)


def test_a_single_attempt_at_a_practice_gives_nothing_away_for_the_placement_that_counts(school: School) -> None:
    practice = also_placed(school, school.course, reveal="after_attempts")
    Placement.objects.filter(pk=practice.pk).update(max_attempts=1)
    practice.refresh_from_db()
    spent = answer(school, school.alice, placement=practice)
    assert not sees(school, school.alice, spent), "the canary itself can still be answered"
    for guess in ("1", "2", "3"):
        answer(school, school.alice, guess)
    assert sees(school, school.alice, spent), "now every attempt anywhere is used"


def test_another_courses_open_placement_holds_them_for_the_student_of_both(school: School) -> None:
    also_placed(school, school.elsewhere, due_at=None)
    Membership.objects.create(course=school.elsewhere, user=school.alice, role="student")
    mine, bobs = answer(school, school.alice), answer(school, school.bob)
    school.close()
    assert not sees(school, school.alice, mine), "she may answer it there, without an end"
    assert sees(school, school.bob, bobs), "he is not of that course, and nobody could wait for what has no end"


def test_another_course_that_is_still_at_it_holds_them_for_the_whole_class(school: School) -> None:
    elsewhere = also_placed(school, school.elsewhere)
    submission = answer(school, school.alice)
    school.close()
    assert not sees(school, school.alice, submission), "Charlie answers it until tomorrow"
    Assignment.objects.filter(pk=elsewhere.assignment_id).update(published=False)
    assert sees(school, school.alice, submission)


def test_after_attempts_is_each_students_own_and_only_where_the_assignment_says_so(school: School) -> None:
    for guess in ("1", "2", "3"):
        submission = answer(school, school.alice, guess)
    assert not sees(school, school.alice, submission), "the default is after the due time"
    reveal(reveal="after_attempts")
    assert sees(school, school.alice, submission)


def test_an_attempt_that_waits_to_be_graded_is_not_used_yet(school: School) -> None:
    reveal(reveal="after_attempts")
    first = answer(school, school.alice, "1")
    answer(school, school.alice, "2")
    question = next(iter(first.answers))
    last = school.answer(school.alice, {question: "3"})
    assert not sees(school, school.alice, first), "it may yet be given back"
    Grading.objects.filter(submission=last).update(state="failed_permanent", reason="The simulator was away.")
    assert not sees(school, school.alice, first)
    answer(school, school.bob)
    Grading.objects.filter(submission=last).update(state="received")
    school.grade()
    assert sees(school, school.alice, first)


def test_extra_attempts_are_attempts_that_may_still_be_used(school: School) -> None:
    reveal(reveal="after_attempts")
    Extension.objects.create(assignment=school.assignment, user=school.alice, extra_attempts=1)
    for guess in ("1", "2", "3"):
        submission = answer(school, school.alice, guess)
    assert not sees(school, school.alice, submission)
    assert sees(school, school.alice, answer(school, school.alice, "4"))


def test_an_open_sitting_holds_them(school: School) -> None:
    reveal(time_limit_minutes=60)
    school.assignment.refresh_from_db()
    school.canary.refresh_from_db()
    assert begin(school.alice, school.assignment).begun
    submission = answer(school, school.alice)
    school.assignment.sittings.update(begun_at=timezone.now() - 2 * HOUR)
    assert not sees(school, school.alice, submission), "her hour is over, but Bob has not begun"
    school.close()
    assert sees(school, school.alice, submission)


def test_on_a_date_is_not_before_that_date_and_never_is_never(school: School) -> None:
    submission = answer(school, school.alice)
    school.close()
    reveal(reveal="on_date", reveal_at=timezone.now() + HOUR)
    assert not sees(school, school.alice, submission) and "appear here on " in page(school, school.alice, submission)
    reveal(reveal_at=timezone.now() - HOUR / 2)
    assert sees(school, school.alice, submission)
    reveal(reveal="never")
    assert not sees(school, school.alice, submission)
    assert "The right answers are not shown in this assignment" in page(school, school.alice, submission)


def test_without_a_due_time_after_due_is_never_and_both_are_told(school: School) -> None:
    submission = answer(school, school.alice)
    reveal(due_at=None)
    assert not sees(school, school.alice, submission)
    assert "The right answers are not shown in this assignment" in page(school, school.alice, submission)
    staff = school.browser(school.ivan).get("/courses/memory-101/assignments/names/").content.decode()
    assert "never, since there is no due time" in staff


@pytest.mark.parametrize("way", ["page", "token"])
def test_a_score_that_comes_later_is_nowhere_before(school: School, way: str) -> None:
    reveal(reveal_score="after_due", reveal_which="after_due")
    submission = answer(school, school.alice, CANARY)
    browser = school.browser(school.alice)
    if way == "token":
        assert '"points":null' in by_token(school, submission) and '"right"' not in by_token(school, submission)
        headers = {"Authorization": f"Bearer {school.token()}"}
        assert '"points":null' in browser.get("/api/v1/submissions/", headers=headers).content.decode()
        return
    html = page(school, school.alice, submission)
    assert "Your score appears here after the due time" in html and "questions right" not in html and "Right</p>" not in html
    for path in ("/courses/memory-101/", "/courses/memory-101/assignments/names/", f"/exercises/{school.canary.pk}/"):
        shown = browser.get(path).content.decode()
        assert "Solved" not in shown and "Partly" not in shown and "<strong>1</strong>" not in shown and "<strong>0.67" not in shown
    school.close()
    assert "1 of 1" in page(school, school.alice, submission).replace("2 questions", "1") or "questions right" in page(
        school, school.alice, submission
    )


def test_the_instructor_reads_the_whole_table_in_words(school: School) -> None:
    html = school.browser(school.ivan).get("/courses/memory-101/assignments/names/").content.decode()
    for words in ("The score", "Which answers are right", "The wrong model behind an answer", "The right answers, and why"):
        assert words in html
    assert "when the last person who may still answer is done" in html
    assert "What students see, and when" not in school.browser(school.alice).get("/courses/memory-101/assignments/names/").content.decode()


def test_a_class_costs_as_many_queries_as_one_student(school: School) -> None:
    answer(school, school.alice)
    school.close()
    placement = Placement.objects.select_related("assignment__course").get(pk=school.canary.pk)

    def queries(students: list[int]) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert len(disclosures((one, placement) for one in students)) == len(students)
        return len(counted)

    assert queries([school.alice.pk]) == queries([school.alice.pk, school.bob.pk, *range(900_000, 900_300)]) <= 10
