from __future__ import annotations

import csv
import io

from django.db import connection
from django.test.utils import CaptureQueriesContext

from exercises.models import Assignment, Membership, User
from grader.models import AuditEvent
from tests.people import CANARY, COUNTS_PROGRAM, School, person

RIGHT = {"q1": CANARY, "q2": []}
WRONG = {"q1": "42", "q2": ["a"]}
GRADEBOOK = "/courses/memory-101/gradebook/"
EXPORT = "/courses/memory-101/gradebook.csv"


def page(school: School, user: str, path: str, status: int = 200) -> str:
    response = school.browser(getattr(school, user)).get(path)
    assert response.status_code == status
    return response.content.decode() if not response.streaming else response.getvalue().decode()


def test_the_gradebook_shows_best_and_first_attempt_of_every_student(school: School) -> None:
    school.graded(school.alice, WRONG)
    best = school.graded(school.alice, RIGHT)
    html = page(school, "ivan", GRADEBOOK)
    row = html.split("Alice Example")[1].split("</tr>")[0]
    assert f'href="/submissions/{best.pk}/"' in row and "first 0 · 2×" in row and ">2</a>" in row.replace("\n", "")
    assert "not answered" in html.split("Bob Example")[1].split("</tr>")[0]
    assert "Ivan Example" not in html.split("<table")[1], "staff are no students"
    assert page(school, "tara", GRADEBOOK)
    page(school, "alice", GRADEBOOK, 404)
    page(school, "charlie", GRADEBOOK, 404)
    page(school, "dora", GRADEBOOK, 404)


def test_the_gradebook_costs_the_same_queries_for_three_students_and_for_thirty(school: School) -> None:
    def queries() -> int:
        page(school, "ivan", GRADEBOOK)
        with CaptureQueriesContext(connection) as counted:
            page(school, "ivan", GRADEBOOK)
        return len(counted)

    school.graded(school.alice, RIGHT)
    before = queries()
    placement = school.place("Another", COUNTS_PROGRAM)
    for number in range(30):
        student = person(f"Student{number}", school.course, "student")
        school.answer(student, WRONG)
        school.answer(student, {"q1": "1", "q2": 1}, placement)
    assert queries() == before


def test_the_gradebook_finds_a_student_by_any_part_of_a_name(school: School) -> None:
    html = page(school, "ivan", GRADEBOOK + "?q=ali")
    assert "Alice Example" in html and "Bob Example" not in html
    assert "Nobody matches" in page(school, "ivan", GRADEBOOK + "?q=zzz")
    assert page(school, "ivan", GRADEBOOK + "?q=%00&page=nonsense")


def test_an_empty_course_says_what_to_do_next(school: School) -> None:
    assert "Add them in the admin pages" in without_students(school)
    school.canary.delete()
    Membership.objects.create(course=school.course, user=school.alice, role="student")
    assert "No exercises yet." in page(school, "ivan", GRADEBOOK)


def without_students(school: School) -> str:
    Membership.objects.filter(course=school.course, role="student").delete()
    return page(school, "ivan", GRADEBOOK)


def test_the_export_holds_what_the_gradebook_shows_and_is_on_record(school: School) -> None:
    school.graded(school.alice, WRONG)
    school.graded(school.alice, RIGHT)
    rows = list(csv.DictReader(io.StringIO(page(school, "ivan", EXPORT))))
    alice = next(row for row in rows if row["user name"] == "alice")
    assert alice["total"] == "2.00"
    assert alice["Names and objects: A number and a name (best of 2.00)"] == "2.00"
    assert alice["Names and objects: A number and a name (first)"] == "0.00"
    assert alice["Names and objects: A number and a name (attempts)"] == "2"
    assert AuditEvent.objects.get(action="gradebook.export").actor == school.ivan
    page(school, "alice", EXPORT, 404)
    page(school, "charlie", EXPORT, 404)


def test_a_name_that_looks_like_a_formula_is_text_in_the_export(school: School) -> None:
    User.objects.filter(pk=school.alice.pk).update(first_name='=HYPERLINK("http://evil.example")', last_name="@SUM(A1)")
    rows = list(csv.DictReader(io.StringIO(page(school, "ivan", EXPORT))))
    alice = next(row for row in rows if row["user name"] == "alice")
    assert alice["first name"] == '\'=HYPERLINK("http://evil.example")' and alice["last name"] == "'@SUM(A1)"


def test_the_analysis_counts_first_attempts_and_not_what_came_after_a_verdict(school: School) -> None:
    school.graded(school.alice, {"q1": "42", "q2": []})
    school.graded(school.alice, RIGHT)
    school.graded(school.bob, RIGHT, confidence={"q1": 4})
    html = page(school, "ivan", f"/placements/{school.canary.pk}/analysis/")
    assert "2 of 2" in html and "mean score 50 %" in html and "mean score 100 %" in html
    assert "75 %" in html, "the mean of a half and a whole"
    assert f'Right is: <span class="mono">{CANARY}</span>' in html
    page(school, "alice", f"/placements/{school.canary.pk}/analysis/", 404)
    page(school, "charlie", f"/placements/{school.canary.pk}/analysis/", 404)


def test_a_wrong_answer_stands_beside_the_model_that_gives_it(school: School) -> None:
    placement = school.place("Counting", COUNTS_PROGRAM)
    school.graded(school.alice, {"q1": "2", "q2": 2}, placement, confidence={"q1": 4})
    html = page(school, "ivan", f"/placements/{placement.pk}/analysis/")
    assert "Models behind the wrong answers" in html and "1 certain and wrong" in html
    path = f"/submissions/{placement.submissions.get().pk}/"
    assert "The model that gives your answer" not in page(school, "alice", path), "its refutation says how it is: it comes with the truth"
    Assignment.objects.update(reveal_model="at_once")
    mine = page(school, "alice", path)
    assert "The model that gives your answer" in mine


def test_an_exercise_that_nobody_answered_has_an_analysis_that_says_so(school: School) -> None:
    assert "No graded answers yet." in page(school, "ivan", f"/placements/{school.canary.pk}/analysis/")


def test_staff_see_a_students_result_with_the_truth_and_the_name(school: School) -> None:
    submission = school.graded(school.alice, WRONG)
    html = page(school, "ivan", f"/submissions/{submission.pk}/")
    assert "Alice Example" in html and CANARY in html and "Try again" not in html
    page(school, "dora", f"/submissions/{submission.pk}/", 404)
