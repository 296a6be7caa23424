from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from exercises.models import Membership
from grader.models import Credential
from tests.api.client import Program, program
from tests.people import School


def test_without_a_valid_token_there_is_a_401_that_says_how(school: School) -> None:
    for token in ("", "heaplab_wrong"):
        answered = Program(token).get("placements/")
        assert answered.status == 401 and answered.headers["WWW-Authenticate"].startswith("Bearer")
        assert answered.headers["Content-Type"] == "application/problem+json"
        assert answered.body["type"] == "urn:heaplab:problem:not_authenticated"


def test_a_token_ends_with_its_time_its_revocation_and_its_owners_place_on_the_staff(school: School) -> None:
    api = program(school)
    assert api.get("placements/").status == 200
    Credential.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api.get("placements/").status == 401
    Credential.objects.update(expires_at=timezone.now() + timedelta(days=1))
    Credential.objects.get().revoke()
    assert api.get("placements/").status == 401
    Credential.objects.update(revoked_at=None)
    Membership.objects.filter(user=school.ivan).update(role="student")
    assert api.get("placements/").status == 401


@pytest.mark.parametrize(("scope", "statuses"), [("read", (200, 403, 403)), ("submit", (403, 422, 422)), ("results", (403, 403, 403))])
def test_a_scope_opens_what_it_names_and_nothing_else(school: School, scope: str, statuses: tuple[int, ...]) -> None:
    api = program(school, scope)
    read = api.get("placements/").status
    assert (read, api.post(f"placements/{school.canary.pk}/submissions/", {}).status, api.post("submissions/bulk/", {}).status) == statuses


def test_a_token_of_one_course_finds_nothing_of_another(school: School) -> None:
    stranger = Program(school.token(course=school.elsewhere))
    assert stranger.get("assignments/").body["results"] == []
    assert stranger.get(f"placements/{school.canary.pk}/").body["type"] == "urn:heaplab:problem:not_found"


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("{", 400, "malformed"),
        ("[]", 422, "invalid"),
        ('"text"', 422, "invalid"),
        ("{}", 422, "invalid"),
        ('{"student": [], "answers": 3}', 422, "invalid"),
    ],
)
def test_a_body_that_is_not_as_it_should_be_is_a_problem_with_pointers(school: School, body: str, status: int, kind: str) -> None:
    answered = program(school).post(f"placements/{school.canary.pk}/submissions/", body)
    assert (answered.status, answered.body["type"], answered.body["status"]) == (status, f"urn:heaplab:problem:{kind}", status)
    assert {"title", "detail"} <= set(answered.body)
    assert kind != "invalid" or all(one["pointer"].startswith("#") for one in answered.body["errors"])


def test_the_wrong_method_the_wrong_type_and_the_wrong_address_are_problems_too(school: School) -> None:
    api = program(school)
    assert api.post("placements/", {}).status in (403, 405)
    assert api.get("placements/999999/").body["type"] == "urn:heaplab:problem:not_found"
    assert api.get(f"placements/{10**30}/").status == 404
    assert api.get("nowhere/").status == 404


def test_one_program_that_asks_too_often_is_asked_to_wait_while_others_are_served(school: School, settings: object) -> None:
    cache.clear()
    settings.API_RATE = "3/min"  # type: ignore[attr-defined]
    greedy, modest = program(school), program(school)
    assert [greedy.get("assignments/").status for _ in range(4)] == [200, 200, 200, 429]
    refused = greedy.get("assignments/")
    assert int(refused.headers["Retry-After"]) > 0 and refused.body["type"] == "urn:heaplab:problem:throttled"
    assert modest.get("assignments/").status == 200
    cache.clear()
