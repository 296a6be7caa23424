"""Ivan answers for the course, and reads who did what in it: in words, with before and after, and nothing of other courses."""

from __future__ import annotations

import ast
import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.audit_trail import DONE, OF_PEOPLE
from exercises.models import Assignment, Extension, Membership, Placement, User
from grader.deciding import regrading
from grader.deciding.access import seat_in
from grader.deciding.looking import looked_at_key
from grader.models import AuditEvent
from grader.reading.records import KINDS
from grader.working.grading import gave_up
from tests.people import CANARY, School, person
from tests.web.test_assignment_admin import change, grant

PROJECT = Path(__file__).resolve().parents[2]
RECORDS, EXPORT = "/courses/memory-101/records/", "/courses/memory-101/records.csv"
WRONG = {"q1": "42", "q2": []}


@pytest.fixture
def root(school: School) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", first_name="Ruth", last_name="Root"))
    return client


def read(school: School, **asked: str) -> str:
    response = school.browser(school.ivan).get(RECORDS, asked)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def lines(school: School, **asked: str) -> list[str]:
    """The rows of the page as somebody reads them aloud."""
    rows = re.findall(r"<tr><td>(.*?)</tr>", read(school, **asked), re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", row)).strip() for row in rows]


def exported(school: School, **asked: str) -> list[dict[str, str]]:
    response = school.browser(school.ivan).get(EXPORT, asked)
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


# ------------------------------------------------------------------ every act has its words


def recorded_in(path: Path) -> set[str]:
    """The actions that a file records: what stands in the calls, or, where a call takes a name, all in the file that look like actions."""
    tree = ast.parse(path.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [node.args[1] for node in calls if ast.unparse(node.func).endswith("AuditEvent.record")]
    given += [one.value for node in calls for one in node.keywords if ast.unparse(node.func) == "AuditEvent" and one.arg == "action"]
    direct = {node.value for node in given if isinstance(node, ast.Constant)}
    if all(isinstance(node, ast.Constant) for node in given):
        return direct
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    groups = {action.partition(".")[0] for action in KINDS}
    return direct | {text for text in texts if re.fullmatch(r"[a-z_]+\.[a-z_]+", text) and text.partition(".")[0] in groups}


def test_whatever_is_put_on_record_anywhere_has_its_words() -> None:
    sources = [path for room in ("exercises", "grader", "config") for path in (PROJECT / room).rglob("*.py")]
    found = {action for path in sources if "AuditEvent" in path.read_text() for action in recorded_in(path)}
    found |= {f"{kind}.{done}" for kind in OF_PEOPLE for done in DONE.values()}
    found |= {f"membership.{what}" for what in ("added", "changed", "left")}  # what a list of students does
    assert found >= {"gradebook.export", "extension.granted", "regrading.applied", "credential.issued", "submission.seen", "grading.failed"}
    assert found == set(KINDS), "grader/reading/records.py: KINDS has the words of each act, and of nothing else"


# ------------------------------------------------------------------ the page


def test_nothing_has_happened_yet(school: School) -> None:
    assert "Nothing is on record yet." in read(school)


def test_who_moved_the_due_time_and_gave_alice_more_stands_there_in_the_courses_time(school: School, root: Client) -> None:
    assert change(root, school, **{"placements-0-max_attempts": "5"}) == ""
    assert change(root, school, due_at_0="2031-07-30", late_steps="80 % until +24 h", **{"placements-0-max_attempts": "5"}) == ""
    assert grant(root, school, school.alice, due_at_0="2031-08-30", due_at_1="12:00") == ""
    granted, second, *_ = lines(school)
    assert "Ruth Root" in granted and "granted an extension Names · Alice Example" in granted
    assert "due: – → now Sat 30 Aug 2031, 12:00 CEST" in granted and "reason: – → now ill" in granted
    assert "changed an assignment" in second
    assert "due: Mon 30 Jun 2031, 23:59 CEST → now Wed 30 Jul 2031, 23:59 CEST" in second
    assert "late credit: – → now 80 % until +24 h" in second
    placed = [one for one in lines(school) if "changed how an exercise is set" in one]
    assert len(placed) == 1 and "A number and a name" in placed[0] and "attempts: 3 → now 5" in placed[0]


def test_a_role_that_is_changed_in_the_admin_pages_stands_there_with_before_and_after(school: School, root: Client) -> None:
    member = Membership.objects.get(user=school.tara)
    form = {"course": member.course_id, "user": member.user_id, "role": "instructor", "section": "", "student_number": ""}
    address = reverse("admin:exercises_membership_change", args=[member.pk])
    assert root.post(address, {**form, "left_at_0": "", "left_at_1": ""}).status_code == 302
    (line,) = lines(school)
    assert (
        "Ruth Root" in line and "changed somebody’s place in the course Tara Example" in line and "role: assistant → now instructor" in line
    )
    root.post(reverse("admin:exercises_membership_delete", args=[member.pk]), {"post": "yes"})
    assert "deleted somebody’s membership Tara Example" in lines(school)[0]


def test_an_assignment_that_is_deleted_leaves_its_trace(school: School, root: Client) -> None:
    root.post(reverse("admin:exercises_assignment_delete", args=[school.assignment.pk]), {"post": "yes"})
    assert not Assignment.objects.exists()
    (line,) = lines(school)
    assert "deleted an assignment names" in line and "published: yes → now –" in line and "With canary" in line


def test_regradings_tokens_downloads_and_what_could_not_be_graded_stand_there(school: School) -> None:
    work = school.graded(school.alice, WRONG)
    made = regrading.request(course=school.course, placement=school.canary, reason="a wrong key", by=school.ivan)
    school.grade()
    regrading.apply(made, school.ivan)
    ivan = school.browser(school.ivan)
    ivan.post("/courses/memory-101/tokens/", {"name": "autograder", "scope": ["read"], "days": "30"})
    ivan.get("/courses/memory-101/gradebook.csv")
    gave_up(work.pk, school.canary.pk, school.alice.pk, "The simulator gave up.", "1")
    failed, download, token, applied, asked = lines(school)
    assert "Heaplab itself gave the grading of an attempt up A number and a name, attempt 1" in failed
    assert "Alice Example" in failed and "Reason: The simulator gave up." in failed
    assert "Ivan Example" in download and "downloaded the gradebook" in download
    assert "issued a token autograder (heaplab_" in token and "It may read" in token and "For 30 days" in token
    assert "made a regrading count A number and a name" in applied and "Reason: a wrong key" in asked
    assert f'href="/submissions/{work.pk}/"' in read(school) and f'href="/courses/memory-101/regradings/{made.pk}/"' in read(school)


def test_the_records_of_another_course_and_of_no_course_are_not_there(school: School) -> None:
    AuditEvent.record(school.dora, "gradebook.export", course=school.elsewhere, target="elsewhere")
    AuditEvent.record(school.alice, "sign_in", target=f"user {school.alice.pk}")
    assert lines(school) == []
    assert len(re.findall("downloaded the gradebook", school.browser(school.dora).get("/courses/elsewhere/records/").content.decode())) == 2


def test_records_are_found_by_person_kind_and_day(school: School) -> None:
    AuditEvent.record(school.ivan, "extension.granted", course=school.course, target="names", whom=school.alice.pk)
    AuditEvent.record(school.ivan, "extension.granted", course=school.course, target="names", whom="bob")  # as it was once written
    AuditEvent.record(school.tara, "gradebook.export", course=school.course)
    assert len(lines(school)) == 3 and "granted an extension Names and objects · bob" in lines(school)[1]
    assert [len(lines(school, person=name)) for name in ("ivan", "Alice Example", "bob", "tara")] == [2, 1, 1, 1]
    assert "Nobody matches “zoë”" in read(school, person="zoë") and "Nobody matches “charlie”" in read(school, person="charlie")
    assert len(lines(school, kind="gradebook.export")) == 1 and "Nothing of this kind" in read(school, kind="key.seen")
    today = timezone.now().astimezone(school.course.zone()).date()
    day = timedelta(days=1)
    assert len(lines(school, since=str(today), until=str(today))) == 3
    assert lines(school, until=str(today - day)) == lines(school, since=str(today + day)) == []
    assert len(lines(school, person="ivan", kind="extension.granted", since=str(today - day), until="9999-12-31")) == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "yesterday"}, "This is no date. Write it as 2026-09-30."),
        ({"kind": "tea.made"}, "There is no such kind."),
        ({"since": "2026-10-02", "until": "2026-10-01"}, "This is before the day from which"),
        ({"person": "x" * 101}, "at most 100 characters"),
    ],
)
@pytest.mark.parametrize("path", [RECORDS, EXPORT])
def test_what_cannot_be_looked_for_is_said_and_stays_in_the_form(school: School, path: str, asked: dict[str, str], said: str) -> None:
    AuditEvent.record(school.tara, "gradebook.export", course=school.course)
    response = school.browser(school.ivan).get(path, asked)
    html = response.content.decode()
    assert response.status_code == 422 and said in html and "downloaded the gradebook</td>" not in html
    assert not AuditEvent.objects.filter(action="records.export").exists()


