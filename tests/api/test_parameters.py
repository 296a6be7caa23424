"""What stands behind the question mark of an address."""

from __future__ import annotations

import pytest

from grader.deciding import regrading
from grader.models import Grading, Result
from tests.api.client import Program, program
from tests.people import School


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("submissions/?state=lost", "state"),
        ("submissions/?state=", "state"),
        ("submissions/?placement=x", "placement"),
        ("submissions/?placement=-1", "placement"),
        ("submissions/?placement=99999999999999999999999", "placement"),
        ("submissions/?student=%00", "student"),
        ("submissions/?student=", "student"),
        ("submissions/?page_size=0", "page_size"),
        ("submissions/?page_size=501", "page_size"),
        ("submissions/?page_size=many", "page_size"),
        ("submissions/?sate=graded", "sate"),
        ("submissions/?state=graded&state=received", "state"),
        ("submissions/?assignment=names", "assignment"),
        ("placements/?assignment=%00", "assignment"),
        ("placements/?student=alice", "student"),
        ("assignments/?published=no", "published"),
        ("token/?verbose=1", "verbose"),
        ("submissions/?format=json", "format"),
        ("submissions/?format=xml", "format"),
    ],
)
def test_a_parameter_that_is_not_as_it_should_be_is_named(school: School, path: str, name: str) -> None:
    answered = program(school).get(path)
    assert (answered.status, answered.body["type"]) == (422, "urn:heaplab:problem:invalid")
    assert f"“{name}”" in answered.body["detail"]
    assert [one["pointer"] for one in answered.body["errors"]] == [f"#/{name}"] and answered.body["errors"][0]["detail"]


def test_a_submission_is_found_by_the_state_it_shows_whatever_a_regrading_does(school: School) -> None:
    """Alice was graded; the regrading of her answer failed for good. Bob waits. Her own state is graded, and his received."""
    school.graded(school.alice, {"q1": "1", "q2": []})
    regrading.request(course=school.course, placement=school.canary, reason="to be sure", by=school.ivan)
    assert Grading.objects.exclude(regrading=None).update(state="failed_permanent", reason="no simulator") == 1
    school.answer(school.bob, {"q1": "2", "q2": []})
    api = program(school)

    def listed(state: str) -> list[tuple[str, str]]:
        return [(one["student"], one["state"]) for one in api.get(f"submissions/?state={state}").body["results"]]

    assert listed("graded") == [("alice", "graded")] and listed("received") == [("bob", "received")]
    assert listed("failed_permanent") == [] and listed("grading") == [] and listed("failed_retryable") == []
    Grading.objects.filter(submission__student=school.bob).update(state="failed_permanent", reason="no simulator")
    assert listed("failed_permanent") == [("bob", "failed_permanent")] and listed("received") == []


def test_what_a_regrading_graded_at_last_is_graded_once_that_counts(school: School) -> None:
    school.answer(school.bob, {"q1": "2", "q2": []})
    Grading.objects.update(state="failed_permanent", reason="no simulator")
    again = regrading.request(course=school.course, placement=school.canary, reason="the simulator was mended", by=school.ivan)
    school.grade()
    api = program(school)
    assert Result.objects.count() == 1
    assert [len(api.get(f"submissions/?state={one}").body["results"]) for one in ("failed_permanent", "graded")] == [1, 0]
    regrading.apply(again, school.ivan)
    assert [len(api.get(f"submissions/?state={one}").body["results"]) for one in ("failed_permanent", "graded")] == [0, 1]


def test_a_program_finds_its_way_and_what_its_token_is_good_for(school: School) -> None:
    api = program(school, "submit")
    index = api.get("").body
    assert index["token"] == "/api/v1/token/" and index["submissions_bulk"] == "/api/v1/submissions/bulk/"
    token = api.get(index["token"]).body
    assert (token["course"], token["scopes"], token["name"]) == ("memory-101", ["submit"], "test") and token["expires_at"]
    assert Program().get("token/").status == Program().get("").status == 401
