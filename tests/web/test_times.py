"""When and in whose zone: pages name the zone of every time, students elsewhere see their own, and a time limit runs from a button."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from exercises.models import Assignment, Course, Extension, Sitting, User
from grader.models import Submission
from tests.people import School

HOUR = timedelta(hours=1)
NAMES = "/courses/memory-101/assignments/names/"
PROJECT = Path(__file__).parents[2]


def page(school: School, user: User, path: str = NAMES, status: int = 200) -> str:
    response = school.browser(user).get(path)
    assert response.status_code == status, response.content[:300]
    return response.content.decode()


def test_alice_in_tokyo_sees_her_own_times_with_the_courses_beside(school: School) -> None:
    Assignment.objects.update(due_at=datetime(2031, 7, 1, 21, 59, tzinfo=UTC))
    browser = school.browser(school.alice)
    assert browser.post("/account/", {"time_zone": "Asia/Tokyo"}).headers["Location"] == "/account/"
    html = page(school, school.alice)
    assert '<time datetime="2031-07-01T21:59:00+00:00">Wed 2 Jul 2031, 06:59 JST</time>' in html
    assert "(in the course: Tue 1 Jul 2031, 23:59 CEST)" in html
    assert "your own zone, Asia/Tokyo; the course’s is Europe/Vienna" in page(school, school.alice, "/courses/memory-101/")
    assert "Tue 1 Jul 2031, 23:59 CEST</time>" in page(school, school.bob), "Bob has not asked for another zone"
    assert browser.post("/account/", {"time_zone": ""}).status_code == 302
    assert "JST" not in page(school, school.alice)


def test_where_both_zones_have_the_same_time_it_is_said_once(school: School) -> None:
    User.objects.filter(pk=school.alice.pk).update(time_zone="Europe/Paris")
    assert "in the course:" not in page(school, school.alice)


def test_a_zone_without_letters_is_called_by_its_name(school: School) -> None:
    Assignment.objects.update(due_at=datetime(2031, 7, 1, 12, 0, tzinfo=UTC))
    User.objects.filter(pk=school.alice.pk).update(time_zone="Asia/Dubai")
    assert "Tue 1 Jul 2031, 16:00 Asia/Dubai" in page(school, school.alice)


@pytest.mark.parametrize("nonsense", ["Mars/Olympus", "../../etc/passwd", "\x00", "x" * 200])
def test_a_zone_that_does_not_exist_is_refused_in_words(school: School, nonsense: str) -> None:
    response = school.browser(school.alice).post("/account/", {"time_zone": nonsense})
    assert response.status_code == 422 and 'id="zone-error"' in response.content.decode()
    assert User.objects.get(pk=school.alice.pk).time_zone == ""


def test_nobody_looks_at_the_web_hosts_clock_to_judge_a_time() -> None:
    """A host an hour fast once showed truths to people who could still answer. Whoever needs the time asks exercises/clock.py."""
    judged = [
        "exercises",
        "grader/accepting",
        "grader/deciding",
        "grader/models",
        "grader/reading",
        "grader/web",
        "grader/templatetags",
        "grader/api",
    ]
    wrong = []
    for place in judged:
        path = PROJECT / place
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            if "migrations" in file.parts or "shipped" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Attribute) and ast.unparse(node) in (
                    "timezone.now",
                    "datetime.now",
                    "datetime.utcnow",
                    "time.time",
                ):
                    wrong.append(f"{file.relative_to(PROJECT)}:{node.lineno}")
    # SQLite's clock is this process's own.
    assert [one for one in wrong if not one.startswith("grader/accepting/standings.py")] == []


def test_grace_is_added_in_one_place_alone() -> None:
    files = [
        one for room in ("exercises", "grader", "config") for one in sorted((PROJECT / room).rglob("*.py")) if "migrations" not in one.parts
    ]
    # Naming it is no adding: the field, what is recorded of it, and its words.
    adding = {one.relative_to(PROJECT).as_posix() for one in files if "grace_seconds" in one.read_text()} - {
        "exercises/models/course.py", "exercises/admin.py", "grader/reading/records.py", "config/laptop/demo.py",
    }  # fmt: skip
    assert adding == {"exercises/courses/windows.py"}


def test_an_answer_within_the_grace_is_in_time_and_never_called_late(school: School) -> None:
    Course.objects.update(grace_seconds=2 * 3600)
    school.close()
    submission = school.graded(school.alice, {"q1": "42", "q2": []})
    assert (submission.is_late, submission.credit) == (False, 1)
    for path in (f"/exercises/{school.canary.pk}/", f"/submissions/{submission.pk}/"):
        assert "(late" not in page(school, school.alice, path)


def test_a_late_answer_says_so_and_earns_what_was_announced(school: School) -> None:
    Assignment.objects.update(late_steps=[{"hours": 24, "percent": 80}, {"hours": 72, "percent": 50}])
    assert "Later answers earn 80 % until" in page(school, school.alice) and ", 50 % until" in page(school, school.alice)
    school.close()
    assert "Late: an answer earns 80 % of its points until" in page(school, school.alice)
    submission = school.answer(school.alice, {"q1": "42", "q2": []}, placement=type(school.canary).objects.get(pk=school.canary.pk))
    assert submission.is_late and str(submission.credit) in ("0.8", "0.80", "0.8000")
    assert "(late)" in page(school, school.alice, f"/exercises/{school.canary.pk}/")


def test_with_a_time_limit_nothing_is_seen_before_alice_begins_and_nothing_taken_when_her_time_is_over(school: School) -> None:
    Assignment.objects.update(time_limit_minutes=60)
    exercise = f"/exercises/{school.canary.pk}/"
    html = page(school, school.alice)
    assert "You have <strong>1 hour</strong> from the moment you press the button" in html and "A number and a name" not in html
    browser = school.browser(school.alice)
    assert browser.get(exercise).headers["Location"] == NAMES
    assert browser.post(exercise, {"q1": "1", "q2": "-"}).headers["Location"] == NAMES and not Submission.objects.exists()
    assert browser.post(f"{NAMES}begin/").headers["Location"] == NAMES
    assert browser.post(f"{NAMES}begin/").headers["Location"] == NAMES and Sitting.objects.count() == 1
    html = page(school, school.alice)
    assert "Your time runs until" in html and "A number and a name" in html
    assert browser.get(exercise).status_code == 200
    Sitting.objects.update(begun_at=timezone.now() - 2 * HOUR)
    response = browser.post(exercise, {"q1": "1", "q2": "-", "revision": str(school.canary.revision.number), "python": "3.13"})
    assert not Submission.objects.exists() and response.status_code in (409, 422)
    assert "takes no more answers" in page(school, school.alice, exercise)
    assert "You have <strong>1 hour</strong>" in page(school, school.bob)
    assert school.browser(school.charlie).post(f"{NAMES}begin/").status_code == 404


def test_a_program_cannot_answer_for_somebody_who_has_not_begun(school: School) -> None:
    Assignment.objects.update(time_limit_minutes=60)
    headers = {"Authorization": f"Bearer {school.token()}"}
    body = {"student": "alice", "answers": {"q1": "42"}}
    address = f"/api/v1/placements/{school.canary.pk}/submissions/"
    refused = school.browser(school.ivan).post(address, body, content_type="application/json", headers=headers)
    assert refused.status_code == 409 and "has not begun it" in refused.json()["detail"]


def test_an_extension_with_more_attempts_is_told_and_holds(school: School) -> None:
    Extension.objects.create(assignment=school.assignment, user=school.alice, extra_attempts=2)
    assert "an extension, with 2 more attempts at each exercise" in page(school, school.alice)
    assert "5 of 5 attempts left" in page(school, school.alice, f"/exercises/{school.canary.pk}/")
    for guess in range(5):
        school.answer(school.alice, {"q1": str(guess), "q2": []})
    assert "No attempts left" in page(school, school.alice, f"/exercises/{school.canary.pk}/")