def test_a_search_that_means_half_the_university_asks_for_more_of_the_name(school: School) -> None:
    for number in range(201):
        person(f"Clone{number}", school.course, "student")
    response = school.browser(school.ivan).get(RECORDS, {"person": "clone"})
    assert response.status_code == 422 and "More than 200 people match. Write more of the name." in response.content.decode()


def test_many_records_stand_on_pages_that_keep_what_was_asked(school: School) -> None:
    for _ in range(101):
        AuditEvent.record(school.tara, "gradebook.export", course=school.course)
    AuditEvent.record(school.ivan, "records.export", course=school.course)
    html = read(school, person="tara")
    assert 'href="?person=tara&amp;page=2"' in html and "Page 1 of 2" in html and len(lines(school, person="tara")) == 100
    assert len(lines(school, person="tara", page="2")) == 1 and len(lines(school, page="2")) == 2
    assert len(exported(school, person="tara")) == 101, "the file has all pages"


def test_a_page_of_records_costs_the_same_queries_for_two_and_for_forty(school: School, root: Client) -> None:
    def queries() -> int:
        read(school)
        with CaptureQueriesContext(connection) as counted:
            read(school)
        return len(counted)

    def happen() -> None:
        change(root, school, due_at_0=f"2031-0{1 + AuditEvent.objects.count() % 9}-01", preset="exam")
        looked = school.graded(person(f"S{AuditEvent.objects.count()}", school.course, "student"), WRONG)
        school.browser(school.tara).get(f"/submissions/{looked.pk}/")

    happen()
    before = queries()
    for _ in range(6):
        happen()
    assert queries() == before


