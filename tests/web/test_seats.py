"""Who somebody is in a course is found once a request, and all that they may do there follows from it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exercises.models import User
from grader.deciding.access import seat_in, seat_of_token
from tests.people import School
from tests.test_permissions import TABLE, address

ANSWERS = {"q1": "1", "q2": []}
# Every page of a course that an instructor sees, by the table of permissions.
PAGES = [
    line.split()[1]
    for line, people in TABLE["pages"].items()
    if line.startswith("GET") and people["ivan"] == 200 and people["charlie"] == 404
]


def asked_who(school: School, user: User, name: str) -> int:
    """How often the page asks what this person is in the course. What they are in all their courses is another question."""
    path, browser = address(name, school, school.answer(school.alice, ANSWERS)), school.browser(user)
    with CaptureQueriesContext(connection) as made:
        response = browser.get(path)
    assert response.status_code == 200
    asked = [one["sql"] for one in made if 'FROM "exercises_membership"' in one["sql"]]
    here = (f"'{school.course.slug}'", f'"exercises_membership"."course_id" = {school.course.pk}')
    return len([sql for sql in asked if f'"exercises_membership"."user_id" = {user.pk}' in sql and any(one in sql for one in here)])


def test_there_are_pages_to_look_at() -> None:
    assert {"gradebook", "analysis", "roster", "tokens", "regrading", "submission", "exercise"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_once_who_ivan_is(school: School, name: str) -> None:
    assert asked_who(school, school.ivan, name) == 1


@pytest.mark.parametrize("name", ["course", "assignment", "exercise"])
def test_a_page_asks_once_who_alice_is(school: School, name: str) -> None:
    assert asked_who(school, school.alice, name) == 1


def test_a_program_is_seated_by_its_token_in_the_one_query_that_reads_it(school: School) -> None:
    headers = {"Authorization": f"Bearer {school.token('submit')}"}
    body = json.dumps({"student": "alice", "answers": ANSWERS})
    path = address("api:placement_submissions", school, school.answer(school.bob, ANSWERS))
    made: list[str] = []

    def noted(execute: Any, sql: str, *rest: Any) -> Any:
        made.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(noted):
        response = Client().generic("POST", path, body, content_type="application/json", headers=headers)
    assert response.status_code == 202
    about_ivan = [sql for sql in made if "grader_credential c" in sql]
    assert len(about_ivan) == 1 and "exercises_membership" in about_ivan[0]
    assert not [sql for sql in made if 'FROM "exercises_membership"' in sql]


def test_each_seat_has_the_rights_of_its_role_and_a_program_those_of_its_token_alone(school: School) -> None:
    def rights(user: User) -> list[bool] | None:
        seat = seat_in(user, school.course)
        return [seat.is_staff, seat.manages, seat.may_answer] if seat else None

    assert rights(school.ivan) == [True, True, False]
    assert rights(school.tara) == [True, False, False]
    assert rights(school.alice) == [False, False, True]
    assert rights(school.charlie) is None and rights(school.dora) is None
    assert rights(User.objects.create_superuser("root")) == [True, True, False]
    program = seat_of_token(school.token("read"))
    assert program is not None and program.user == school.ivan and program.course == school.course
    assert [program.is_staff, program.manages, program.may_answer] == [False, False, False], "although Ivan is an instructor"
    assert [program.may("read"), program.may("submit"), program.may("results")] == [True, False, False]
    assert not program.may_read(school.answer(school.alice, ANSWERS))
