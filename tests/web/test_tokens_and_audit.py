"""Instructors let programs in and out again, and what people do about access is written down."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from exercises.models import Membership, User
from grader.models import AuditEvent
from tests.people import School

TOKENS = "/courses/memory-101/tokens/"


def placements(token: str) -> int:
    return Client().get("/api/v1/placements/", headers={"Authorization": f"Bearer {token}"}).status_code


def written(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action))


def test_ivan_issues_a_token_sees_it_once_and_takes_it_back(school: School) -> None:
    ivan = school.browser(school.ivan)
    page = ivan.post(TOKENS, {"name": "autograder", "scope": ["read", "results"], "days": "30"}).content.decode()
    found = re.search(r"<code>(heaplab_[\w-]+)</code>", page)
    assert found, page
    assert placements(found[1]) == 200
    listing = ivan.get(TOKENS).content.decode()
    assert found[1] not in listing and "autograder" in listing and "read, results" in listing
    (issued,) = written("credential.issued")
    assert (issued.actor, issued.course, issued.detail["scopes"]) == (school.ivan, school.course, ["read", "results"])
    assert found[1] not in str(issued.detail)

    row = re.search(r'name="revoke" value="(\d+)"', listing)
    assert row
    # Dora teaches elsewhere: the number alone opens nothing for her.
    assert school.browser(school.dora).post("/courses/elsewhere/tokens/", {"revoke": row[1]}).status_code == 404
    assert placements(found[1]) == 200
    assert "is revoked" in ivan.post(TOKENS, {"revoke": row[1]}, follow=True).content.decode()
    assert placements(found[1]) == 401
    assert [one.actor for one in written("credential.revoked")] == [school.ivan]
    assert ivan.post(TOKENS, {"revoke": "9" * 30}).status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": " ", "scope": ["read"], "days": "3"}, "needs a name"),
        ({"name": "x", "days": "3"}, "one or more of the scopes"),
        ({"name": "x", "scope": ["all"], "days": "3"}, "one or more of the scopes"),
        ({"name": "x", "scope": ["read"], "days": "0"}, "1 to 270 days"),
        ({"name": "x", "scope": ["read"], "days": "1e9"}, "1 to 270 days"),
    ],
)
def test_what_makes_no_token_is_said_and_what_was_typed_stays(school: School, form: dict[str, object], said: str) -> None:
    response = school.browser(school.ivan).post(TOKENS, form)
    assert response.status_code == 422 and said in response.content.decode()
    assert not school.course.credentials.exists() and not written("credential.issued")
    assert f'value="{form["days"]}"' in response.content.decode()


def test_an_operator_issues_lists_and_revokes_by_command(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("token", "issue", "memory-101", "ivan", "nightly", "--scope", "read")
    token = capsys.readouterr().out.strip()
    assert placements(token) == 200
    call_command("token", "list", "memory-101")
    listed = capsys.readouterr().out
    assert "nightly" in listed and "ivan" in listed and token not in listed
    call_command("token", "revoke", token[:12])
    assert placements(token) == 401
    assert written("credential.issued") and written("credential.revoked")
    with pytest.raises(CommandError, match="is not staff of Memory 101"):
        call_command("token", "issue", "memory-101", "alice", "nightly", "--scope", "read")
    with pytest.raises(CommandError, match="no course 'nowhere'"):
        call_command("token", "list", "nowhere")


def test_who_came_in_who_left_and_who_failed_to_is_written_down_without_names_or_addresses(school: School) -> None:
    password = school.password(school.alice)
    browser = Client(REMOTE_ADDR="192.0.2.99")
    browser.post("/sign-in/", {"username": "alice", "password": "wrong"})
    browser.post("/sign-in/", {"username": "nobody-at-all", "password": "wrong"})
    browser.post("/sign-in/", {"username": "alice", "password": password})
    browser.post("/sign-out/")
    rows = list(AuditEvent.objects.order_by("id").values_list("action", "actor", "target"))
    whom = f"user {school.alice.pk}"
    assert rows == [("sign_in.failed", None, whom), ("sign_in", school.alice.pk, whom), ("sign_out", school.alice.pk, whom)]
    for event in AuditEvent.objects.all():
        assert "192.0.2.99" not in f"{event.target} {event.detail}" and "alice" not in f"{event.target} {event.detail}"


def test_guessing_on_after_the_sign_in_is_closed_fills_no_table(school: School) -> None:
    school.password(school.alice)
    for _ in range(20):
        Client().post("/sign-in/", {"username": "alice", "password": "wrong"})
    assert len(written("sign_in.failed")) == 10


def test_what_is_changed_about_a_person_in_the_admin_pages_is_written_down(school: School) -> None:
    root = User.objects.create(username="root", is_staff=True, is_superuser=True)
    desk = school.browser(root)
    address = reverse("admin:exercises_user_change", args=[school.bob.pk])
    form = desk.get(address).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value not in (None, False) and isinstance(value, str)}
    joined = school.bob.date_joined
    data |= {"is_staff": "on", "is_active": "on", "date_joined_0": f"{joined:%Y-%m-%d}", "date_joined_1": f"{joined:%H:%M:%S}"}
    assert desk.post(address, data).status_code == 302
    (event,) = written("user.changed")
    assert event.actor == root and event.target == f"user {school.bob.pk}" and "taff status" in str(event.detail)


def test_what_is_done_to_several_people_at_once_is_written_down_for_each(school: School) -> None:
    root = User.objects.create(username="root", is_staff=True, is_superuser=True)
    desk = school.browser(root)
    members = [Membership.objects.get(course=school.course, user=one).pk for one in (school.alice, school.bob)]
    everybody = {"_selected_action": [str(one) for one in members]}
    address = reverse("admin:exercises_membership_changelist")
    for action in ("leave", "come_back"):
        assert desk.post(address, {"action": action, **everybody}).status_code == 302
    desk.post(address, {"action": "delete_selected", "post": "yes", **everybody})
    assert not Membership.objects.filter(pk__in=members).exists()
    events = AuditEvent.objects.filter(action__startswith="membership.")
    for number in members:
        mine = [(one.actor, one.action, one.detail["change"]) for one in events if one.target == f"membership {number}"]
        assert sorted(mine, key=lambda one: one[1:]) == [
            (root, "membership.changed", "In the course again."),
            (root, "membership.changed", "Left the course."),
            (root, "membership.removed", ""),
        ]
