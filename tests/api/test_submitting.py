from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from exercises.models import Membership
from grader.models import Submission
from grader.working.drain import grade_all_due
from tests.api.client import Program, program
from tests.people import CANARY, School

RIGHT = {"q1": CANARY, "q2": []}


def address(school: School) -> str:
    return f"placements/{school.canary.pk}/submissions/"


def test_an_accepted_answer_is_202_with_the_place_of_its_result(school: School) -> None:
    api = program(school)
    sent = api.post(address(school), {"student": "alice", "answers": RIGHT, "confidence": {"q1": 4}})
    assert sent.status == 202 and sent.body["state"] == "received"
    assert sent.headers["Location"] == f"/api/v1/submissions/{sent.body['id']}/"
    grade_all_due()
    result = api.get(sent.headers["Location"]).body["result"]
    assert (result["points"], [one["right"] for one in result["questions"]]) == ("2.00", [True, True])
    assert Submission.objects.get().channel == "api"
    stranger = Program(school.token(course=school.elsewhere))
    assert stranger.post(address(school), {"student": "charlie", "answers": RIGHT}).status == 404


@pytest.mark.django_db(transaction=True)
def test_prefer_wait_holds_the_answer_until_it_is_graded(school: School) -> None:
    api = program(school)
    enough = threading.Event()

    def worker() -> None:
        while not enough.is_set():
            grade_all_due()
            enough.wait(0.01)
        connections.close_all()

    thread = threading.Thread(target=worker)
    thread.start()
    try:
        sent = api.post(address(school), {"student": "alice", "answers": RIGHT}, Prefer="wait=20")
    finally:
        enough.set()
        thread.join()
    assert sent.status == 200 and sent.body["result"]["points"] == "2.00"
    assert sent.headers["Preference-Applied"] == "wait=20"


def test_a_wait_that_ends_too_early_is_202(school: School) -> None:
    sent = program(school).post(address(school), {"student": "alice", "answers": RIGHT}, Prefer="respond-async, wait=0")
    assert sent.status == 202


def test_the_same_key_again_is_the_same_submission_and_other_answers_under_it_are_refused(school: School) -> None:
    api = program(school)
    body: dict[str, Any] = {"student": "alice", "answers": {"q1": "1", "q2": []}}
    first = api.post(address(school), body, Idempotency_Key="lab-3-alice-1")
    again = api.post(address(school), body, Idempotency_Key="lab-3-alice-1")
    assert first.body["id"] == again.body["id"] and Submission.objects.count() == 1
    other = api.post(address(school), {**body, "answers": {"q1": "2", "q2": []}}, Idempotency_Key="lab-3-alice-1")
    assert (other.status, other.body["type"]) == (422, "urn:heaplab:problem:key_reused")
    assert api.post(address(school), body, Idempotency_Key="x" * 91).status == 422


def test_a_bad_answer_names_its_question_and_how_to_mend_it(school: School) -> None:
    sent = program(school).post(address(school), {"student": "alice", "answers": {"q1": 7, "q2": ["zebra"], "q9": "?"}})
    assert sent.status == 422 and sent.headers["Content-Type"] == "application/problem+json"
    assert sent.body["type"] == "urn:heaplab:problem:bad_answer" and sent.body["status"] == 422
    errors = {one["question"]: one for one in sent.body["errors"]}
    assert set(errors) == {"q1", "q2", "q9"} and errors["q2"]["pointer"] == "#/answers/q2" and errors["q1"]["remedy"]
    assert CANARY not in str(sent.body)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
def test_characters_that_no_database_stores_are_refused_and_not_a_crash(school: School, text: str) -> None:
    api = program(school)
    assert api.post(address(school), {"student": "alice", "answers": {"q1": text, "q2": []}}).status == 422
    assert api.post(address(school), {"student": text, "answers": RIGHT}).status == 422
    assert api.get("submissions/?student=%00").status == 422


def test_only_students_of_the_course_have_answers_handed_in_for_them(school: School) -> None:
    api = program(school)
    for name in ("charlie", "ivan", "nobody", ""):
        sent = api.post(address(school), {"student": name, "answers": RIGHT})
        assert sent.status == 422 and Submission.objects.count() == 0


def test_nothing_is_handed_in_for_somebody_who_left(school: School) -> None:
    Membership.objects.filter(user=school.bob).update(left_at=timezone.now())
    assert program(school).post(address(school), {"student": "bob", "answers": RIGHT}).status == 422
    item = {"student": "bob", "placement": school.canary.pk, "answers": RIGHT}
    assert program(school).post("submissions/bulk/", {"submissions": [item]}).body["items"][0]["status"] == 422
    assert Submission.objects.count() == 0


