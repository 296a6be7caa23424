from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises.models import Assignment, Membership, Placement, User
from grader.accepting.submissions import Refused
from grader.models import AuditEvent, Grading
from tests.people import CANARY, COUNTS_PROGRAM, School, person

RIGHT = {"q1": CANARY, "q2": []}
WRONG = {"q1": "42", "q2": ["a"]}
GRADEBOOK = "/courses/memory-101/gradebook/"
EXPORT = "/courses/memory-101/gradebook.csv"


def page(school: School, user: str, path: str, status: int = 200) -> str:
    response = school.browser(getattr(school, user)).get(path)
    assert response.status_code == status
    return response.content.decode() if not response.streaming else response.getvalue().decode("utf-8-sig")


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
    html = without_students(school)
    assert '<a href="/courses/memory-101/roster/">Add them from a list</a>' in html
    assert page(school, "ivan", "/courses/memory-101/roster/"), "the hint leads somewhere"
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


def exported(school: School, user: str = "alice") -> dict[str, str]:
    rows = list(csv.DictReader(io.StringIO(page(school, "ivan", EXPORT))))
    return next(row for row in rows if row["user name"].lstrip("'") == user)


def test_excel_opens_the_export_as_it_was_written(school: School) -> None:
    User.objects.filter(pk=school.alice.pk).update(first_name="محمد", last_name="Łukasiewicz 🦉")
    response = school.browser(school.ivan).get(EXPORT)
    content = response.getvalue()
    assert content.startswith(b"\xef\xbb\xbf") and response.headers["Cache-Control"] == "no-store, private"
    assert '"alice","Łukasiewicz 🦉","محمد"' in content.decode()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("@bob", "@bob"), ("bob", "bob"), ("O'Neil-Smith", "O'Neil-Smith"), ("@SUM(A1)", "'@SUM(A1)"), ("=1+1", "'=1+1"),
        ("+1", "'+1"), ("-1", "'-1"), ("＝1+1", "'＝1+1"), ("＋1", "'＋1"), ("－1", "'－1"), ("＠SUM(1)", "'＠SUM(1)"), ("\t=1", "'\t'=1"),
        ("Ann;=1+1", "Ann;'=1+1"), ("Ann; =1+1", "Ann; '=1+1"), ("Ann|+1", "Ann|'+1"), ("  =1", "  '=1"), ("Anna = Bob", "Anna = Bob"),
    ],
)  # fmt: skip
def test_only_what_a_spreadsheet_would_run_is_marked(school: School, name: str, written: str) -> None:
    User.objects.filter(pk=school.alice.pk).update(last_name=name)
    assert exported(school)["last name"] == written


def test_a_user_name_in_the_export_is_the_one_they_sign_in_with(school: School) -> None:
    User.objects.filter(pk=school.bob.pk).update(username="@bob")
    assert exported(school, "@bob")["user name"] == "@bob"


def test_what_was_never_handed_in_is_blank_even_after_a_refusal(school: School) -> None:
    school.close()
    with pytest.raises(Refused):
        school.answer(school.alice, RIGHT, Placement.objects.get(pk=school.canary.pk))
    name = "Names and objects: A number and a name"
    alice = exported(school)
    assert [alice[f"{name} ({one})"] for one in ("best of 2.00", "first", "attempts", "state", "late", "late by")] == [""] * 6
    assert "0×" not in page(school, "ivan", GRADEBOOK)


def test_lateness_and_state_stand_in_the_gradebook_and_in_the_export(school: School) -> None:
    due = timezone.now() - timedelta(hours=3)
    Assignment.objects.filter(pk=school.assignment.pk).update(due_at=due, late_steps=[{"hours": 24, "percent": 50}])
    school.canary.refresh_from_db()
    school.graded(school.alice, RIGHT, Placement.objects.get(pk=school.canary.pk))
    school.answer(school.bob, WRONG, Placement.objects.get(pk=school.canary.pk))
    name = "Names and objects: A number and a name"
    alice, bob = exported(school), exported(school, "bob")
    assert (alice[f"{name} (late)"], alice[f"{name} (late by)"], alice[f"{name} (percent)"]) == ("yes", "3:00", "50.00")
    assert (alice[f"{name} (state)"], bob[f"{name} (state)"]) == ("graded", "not graded")
    assert "late by 3" in page(school, "ivan", GRADEBOOK)


def test_the_total_counts_what_has_opened_and_says_what_it_leaves_out(school: School) -> None:
    school.graded(school.alice, RIGHT)
    draft = Assignment.objects.create(course=school.course, slug="draft", title="In preparation")
    Placement.objects.filter(pk=school.place("Hidden", COUNTS_PROGRAM, points=9).pk).update(assignment=draft)
    html = page(school, "ivan", GRADEBOOK)
    assert "Total of 2<" in html and "a draft, not in the total" in html
    assert (exported(school)["total"], exported(school)["of 2.00"], exported(school)["percent"]) == ("2.00", "2.00", "100.00")


@pytest.mark.parametrize("search", ["Alice Example", "Example, Alice", "example alice", "ALICE"])
def test_a_student_is_found_by_the_whole_name_however_it_is_written(school: School, search: str) -> None:
    html = school.browser(school.ivan).get(GRADEBOOK, {"q": search}).content.decode()
    assert "Alice Example" in html and "Bob Example" not in html