def test_the_file_holds_what_the_page_shows_and_taking_it_away_is_on_record(school: School) -> None:
    AuditEvent.record(school.ivan, "extension.granted", course=school.course, target="names", whom=school.alice.pk, reason="=1+1")
    AuditEvent.record(school.tara, "gradebook.export", course=school.course)
    (row,) = exported(school, kind="extension.granted")
    assert row["who"] == "Ivan Example" and row["user name"] == "ivan" and row["to whom"] == "Alice Example"
    assert row["what"] == "granted an extension" and row["about"] == "Names and objects" and row["notes"] == "Reason: =1+1"
    assert row["when"] in lines(school, kind="extension.granted")[0]
    event = AuditEvent.objects.get(action="records.export")
    assert (event.actor, event.course, event.detail) == (school.ivan, school.course, {"rows": 1, "kind": "extension.granted"})
    assert "downloaded records" in lines(school)[0] and "Only: granted an extension" in lines(school)[0]


def test_what_a_spreadsheet_would_run_is_text_and_a_name_is_no_markup(school: School) -> None:
    User.objects.filter(pk=school.tara.pk).update(first_name="=cmd()", last_name="<b>")
    AuditEvent.record(school.tara, "gradebook.export", course=school.course)
    assert exported(school)[0]["who"] == "'=cmd() <b>"
    assert "=cmd() &lt;b&gt;" in read(school)