def test_attempts_and_due_time_hold_for_programs_too(school: School) -> None:
    api = program(school)
    for guess in ("1", "2", "3"):
        assert api.post(address(school), {"student": "alice", "answers": {"q1": guess, "q2": []}}).status == 202
    spent = api.post(address(school), {"student": "alice", "answers": RIGHT})
    assert (spent.status, spent.body["type"]) == (409, "urn:heaplab:problem:no_attempts")
    school.close()
    late = api.post(address(school), {"student": "bob", "answers": RIGHT})
    assert (late.status, late.body["type"]) == (409, "urn:heaplab:problem:closed")


def test_a_bulk_is_answered_item_by_item_in_the_order_it_was_sent(school: School) -> None:
    here = school.canary.pk
    sent = program(school).post(
        "submissions/bulk/",
        {
            "submissions": [
                {"student": "alice", "placement": here, "answers": RIGHT},
                {"student": "charlie", "placement": here, "answers": RIGHT},
                {"student": "bob", "placement": here, "answers": {"q1": 5}},
                {"student": "bob", "placement": 10**20, "answers": RIGHT},
                {"student": "bob", "placement": here, "answers": RIGHT, "idempotency_key": "bobs-own"},
            ]
        },
        Idempotency_Key="monday",
    )
    assert sent.status == 200
    assert [one["status"] for one in sent.body["items"]] == [202, 422, 422, 422, 202]
    kinds = [one["problem"]["type"].split(":")[-1] for one in sent.body["items"] if "problem" in one]
    assert kinds == ["unknown_student", "bad_answer", "unknown_placement"]
    assert sent.body["items"][2]["problem"]["errors"][0]["pointer"] == "#/submissions/2/answers/q1"
    assert set(Submission.objects.values_list("idempotency_key", flat=True)) == {"monday:0", "bobs-own"}


def test_a_bulk_sent_twice_counts_once_and_brings_the_results(school: School) -> None:
    api = program(school)
    body = {"submissions": [{"student": name, "placement": school.canary.pk, "answers": RIGHT} for name in ("alice", "bob")]}
    api.post("submissions/bulk/", body, Idempotency_Key="k")
    grade_all_due()
    again = api.post("submissions/bulk/", body, Idempotency_Key="k")
    assert [(one["status"], one["submission"]["student"], one["submission"]["result"]["points"]) for one in again.body["items"]] == [
        (200, "alice", "2.00"),
        (200, "bob", "2.00"),
    ]
    assert Submission.objects.count() == 2


def test_a_bulk_has_a_limit_and_says_it(school: School) -> None:
    item = {"student": "alice", "placement": school.canary.pk, "answers": RIGHT}
    api = program(school)
    too_many = api.post("submissions/bulk/", {"submissions": [item] * 501})
    assert too_many.status == 422 and "500" in str(too_many.body["errors"])
    assert api.post("submissions/bulk/", {"submissions": []}).status == 422
    for body in ({}, [], None, "text", {"submissions": {}}, {"submissions": None}, {"submissions": [item], "submision": [item]}):
        whole = api.post("submissions/bulk/", json.dumps(body))
        assert (whole.status, whole.body["type"]) == (422, "urn:heaplab:problem:invalid"), body
    assert Submission.objects.count() == 0