def test_a_name_that_turns_the_writing_round_turns_only_itself(school: School) -> None:
    User.objects.filter(pk=school.alice.pk).update(first_name="\u202eecilA")
    assert "<bdi>\u202eecilA Example</bdi>" in page(school, "ivan", GRADEBOOK)


def test_who_left_is_out_of_the_gradebook_and_its_figures_and_found_on_demand(school: School) -> None:
    work = school.graded(school.bob, WRONG)
    school.graded(school.alice, RIGHT)
    assert "Left the course" not in page(school, "ivan", GRADEBOOK)
    Membership.objects.filter(user=school.bob).update(left_at=timezone.now())
    html = page(school, "ivan", GRADEBOOK)
    assert "Bob Example" not in html and "Left the course: 1" in html
    left = page(school, "ivan", GRADEBOOK + "?left=1")
    assert "Bob Example" in left and "Alice Example" not in left and f"/submissions/{work.pk}/" in left
    assert "1 of 1" in page(school, "ivan", f"/placements/{school.canary.pk}/analysis/")
    assert page(school, "ivan", f"/submissions/{work.pk}/")
    Membership.objects.filter(user=school.bob).delete()
    assert "Bob Example" in page(school, "ivan", GRADEBOOK + "?left=1"), "even a membership that was deleted keeps no work from view"


def test_an_assistant_who_once_studied_here_is_no_part_of_the_class(school: School) -> None:
    school.graded(school.bob, WRONG)
    Membership.objects.filter(user=school.bob).update(role="assistant")
    html = page(school, "ivan", f"/placements/{school.canary.pk}/analysis/")
    assert "0 of 1" in html and "No graded answers yet." in html


def test_what_could_not_be_graded_is_seen_by_the_staff_with_its_reason(school: School) -> None:
    assert "Nothing needs attention" in page(school, "tara", "/courses/memory-101/attention/")
    submission = school.answer(school.alice, RIGHT)
    Grading.objects.update(state="failed_permanent", reason="The simulator gave up on this exercise three times.")
    for path in (GRADEBOOK, "/courses/memory-101/attention/"):
        html = page(school, "tara", path)
        assert "gave up on this exercise three times" in html and f"/submissions/{submission.pk}/" in html
    assert "Grade again" not in page(school, "tara", "/courses/memory-101/attention/")
    html = page(school, "ivan", "/courses/memory-101/attention/")
    assert f'<a href="/courses/memory-101/regradings/?placement={school.canary.pk}">Grade again</a>' in html


def test_one_students_whole_work_is_on_one_page(school: School) -> None:
    first, second = school.graded(school.alice, WRONG), school.graded(school.alice, RIGHT)
    school.place("Never answered", COUNTS_PROGRAM)
    path = f"/courses/memory-101/students/{school.alice.pk}/"
    html = page(school, "tara", path)
    assert f"/submissions/{first.pk}/" in html and f"/submissions/{second.pk}/" in html
    assert "counts" in html.split(f"/submissions/{second.pk}/")[1].split("</td>")[0] and "Never answered" in html and "in time" in html
    Membership.objects.filter(user=school.alice).update(left_at=timezone.now())
    assert "Left the course" in page(school, "ivan", path)
    page(school, "ivan", f"/courses/memory-101/students/{school.charlie.pk}/", 404)
    page(school, "ivan", f"/courses/memory-101/students/{10**30}/", 404)


def test_one_students_page_costs_the_same_for_one_attempt_and_for_six(school: School) -> None:
    path = f"/courses/memory-101/students/{school.alice.pk}/"

    def queries() -> int:
        page(school, "ivan", path)
        with CaptureQueriesContext(connection) as counted:
            page(school, "ivan", path)
        return len(counted)

    school.graded(school.alice, WRONG)
    before = queries()
    school.graded(school.alice, RIGHT)
    another = school.place("Another", COUNTS_PROGRAM)
    for number in range(3):
        school.graded(school.alice, {"q1": str(number), "q2": number}, another)
    assert queries() == before


@pytest.mark.parametrize("path", ["/", "/courses/memory-101/", GRADEBOOK, EXPORT, "/courses/memory-101/roster/", "/sign-in/"])
def test_no_page_is_kept_for_whoever_presses_back_after_a_sign_out(school: School, path: str) -> None:
    assert "no-store" in school.browser(school.ivan).get(path).headers["Cache-Control"]


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
    assert "Ideas behind the answers" in html and "1 certain and wrong" in html
    path = f"/submissions/{placement.submissions.get().pk}/"
    assert 'class="card idea' not in page(school, "alice", path), "its refutation says how it is: it comes with the truth"
    Assignment.objects.update(reveal_model="at_once")
    mine = page(school, "alice", path)
    assert 'class="card idea' in mine


def test_an_exercise_that_nobody_answered_has_an_analysis_that_says_so(school: School) -> None:
    assert "No graded answers yet." in page(school, "ivan", f"/placements/{school.canary.pk}/analysis/")


def test_staff_see_a_students_result_with_the_truth_and_the_name(school: School) -> None:
    submission = school.graded(school.alice, WRONG)
    html = page(school, "ivan", f"/submissions/{submission.pk}/")
    assert "Alice Example" in html and CANARY in html and "Try again" not in html
    page(school, "dora", f"/submissions/{submission.pk}/", 404)
