"""Ivan grades again: he asks, sees the difference, applies it, and can go back. Tara looks on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from grader.models import Grading, Regrading, Standing
from grader.web.staff import regradings as pages
from grader.working import settling
from tests.people import CANARY, School

RIGHT = {"q1": CANARY, "q2": []}
WRONG = {"q1": "42", "q2": ["a"]}
PAGE = "/courses/memory-101/regradings/"


def requested(school: School, **fields: str) -> str:
    """The address of a regrading that Ivan asks for."""
    form = {"placement": str(school.canary.pk), "reason": "the simulator was broken", **fields}
    sent = school.browser(school.ivan).post(PAGE, form)
    assert sent.status_code == 302, sent.content.decode()
    return str(sent.headers["Location"])


def test_what_could_not_be_graded_is_graded_again_from_the_page(school: School) -> None:
    school.graded(school.bob, RIGHT)
    school.answer(school.alice, RIGHT)
    Grading.objects.filter(submission__student=school.alice).update(state="failed_permanent", reason="It gave up three times.")
    browser = school.browser(school.ivan)
    assert f'value="{school.canary.pk}" selected' in browser.get(f"{PAGE}?placement={school.canary.pk}").content.decode()
    address = requested(school)
    waiting = browser.get(address).content.decode()
    assert "0 of 2 graded again" in waiting and f'hx-get="{address}"' in waiting and "Look again now" in waiting
    assert "<html" not in browser.get(address, headers={"HX-Request": "true"}).content.decode()
    school.grade()
    html = browser.get(address).content.decode()
    assert "Alice Example" in html and "not graded" in html and "Bob Example" not in html.split("<table")[1]
    assert browser.post(f"{address}decision/", {"decision": "apply"}).status_code == 302
    assert Standing.objects.get(student=school.alice).best_points == Decimal(2)
    assert "It counts since" in browser.get(address).content.decode()
    assert "Nothing needs attention" in browser.get("/courses/memory-101/attention/").content.decode()
    browser.post(f"{address}decision/", {"decision": "undo"})
    assert Standing.objects.get(student=school.alice).best_points is None
    assert "Undone" in browser.get(PAGE).content.decode()


def test_what_a_page_has_no_time_for_the_nodes_bring_to_its_end(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large course: the page does not wait for it, says that points follow, and then that they have."""
    school.graded(school.bob, RIGHT)
    school.answer(school.alice, RIGHT)
    Grading.objects.filter(submission__student=school.alice).update(state="failed_permanent", reason="It gave up three times.")
    address = requested(school)
    school.grade()
    monkeypatch.setattr(pages, "AT_ONCE_SECONDS", -1.0)
    browser = school.browser(school.ivan)
    decided = browser.post(f"{address}decision/", {"decision": "apply"}, follow=True).content.decode()
    assert "It counts now. Everybody’s points follow, one after the other." in decided and f'hx-get="{address}"' in decided
    assert Standing.objects.get(student=school.alice).best_points is None
    # Whoever decided may still be at it for a moment.
    Regrading.objects.update(applied_at=F("applied_at") - settling.LEFT_BEHIND)
    settling.settle_left_behind()
    assert Standing.objects.get(student=school.alice).best_points == Decimal(2)
    html = browser.get(address).content.decode()
    assert "It counts since" in html and "hx-get" not in html


def test_nothing_can_be_applied_while_some_of_it_waits_and_nothing_twice(school: School) -> None:
    school.graded(school.alice, WRONG)
    address = requested(school)
    browser = school.browser(school.ivan)
    early = browser.post(f"{address}decision/", {"decision": "apply"})
    assert early.status_code == 409 and "still being graded" in early.content.decode()
    school.grade()
    browser.post(f"{address}decision/", {"decision": "apply"})
    again = browser.post(f"{address}decision/", {"decision": "apply"})
    assert again.status_code == 409 and "meanwhile" in again.content.decode()
    assert browser.post(f"{address}decision/", {"decision": "dance"}).status_code == 422


def test_a_request_without_a_reason_or_for_another_course_is_refused_and_keeps_what_was_typed(school: School) -> None:
    browser = school.browser(school.ivan)
    silent = browser.post(PAGE, {"placement": str(school.canary.pk), "reason": "  "})
    assert silent.status_code == 422 and "Say why" in silent.content.decode()
    assert f'value="{school.canary.pk}" selected' in silent.content.decode()
    lost = browser.post(PAGE, {"placement": "999999", "reason": "a mistake"})
    assert lost.status_code == 422 and "Choose an exercise of the course" in lost.content.decode()
    assert 'value="a mistake"' in lost.content.decode()
    assert not Regrading.objects.exists()


def test_the_whole_course_is_graded_again_where_that_is_chosen(school: School) -> None:
    school.graded(school.alice, WRONG)
    requested(school, placement="all", pinned="yes")
    made = Regrading.objects.get()
    assert (made.placement, made.to_pinned_revision, made.requested_by) == (None, True, school.ivan)


def test_assistants_do_not_decide_and_other_courses_see_nothing(school: School) -> None:
    school.graded(school.alice, WRONG)
    address = requested(school)
    for person in (school.tara, school.alice, school.dora):
        assert school.browser(person).get(PAGE).status_code == 404
        assert school.browser(person).get(address).status_code == 404
        assert school.browser(person).post(f"{address}decision/", {"decision": "apply"}).status_code == 404
    elsewhere = address.replace("memory-101", "elsewhere")
    assert school.browser(school.dora).get(elsewhere).status_code == 404
    assert "Regradings" not in school.browser(school.tara).get("/courses/memory-101/gradebook/").content.decode()


def test_the_list_costs_the_same_for_one_regrading_and_for_ten(school: School) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            school.browser(school.ivan).get(PAGE)
        return len(counted)

    requested(school)
    before = queries()
    for number in range(9):
        requested(school, reason=f"once more {number}")
    assert queries() == before