def test_whatever_is_wrong_inside_an_item_refuses_that_item_by_its_place_and_no_other(school: School) -> None:
    right = {"student": "alice", "placement": school.canary.pk, "answers": {"q1": "1"}}
    nested: Any = []
    for _ in range(60):
        nested = [nested]
    wrong: list[tuple[Any, str]] = [
        ("text", ""),
        (None, ""),
        ([right], ""),
        ({}, "/student"),
        ({**right, "answers": ["1"]}, "/answers"),
        ({**right, "answers": None}, "/answers"),
        ({**right, "answers": {"q1": "a\x00b"}}, "/answers/q1"),
        ({**right, "answers": {"q1": "\ud800"}}, "/answers/q1"),
        ({**right, "answers": {"\x00": "1"}}, "/answers"),
        ({**right, "answers": {"q1": nested}}, "/answers/q1"),
        ({**right, "answers": {"q1": 7}}, "/answers/q1"),
        ({**right, "answers": {"q7": "1"}}, "/answers/q7"),
        ({"student": "alice", "answers": {"q1": "1"}}, "/placement"),
        ({**right, "placement": str(school.canary.pk)}, "/placement"),
        ({**right, "placement": True}, "/placement"),
        ({**right, "placement": 10**30}, "/placement"),
        ({**right, "placement": -(10**30)}, "/placement"),
        ({**right, "student": "nobody"}, "/student"),
        ({**right, "student": 5}, "/student"),
        ({**right, "student": "a\x00"}, "/student"),
        ({**right, "student": "\ud800"}, "/student"),
        ({**right, "confidence": {"q1": 5}}, "/confidence/q1"),
        ({**right, "confidence": {"q1": "4"}}, "/confidence/q1"),
        ({**right, "confidence": 4}, "/confidence"),
        ({**right, "confidense": {"q1": 4}}, "/confidense"),
        ({**right, "idempotency_key": "k" * 101}, "/idempotency_key"),
        ({**right, "idempotency_key": None}, "/idempotency_key"),
        ({**right, "idempotency_key": "\x00"}, "/idempotency_key"),
        ({**right, "revision": "1"}, "/revision"),
        ({**right, "python": 3.13}, "/python"),
    ]
    items = [one for one, _ in wrong]
    sent = program(school).post("submissions/bulk/", {"submissions": [*items, {**right, "student": "bob"}]})
    assert sent.status == 200
    *refused, last = sent.body["items"]
    for place, ((item, where), found) in enumerate(zip(wrong, refused, strict=True)):
        assert found["status"] == found["problem"]["status"] == 422, item
        assert found["problem"]["errors"][0]["pointer"] == f"#/submissions/{place}{where}", item
    assert last["status"] == 202 and Submission.objects.get().student == school.bob


def test_a_key_that_two_items_share_counts_once_and_holds_for_one_answer_only(school: School) -> None:
    item = {"student": "alice", "placement": school.canary.pk, "answers": {"q1": "1"}, "idempotency_key": "k"}
    sent = program(school).post("submissions/bulk/", {"submissions": [item, item, {**item, "answers": {"q1": "2"}}]})
    first, same, other = sent.body["items"]
    assert first["submission"]["id"] == same["submission"]["id"] and Submission.objects.count() == 1
    assert (other["status"], other["problem"]["type"]) == (422, "urn:heaplab:problem:key_reused")


def test_a_null_answer_is_a_question_that_is_not_answered_on_every_channel(school: School) -> None:
    sent = {"student": "alice", "answers": {"q1": "1", "q2": None}}
    api = program(school)
    single = api.post(address(school), sent)
    (item,) = api.post("submissions/bulk/", {"submissions": [{**sent, "student": "bob", "placement": school.canary.pk}]}).body["items"]
    assert (single.status, item["status"]) == (202, 202)
    page = school.answer(school.alice, {"q1": "2", "q2": None}, channel="web")
    assert page.answers == {"q1": "2"}
    assert [one.answers for one in Submission.objects.filter(channel="api")] == [{"q1": "1"}] * 2
    nothing = {**sent, "answers": {"q1": None}}
    (item,) = api.post("submissions/bulk/", {"submissions": [{**nothing, "placement": school.canary.pk}]}).body["items"]
    assert api.post(address(school), nothing).body["detail"] == item["problem"]["detail"] == "No question is answered."


def test_a_field_that_nobody_reads_is_named_and_not_dropped(school: School) -> None:
    sent = program(school).post(address(school), {"student": "alice", "answers": RIGHT, "idempotency_key": "k"})
    assert sent.status == 422 and sent.body["errors"][0]["pointer"] == "#/idempotency_key" and Submission.objects.count() == 0
    assert "The fields are: student, answers" in sent.body["errors"][0]["detail"]


def test_a_bulk_that_keeps_every_limit_is_read_however_it_is_written(school: School) -> None:
    """Five hundred answers of four thousand characters, each written as two escapes: 24 million bytes. They are wrong, and no more."""
    item = {"student": "alice", "placement": school.canary.pk, "answers": {"q1": "\N{SNAKE}" * 4000}, "idempotency_key": "snakes"}
    text = json.dumps({"submissions": [item] * 500})
    assert len(text) > 24_000_000
    api = program(school)
    sent = api.post("submissions/bulk/", text)
    assert sent.status == 200 and {one["status"] for one in sent.body["items"]} == {202}
    beyond = api.post("submissions/bulk/", text + " " * 3_000_000)
    assert (beyond.status, beyond.body["type"], beyond.body["limit"]) == (413, "urn:heaplab:problem:too_large", 26_214_400)


def test_a_browsers_session_opens_nothing_here(school: School) -> None:
    browser: Client = school.browser(school.ivan)
    assert browser.get("/api/v1/placements/").status_code == 401
    assert browser.post(f"/api/v1/{address(school)}", {"student": "alice"}, content_type="application/json").status_code == 401
