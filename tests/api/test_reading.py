from __future__ import annotations

import json
import uuid
from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlencode

import jsonschema
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises.models import Assignment
from grader.models import Submission
from tests.api.client import Program, program
from tests.people import CANARY, COUNTS_PROGRAM, School, person

RIGHT = {"q1": CANARY, "q2": []}


def test_a_program_lists_the_courses_assignments_and_exercises_without_their_answers(school: School) -> None:
    api = program(school, "read")
    (assignment,) = api.get("assignments/").body["results"]
    assert (assignment["slug"], assignment["placements"]) == ("names", [school.canary.pk])
    (placement,) = api.get("placements/?assignment=names").body["results"]
    assert placement["program"].splitlines()[-2].startswith("print(7919 * 104729)") and "#?" not in placement["program"]
    assert {one["id"]: one["input"] for one in placement["questions"]} == {"q1": "text", "q2": "choices"}
    for one in placement["questions"]:
        jsonschema.validate(RIGHT[one["id"]], one["answer_schema"])
    assert api.get(f"placements/{school.canary.pk}/").body == placement
    assert CANARY not in json.dumps(placement)
    assert api.get("placements/?assignment=nothing").body["results"] == []
    assert Program(school.token(course=school.elsewhere)).get(f"placements/{school.canary.pk}/").status == 404


def test_what_is_in_preparation_is_not_listed(school: School) -> None:
    Assignment.objects.update(published=False)
    api = program(school)
    assert api.get("assignments/").body["results"] == [] and api.get("placements/").body["results"] == []
    assert api.get(f"placements/{school.canary.pk}/").status == 404


def test_a_token_sees_an_exercise_no_sooner_than_its_students_do(school: School) -> None:
    Assignment.objects.update(opens_at=timezone.now() + timedelta(days=3), due_at=timezone.now() + timedelta(days=9))
    api = program(school)
    (assignment,) = api.get("assignments/").body["results"]
    assert assignment["placements"] == [] and assignment["opens_at"] is not None
    assert api.get("placements/").body["results"] == []
    assert api.get(f"placements/{school.canary.pk}/").status == 404
    for answers in (RIGHT, {"no-such-question": "1"}, {}):
        refused = api.post(f"placements/{school.canary.pk}/submissions/", {"student": "alice", "answers": answers})
        assert refused.status == 409 and "not open yet" in refused.body["detail"], refused.body
        assert "prints" not in json.dumps(refused.body) and "q1" not in json.dumps(refused.body)
    Assignment.objects.update(opens_at=timezone.now() - timedelta(seconds=1))
    assert api.get(f"placements/{school.canary.pk}/").status == 200


def test_a_long_list_comes_in_pages_and_every_row_once(school: School) -> None:
    made = [school.place(f"Number {number}", COUNTS_PROGRAM).pk for number in range(4)]
    api = program(school)
    page = api.get("placements/?page_size=2").body
    seen = [one["id"] for one in page["results"]]
    while page["next"]:
        page = api.get(page["next"].removeprefix("http://testserver")).body
        seen += [one["id"] for one in page["results"]]
    assert sorted(seen) == sorted([school.canary.pk, *made])
    for nonsense in ("zzz", "AAAA", b64encode(b"q=1").decode(), b64encode(b"p=no-number").decode(), b64encode(b"o=-5&p=\x00").decode()):
        refused = api.get(f"placements/?cursor={nonsense}")
        assert refused.status == 404 and "Start again without it" in refused.body["detail"]
        assert api.get(f"submissions/?cursor={nonsense}").status == 404


def test_submissions_are_listed_with_filters_at_a_constant_number_of_queries(school: School) -> None:
    api = program(school)

    def queries() -> int:
        api.get("submissions/")
        with CaptureQueriesContext(connection) as counted:
            assert api.get("submissions/").status == 200
        return len(counted)

    school.graded(school.alice, RIGHT)
    few = queries()
    for guess in ("1", "2"):
        school.graded(school.alice, {"q1": guess, "q2": []})
    school.answer(school.bob, {"q1": "1", "q2": []})
    assert queries() == few
    assert len(api.get("submissions/?student=alice").body["results"]) == 3
    (waiting,) = api.get("submissions/?state=received").body["results"]
    assert (waiting["student"], waiting["result"]) == ("bob", None)
    assert api.get(f"submissions/?placement={school.canary.pk}&student=nobody").body["results"] == []
    assert api.get("submissions/?state=lost").status == 422
    assert api.get("submissions/?placement=x").status == 422
    assert Program(school.token(course=school.elsewhere)).get("submissions/").body["results"] == []


