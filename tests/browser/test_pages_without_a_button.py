"""Where nothing can be handed in: the page is the same but for its button, and everything else on it works."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import connections
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from exercises.models import Placement
from tests.browser.window import DESK, sign_in, window
from tests.people import EVERY_FORMAT, School

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OLD, UNREADABLE, FRESH = "heaplab-draft-old", "heaplab-draft-unreadable", "heaplab-draft-fresh"
ORDERED_AND_PINNED = """\
class Node:
    def __del__(self):
        print("bye")


a = Node()
b = Node()
a = b = None  #? order
"""


@pytest.fixture
def placement(school: School) -> Placement:
    return school.place("In what order", ORDERED_AND_PINNED, max_attempts=1)


def leave_drafts(page: Page) -> None:
    """One from January of 2020, one that something else has written over, one of today."""
    page.evaluate(
        """([old, unreadable, fresh]) => {
            localStorage.setItem(old, JSON.stringify({ at: 1577836800000, values: [] }));
            localStorage.setItem(unreadable, "{");
            localStorage.setItem(fresh, JSON.stringify({ at: Date.now(), values: [] }));
        }""",
        [OLD, UNREADABLE, FRESH],
    )


def close_meanwhile(school: School) -> None:
    """By another thread: the one that drives a browser may not ask the database."""

    def close() -> None:
        school.close()
        connections.close_all()

    thread = threading.Thread(target=close)
    thread.start()
    thread.join()


def everything_else_works(page: Page) -> None:
    expect(page.get_by_role("button", name="Submit predictions")).to_have_count(0)
    expect(page.locator(".pool button").first).to_be_visible()
    expect(page.locator("[data-places]")).to_be_hidden()
    expect(page.locator(".program.pinned")).to_have_count(1)
    kept = json.loads(page.evaluate("JSON.stringify(Object.keys(localStorage))"))
    assert FRESH in kept and OLD not in kept and UNREADABLE not in kept


def nothing_can_be_filled_in(page: Page) -> None:
    for field in page.locator("form[data-draft]").locator("input:not([type=hidden]), select, textarea, .pool button").all():
        expect(field).to_be_disabled()
    page.locator(".pool button").first.click(force=True)
    page.keyboard.press("Enter")
    expect(page.locator(".sequence li")).to_have_count(0)


def test_a_closed_exercise_still_orders_pins_and_tidies(
    school: School, placement: Placement, live_server: LiveServer, chromium_path: str
) -> None:
    password = school.password(school.alice)
    school.close()
    with window(chromium_path, DESK) as page:
        sign_in(page, live_server.url, password)
        leave_drafts(page)
        page.goto(f"{live_server.url}/exercises/{placement.pk}/")
        expect(page.get_by_role("heading", name="Closed")).to_be_visible()
        everything_else_works(page)
        nothing_can_be_filled_in(page)


def test_with_no_attempts_left_it_still_orders_pins_and_tidies(
    school: School, placement: Placement, live_server: LiveServer, chromium_path: str
) -> None:
    password = school.password(school.alice)
    school.graded(school.alice, {placement.revision.spec["questions"][0]["id"]: []}, placement)
    with window(chromium_path, DESK) as page:
        sign_in(page, live_server.url, password)
        leave_drafts(page)
        page.goto(f"{live_server.url}/exercises/{placement.pk}/")
        expect(page.get_by_role("heading", name="No attempts left")).to_be_visible()
        everything_else_works(page)
        nothing_can_be_filled_in(page)


def test_staff_see_the_exercise_as_it_works_for_students_and_enter_sends_nothing(
    school: School, placement: Placement, live_server: LiveServer, chromium_path: str
) -> None:
    password = school.password(school.tara)
    with window(chromium_path, DESK) as page:
        sign_in(page, live_server.url, password, "tara")
        leave_drafts(page)
        page.goto(f"{live_server.url}/exercises/{placement.pk}/")
        everything_else_works(page)
        page.goto(f"{live_server.url}/exercises/{school.canary.pk}/")
        page.evaluate("document.querySelector('form[data-draft]').requestSubmit()")
        expect(page.get_by_role("heading", name="A number and a name")).to_be_visible()


def test_a_refusal_has_the_focus_so_that_it_is_read_out(
    school: School, placement: Placement, live_server: LiveServer, chromium_path: str
) -> None:
    password = school.password(school.alice)
    with window(chromium_path, DESK) as page:
        sign_in(page, live_server.url, password)
        page.goto(f"{live_server.url}/exercises/{placement.pk}/")
        page.locator(".pool button").first.click()
        close_meanwhile(school)
        page.get_by_role("button", name="Submit predictions").click()
        refusal = page.get_by_role("alert")
        expect(refusal).to_contain_text("closed")
        expect(refusal).to_be_focused()
        expect(page.get_by_role("button", name="Submit predictions")).to_have_count(0)
        expect(page.locator(".sequence li")).to_have_count(1)
        item = page.locator(".sequence li").first
        item.drag_to(page.locator(".pool li").first, force=True)
        expect(item).not_to_have_class("dragged")


def test_each_kind_of_question_comes_to_life_without_a_button(school: School, live_server: LiveServer, chromium_path: str) -> None:
    every = school.place("Every kind", EVERY_FORMAT)
    password = school.password(school.ivan)
    with window(chromium_path, DESK) as page:
        sign_in(page, live_server.url, password, "ivan")
        page.goto(f"{live_server.url}/exercises/{every.pk}/")
        expect(page.locator(".pool button").first).to_be_visible()
