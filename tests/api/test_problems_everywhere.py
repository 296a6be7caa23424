"""Whatever a program sends and wherever it goes wrong, it gets a problem it can read: never a page, never a traceback."""

from __future__ import annotations

import json
import logging
import random
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.test import Client, override_settings
from django.urls import path

from config.urls import urlpatterns as all_addresses
from grader.api.problems import KINDS, REMEDIES
from grader.models import Submission
from tests.api.client import Answered, program
from tests.people import CANARY, School


@login_not_required
def breaks(request: object) -> None:
    raise RuntimeError("SECRET-OF-THE-TRACEBACK")


urlpatterns = [path("api/v1/breaks/", breaks), *all_addresses]


def address(school: School) -> str:
    return f"/api/v1/placements/{school.canary.pk}/submissions/"


def is_problem(answered: Answered, status: int, kind: str) -> bool:
    found = answered.body
    assert isinstance(found, dict), found
    assert (answered.status, found["status"], found["type"]) == (status, status, f"urn:heaplab:problem:{kind}")
    assert answered.headers["Content-Type"] == "application/problem+json" and found["title"] and found["detail"] and found["remedy"]
    assert "Traceback" not in str(found) and len(json.dumps(found)) < 20_000
    return True


def sent(school: School, data: bytes | str, **headers: str) -> Answered:
    return raw("POST", address(school), data, token=school.token(), **headers)


def raw(
    method: str, where: str, data: bytes | str = b"", token: str = "", content_type: str = "application/json", **headers: str
) -> Answered:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        named["Authorization"] = f"Bearer {token}"
    response = Client(raise_request_exception=False).generic(method, where, data, content_type=content_type, headers=named)
    is_json = response.content and "json" in response.headers.get("Content-Type", "")
    return Answered(response.status_code, response.headers, json.loads(response.content) if is_json else response.content.decode())


@pytest.mark.parametrize(
    "where", ["/api/", "/api", "/api/v2/placements/", "/api/v1/placements", "/api/v1/pläcements/", "/api/v1/placements/%00/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_does_not_exist_is_a_problem_slash_or_no_slash(school: School, where: str, method: str) -> None:
    assert is_problem(raw(method, where, token=school.token()), 404, "not_found")


def test_a_forged_host_is_a_problem(school: School) -> None:
    assert is_problem(raw("GET", "/api/v1/placements/", token=school.token(), Host="evil example"), 400, "bad_request")


@override_settings(ROOT_URLCONF=__name__)
def test_a_view_that_breaks_is_a_problem_that_shows_nothing_of_the_inside(school: School) -> None:
    answered = raw("GET", "/api/v1/breaks/")
    assert is_problem(answered, 500, "broken") and "SECRET" not in str(answered.body)


@pytest.mark.parametrize("text", ["[" * 5000, '{"a":' * 5000, '{"student": "alice", "answers": ' + "[" * 100_000, "[" * 5000 + "]" * 5000])
def test_a_body_nested_too_deeply_is_malformed(school: School, text: str) -> None:
    assert is_problem(sent(school, text), 400, "malformed") and Submission.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ('{"student": "alice", "answers": {"q1": "1", "q1": "2"}}', ["#/answers/q1"]),
        ('{"student": "alice", "answers": {"q1": "1"}, "confidence": {"q1": 1, "q1": 1}}', ["#/confidence/q1"]),
        ('{"student": "alice", "student": "bob", "answers": {"q1": "1"}}', ["#/student"]),
        ('{"student": "alice", "answers": {"q1": "1"}, "answers": {"q1": "2"}}', ["#/answers"]),
        ('{"student": "alice", "answers": {"q1": [[{"a": 1, "b": 2, "a": 3, "b": 4}]]}}', ["#/answers/q1/0/0/a", "#/answers/q1/0/0/b"]),
        ('{"student": "alice", "answers": {"q\\u0031": "1", "q1": "1"}}', ["#/answers/q1"]),
    ],
)
def test_a_name_that_stands_twice_in_an_object_is_refused_by_its_place_at_every_depth(school: School, body: str, places: list[str]) -> None:
    answered = sent(school, body)
    assert is_problem(answered, 422, "invalid") and [one["pointer"] for one in answered.body["errors"]] == places
    assert Submission.objects.count() == 0
    item, right = (f'{{"placement": {school.canary.pk}, {text[1:]}' for text in (body, '{"student": "bob", "answers": {"q1": "1"}}'))
    many = raw("POST", "/api/v1/submissions/bulk/", f'{{"submissions": [{item}, {right}]}}', token=school.token())
    first, second = many.body["items"]
    assert [one["pointer"] for one in first["problem"]["errors"]] == [place.replace("#", "#/submissions/0") for place in places]
    assert (first["status"], second["status"]) == (422, 202) and Submission.objects.get().student == school.bob
    whole = raw("POST", "/api/v1/submissions/bulk/", f'{{"submissions": [{right}], "submissions": [{item}]}}', token=school.token())
    assert is_problem(whole, 422, "invalid") and whole.body["errors"][0]["pointer"] == "#/submissions"


