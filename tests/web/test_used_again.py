"""Ivan makes an exam of exercises that his course has had before: he is told whose right answers are out, and what holds the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exercises.models import Assignment, Membership, Placement, User
from grader.models import AuditEvent, Submission
from tests.people import CANARY, COUNTS_PROGRAM, School
from tests.web.test_assignment_admin import assignment_form

HOUR = timedelta(hours=1)
EXAM = "/courses/memory-101/assignments/exam/"
OUT = "exercises are out already"


@pytest.fixture
def exam(school: School) -> Assignment:
    """In preparation, from the canary that Alice and Bob have had, and an exercise that nobody has."""
    made = Assignment.objects.create(course=school.course, slug="exam", title="Exam", due_at=timezone.now() + 100 * HOUR)
    for placement in (school.canary, school.place("Counting", COUNTS_PROGRAM)):
        fields = {"exercise": placement.exercise, "revision": placement.revision, "python": "3.13"}
        Placement.objects.create(assignment=made, position=placement.pk, **fields)
    return made


def page(school: School, user: str = "ivan") -> str:
    return school.browser(getattr(school, user)).get(EXAM).content.decode()


def sees(school: School, submission: Submission) -> bool:
    return CANARY in school.browser(school.alice).get(f"/submissions/{submission.pk}/").content.decode()


def test_while_nothing_is_out_nothing_is_said(school: School, exam: Assignment) -> None:
    school.graded(school.alice, {"q1": "42", "q2": []})
    assert OUT not in page(school)


def test_whose_right_answers_are_out_stands_on_the_page_of_the_exam(school: School, exam: Assignment) -> None:
    for user in (school.alice, school.bob):
        school.graded(user, {"q1": "42", "q2": []})
    school.close()
    html = page(school)
    assert f"Right answers of 1 of its {OUT}" in html and "“A number and a name”: 2 students of this course" in html
    assert "“Counting”" not in html and "As long as this assignment is not published it holds nothing" in html
    Membership.objects.filter(user=school.bob).update(left_at=timezone.now())
    assert "1 student of this course and 1 other" in page(school, "tara")


def test_an_exam_in_preparation_holds_nothing_until_the_staff_publish_it_with_an_opening_time(school: School, exam: Assignment) -> None:
    submission = school.graded(school.alice, {"q1": "42", "q2": []})
    school.close()
    Assignment.objects.filter(pk=exam.pk).update(opens_at=timezone.now() + 90 * HOUR)
    assert sees(school, submission), "nobody may answer it, and nobody but the staff knows of it"
    Assignment.objects.filter(pk=exam.pk).update(published=True)
    assert not sees(school, submission)
    html = page(school)
    assert "“A number and a name”: 1 student of this course" in html, "what was seen before has been seen"
    assert "They are held again while somebody may answer here" in html
    alice = page(school, "alice")
    assert OUT not in alice and "Not open yet." in alice and "A number and a name" not in alice


def test_when_the_exam_is_over_nobody_need_be_warned(school: School, exam: Assignment) -> None:
    school.graded(school.alice, {"q1": "42", "q2": []})
    Assignment.objects.update(published=True, due_at=timezone.now() - HOUR)
    assert OUT not in page(school)


def publish(root: Client, school: School, exam: Assignment, **fields: str) -> str:
    own_form = {name: value for name, value in assignment_form(school).items() if not name.startswith("placements-")}
    placed = list(exam.placements.all())
    form = {"placements-TOTAL_FORMS": str(len(placed)), "placements-INITIAL_FORMS": str(len(placed)), "slug": "exam", "title": "Exam"}
    for number, one in enumerate(placed):
        own = {"id": one.pk, "assignment": exam.pk, "exercise": one.exercise_id, "revision": one.revision_id, "python": one.python}
        own |= {"points": 1, "max_attempts": 3, "position": number}
        form |= {f"placements-{number}-{name}": str(value) for name, value in own.items()}
    address = reverse("admin:exercises_assignment_change", args=[exam.pk])
    response = root.post(address, {**own_form, **form, **fields}, follow=True)
    assert response.redirect_chain, response.content.decode()
    return response.content.decode()


def test_whoever_publishes_it_is_told_and_that_stands_on_record(school: School, exam: Assignment) -> None:
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    school.graded(school.alice, {"q1": "42", "q2": []})
    school.close()
    html = publish(root, school, exam)
    assert f"Right answers of 1 of its {OUT}" in html and "1 student of this course" in html
    event = AuditEvent.objects.get(action="assignment.out")
    assert (event.course, event.target, event.detail) == (
        school.course,
        "exam",
        {"out": ["“A number and a name”: 1 student of this course"]},
    )
    assert OUT not in publish(root, school, exam, title="Exam, second date"), "told once, not at every change"
    records = school.browser(school.ivan).get("/courses/memory-101/records/").content.decode()
    assert "was told that right answers are out already" in records


def test_a_fresh_exam_costs_the_page_the_same_queries_however_many_exercises_it_has(school: School, exam: Assignment) -> None:
    def queries() -> int:
        page(school)
        with CaptureQueriesContext(connection) as made:
            page(school)
        return len(made)

    before = queries()
    for number in range(5):
        fresh = school.place(f"Fresh {number}", COUNTS_PROGRAM)
        Placement.objects.filter(pk=fresh.pk).update(assignment=exam)
    assert queries() == before
