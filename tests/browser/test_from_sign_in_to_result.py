"""One student, one real Chromium, the real pages: sign in, predict, see the result arrive."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from exercises.models import Assignment
from grader.models import Submission
from grader.working.diagnosing import diagnose_all
from grader.working.drain import grade_all_due
from tests.browser.window import ARGUMENTS, DESK, PHONE, fits, sign_in, window
from tests.people import CANARY, COUNTS_PROGRAM, EVERY_FORMAT, School

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Worker:
    """Grades in a thread, from the moment it is told to."""

    def __init__(self) -> None:
        self.begin, self.diagnose, self.enough = threading.Event(), threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        self.begin.wait()
        while not self.enough.is_set():
            grade_all_due()
            if self.diagnose.is_set():
                diagnose_all()
            self.enough.wait(0.02)
        connections.close_all()

    def __enter__(self) -> Worker:
        self.thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.enough.set()
        self.begin.set()
        self.thread.join()


def test_alice_signs_in_predicts_and_sees_the_result_arrive_without_reloading(
    school: School, live_server: LiveServer, chromium_path: str
) -> None:
    password = school.password(school.alice)
    with Worker() as worker, window(chromium_path, DESK) as page:
        sign_in(page, live_server.url, password)
        page.get_by_role("link", name="Memory 101").click()
        page.get_by_role("link", name="Names and objects").click()
        page.get_by_role("link", name="A number and a name").click()

        page.get_by_label("What does line").fill("42")
        page.get_by_role("radio", name="Certain").first.check()
        page.reload()
        expect(page.get_by_label("What does line")).to_have_value("42")
        expect(page.get_by_text("filled in again")).to_be_visible()

        page.get_by_role("button", name="Submit predictions").click()
        expect(page.get_by_role("alert")).to_contain_text("1 answer needs another look")
        page.get_by_role("group", name="die").get_by_text("None of them").click()
        page.get_by_role("button", name="Submit predictions").dblclick()

        expect(page.get_by_text("They are being graded")).to_be_visible()
        page.evaluate("window.sameDocument = true")
        worker.begin.set()
        expect(page.get_by_text("1 of 2 questions right")).to_be_visible(timeout=20_000)
        assert page.evaluate("window.sameDocument") is True
        expect(page.get_by_text("Wrong", exact=True)).to_be_visible()
        expect(page.get_by_text("2 attempts left")).to_be_visible()
        assert "of 2 points" in page.title() and CANARY not in page.content()
        page.get_by_role("link", name="Try again").click()
        expect(page.get_by_label("What does line")).to_have_value("")
    assert Submission.objects.get().answers == {"q1": "42", "q2": []}


def test_the_wrong_models_join_the_verdict_and_whoever_reads_it_stays_where_they_are(
    school: School, live_server: LiveServer, chromium_path: str
) -> None:
    Assignment.objects.update(reveal_model="at_once")
    counting, password = school.place("Counting", COUNTS_PROGRAM, points=1).pk, school.password(school.alice)
    with Worker() as worker, window(chromium_path, DESK) as page:
        sign_in(page, live_server.url, password)
        page.goto(f"{live_server.url}/exercises/{counting}/")
        page.get_by_label("What does line").fill("2")
        page.get_by_label("How many references").fill("2")
        page.get_by_label("How many references").press("Enter")
        expect(page.get_by_text("They are being graded")).to_be_visible()
        worker.begin.set()
        verdict = page.locator("#result")
        expect(verdict).to_be_focused(timeout=20_000)
        assert verdict.evaluate("(one) => getComputedStyle(one).outlineStyle") == "none", "no frame around half a page"
        assert page.title() == "0.5 of 1 point · Counting · Heaplab"
        expect(page.get_by_text("still being looked for")).to_be_visible()
        page.locator(".brand").focus()
        worker.diagnose.set()
        expect(page.locator(".idea")).to_be_visible(timeout=20_000)
        expect(page.get_by_text("still being looked for")).to_have_count(0)
        expect(page.locator(".brand")).to_be_focused()
        assert page.locator(".brand").evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"


def test_everything_can_be_done_with_the_keyboard_alone_on_a_phones_width(
    school: School, live_server: LiveServer, chromium_path: str
) -> None:
    placement = school.place("Every kind", EVERY_FORMAT)
    questions = {one["format"]: one for one in placement.revision.spec["questions"]}
    number, password = placement.pk, school.password(school.alice)
    with window(chromium_path, PHONE) as page:
        sign_in(page, live_server.url, password)
        assert fits(page)
        page.goto(f"{live_server.url}/exercises/{number}/")
        assert fits(page)
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()

        order = page.locator(f"#question-{questions['order']['id']}")
        order.locator(".pool button").first.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        first, second = (order.locator(".sequence li > span:first-child").nth(place).inner_text() for place in (0, 1))
        order.get_by_role("button", name=f"Earlier: {second}").focus()
        page.keyboard.press("Enter")
        assert order.locator(".sequence li > span:first-child").all_inner_texts()[:2] == [second, first]

        same = page.locator(f"#question-{questions['same']['id']}")
        same.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        expect(same.get_by_role("radio").nth(1)).to_be_checked()

        dies = page.locator(f"#question-{questions['dies']['id']}")
        dies.get_by_role("checkbox").first.focus()
        page.keyboard.press("Space")
        dies.get_by_role("checkbox", name="None of them").focus()
        page.keyboard.press("Space")
        expect(dies.get_by_role("checkbox").first).not_to_be_checked()
        assert fits(page)


def test_the_page_of_the_api_can_be_browsed(school: School, live_server: LiveServer, chromium_path: str) -> None:
    with window(chromium_path, DESK) as page:
        page.goto(f"{live_server.url}/api/v1/docs/")
        expect(page.get_by_role("heading", name="The first graded submission")).to_be_visible()
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        assert fits(page)
        page.get_by_role("link", name="Swagger UI").click()
        expect(page.get_by_text("/api/v1/submissions/bulk/")).to_be_visible(timeout=20_000)


def test_without_scripts_the_result_is_a_link_away(school: School, live_server: LiveServer, chromium_path: str) -> None:
    password = school.password(school.alice)
    with Worker() as worker, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        page = browser.new_context(java_script_enabled=False).new_page()
        sign_in(page, live_server.url, password)
        page.goto(f"{live_server.url}/exercises/{school.canary.pk}/")
        page.get_by_label("What does line").fill(CANARY)
        page.get_by_text("None of them").click()
        page.get_by_role("button", name="Submit predictions").click()
        page.get_by_role("link", name="Look again now").click()
        worker.begin.set()
        for _ in range(100):
            if page.get_by_text("2 of 2 questions right").count():
                break
            page.wait_for_timeout(100)
            page.reload()
        expect(page.get_by_text("2 of 2 questions right")).to_be_visible()
        browser.close()
