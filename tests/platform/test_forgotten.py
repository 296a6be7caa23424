"""Who forgot a password gets a link by mail, from a real web process and through a real mail server; nobody learns who has an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.platform.postbox import Postbox, mail_server
from tests.platform.webserver import PATIENCE, WebServer

PEOPLE = """
from exercises.models import Course, Membership, User
course = Course.objects.create(slug="memory", title="Memory", term="1")
for name in ("alice", "list-only", "later-staff", "gone"):
    user = User.objects.create_user(name, f"{name}@example.org", "the former password" if name in ("alice", "gone") else None)
    Membership.objects.create(course=course, user=user, role="instructor" if name == "later-staff" else "student")
User.objects.filter(username="gone").update(is_active=False)
User.objects.create_superuser("root", "root@example.org", "the former password")
User.objects.create_user("last", "last@example.org", "the former password")
"""


@dataclass
class House:
    web: WebServer
    postbox: Postbox

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """As a browser does: the form first, for its cookie and its token; then on to where the answer leads."""
        status, page, given = self.web.get(path)
        cookies = "; ".join(one.partition(";")[0] for one in given.get_all("Set-Cookie") or [])
        if status == 302:
            path = str(given["Location"])
            status, page, more = self.web.get(path, {"Cookie": cookies})
            cookies = "; ".join([cookies, *(one.partition(";")[0] for one in more.get_all("Set-Cookie") or [])])
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, page
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        status, page, _ = self.web.ask("POST", path, urlencode({"csrfmiddlewaretoken": found[1], **fields}), headers)
        return status, page

    def ask(self, who: str) -> tuple[int, str]:
        return self.post("/sign-in/forgotten/", who=who)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with mail_server() as (address, postbox):
        web = WebServer(tmp_path_factory.mktemp("house"), EMAIL_URL=address, EMAIL_FROM="Heaplab <lab@example.org>", DEBUG="no")
        web.manage("migrate", "--verbosity", "0")
        web.manage("shell", "--verbosity", "0", "-c", PEOPLE)
        with web.running():
            yield House(web, postbox)


def test_alice_gets_a_link_by_mail_and_the_log_holds_nothing_of_it(house: House) -> None:
    assert "/sign-in/forgotten/" in house.web.get("/sign-in/")[1]
    status, page = house.ask("ALICE@example.org")
    assert status == 200 and "If there is such an account" in page
    mail = house.postbox.get(timeout=PATIENCE)
    assert (mail["To"], mail["From"]) == ("alice@example.org", "Heaplab <lab@example.org>")
    found = re.search(r"http://127\.0\.0\.1:8000(/sign-in/link/[\w-]+/([\w-]+)/)", mail.get_content())
    assert found, mail.get_content()
    status, _ = house.post(found[1], new_password1="a ring of two lists", new_password2="a ring of two lists")
    assert status == 302
    assert house.web.sign_in("alice", "a ring of two lists")[0] == 302
    assert house.web.get(found[1])[0] == 410 and house.web.ask("PUT", found[1])[0] in (403, 405)
    log = Path(house.web.log).read_text()
    assert "/sign-in/link/" in log and found[2] not in log


def test_whoever_asks_learns_nothing_and_one_account_is_not_written_to_again_and_again(house: House) -> None:
    said = {
        house.ask(who)[1].split("csrf")[0] for who in ("list-only", "list-only", "nobody-at-all", "gone", "root", "later-staff", "last")
    }
    assert len(said) == 1, "the same page, whoever is meant"
    # One at a time, in the order in which they were asked for: after the last one's there is none to come.
    arrived = [house.postbox.get(timeout=PATIENCE)["To"] for _ in range(2)]
    assert arrived == ["list-only@example.org", "last@example.org"]
    assert house.postbox.empty(), "once to each, and to nobody who is switched off, who runs Heaplab or whose account a list made for staff"


def test_nothing_typed_is_said_so(house: House) -> None:
    status, page = house.ask(" ")
    assert status == 422 and "Type your user name" in page


def test_without_a_mail_server_the_page_says_whom_to_ask(tmp_path: Path) -> None:
    web = WebServer(tmp_path)
    web.manage("migrate", "--verbosity", "0")
    with web.running():
        status, page, _ = web.get("/sign-in/forgotten/")
    assert status == 200 and "sends no e-mail" in page and "ask an instructor of their course" in page and "<form" not in page
