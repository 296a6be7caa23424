"""A window of a real Chromium, as people have it at a desk or in the hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from tests import chromium

QUIET = ("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
ARGUMENTS = [*chromium.ARGUMENTS, *QUIET]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
EXPECTED = re.compile("status of (409|422)")


@contextmanager
def window(chromium_path: str, size: dict[str, int]) -> Iterator[Page]:
    """A page whose console stays clean: a script error or a breach of the content security policy fails the test."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # A form that came back with its mistakes pointed out is a 422, a refusal a 409: Chromium remarks on both.
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            complaints.append(message.text)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        page = browser.new_page(viewport=size)  # type: ignore[arg-type]
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert complaints == []


def sign_in(page: Page, address: str, password: str, name: str = "alice") -> None:
    page.goto(address)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your courses")).to_be_visible()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
