"""Alice changes her password by herself, and nobody else does."""

from __future__ import annotations

import pytest
from django.test import Client

from exercises.models import User
from grader.models import AuditEvent
from tests.people import School

PASSWORD = "/account/password/"
NEW = "a ring of two lists"


def change(browser: Client, now: str, new: str, again: str) -> tuple[int, str]:
    response = browser.post(PASSWORD, {"old_password": now, "new_password1": new, "new_password2": again}, follow=True)
    return response.status_code, response.content.decode()


def signed_in(name: str, password: str) -> Client:
    browser = Client()
    assert browser.post("/sign-in/", {"username": name, "password": password}).status_code == 302
    return browser


def test_alice_changes_her_password_and_is_signed_out_wherever_else_she_was(school: School) -> None:
    former = school.password(school.alice)
    here, elsewhere = signed_in("alice", former), signed_in("alice", former)
    assert PASSWORD in here.get("/account/").content.decode()
    status, page = change(here, former, NEW, NEW)
    assert status == 200 and "Your password is changed" in page
    assert here.get("/account/").status_code == 200 and elsewhere.get("/account/").status_code == 302
    assert Client().post("/sign-in/", {"username": "alice", "password": former}).status_code == 200
    signed_in("alice", NEW)
    (event,) = AuditEvent.objects.filter(action="password.changed")
    assert event.actor == school.alice and NEW not in str(event.detail)


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("short", "short", "too short"),
        ("password1234", "password1234", "too common"),
        (NEW, "a ring of three lists", "match"),
        ("", "", "required"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_why(school: School, new: str, again: str, words: str) -> None:
    former = school.password(school.alice)
    status, page = change(signed_in("alice", former), former, new, again)
    assert status == 422 and words in page
    signed_in("alice", former)


def test_whoever_finds_a_browser_open_cannot_change_the_password_without_knowing_it(school: School) -> None:
    stored = User.objects.get(pk=school.alice.pk).password
    status, page = change(school.browser(school.alice), "a guess", NEW, NEW)
    assert status == 422 and "old password" in page
    assert User.objects.get(pk=school.alice.pk).password == stored


def test_guesses_at_the_present_password_are_counted_like_those_at_the_sign_in(school: School) -> None:
    """Or whoever finds a browser open could try them all."""
    former = school.password(school.alice)
    here = Client(REMOTE_ADDR="192.0.2.7")
    here.post("/sign-in/", {"username": "alice", "password": former})
    statuses = [change(here, f"guess {number}", NEW, NEW)[0] for number in range(12)]
    assert statuses[:9] == [422] * 9 and statuses[-1] == 429
    status, page = change(here, former, NEW, NEW)
    assert status == 429 and "Too many passwords were tried" in page, "the right one is not told apart while the time runs"
    assert Client(REMOTE_ADDR="192.0.2.7").post("/sign-in/", {"username": "alice", "password": former}).status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.4").post("/sign-in/", {"username": "alice", "password": former}).status_code == 302
    assert AuditEvent.objects.filter(action="password.failed", target=f"user {school.alice.pk}").count() == 10


def test_the_admins_own_page_for_it_leads_to_the_one_that_counts(school: School) -> None:
    root = User.objects.create_superuser("root")
    answer = school.browser(root).post("/admin/password_change/", {"old_password": "a guess"})
    assert answer.status_code == 302 and answer.headers["Location"] == PASSWORD


def test_an_account_without_a_password_is_not_sent_to_change_it(school: School) -> None:
    page = school.browser(school.bob).get("/account/").content.decode()
    assert PASSWORD not in page and "has no password here" in page
