"""The replay in a real Chromium: by keys, by the slider, by a click on a line or an object, heard and seen, at a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from grader.working.answering import answer_all_due
from tests.browser.window import ARGUMENTS, DESK, PHONE, fits, sign_in, window
from tests.people import School
from tests.web.test_replay import RING, finished_ring

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(school: School, live_server: LiveServer) -> str:
    """Of the replay of what Alice finished; it has been looked at before, so it is there."""
    submission = finished_ring(school)
    path = f"/submissions/{submission.pk}/replay/"
    assert school.browser(school.alice).get(path).status_code == 200
    answer_all_due()
    return f"{live_server.url}{path}"


def opened(page: Page, address: str, password: str) -> Page:
    sign_in(page, address.split("/submissions")[0], password)
    page.goto(address)
    expect(page.get_by_role("button", name="Next death")).to_be_visible()
    return page


def happened(page: Page) -> str:
    return page.locator("[data-happened]").inner_text()


def current(page: Page) -> str:
    return page.locator("[data-program] li[aria-current=step] code").inner_text()


def line(page: Page, code: str) -> None:
    """Goes to a line by its number, which is a link."""
    page.locator("[data-program] li", has_text=re.compile(rf"^\s*\S.*\d{re.escape(code)}$")).get_by_role("link").click()


def step(page: Page) -> int:
    found = re.search(r"Step (\d+) of (\d+)", page.locator("[data-place]").inner_text())
    assert found
    return int(found[1])


def test_alice_goes_through_a_run_by_keys_event_by_event_and_line_by_line_and_back(
    school: School, address: str, chromium_path: str
) -> None:
    password = school.password(school.alice)
    with window(chromium_path, DESK) as page:
        opened(page, address, password)
        page.keyboard.press("ArrowRight")
        assert step(page) == 2
        page.get_by_role("slider").focus()
        for _ in range(4):
            page.keyboard.press("ArrowDown")
        line, there = current(page), step(page)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        assert (current(page), step(page)) == (line, there)
        page.keyboard.press("ArrowUp")
        assert step(page) < there
        page.keyboard.press("d")
        assert "The Node single dies: del single closed its last reference" in happened(page), happened(page)
        assert current(page) == "del single"
        page.keyboard.press("End")
        assert "The program has ended." in happened(page)
        page.keyboard.press("D")
        assert "The list box dies: the program had ended" in happened(page)
        page.keyboard.press("D")
        assert "only the cycle" in happened(page) and current(page) == "print(gc.collect())"
        page.keyboard.press("Home")
        assert step(page) == 1
        page.keyboard.press("?")
        expect(page.get_by_role("heading", name="Keys")).to_be_visible()
        page.keyboard.press("?")
        expect(page.get_by_role("heading", name="Keys")).to_be_hidden()


def test_the_collector_is_shown_in_its_phases_with_its_sums(school: School, address: str, chromium_path: str) -> None:
    password = school.password(school.alice)
    with window(chromium_path, DESK) as page:
        opened(page, address, password)
        page.get_by_role("slider").focus()
        seen = []
        while "ended" not in happened(page):
            page.keyboard.press("ArrowRight")
            seen.append(happened(page))
            if "It subtracts the references that come from among them: the Node a" in seen[-1]:
                expect(page.locator(".object .sum").first).to_contain_text("1 − 1 = 0")
                expect(page.locator(".replay-picture .object.unreachable")).to_have_count(2)
                expect(page.locator("[data-text]")).to_contain_text("count 1, unreachable, not yet freed, 1 − 1 = 0")
        phases = [
            "The collector starts",
            "It copies the count",
            "It subtracts",
            "No reference from outside",
            "let go of what they hold",
            "dies: only the cycle",
            "The collector is done: 2",
        ]
        places = [next(number for number, text in enumerate(seen) if phase in text and number > len(seen) // 2) for phase in phases]
        assert places == sorted(places)


def test_the_slider_a_line_and_an_object_lead_where_they_say(school: School, address: str, chromium_path: str) -> None:
    password = school.password(school.alice)
    with window(chromium_path, DESK) as page:
        opened(page, address, password)
        page.get_by_role("slider").fill("0")
        line(page, "b.peer = a")
        assert current(page) == "b.peer = a"
        page.locator("[data-program] code", has_text="box = [a]").click()
        assert current(page) == "box = [a]"

        page.locator(".replay-picture .object", has_text="Node a").click()
        detail = page.locator("[data-detail]")
        expect(detail).to_contain_text("Count 3. Held by:")
        for holder in (
            "the global a, since line 12",
            "item 0 of the list box, since line 16",
            "attribute peer of the Node b, since line 15",
        ):
            expect(detail).to_contain_text(holder)
        expect(detail).to_contain_text("went back to its pool")
        detail.get_by_role("button", name="Its next change").click()
        expect(page.get_by_role("button", name="Node a", pressed=True)).to_be_visible()
        line(page, "del a")
        expect(detail).to_contain_text("attribute peer of the Node b, since line 15")
        expect(detail).to_contain_text("It is unreachable, not yet freed.")
        page.keyboard.press("Escape")
        expect(detail).to_be_hidden()

        by_words = page.get_by_role("button", name="Node b")
        by_words.focus()
        page.keyboard.press("Enter")
        expect(detail.get_by_role("heading", name="Node b")).to_be_visible()
        expect(by_words).to_be_focused()


def test_objects_keep_their_places_and_the_dead_are_crossed_out(school: School, address: str, chromium_path: str) -> None:
    password = school.password(school.alice)
    with window(chromium_path, DESK) as page:
        opened(page, address, password)
        slider = page.get_by_role("slider")
        places: dict[str, set[str]] = {}
        for number in range(int(slider.get_attribute("max") or 0) + 1):
            slider.fill(str(number))
            for name, where in page.locator(".replay-picture .object").evaluate_all(
                "all => all.map(one => [one.dataset.number, one.getAttribute('transform')])"
            ):
                places.setdefault(name, set()).add(where)
        assert len(places) >= 4 and all(len(one) == 1 for one in places.values()), places
        dead = page.locator(".replay-picture .object.dead")
        assert dead.count() and dead.locator(".cross").count() == 2 * dead.count()


def test_what_is_heard_is_only_what_changed(school: School, address: str, chromium_path: str) -> None:
    password = school.password(school.alice)
    with window(chromium_path, DESK) as page:
        opened(page, address, password)
        live = page.get_by_role("status")
        line(page, "single = Node()")
        page.keyboard.press("d")
        expect(live.filter(has_text="dies")).to_have_count(1)
        assert len(page.locator("[aria-live]:not(#said)").all()) == 1, "the words beside the picture are not read out at every step"
        page.keyboard.press("ArrowDown")
        text = happened(page)
        assert text.startswith("Line 19.") and "Node b" in text and "Node a refers" not in text


def test_show_me_opens_the_moment_of_a_question_with_both_answers(school: School, address: str, chromium_path: str) -> None:
    password = school.password(school.alice)
    with window(chromium_path, DESK) as page:
        opened(page, address, password)
        page.get_by_role("link", name="To the verdict").click()
        page.get_by_role("link", name="Show me question 1 in the replay").click()
        card = page.get_by_role("article", name="Question 1")
        expect(card).to_be_visible()
        expect(card).to_contain_text("You said")
        expect(card).to_contain_text("It is")
        assert current(page) == "del single" and "dies" in happened(page)
        expect(page.get_by_role("article", name="Question 2")).to_be_hidden()
        page.keyboard.press("ArrowRight")
        page.get_by_role("slider").focus()
        page.keyboard.press("q")
        expect(page.get_by_role("article", name="Question 2")).to_be_visible()


def test_pools_and_free_lists_stand_on_a_second_tab(school: School, address: str, chromium_path: str) -> None:
    password = school.password(school.alice)
    with window(chromium_path, DESK) as page:
        opened(page, address, password)
        line(page, "single = Node()")
        page.get_by_role("button", name="Pools and free lists").click()
        expect(page.get_by_role("img", name="Pools and free lists")).to_be_visible()
        expect(page.locator("[data-text]")).to_contain_text("holds #")
        page.get_by_role("button", name="Heap").click()
        expect(page.get_by_role("img", name="The heap")).to_be_visible()


def test_on_a_phone_nothing_scrolls_sideways_and_buttons_are_big_enough(school: School, address: str, chromium_path: str) -> None:
    password = school.password(school.alice)
    with window(chromium_path, PHONE) as page:
        opened(page, address, password)
        line(page, "single = Node()")
        assert fits(page)
        sizes = page.locator(".replay button:visible, .replay a:visible, .replay input:visible").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height])"
        )
        assert [size for size in sizes if min(size) < 24] == []
        picture = page.locator(".replay-picture")
        assert picture.evaluate("one => one.scrollWidth <= one.clientWidth + 1"), "the narrow picture fits"
        page.get_by_role("button", name="Step on").click()
        assert fits(page)


def test_nothing_moves_for_whoever_asked_for_less_motion(school: School, address: str, chromium_path: str) -> None:
    password = school.password(school.alice)
    with window(chromium_path, DESK) as page:
        page.emulate_media(reduced_motion="reduce")
        opened(page, address, password)
        line(page, "single = Node()")
        moving = page.evaluate("document.getAnimations().length")
        assert moving == 0


def test_without_scripts_it_is_text_step_by_step(school: School, address: str, chromium_path: str) -> None:
    password = school.password(school.alice)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        page = browser.new_context(java_script_enabled=False).new_page()
        sign_in(page, address.split("/submissions")[0], password)
        page.goto(address)
        line(page, "del single")
        expect(page.locator("[data-happened]")).to_contain_text("The Node single dies")
        expect(page.locator("[data-text]")).to_contain_text("list box: count 1")
        page.get_by_role("link", name="Step on").click()
        expect(page.locator("[data-place]")).to_contain_text(re.compile(r"Step \d+ of \d+"))
        assert RING.count("\n") and page.get_by_role("slider").count() == 0
        browser.close()