# ------------------------------------------------------------------ looking


def seen(action: str) -> list[tuple[str, str]]:
    return list(AuditEvent.objects.filter(action=action).order_by("id").values_list("actor__username", "target"))


def test_whoever_looks_at_somebodys_attempt_is_on_record_once_a_day_and_its_owner_is_not(school: School) -> None:
    work = school.graded(school.alice, WRONG)
    path = f"/submissions/{work.pk}/"
    for reader in (school.alice, school.tara, school.tara, school.ivan, school.alice):
        assert school.browser(reader).get(path).status_code == 200
    assert seen("submission.seen") == [("tara", str(work.pk)), ("ivan", str(work.pk))]
    for line in lines(school, kind="submission.seen"):
        assert "looked at an attempt A number and a name, attempt 1 · Alice Example" in line
        assert "With the right answers, before students see them" in line


def test_whoever_looks_at_it_in_the_admin_pages_is_on_record_as_well(school: School, root: Client) -> None:
    work = school.graded(school.alice, WRONG)
    root.get(reverse("admin:grader_result_change", args=[work.results.get().pk]))
    assert seen("submission.seen") == [("root", str(work.pk))]
    root.get(reverse("admin:grader_submission_change", args=[work.pk]))
    assert seen("submission.seen") == [("root", str(work.pk))]
    assert root.get(reverse("admin:grader_result_change", args=[10**9])).status_code == 302
    assert "Ruth Root" in lines(school)[0]


def test_what_is_done_by_command_is_no_persons(school: School) -> None:
    call_command("token", "issue", "memory-101", "ivan", "nightly", "--scope", "read")
    assert "whoever runs Heaplab, by a command issued a token nightly" in lines(school)[0]


def test_whoever_looks_at_right_answers_before_students_may_is_on_record_once_for_each_exercise_and_day(school: School) -> None:
    path = f"/placements/{school.canary.pk}/analysis/"
    school.browser(school.tara).get(path)
    assert seen("key.seen") == [], "nothing right stands there before anybody answered"
    school.graded(school.alice, WRONG)
    for _ in range(3):
        assert CANARY in school.browser(school.tara).get(path).content.decode()
    assert seen("key.seen") == [("tara", "canary")]
    seat = seat_in(school.tara, school.course)
    assert seat is not None
    looked_at_key(
        seat,
        Placement.objects.select_related("assignment__course", "exercise").get(pk=school.canary.pk),
        timezone.now() + timedelta(days=1),
    )
    assert seen("key.seen") == [("tara", "canary")] * 2, "tomorrow is another day"
    assert "looked at right answers before students see them A number and a name" in lines(school)[0]


def test_once_students_see_the_right_answers_looking_at_them_is_nothing_to_record(school: School) -> None:
    work = school.graded(school.alice, WRONG)
    extension = Extension.objects.create(assignment=school.assignment, user=school.bob, due_at=timezone.now() + timedelta(hours=1))
    school.close()
    path = f"/placements/{school.canary.pk}/analysis/"
    school.browser(school.tara).get(path)
    assert seen("key.seen") == [("tara", "canary")], "Bob still answers, so nobody sees them yet"
    extension.delete()
    school.browser(school.ivan).get(path)
    assert seen("key.seen") == [("tara", "canary")]
    school.browser(school.ivan).get(f"/submissions/{work.pk}/")
    assert AuditEvent.objects.get(action="submission.seen").detail == {"whom": school.alice.pk, "key": False}


def test_looking_costs_one_insert_the_first_time_and_none_afterwards(school: School) -> None:
    work = school.graded(school.alice, WRONG)
    assert school.browser(school.tara).get("/").status_code == 200, "signed in"
    for path in (f"/submissions/{work.pk}/", f"/placements/{school.canary.pk}/analysis/"):
        for expected in (1, 0, 0):
            with CaptureQueriesContext(connection) as made:
                school.browser(school.tara).get(path)
            assert len([one for one in made if one["sql"].startswith("INSERT")]) == expected
