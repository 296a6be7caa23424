"""Trying passwords is slow work, a whole lecture hall gets in at once, and nobody can lock somebody else out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from exercises.models import User
from tests.people import School, school
from tests.platform.webserver import WebServer, database_of_its_own

__all__ = ["school"]

STUDENTS = 300
TOO_OFTEN = "Too many passwords were tried for this name"
MAKE_A_CLASS = """
from django.contrib.auth.hashers import make_password
from exercises.models import User
stored = make_password("the same for all of them")
User.objects.bulk_create([User(username=f"student{number}", password=stored) for number in range(300)])
"""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    with database_of_its_own() as url:
        server = WebServer(tmp_path_factory.mktemp("hall"), DATABASE_URL=url)
        server.manage("migrate", "--verbosity", "0")
        server.manage("shell", "--verbosity", "0", "-c", MAKE_A_CLASS)
        with server.running():
            yield server


def test_three_hundred_behind_one_address_sign_in_at_once_and_whoever_knows_the_password_gets_in(hall: WebServer) -> None:
    def sign_in(number: int) -> list[int]:
        """Every fifth mistypes it first, some of them three times."""
        typos = number % 4 if number % 5 == 0 else 0
        return [hall.sign_in(f"student{number}", word)[0] for word in ["a slip of the finger"] * typos + ["the same for all of them"]]

    with ThreadPoolExecutor(STUDENTS) as people:
        found = list(people.map(sign_in, range(STUDENTS)))
    assert Counter(one[-1] for one in found) == {302: STUDENTS}, "302 leads to the courses"
    assert {status for one in found for status in one[:-1]} == {200}


def attempt(user: str, password: str, address: str = "192.0.2.7", path: str = "/sign-in/") -> tuple[int, str]:
    response = Client(REMOTE_ADDR=address).post(path, {"username": user, "password": password})
    return response.status_code, response.content.decode()


@pytest.mark.parametrize("path", ["/sign-in/", "/admin/login/"])
def test_a_name_longer_than_any_is_wrong_like_any_other_and_counted_like_any_other(school: School, path: str) -> None:
    endless = "x" * 100_000
    assert [attempt(endless, "guess", path=path)[0] for _ in range(11)] == [200] * 9 + [429] * 2
    assert attempt("x" * 150, "guess", path=path)[0] == 200


@pytest.mark.parametrize("path", ["/sign-in/", "/admin/login/"])
def test_an_attacked_account_is_slowed_where_the_attack_comes_from_and_its_owner_elsewhere_gets_in(school: School, path: str) -> None:
    password = school.password(school.alice)
    User.objects.filter(pk=school.alice.pk).update(is_staff=True)
    statuses = [attempt("alice", f"guess {number}", path=path)[0] for number in range(15)]
    assert statuses[0] == 200 and statuses[-1] == 429
    status, page = attempt("alice", password, path=path)
    assert status == 429 and TOO_OFTEN in page, "the right one is not told apart while the time runs"
    assert attempt("alice", password, address="198.51.100.4", path=path)[0] == 302
    # And where the attack comes from, everybody else still signs in.
    bob = school.password(school.bob)
    assert attempt("bob", bob)[0] == 302


def test_a_name_that_nobody_has_is_answered_like_one_that_somebody_has(school: School) -> None:
    school.password(school.alice)
    known, unknown = ([attempt(name, "wrong") for _ in range(12)] for name in ("alice", "nobody-at-all"))
    assert [status for status, _ in known] == [status for status, _ in unknown]
    first = known[0][1].replace("alice", "")
    assert first.split("<form")[1].split("csrf")[0] == unknown[0][1].split("<form")[1].split("csrf")[0]
    assert "do not belong together" in known[0][1] and "do not belong together" in unknown[0][1]


def test_a_whole_household_of_addresses_counts_as_one(school: School) -> None:
    password = school.password(school.alice)
    for number in range(10):
        attempt("alice", "wrong", address=f"2001:db8:1:2::{number:x}")
    assert attempt("alice", password, address="2001:db8:1:2::ffff")[0] == 429
    assert attempt("alice", password, address="2001:db8:1:3::1")[0] == 302


def test_staff_let_somebody_in_again_by_a_command_or_in_the_admin_pages(school: School) -> None:
    password = school.password(school.alice)
    for _ in range(10):
        attempt("alice", "wrong")
    call_command("axes_reset_username", "alice", verbosity=0)
    assert attempt("alice", password)[0] == 302

    for _ in range(10):
        attempt("alice", "wrong")
    desk = school.browser(User.objects.create(username="root", is_staff=True, is_superuser=True))
    listing = desk.get(reverse("admin:axes_accessattempt_changelist"))
    assert "alice" in listing.content.decode()
    chosen = [row.pk for row in listing.context["cl"].queryset]
    desk.post(listing.request["PATH_INFO"], {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    assert attempt("alice", password)[0] == 302


def test_a_password_typed_right_is_a_clean_slate(school: School) -> None:
    password = school.password(school.alice)
    for _ in range(3):
        for _ in range(6):
            assert attempt("alice", "wrong")[0] == 200
        assert attempt("alice", password)[0] == 302


def test_a_password_that_was_stored_the_old_way_still_holds_and_is_stored_the_new_way(school: School) -> None:
    User.objects.filter(pk=school.alice.pk).update(password="pbkdf2_sha256$1000$salt$BlRkV6h6lCP3Rex7ZTSfnuzMiq2RYLj+GnCssi6qJRE=")
    assert attempt("alice", "an old password")[0] == 302
    school.alice.refresh_from_db()
    assert identify_hasher(school.alice.password).algorithm == "argon2"


def test_what_a_guesser_typed_is_not_kept(school: School) -> None:
    attempt("alice", "hunter2-hunter2")
    listing = school.browser(User.objects.create(username="root", is_staff=True, is_superuser=True))
    row = listing.get(reverse("admin:axes_accessattempt_changelist")).context["cl"].queryset.get()
    assert "hunter2" not in json.dumps([row.post_data, row.get_data])
