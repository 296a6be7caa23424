"""People in Django's admin: pages of their own, the same cost for ten as for five thousand."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exercises.models import Assignment, Course, Membership, User
from tests.exercises.people import People

MEMBERS = "/admin/exercises/membership/"


@pytest.fixture
def root(school: People) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="root", is_staff=True, is_superuser=True))
    return client


def enrol(course: Course, count: int) -> None:
    start = User.objects.count()
    users = User.objects.bulk_create([User(username=f"student{start + number}") for number in range(count)])
    Membership.objects.bulk_create([Membership(course=course, user=one) for one in users])


def test_a_course_of_many_can_be_saved_and_costs_what_one_of_few_costs(school: People, root: Client) -> None:
    page = reverse("admin:exercises_course_change", args=[school.course.pk])

    def queries(path: str) -> int:
        root.get(path)
        with CaptureQueriesContext(connection) as counted:
            assert root.get(path).status_code == 200
        return len(counted)

    few = queries(page), queries(MEMBERS)
    enrol(school.course, 300)
    assert (queries(page), queries(MEMBERS)) == few
    form = {"slug": "memory", "title": "Memory and more", "term": "2026-autumn", "time_zone": "Europe/Vienna", "grace_seconds": 0}
    assert root.post(page, form).status_code == 302
    assert Course.objects.get(pk=school.course.pk).title == "Memory and more"
    html = root.get(page).content.decode()
    assert "302 student" in html and "import many from a list" in html


def test_a_member_is_found_by_name_and_leaves_by_an_action_that_keeps_the_row(school: People, root: Client) -> None:
    User.objects.filter(pk=school.sam.pk).update(first_name="Sam", last_name="Sand")
    found = root.get(MEMBERS, {"q": "sand", "left_at__isempty": "1", "role__exact": "student"})
    assert [one.user for one in found.context["cl"].result_list] == [school.sam]
    sam = Membership.objects.get(user=school.sam)
    root.post(MEMBERS, {"action": "leave", "_selected_action": [sam.pk]})
    sam.refresh_from_db()
    assert sam.left_at is not None and sam.left_at <= timezone.now()
    root.post(MEMBERS, {"action": "come_back", "_selected_action": [sam.pk]})
    sam.refresh_from_db()
    assert sam.left_at is None


def test_a_member_is_added_on_a_page_of_its_own(school: People, root: Client) -> None:
    form = {"course": school.course.pk, "user": school.oda.pk, "role": "assistant", "section": "", "student_number": ""}
    page = reverse("admin:exercises_membership_add")
    assert root.get(f"{page}?course={school.course.pk}").status_code == 200
    sent = root.post(page, {**form, "left_at_0": "", "left_at_1": ""})
    assert sent.status_code == 302, sent.context["errors"]
    assert Membership.objects.get(user=school.oda).role == "assistant"


def test_an_assignment_with_many_extensions_costs_what_one_with_none_costs(school: People, root: Client) -> None:
    assignment = Assignment.objects.create(course=school.course, slug="week-1", title="Week 1", due_at=timezone.now())
    page = reverse("admin:exercises_assignment_change", args=[assignment.pk])
    html = root.get(page).content.decode()
    assert "0 granted" in html and f"?assignment={assignment.pk}" in html
    assert 'name="extensions-' not in html
