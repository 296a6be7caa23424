"""Every address, every person, every token: the answers stand in permissions.toml, and an address that is not there fails."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from grader.deciding import regrading
from grader.models import Regrading, Submission
from tests.people import School, school

__all__ = ["school"]

TABLE = tomllib.loads((Path(__file__).parent / "permissions.toml").read_text())


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        elif pattern.namespace == "admin":
            yield "admin:index"
        else:
            yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)


def regrading_number(school: School, name: str) -> int:
    if not name.startswith("regrading"):
        return 0
    found = Regrading.objects.first() or regrading.request(course=school.course, placement=None, reason="to be sure", by=school.ivan)
    return int(found.pk)


def address(name: str, school: School, submission: Submission) -> str:
    arguments: dict[str, list[object]] = {
        "course": [school.course.slug],
        "gradebook": [school.course.slug],
        "gradebook_csv": [school.course.slug],
        "attention": [school.course.slug],
        "records": [school.course.slug],
        "records_csv": [school.course.slug],
        "student": [school.course.slug, school.alice.pk],
        "ideas": [school.course.slug],
        "idea": [school.course.slug, "assign-copies"],
        "idea_question": [school.course.slug, school.canary.exercise.slug],
        "idea_question_added": [school.course.slug, school.canary.pk],
        "regradings": [school.course.slug],
        "regrading": [school.course.slug, regrading_number(school, name)],
        "regrading_decide": [school.course.slug, regrading_number(school, name)],
        "sign_in_link": ["MQ", "no-such-token"],
        "sign_in_links": [school.course.slug],
        "roster": [school.course.slug],
        "tokens": [school.course.slug],
        "assignment": [school.course.slug, school.assignment.slug],
        "begin": [school.course.slug, school.assignment.slug],
        "exercise": [school.canary.pk],
        "analysis": [school.canary.pk],
        "submission": [submission.pk],
        "submission_replay": [submission.pk],
        "submission_replay_data": [submission.pk],
        "exercise_replay": [school.canary.pk],
        "exercise_replay_data": [school.canary.pk],
        "api:placement": [school.canary.pk],
        "api:placement_submissions": [school.canary.pk],
        "api:submission": [submission.pk],
    }
    return "/api/v1/no-such-thing/" if name == "api:nothing" else reverse(name, args=arguments.get(name, []))


def test_every_address_stands_in_the_table() -> None:
    declared = {line.split()[1] for part in TABLE.values() for line in part}
    assert set(names(get_resolver().url_patterns)) == declared


@pytest.mark.parametrize("line", TABLE["pages"])
def test_every_person_gets_the_answer_of_the_table(school: School, line: str) -> None:
    method, name = line.split()
    submission = school.answer(school.alice, {"q1": "1", "q2": []})
    found = {}
    for person in TABLE["pages"][line]:
        browser = Client() if person == "nobody" else school.browser(getattr(school, person))
        found[person] = browser.generic(method, address(name, school, submission)).status_code
    assert found == TABLE["pages"][line]


@pytest.mark.parametrize("line", TABLE["programs"])
def test_every_token_gets_the_answer_of_the_table(school: School, line: str) -> None:
    method, name = line.split()
    submission = school.answer(school.alice, {"q1": "1", "q2": []})
    found = {}
    for token in TABLE["programs"][line]:
        if token == "none":
            headers = {}
        else:
            scopes = ("read", "submit", "results") if token == "elsewhere" else (token,)
            secret = school.token(*scopes, course=school.elsewhere if token == "elsewhere" else school.course)
            headers = {"Authorization": f"Bearer {secret}"}
        browser = school.browser(school.ivan)
        data = "{}" if method == "POST" else ""
        found[token] = browser.generic(
            method, address(name, school, submission), data, content_type="application/json", headers=headers
        ).status_code
    assert found == TABLE["programs"][line]


def test_every_page_wants_a_sign_in_unless_the_table_says_otherwise() -> None:
    open_to_all = {line for line, people in TABLE["pages"].items() if people["nobody"] == 200}
    assert open_to_all == {
        "GET login", "GET forgotten", "GET api:schema", "GET api:docs", "GET api:swagger", "GET live", "GET ready", "GET metrics"
    }  # fmt: skip
