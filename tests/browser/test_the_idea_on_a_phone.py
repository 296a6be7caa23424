"""The idea behind wrong answers, read on a phone and by keyboard: nothing is cut off, and what parts the two is one key away."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.window import PHONE, fits, sign_in, window
from tests.people import School
from tests.web.test_diagnosis_pages import GONE_WITH_THE_FUNCTION, LEAVING, in_an_earlier_week, shown_at_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_alice_reads_on_a_phone_where_her_idea_and_cpython_part(school: School, live_server: LiveServer, chromium_path: str) -> None:
    placement = school.place("Leaving a function", LEAVING, max_attempts=1)
    shown_at_once(school)
    submission = school.graded(school.alice, GONE_WITH_THE_FUNCTION, placement)
    password = school.password(school.alice)
    with window(chromium_path, PHONE) as page:
        sign_in(page, live_server.url, password)
        page.goto(f"{live_server.url}/submissions/{submission.pk}/")
        told = page.get_by_role("region", name="Your answers fit one idea")
        expect(told).to_be_visible()
        assert told.evaluate("one => one.scrollWidth <= one.clientWidth") and fits(page)
        line = page.get_by_role("link", name="On line 25")
        expect(line).to_be_hidden()
        told.get_by_text("Show me: line 25").focus()
        page.keyboard.press("Enter")
        expect(line).to_be_visible()
        assert fits(page)
        expect(page.get_by_role("list", name="Ideas that give this answer")).to_have_count(3)


def test_ivan_reads_numbers_and_weeks_on_a_phone(school: School, live_server: LiveServer, chromium_path: str) -> None:
    placement = school.place("Leaving a function", LEAVING)
    for days in (8, 15, 22, 29, 36, 43):
        in_an_earlier_week(school, school.alice, GONE_WITH_THE_FUNCTION, placement, days)
    school.graded(school.bob, GONE_WITH_THE_FUNCTION, placement)
    password = school.password(school.ivan)
    with window(chromium_path, PHONE) as page:
        sign_in(page, live_server.url, password, "ivan")
        for path in ("/courses/memory-101/ideas/", "/courses/memory-101/ideas/scope-frees/", f"/placements/{placement.pk}/analysis/"):
            page.goto(live_server.url + path)
            assert fits(page), path
        page.goto(f"{live_server.url}/courses/memory-101/ideas/")
        frame = page.get_by_role("region", name="Week by week")
        assert frame.evaluate("one => one.scrollWidth > one.clientWidth"), "the table itself is wider and scrolls"
        page.get_by_role("link", name="What a function made").first.click()
        expect(page.get_by_role("link", name="Bob Example")).to_be_visible()
