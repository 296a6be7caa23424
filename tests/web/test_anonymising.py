"""Alice asks to be forgotten: her name goes from everywhere it can go, what she answered stays as somebody's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from exercises.models import Extension, Membership, User
from grader.models import AuditEvent, Credential, Response, Result, Standing, Submission
from grader.reading.statistics import item_analysis
from tests.people import CANARY, School

NAMES = ("alice", "Liddell", "wonderland.example", "m-1865")


def everything_stored() -> Iterator[tuple[str, Any]]:
    for model in apps.get_models():
        for row in model._default_manager.values():
            yield model._meta.label, row


def named() -> list[str]:
    return [f"{table}: {row}" for table, row in everything_stored() if any(one.casefold() in str(row).casefold() for one in NAMES)]


def anonymise(name: str = "alice", reason: str = "Asked for by letter.") -> str:
    told = io.StringIO()
    call_command("anonymise_person", name, "--reason", reason, "--yes", stdout=told)
    return told.getvalue()


@pytest.fixture
def liddell(school: School) -> User:
    """With traces wherever somebody leaves some."""
    User.objects.filter(pk=school.alice.pk).update(last_name="Liddell", email="a@wonderland.example", time_zone="Europe/London")
    Membership.objects.filter(user=school.alice).update(student_number="m-1865", section="A")
    Extension.objects.create(assignment=school.assignment, user=school.alice, extra_attempts=1, reason="Alice was ill")
    password = school.password(User.objects.get(pk=school.alice.pk))
    Client().post("/sign-in/", {"username": "alice", "password": "wrong"})
    Client(REMOTE_ADDR="192.0.2.9").post("/sign-in/", {"username": "alice", "password": password})
    root = school.browser(User.objects.create_superuser("root"))
    number = Membership.objects.get(user=school.alice).pk
    page = reverse("admin:exercises_membership_change", args=[number])
    member = {"course": school.course.pk, "user": school.alice.pk, "role": "student", "student_number": "m-1865", "section": "B"}
    assert root.post(page, member).status_code == 302
    school.graded(school.alice, {"q1": "42", "q2": ["a"]})
    school.graded(school.bob, {"q1": CANARY, "q2": []})
    return User.objects.get(pk=school.alice.pk)


def test_her_name_is_nowhere_any_more(school: School, liddell: User) -> None:
    assert len({line.partition(":")[0] for line in named()}) >= 5, "the search finds what is there"
    anonymise()
    assert named() == []


def test_what_she_answered_still_counts_for_the_class(school: School, liddell: User) -> None:
    kept, page = stored_and_counted(school), "/courses/memory-101/gradebook/"
    told = anonymise()
    assert stored_and_counted(school) == kept
    assert "1 submissions, with their results" in told and f"--number {liddell.pk}" in told
    html = school.browser(school.ivan).get(page).content.decode()
    assert User.objects.get(pk=liddell.pk).username in html and "Liddell" not in html
    assert "former-" not in school.browser(school.ivan).get("/courses/memory-101/sign-in-links/").content.decode()


def stored_and_counted(school: School) -> list[Any]:
    found = item_analysis(school.canary)
    rows = [list(model.objects.order_by("pk").values()) for model in (Submission, Result, Standing, Response)]
    return [*rows, found.students, found.answered, found.graded, found.facility, found.attempts, found.questions]


def test_nothing_lets_her_in_any_more(school: School, liddell: User) -> None:
    password, browser = "the password of Alice", school.browser(liddell)
    assert browser.get("/account/").status_code == 200
    anonymise()
    assert browser.get("/account/").status_code == 302
    assert Client().post("/sign-in/", {"username": "alice", "password": password}).status_code == 200
    gone = User.objects.get(pk=liddell.pk)
    assert not gone.is_active and not gone.has_usable_password() and gone.last_login is None


def test_tokens_of_staff_end_with_the_name(school: School) -> None:
    token = school.token("read")
    Credential.objects.update(name="script of ivan")
    told = anonymise("ivan")
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/placements/", headers=headers).status_code == 401 and "1 tokens" in told
    assert "1 places among the staff" in told and not Membership.objects.current().filter(user=school.ivan).exists()
    assert Credential.objects.get().name == "of a former member"


def test_it_is_written_down_without_the_name(school: School, liddell: User) -> None:
    anonymise(reason="Asked for by letter.")
    event = AuditEvent.objects.get(action="person.anonymised")
    assert (event.actor, event.target, event.detail) == (None, f"user {liddell.pk}", {"reason": "Asked for by letter."})


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [
        ("Alice", "By letter.", "nobody called Alice"),
        ("alice", " ", "Say why"),
        ("alice", "Ms Liddell wrote a letter.", "says “liddell”"),
        ("root", "By letter.", "administers Heaplab"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_changes(school: School, liddell: User, name: str, reason: str, said: str) -> None:
    before = User.objects.filter(pk=liddell.pk).values().get()
    with pytest.raises(CommandError, match=said):
        anonymise(name, reason)
    assert User.objects.filter(pk=liddell.pk).values().get() == before
    assert Extension.objects.get().reason == "Alice was ill"


def test_the_name_must_be_typed_again(school: School, liddell: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "alicia")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("anonymise_person", "alice", "--reason", "By letter.")
    assert User.objects.filter(username="alice", is_active=True).exists()
    monkeypatch.setattr("builtins.input", lambda _: "alice")
    call_command("anonymise_person", "alice", "--reason", "By letter.", stdout=io.StringIO())
    assert not User.objects.filter(username="alice").exists()


def test_after_an_older_backup_it_is_done_again_by_number_and_only_once(school: School, liddell: User) -> None:
    call_command("anonymise_person", "--number", str(liddell.pk), "--reason", "Again.", "--yes", stdout=io.StringIO())
    assert not User.objects.filter(username="alice").exists()
    with pytest.raises(CommandError, match="anonymous already"):
        call_command("anonymise_person", "--number", str(liddell.pk), "--reason", "Again.", "--yes")


def test_what_stays_although_it_names_her_is_counted(school: School) -> None:
    """Answers and the audit log are kept as they were written."""
    AuditEvent.record(
        school.ivan, "extension.granted", course=school.course, whom=school.alice.pk, changed={"reason": ["", "Alice was ill"]}
    )
    assert "1 of these, with a former name or number in their wording" in anonymise()


def test_who_deletes_a_person_in_the_admin_pages_is_told_what_can_be_done(school: School, liddell: User) -> None:
    root = school.browser(User.objects.get(username="root"))
    page = root.get(reverse("admin:exercises_user_delete", args=[liddell.pk])).content.decode()
    assert "anonymise_person" in page and "Yes, I’m sure" not in page
    chosen = {"action": "delete_selected", "_selected_action": [liddell.pk]}
    assert "anonymise_person" in root.post(reverse("admin:exercises_user_changelist"), chosen).content.decode()
    unused = User.objects.create_user("nobody-yet")
    assert "anonymise_person" not in root.get(reverse("admin:exercises_user_delete", args=[unused.pk])).content.decode()