@pytest.mark.parametrize("deep", [40, 200, 700])
def test_an_answer_nested_too_deeply_to_be_stored_is_refused_by_its_place(school: School, deep: int) -> None:
    answered = sent(school, '{"student": "alice", "answers": {"q1": %s}}' % ("[" * deep + "]" * deep))
    assert answered.status == 422 and Submission.objects.count() == 0
    assert answered.body["errors"][0]["pointer"].startswith("#/answers")


@pytest.mark.parametrize(
    ("data", "coding", "status", "kind"),
    [
        (b'{"student": "\xff\xfe"}', "application/json", 400, "malformed"),
        (b"{}", "application/json; charset=latin-1", 415, "unsupported_media_type"),
        (b"{}", "application/json; charset=no-such-thing", 415, "unsupported_media_type"),
        (b"{}", "application/json; charset=zlib", 415, "unsupported_media_type"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'{"student": NaN}', "application/json", 400, "malformed"),
        (b'{"student": ' + b"9" * 6000 + b"}", "application/json", 400, "malformed"),
        (b"{", "application/json", 400, "malformed"),
        (b'{"student": "alice", "answers": {"q1": 1e400}}', 'application/json; charset="UTF-8"', 422, "invalid"),
    ],
)
def test_a_body_in_another_coding_is_refused_by_name(school: School, data: bytes, coding: str, status: int, kind: str) -> None:
    answered = raw("POST", address(school), data, token=school.token(), content_type=coding)
    assert is_problem(answered, status, kind) and Submission.objects.count() == 0


def test_a_number_beyond_reading_is_refused_without_a_word_about_pythons_settings(school: School) -> None:
    answered = sent(school, b'{"student": ' + b"9" * 6000 + b"}")
    assert "more digits" in answered.body["detail"] and "sys." not in answered.body["detail"]


def test_a_confidence_that_cannot_be_read_is_pointed_out_where_it_was_sent(school: School) -> None:
    answered = sent(school, json.dumps({"student": "alice", "answers": {"q1": "1"}, "confidence": {"q9": 2}}))
    assert is_problem(answered, 422, "bad_answer")
    assert [one["pointer"] for one in answered.body["errors"]] == ["#/confidence/q9"]


def test_a_compressed_body_is_refused_by_name(school: School) -> None:
    assert is_problem(sent(school, b"\x1f\x8b", Content_Encoding="gzip"), 415, "unsupported_media_type")


