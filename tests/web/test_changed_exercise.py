"""Alice has a page open while Ivan corrects the exercise, or she goes back to a page she has sent: nothing is lost, nothing costs twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from exercises.models import Placement
from grader.models import Standing, Submission
from tests.people import CANARY_PROGRAM, School, exercise, key_in

CORRECTED = CANARY_PROGRAM.replace("id=q2", "id=both_die")


def form_of(browser: Client, path: str, **answers: Any) -> dict[str, Any]:
    """What a browser sends for a page as it was when it was opened: its hidden fields, and what is typed."""
    html = browser.get(path).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(key|revision|python)" value="([^"]*)">', html))
    return {**hidden, **{f"answer.{name}": value for name, value in answers.items()}}


def correct(school: School) -> None:
    made = exercise("canary", "A number and a name", CORRECTED)
    Placement.objects.filter(pk=school.canary.pk).update(revision=made.latest_revision())


def test_a_page_opened_before_the_exercise_was_corrected_costs_nothing_and_keeps_what_was_typed(school: School) -> None:
    browser, path = school.browser(school.alice), f"/exercises/{school.canary.pk}/"
    form = form_of(browser, path, q1="typed with care", q2="a")
    correct(school)
    answer = browser.post(path, {**form, "confidence.q1": "4"})
    html = answer.content.decode()
    assert answer.status_code == 409 and Submission.objects.count() == 0
    assert "The exercise has changed since you opened it; no attempt was used." in html
    assert "typed with care" in html and "3 of 3 attempts left" in html and "both_die" in html
    assert "need another look" not in html, "the new questions are no mistakes of hers"
    again = {**form_of(browser, path, q1="typed with care", both_die="a")}
    assert browser.post(path, again).status_code == 302
    assert Submission.objects.get().revision.number == 2


@pytest.mark.parametrize("left_out", [("revision",), ("python",), ("revision", "python")])
def test_a_form_that_does_not_say_what_it_answers_is_not_taken_for_todays(school: School, left_out: tuple[str, ...]) -> None:
    """An extension of the browser, or a page saved long ago: to what these are answers, nobody knows."""
    browser, path = school.browser(school.alice), f"/exercises/{school.canary.pk}/"
    form = form_of(browser, path, q1="typed with care", q2="a")
    answer = browser.post(path, {name: value for name, value in form.items() if name not in left_out})
    html = answer.content.decode()
    assert answer.status_code == 409 and Submission.objects.count() == 0
    assert "This page did not say which edition of the exercise it showed; no attempt was used." in html
    assert "typed with care" in html and "3 of 3 attempts left" in html
    again = form | dict(re.findall(r'<input type="hidden" name="(key|revision|python)" value="([^"]*)">', html))
    assert browser.post(path, again).status_code == 302, "sent once more, as the page says, it counts"
    assert Standing.objects.get().attempts == 1


def test_the_page_that_says_so_can_be_sent_as_it_is(school: School) -> None:
    browser, path = school.browser(school.alice), f"/exercises/{school.canary.pk}/"
    form = form_of(browser, path, q1="1", q2="a")
    correct(school)
    html = browser.post(path, form).content.decode()
    assert 'name="revision" value="2"' in html and key_in(html) != form["key"]


def test_another_python_changes_what_is_right_and_makes_a_page_old_as_well(school: School) -> None:
    browser, path = school.browser(school.alice), f"/exercises/{school.canary.pk}/"
    form = form_of(browser, path, q1="1", q2="a")
    Placement.objects.update(python="3.14")
    answer = browser.post(path, form)
    assert answer.status_code == 409 and "for Python 3.14 now" in answer.content.decode()
    assert Submission.objects.count() == 0


def test_other_points_change_nothing_that_is_right_and_the_answer_is_taken(school: School) -> None:
    browser, path = school.browser(school.alice), f"/exercises/{school.canary.pk}/"
    form = form_of(browser, path, q1="1", q2="a")
    Placement.objects.update(points=10)
    assert browser.post(path, form).status_code == 302
    assert Submission.objects.get().worth == 10


def test_back_to_the_sent_page_and_another_answer_is_another_attempt(school: School) -> None:
    browser, path = school.browser(school.alice), f"/exercises/{school.canary.pk}/"
    form = form_of(browser, path, q1="1", q2="a")
    sent = browser.post(path, form).headers["Location"]
    changed = {**form, "answer.q1": "2"}
    second = browser.post(path, changed)
    assert second.status_code == 302 and second.headers["Location"] != sent
    assert browser.post(path, changed).headers["Location"] == second.headers["Location"], "a double click counts once"
    assert browser.post(path, form).headers["Location"] == sent
    assert Standing.objects.get().attempts == Submission.objects.count() == 2


def test_an_answer_that_was_given_before_costs_nothing_however_long_ago(school: School) -> None:
    browser, path = school.browser(school.alice), f"/exercises/{school.canary.pk}/"
    first = browser.post(path, form_of(browser, path, q1="1", q2="a")).headers["Location"]
    browser.post(path, form_of(browser, path, q1="2", q2="a"))
    again = browser.post(path, form_of(browser, path, q1="1", q2="a"), follow=True)
    assert again.redirect_chain[0][0] == first
    assert "the same answers as in an earlier attempt, so no attempt was used" in again.content.decode()
    assert Standing.objects.get().attempts == 2
    Placement.objects.update(python="3.14")
    assert browser.post(path, form_of(browser, path, q1="1", q2="a")).headers["Location"] != first, (
        "under another Python it is another answer"
    )