def test_a_result_shows_what_the_student_may_see_and_needs_its_scope(school: School) -> None:
    submission = school.graded(school.alice, {"q1": "42", "q2": []})
    path = f"submissions/{submission.pk}/"
    body = program(school, "read", "results").get(path).body
    assert (body["state"], body["result"]["points"]) == ("graded", "1.00")
    first = body["result"]["questions"][0]
    assert (first["right"], first["answer"]) == (False, "42") and "truth" not in first and CANARY not in json.dumps(body)
    assert program(school, "read").get(path).body["result"] is None
    school.close()
    assert program(school, "read", "results").get(path).body["result"]["questions"][0]["truth"] == CANARY
    assert Program(school.token(course=school.elsewhere)).get(path).status == 404


def test_rows_that_come_while_a_program_turns_the_pages_neither_hide_nor_repeat_one(school: School) -> None:
    for guess in ("1", "2", "3"):
        school.answer(school.alice, {"q1": guess, "q2": []})
    api = program(school)
    page = api.get("submissions/?page_size=1").body
    known = [one["id"] for one in page["results"]]
    for number in range(3):
        school.answer(person(f"Late {number}", school.course, "student"), {"q1": "1", "q2": []})
    while page["next"]:
        page = api.get(page["next"].removeprefix("http://testserver")).body
        known += [one["id"] for one in page["results"]]
    assert len(known) == len(set(known)) == 3
    back = api.get(page["previous"].removeprefix("http://testserver")).body
    assert back["results"][0]["id"] == known[-2]


def test_a_user_name_is_the_same_name_however_its_letters_were_put_together(school: School) -> None:
    """A file system that writes José as five letters and an accent is a program's trouble, and not the student's."""
    person("jos\u00e9", school.course, "student")
    api, apart = program(school), "jose\u0301"
    assert api.post(f"placements/{school.canary.pk}/submissions/", {"student": apart, "answers": RIGHT}).body["student"] == "jos\u00e9"
    item = {"student": apart, "placement": school.canary.pk, "answers": RIGHT}
    assert api.post("submissions/bulk/", {"submissions": [item]}).body["items"][0]["submission"]["student"] == "jos\u00e9"
    assert len(api.get(f"submissions/?{urlencode({'student': apart})}").body["results"]) == 1


def test_rows_of_the_same_moment_are_told_apart_page_by_page(school: School) -> None:
    """Two and a half thousand of them, as no bulk makes and a restored table may have: every row comes once, and the pages end."""
    first = school.answer(school.alice, {"q1": "1", "q2": []})
    (known,) = Submission.objects.values()
    Submission.objects.bulk_create(
        Submission(**{**known, "id": uuid.uuid4(), "attempt_no": 1 + number, "idempotency_key": f"k{number}"}) for number in range(1, 2500)
    )
    api = program(school)
    page = api.get("submissions/?page_size=500").body
    seen = [one["id"] for one in page["results"]]
    while page["next"] and len(seen) < 5000:
        page = api.get(page["next"].removeprefix("http://testserver")).body
        seen += [one["id"] for one in page["results"]]
    assert len(seen) == len(set(seen)) == 2500 and str(first.pk) in seen


def test_an_exercise_that_has_not_changed_need_not_be_read_again(school: School) -> None:
    api, address = program(school), f"placements/{school.canary.pk}/"
    first = api.get(address)
    again = api.get(address, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body, again.headers["ETag"]) == (304, "", first.headers["ETag"])
    school.canary.max_attempts = 9
    school.canary.save()
    changed = api.get(address, If_None_Match=first.headers["ETag"])
    assert (changed.status, changed.body["max_attempts"]) == (200, 9) and changed.headers["ETag"] != first.headers["ETag"]
    stale = api.get(address, If_Match=first.headers["ETag"])
    assert (stale.status, stale.body["type"]) == (412, "urn:heaplab:problem:precondition_failed")