def test_a_body_beyond_the_bound_is_told_the_bound(school: School) -> None:
    answered = sent(school, json.dumps({"student": "alice", "answers": {"q1": "x" * 3_000_000}}))
    assert is_problem(answered, 413, "too_large")
    assert answered.body["limit"] == 2_621_440 and "2,621,440 bytes" in answered.body["detail"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_a_method_an_address_does_not_take_is_405_with_those_it_does(school: School, method: str) -> None:
    answered = raw(method, address(school), b"{}", token=school.token("submit"))
    assert is_problem(answered, 405, "method_not_allowed")
    assert {one.strip() for one in answered.headers["Allow"].split(",")} == {"POST", "OPTIONS"}


def test_a_method_is_looked_at_before_anything_that_is_sent_with_it(school: School) -> None:
    token = school.token()
    for method in ("TRACE", "POST", "DELETE"):
        answered = raw(method, "/api/v1/submissions/?state=lost&nonsense=1", b"{", token=token, Transfer_Encoding="chunked")
        assert is_problem(answered, 405, "method_not_allowed") and answered.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert raw("OPTIONS", address(school), token=token).status == 204


def test_where_nothing_is_nothing_is_said_to_be_allowed(school: School) -> None:
    for method in ("OPTIONS", "GET", "HEAD"):
        answered = raw(method, "/api/v1/placements/0.5/", token=school.token())
        assert answered.status == 404 and "Allow" not in answered.headers


def test_head_says_what_get_would_have_said(school: School) -> None:
    token = school.token()
    for where in ("", "token/", "assignments/", "placements/", f"placements/{school.canary.pk}/", "submissions/"):
        head, get = (raw(method, f"/api/v1/{where}", token=token) for method in ("HEAD", "GET"))
        assert (head.status, get.status) == (200, 200)
        assert {**head.headers} == {**get.headers}
    assert is_problem(raw("POST", f"/api/v1/placements/{school.canary.pk}/", b"{}", token=token), 405, "method_not_allowed")


def test_every_problem_says_what_to_do_about_it() -> None:
    assert set(REMEDIES) == set(KINDS) and all(one.endswith(".") for one in REMEDIES.values())


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png;q=0.5", ";;;", "*"])
def test_only_json_is_answered_and_whoever_wants_another_form_is_told_in_json(school: School, accept: str) -> None:
    assert is_problem(raw("GET", "/api/v1/placements/", token=school.token(), Accept=accept), 406, "not_acceptable")
    assert raw("GET", "/api/v1/schema/", Accept=accept).headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["schlüssel", "", " ", '""', "a b", "x" * 91, "k\x7f"])
def test_a_key_that_is_no_key_is_refused_and_not_dropped(school: School, key: str) -> None:
    body = json.dumps({"student": "alice", "answers": {"q1": "1"}})
    answered = sent(school, body, Idempotency_Key=key)
    assert is_problem(answered, 422, "invalid") and answered.body["errors"][0]["pointer"] == "#/Idempotency-Key"
    assert Submission.objects.count() == 0


def test_a_hundred_thousand_answers_to_questions_nobody_asked_are_counted_and_not_listed(school: School) -> None:
    many = {f"no{number}": "1" for number in range(100_000)}
    answered = sent(school, json.dumps({"student": "alice", "answers": many, "confidence": {}}))
    assert is_problem(answered, 422, "bad_answer")
    assert len(answered.body["errors"]) == 20 and "99980 more" in answered.body["detail"]


def test_what_a_client_calls_its_fields_is_a_pointer_that_can_be_followed_and_is_never_echoed_at_length(school: School) -> None:
    answered = sent(school, json.dumps({"student": "alice", "answers": {"a/b~c": "1", "x" * 50_000: "1"}}))
    pointers = [one["pointer"] for one in answered.body["errors"]]
    assert is_problem(answered, 422, "bad_answer") and pointers[0] == "#/answers/a~1b~0c" and all(len(one) < 300 for one in pointers)


def test_the_log_names_the_path_and_never_the_query(school: School, caplog: pytest.LogCaptureFixture) -> None:
    raw("GET", "/api/v1/nowhere/?token=heaplab_in_the_wrong_place")
    written = [record for record in caplog.records if record.name == "django.request"]
    formatter = logging.getLogger().handlers and line_formatter()
    lines = [formatter.format(record) for record in written]
    assert lines and all("/api/v1/nowhere/" in one and "wrong_place" not in one for one in lines)


def line_formatter() -> logging.Formatter:
    """The one of the service itself."""
    described: dict[str, Any] = dict(settings.LOGGING["formatters"]["line"])
    made: logging.Formatter = described.pop("()")(**described)
    return made


@pytest.mark.parametrize("seed", range(8))
def test_bodies_made_by_chance_are_answered_with_a_problem_and_store_nothing(school: School, seed: int) -> None:
    """A right body with one thing in it replaced by something else, again and again."""
    chance = random.Random(seed)
    odd: list[Any] = [None, True, -1, 2**70, 1.5, "", "\x00", "\ud800", "x" * 5000, [], {}, [[]], {"": None}, [None], {"a": {"b": []}}]
    right: dict[str, Any] = {"student": "alice", "answers": {"q1": CANARY, "q2": []}, "confidence": {"q1": 2}}
    api = program(school)
    for _ in range(12):
        body = {**right, chance.choice(list(right)): chance.choice(odd)}
        answered = api.post(address(school), body)
        assert answered.status in (202, 200, 409, 422), body
        if answered.status >= 400:
            assert answered.headers["Content-Type"] == "application/problem+json"
