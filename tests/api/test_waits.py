"""Programs that wait for a grade hold threads of the web server, and pages need threads too."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from grader.models import Credential, Grading
from grader.working.drain import grade_all_due
from tests.grader.conftest import open_to_all, shared_commits
from tests.grader.fleet import Fleet, patient
from tests.grader.school import School

__all__ = ["open_to_all", "shared_commits"]

pytestmark = pytest.mark.xdist_group("a web process")
THREADS = 16  # of the web process, see Fleet


@pytest.fixture
def fleet(open_to_all: School, tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(open_to_all, tmp_path) as fleet:
        fleet.flush_broker()
        fleet.start_web()
        yield fleet


class Asked:
    """One request that was sent; its answer may take a while."""

    def __init__(self, port: int, path: str, token: str = "", body: str = "", prefer: str = "wait=20") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        head = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Content-Type: application/json"]
        head += [f"Content-Length: {len(body)}"] * bool(body) + [f"Authorization: Bearer {token}"] * bool(token)
        head += [f"Prefer: {prefer}"] * bool(prefer)
        self.socket.sendall("\r\n".join([*head, "", body]).encode())

    def is_answered(self) -> bool:
        return bool(select.select([self.socket], [], [], 0)[0])

    def answer(self) -> tuple[int, dict[str, str], str]:
        with self.socket:
            text = b""
            while more := self.socket.recv(65536):
                text += more
        head, _, body = text.decode().partition("\r\n\r\n")
        status, *lines = head.split("\r\n")
        return int(status.split()[1]), {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}, body


def reader(fleet: Fleet, name: str) -> str:
    soon = timezone.now() + timedelta(days=1)
    school = fleet.school
    return Credential.issue(course=school.course, owner=school.ivan, name=name, scopes=["read", "results"], expires_at=soon)[1]


def waiting_answer(fleet: Fleet) -> str:
    """Alice's answer, which nobody grades: no worker runs."""
    return f"/api/v1/submissions/{fleet.school.answer(fleet.school.alice).submission.pk}/"


def answered(asked: list[Asked]) -> list[Asked]:
    return [one for one in asked if one.is_answered()]


def test_a_token_that_waits_in_36_places_at_once_holds_four_and_pages_are_served_meanwhile(fleet: Fleet) -> None:
    path, token = waiting_answer(fleet), reader(fleet, "greedy")
    asked = [Asked(fleet.port, path, token) for _ in range(36)]
    assert patient(lambda: len(answered(asked)) == 32)
    for page in ("/healthz/live", "/sign-in/", "/api/v1/schema/"):
        assert Asked(fleet.port, page, prefer="").answer()[0] == 200
    # The order of things, not their time: all that was answered while four were still held.
    held = [one for one in asked if not one.is_answered()]
    assert len(held) == 4
    for one in answered(asked):
        status, headers, body = one.answer()
        assert (status, json.loads(body)["state"]) == (202, "received")
        assert "preference-applied" not in headers and int(headers["retry-after"]) > 0
    grade_all_due()
    for one in held:
        status, headers, body = one.answer()
        assert (status, headers["preference-applied"], json.loads(body)["state"]) == (200, "wait=20", "graded")


def test_many_tokens_together_hold_a_quarter_of_the_threads(fleet: Fleet) -> None:
    path = waiting_answer(fleet)
    tokens = [reader(fleet, f"program {number}") for number in range(6)]
    asked = [Asked(fleet.port, path, token) for token in tokens for _ in range(3)]
    assert patient(lambda: len(answered(asked)) == len(asked) - THREADS // 4)
    assert Asked(fleet.port, "/sign-in/", prefer="").answer()[0] == 200
    held = [one for one in asked if not one.is_answered()]
    assert len(held) == THREADS // 4
    grade_all_due()
    assert {one.answer()[0] for one in held} == {200}
    # The places are free again.
    again = Asked(fleet.port, path, tokens[0])
    assert again.answer()[1]["preference-applied"] == "wait=20"


def test_who_sends_and_waits_is_bounded_like_who_asks_and_waits(fleet: Fleet) -> None:
    school, where = fleet.school, f"/api/v1/placements/{fleet.school.placement.pk}/submissions/"
    bodies = [json.dumps({"student": one.username, "answers": {"q1": "3"}}) for one in fleet.students[:12]]
    asked = [Asked(fleet.port, where, fleet.token, body) for body in bodies]
    assert patient(lambda: len(answered(asked)) == 8)
    bulk = json.dumps({"submissions": [{"student": "alice", "placement": school.placement.pk, "answers": {"q1": "3"}}]})
    status, headers, body = Asked(fleet.port, "/api/v1/submissions/bulk/", fleet.token, bulk).answer()
    assert (status, json.loads(body)["items"][0]["status"]) == (200, 202) and "preference-applied" not in headers
    assert Grading.objects.count() == 13  # all of them are accepted, whether they were held or not
    grade_all_due()
    assert sorted(one.answer()[0] for one in asked) == [200] * 4 + [202] * 8


def test_those_who_wait_are_told_one_by_one_as_their_own_is_graded(fleet: Fleet) -> None:
    token, school = reader(fleet, "patient"), fleet.school
    early = f"/api/v1/submissions/{school.answer(school.alice).submission.pk}/"
    first, second = Asked(fleet.port, early, token), Asked(fleet.port, early, token)
    grade_all_due()
    assert {one.answer()[0] for one in (first, second)} == {200}
    late = f"/api/v1/submissions/{school.answer(school.bob).submission.pk}/"
    third, brief = Asked(fleet.port, late, token), Asked(fleet.port, late, token, prefer="wait=1")
    assert brief.answer()[0] == 202 and not third.is_answered()
    grade_all_due()
    assert third.answer()[0] == 200
