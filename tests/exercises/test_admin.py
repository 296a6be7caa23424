"""Ines keeps the courses in Django's admin."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from exercises.models import Assignment, Revision, User
from tests.exercises.conftest import Desk
from tests.exercises.people import People

PAGES = ["course", "membership", "assignment", "exercise", "revision", "user"]


@pytest.fixture
def root(school: People, desk: Desk) -> Client:
    call_command("load_exercises", str(desk.write("a = []\nb = a  #? count a\n")), verbosity=0)
    Assignment.objects.create(course=school.course, slug="week-1", title="Week 1")
    client = Client()
    client.force_login(User.objects.create(username="root", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("page", PAGES)
def test_every_list_and_its_first_row_open(page: str, root: Client) -> None:
    listing = root.get(reverse(f"admin:exercises_{page}_changelist"))
    assert listing.status_code == 200
    model = listing.context["cl"].model
    assert root.get(reverse(f"admin:exercises_{page}_change", args=[model.objects.first().pk])).status_code == 200


def test_a_revision_can_be_read_and_not_changed(root: Client) -> None:
    revision = Revision.objects.get()
    page = root.get(reverse("admin:exercises_revision_change", args=[revision.pk])).content.decode()
    assert "As students see it" in page or "as students see it" in page
    assert 'name="source"' not in page
    assert root.post(reverse("admin:exercises_revision_change", args=[revision.pk]), {"source": "cheat"}).status_code == 403
    assert root.get(reverse("admin:exercises_revision_add")).status_code == 403
