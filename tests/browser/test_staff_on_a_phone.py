"""Ivan looks at his course on a phone: tables scroll inside their frames, the page does not."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from grader.deciding import regrading
from grader.models import Grading
from tests.browser.window import PHONE, fits, sign_in, window
from tests.people import CANARY, COUNTS_PROGRAM, School

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_page_of_the_staff_scrolls_sideways_on_a_phone(school: School, live_server: LiveServer, chromium_path: str) -> None:
    school.graded(school.alice, {"q1": CANARY, "q2": []})
    asked = regrading.request(course=school.course, placement=None, reason="to be sure", by=school.ivan)
    school.grade()
    school.answer(school.bob, {"q1": "1", "q2": []})
    Grading.objects.filter(submission__student=school.bob).update(state="failed_permanent", reason="It was given up after three tries.")
    for number in range(6):
        school.place(f"A long name that fills a column, number {number}", COUNTS_PROGRAM)
    pages = ["", "gradebook/", "attention/", f"students/{school.bob.pk}/", "regradings/", f"regradings/{asked.pk}/", "roster/", "records/"]
    pages += ["sign-in-links/"]
    password = school.password(school.ivan)
    with window(chromium_path, PHONE) as page:
        sign_in(page, live_server.url, password, "ivan")
        wide = []
        for path in pages:
            page.goto(f"{live_server.url}/courses/memory-101/{path}")
            if not fits(page):
                wide.append(path)
        assert wide == []
        page.goto(f"{live_server.url}/courses/memory-101/gradebook/")
        frame = page.locator(".table-frame")
        assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth"), "the table itself is wider and scrolls"
        frame.focus()
        page.keyboard.press("ArrowRight")
        expect(frame).not_to_have_js_property("scrollLeft", 0)
