"""The admin pages of assignments and extensions: named zones, refusals in words, a record of who decided what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exercises.models import Assignment, Course, Extension, User
from grader.models import AuditEvent
from tests.people import CANARY_PROGRAM, School, exercise

HOUR = timedelta(hours=1)


@pytest.fixture
def root(school: School) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def assignment_form(school: School, **fields: str) -> dict[str, str]:
    form = {
        "title": "Names", "slug": "names", "position": "0", "published": "on", "late_steps": "", "time_limit_minutes": "",
        "opens_at_0": "", "opens_at_1": "", "due_at_0": "2031-06-30", "due_at_1": "23:59", "reveal_at_0": "", "reveal_at_1": "",
        "preset": "homework", "reveal_together": "on", "reveal_score": "at_once", "reveal_which": "at_once",
        "reveal_model": "after_due", "reveal": "after_due",
        "placements-TOTAL_FORMS": "1", "placements-INITIAL_FORMS": "1", "placements-0-id": str(school.canary.pk),
        "placements-0-assignment": str(school.assignment.pk), "placements-0-exercise": str(school.canary.exercise_id),
        "placements-0-revision": str(school.canary.revision_id), "placements-0-python": "3.13", "placements-0-points": "2",
        "placements-0-max_attempts": "3", "placements-0-position": "0",
    }  # fmt: skip
    return {**form, **fields}


def change(root: Client, school: School, **fields: str) -> str:
    path = reverse("admin:exercises_assignment_change", args=[school.assignment.pk])
    response = root.post(path, assignment_form(school, **fields))
    return "" if response.status_code == 302 else response.content.decode()


def grant(root: Client, school: School, user: User, **fields: str) -> str:
    later = (timezone.now() + timedelta(days=20)).astimezone(school.course.zone())
    form = {
        "assignment": str(school.assignment.pk), "user": str(user.pk), "due_at_0": f"{later:%Y-%m-%d}", "due_at_1": f"{later:%H:%M}",
        "extra_attempts": "0", "time_multiplier": "1", "reason": "ill", **fields,
    }  # fmt: skip
    response = root.post(reverse("admin:exercises_extension_add"), form)
    return "" if response.status_code == 302 else response.content.decode()


@pytest.mark.parametrize(("day", "stored"), [("2031-06-30", 21), ("2031-12-30", 22)])
def test_what_is_typed_as_23_59_in_vienna_is_due_at_23_59_in_vienna_in_winter_and_in_summer(
    root: Client, school: School, day: str, stored: int
) -> None:
    assert change(root, school, due_at_0=day) == ""
    due = Assignment.objects.get().due_at
    assert due == datetime.fromisoformat(day).replace(hour=stored, minute=59, tzinfo=UTC)
    html = root.get(reverse("admin:exercises_assignment_change", args=[school.assignment.pk])).content.decode()
    assert "All times on this page are in <strong>Europe/Vienna</strong>" in html and 'value="23:59:00"' in html
    listing = root.get(reverse("admin:exercises_assignment_changelist")).content.decode()
    assert f"23:59 {'CEST' if stored == 21 else 'CET'}" in listing


@pytest.mark.parametrize(("day", "time"), [("2031-03-30", "02:30"), ("2031-10-26", "02:30")])
def test_a_time_that_the_clocks_skip_or_show_twice_is_refused(root: Client, school: School, day: str, time: str) -> None:
    html = change(root, school, due_at_0=day, due_at_1=time)
    assert "Europe/Vienna; it may be ambiguous or it may not exist" in html.replace("&#x27;", "'")


def test_a_new_assignment_is_read_in_the_zone_of_the_course_that_is_chosen(root: Client, school: School) -> None:
    Course.objects.filter(pk=school.elsewhere.pk).update(time_zone="Asia/Tokyo")
    form = assignment_form(school, course=str(school.elsewhere.pk), slug="new", title="New")
    form |= {"placements-TOTAL_FORMS": "0", "placements-INITIAL_FORMS": "0"}
    assert root.post(reverse("admin:exercises_assignment_add"), form).status_code == 302
    assert Assignment.objects.get(slug="new").due_at == datetime(2031, 6, 30, 14, 59, tzinfo=UTC)


def test_every_admin_page_names_its_zone(root: Client) -> None:
    assert "All times on this page are in <strong>UTC</strong>" in root.get("/admin/").content.decode()


def test_late_credit_is_typed_as_it_is_said(root: Client, school: School) -> None:
    assert change(root, school, late_steps="80 % until +24 h\n50% until 3 days") == ""
    assert Assignment.objects.get().late_steps == [{"hours": 24, "percent": 80}, {"hours": 72, "percent": 50}]
    html = root.get(reverse("admin:exercises_assignment_change", args=[school.assignment.pk])).content.decode()
    assert "80 % until +24 h\n50 % until +72 h" in html
    assert "cannot be read. Write one step a line" in change(root, school, late_steps="half of it, later")
    assert "each step lasts longer" in change(root, school, late_steps="50 % until 24 h\n80 % until 48 h")


def test_a_preset_fills_the_table_of_what_is_shown_and_the_table_is_said_in_words(root: Client, school: School) -> None:
    assert change(root, school, preset="exam") == ""
    found = Assignment.objects.get()
    assert (found.reveal_score, found.reveal_which, found.reveal_model, found.reveal) == ("after_due",) * 4
    html = root.get(reverse("admin:exercises_assignment_change", args=[school.assignment.pk])).content.decode()
    assert "The right answers, and why: when the last person who may still answer is done" in html
    assert "while classmates may still answer" in html, "what after attempts means stands in the form"
    assert "no due time, so this would mean never" in change(root, school, due_at_0="", due_at_1="")


def test_a_changed_due_time_and_attempts_are_recorded_with_who_changed_them(root: Client, school: School) -> None:
    assert change(root, school, **{"placements-0-max_attempts": "5"}) == ""
    placement, assignment = AuditEvent.objects.filter(action__in=["assignment.changed", "placement.changed"])
    assert (assignment.actor, assignment.course) == (User.objects.get(username="root"), school.course)
    assert assignment.detail["changed"]["due_at"][1] == "2031-06-30T21:59:00+00:00"
    assert placement.detail["changed"] == {"max_attempts": [3, 5]}
    assert change(root, school, **{"placements-0-max_attempts": "5"}) == ""
    assert AuditEvent.objects.exclude(action="sign_in").count() == 2, "nothing changed, nothing is recorded"


def test_an_extension_carries_the_name_of_who_granted_it_and_is_recorded(root: Client, school: School) -> None:
    assert grant(root, school, school.alice) == ""
    assert Extension.objects.get().granted_by == User.objects.get(username="root")
    event = AuditEvent.objects.get(action="extension.granted")
    assert (event.detail["whom"], event.detail["had_seen"], event.target) == (school.alice.pk, False, "names")
    assert "has an extension of this assignment already" in grant(root, school, school.alice)
    root.post(reverse("admin:exercises_extension_delete", args=[Extension.objects.get().pk]), {"post": "yes"})
    assert AuditEvent.objects.get(action="extension.removed").detail["whom"] == school.alice.pk


def test_an_extension_for_a_stranger_into_the_past_or_of_nothing_is_refused_in_words(root: Client, school: School) -> None:
    assert "is no student of" in grant(root, school, school.charlie)
    assert "is no student of" in grant(root, school, school.ivan)
    assert "not after the due time of everybody" in grant(root, school, school.alice, due_at_0="2026-01-01")
    assert "grants nothing" in grant(root, school, school.alice, due_at_0="", due_at_1="")
    assert not Extension.objects.exists()


def test_an_extension_is_typed_in_the_zone_of_its_course(root: Client, school: School) -> None:
    assert grant(root, school, school.alice, due_at_0="2031-07-01", due_at_1="23:59") == ""
    extension = Extension.objects.get()
    assert extension.due_at == datetime(2031, 7, 1, 21, 59, tzinfo=UTC)
    html = root.get(reverse("admin:exercises_extension_change", args=[extension.pk])).content.decode()
    assert "Europe/Vienna" in html and 'value="23:59:00"' in html
    offered = root.get(f"{reverse('admin:exercises_extension_add')}?assignment={school.assignment.pk}").content.decode()
    assert "All times on this page are in <strong>Europe/Vienna</strong>" in offered


def test_whoever_has_seen_the_right_answers_gets_more_time_only_when_that_is_meant(root: Client, school: School) -> None:
    school.graded(school.alice, {"q1": "42", "q2": []})
    school.close()
    html = grant(root, school, school.alice)
    assert "alice could see right answers of this assignment already" in html and not Extension.objects.exists()
    assert "1 others could see right answers" in grant(root, school, school.bob)
    assert grant(root, school, school.alice, although_seen="on") == ""
    assert AuditEvent.objects.get(action="extension.granted").detail["had_seen"] is True


def test_whoever_changes_points_or_the_revision_is_told_what_it_does_to_those_who_answered(root: Client, school: School) -> None:
    listing = reverse("admin:exercises_assignment_changelist")
    change(root, school, **{"placements-0-points": "3"})
    assert "answered it already" not in root.get(listing).content.decode()
    school.graded(school.alice, {"q1": "1", "q2": []})
    change(root, school, **{"placements-0-points": "4"})
    html = root.get(listing).content.decode()
    assert "1 student answered it already. Each keeps the same share, now of 4" in html
    later = exercise("canary", "A number and a name", CANARY_PROGRAM + "# corrected\n").latest_revision()
    assert later
    change(root, school, **{"placements-0-points": "4", "placements-0-revision": str(later.pk)})
    html = root.get(listing).content.decode()
    assert f'<a href="/courses/memory-101/regradings/?placement={school.canary.pk}">Grade again</a>' in html
