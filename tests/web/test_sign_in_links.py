"""Zoe comes from a list and has no password: Ivan makes a link for her. It opens her account once, and nobody else's ever."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from exercises.models import Membership, User
from grader.models import AuditEvent
from tests.people import School, person

LINKS = "/courses/memory-101/sign-in-links/"
FOUND = re.compile(r"http://testserver(/sign-in/link/[\w-]+/[\w-]+/)")
NEW = "a ring of two lists"


def ask(school: School, *people: User, by: str = "ivan", course: str = "memory-101") -> HttpResponse:
    browser = school.browser(getattr(school, by))
    return browser.post(f"/courses/{course}/sign-in-links/", {"person": [one.pk for one in people]})  # type: ignore[return-value]


def link_for(school: School, someone: User) -> str:
    (found,) = FOUND.findall(ask(school, someone).content.decode())
    return str(found)


def use(path: str, password: str = NEW, browser: Client | None = None) -> tuple[Client, HttpResponse]:
    browser = browser or Client()
    form = browser.get(path, follow=True)
    where = form.redirect_chain[-1][0] if form.redirect_chain else path
    answer = browser.post(where, {"new_password1": password, "new_password2": password})
    return browser, answer  # type: ignore[return-value]


def opens(path: str) -> bool:
    return Client().get(path, follow=True).status_code == 200


@pytest.fixture
def zoe(school: School) -> User:
    return person("Zoe", school.course, "student")


def test_zoe_sets_a_password_by_a_link_and_is_in(school: School, zoe: User) -> None:
    assert "Zoe Example" in school.browser(school.ivan).get(LINKS).content.decode()
    path = link_for(school, zoe)
    browser, answer = use(path)
    assert answer.status_code == 302 and answer.headers["Location"] == "/"
    page = browser.get("/").content.decode()
    assert "Memory 101" in page and "Next time sign in as zoe" in page
    assert Client().post("/sign-in/", {"username": "zoe", "password": NEW}).status_code == 302
    made, used = AuditEvent.objects.get(action="sign_in_link.made"), AuditEvent.objects.get(action="sign_in_link.used")
    assert (made.actor, made.target, made.course) == (school.ivan, f"user {zoe.pk}", school.course)
    assert (used.actor, used.target) == (zoe, f"user {zoe.pk}")


def test_a_link_works_once_and_only_until_a_newer_one_is_made(school: School, zoe: User) -> None:
    first = link_for(school, zoe)
    second = link_for(school, zoe)
    assert not opens(first) and opens(second), "opening it uses nothing up"
    waiting = Client()
    waiting.get(second)
    use(second)
    assert Client().get(second, follow=True).status_code == 410
    # Somebody else had opened the form meanwhile.
    late = waiting.post(re.sub(r"[\w-]+/$", "set-password/", second), {"new_password1": "another ring", "new_password2": "another ring"})
    assert late.status_code == 410 and "opens nothing any more" in late.content.decode()
    assert Client().post("/sign-in/", {"username": "zoe", "password": NEW}).status_code == 302


def test_a_link_ends_by_itself(school: School, zoe: User, settings: pytest.FixtureRequest) -> None:
    path = link_for(school, zoe)
    settings.PASSWORD_RESET_TIMEOUT = -1  # type: ignore[attr-defined]
    assert not opens(path)


def test_what_leads_on_from_the_link_holds_no_secret_and_nothing_of_it_is_stored(school: School, zoe: User) -> None:
    path = link_for(school, zoe)
    response = Client().get(path)
    token = path.rstrip("/").rpartition("/")[2]
    assert response.status_code == 302 and token not in response.headers["Location"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    everything = str([list(User.objects.values()), list(AuditEvent.objects.values())])
    assert token not in everything


def test_what_was_shown_once_is_not_shown_again(school: School, zoe: User) -> None:
    path = link_for(school, zoe)
    page = school.browser(school.ivan).get(LINKS).content.decode()
    assert path not in page and "link made" in page


@pytest.mark.parametrize("whom", ["tara", "ivan", "dora", "charlie"])
def test_no_link_is_made_for_staff_nor_for_whoever_does_not_study_here(school: School, whom: str) -> None:
    response = ask(school, getattr(school, whom))
    assert response.status_code == 422 and not FOUND.findall(response.content.decode())
    assert not AuditEvent.objects.filter(action="sign_in_link.made").exists()


@pytest.mark.parametrize("by", ["tara", "alice"])
def test_whoever_does_not_manage_the_course_makes_no_link(school: School, zoe: User, by: str) -> None:
    assert ask(school, zoe, by=by).status_code == 404


def test_a_student_who_is_more_elsewhere_or_was_gets_no_link_from_an_instructor(school: School, zoe: User) -> None:
    """Ivan would else come into Dora's course, or into the admin pages."""
    elsewhere = Membership.objects.create(course=school.elsewhere, user=zoe, role="student")
    for role, left in (("student", None), ("assistant", None), ("instructor", None), ("assistant", timezone.now())):
        Membership.objects.filter(pk=elsewhere.pk).update(role=role, left_at=left)
        response = ask(school, zoe)
        assert response.status_code == 422 and "opens more than courses of yours" in response.content.decode(), role
    elsewhere.delete()
    for right in ("is_staff", "is_superuser"):
        User.objects.filter(pk=zoe.pk).update(**{right: True})
        assert ask(school, zoe).status_code == 422, right
        User.objects.filter(pk=zoe.pk).update(**{right: False})
    User.objects.filter(pk=zoe.pk).update(is_active=False)
    assert "switched off" in ask(school, zoe).content.decode()
    assert not AuditEvent.objects.filter(action="sign_in_link.made").exists()


def test_an_account_that_was_made_for_something_else_is_not_had_by_enrolling_it(school: School) -> None:
    """Vera will teach next term. Her account is there, in no course yet, and Ivan's list has her as a student."""
    vera = person("Vera")
    User.objects.filter(pk=vera.pk).update(date_joined=timezone.now() - timedelta(days=30))
    ivan, listed = school.browser(school.ivan), {"list": "user name\nvera\nalice\nbob\n"}
    seen = re.search(r'name="seen" value="(\w+)"', ivan.post("/courses/memory-101/roster/", listed).content.decode())
    assert seen
    ivan.post("/courses/memory-101/roster/", {**listed, "seen": seen[1]})
    assert Membership.objects.filter(user=vera, course=school.course, role="student").exists()
    assert ask(school, vera).status_code == 422
    rows = ivan.post(LINKS, {"all": "yes", "csv": "yes"}).content.decode()
    assert "vera" not in rows and "bob" in rows


def test_who_manages_all_courses_of_a_student_makes_a_link(school: School, zoe: User) -> None:
    Membership.objects.create(course=school.elsewhere, user=zoe, role="student")
    Membership.objects.create(course=school.elsewhere, user=school.ivan, role="instructor")
    assert opens(link_for(school, zoe))


def test_of_several_who_are_chosen_all_get_a_link_or_none(school: School, zoe: User) -> None:
    Membership.objects.create(course=school.elsewhere, user=school.bob, role="student")
    response = ask(school, zoe, school.bob)
    assert response.status_code == 422 and "bob" in response.content.decode()
    zoe.refresh_from_db()
    assert zoe.link_made_at is None


@pytest.mark.parametrize("gain", ["is_staff", "is_superuser", "instructor elsewhere", "instructor here", "student elsewhere"])
def test_a_link_made_before_ends_when_its_account_gains_something(school: School, zoe: User, gain: str) -> None:
    """Or a link kept for later would open it."""
    path = link_for(school, zoe)
    if gain.startswith("is_"):
        User.objects.filter(pk=zoe.pk).update(**{gain: True})
    elif gain == "instructor here":
        Membership.objects.filter(user=zoe).update(role="instructor")
    else:
        Membership.objects.create(course=school.elsewhere, user=zoe, role=gain.split()[0])
    assert not opens(path)


def test_a_link_opens_no_account_that_was_switched_off(school: School, zoe: User) -> None:
    path = link_for(school, zoe)
    User.objects.filter(pk=zoe.pk).update(is_active=False)
    assert not opens(path)


def test_whoever_forgot_a_password_is_found_and_their_other_windows_are_signed_out(school: School) -> None:
    former = school.password(school.alice)
    window = Client()
    window.post("/sign-in/", {"username": "alice", "password": former})
    assert "Alice" not in school.browser(school.ivan).get(LINKS).content.decode()
    assert "Alice Example" in school.browser(school.ivan).get(LINKS, {"q": "ali"}).content.decode()
    path = link_for(school, school.alice)
    assert Client().post("/sign-in/", {"username": "alice", "password": former}).status_code == 302
    assert not opens(path), "whoever remembers and signs in needs no link"
    use(link_for(school, school.alice))
    assert window.get("/account/").status_code == 302
    assert Client().post("/sign-in/", {"username": "alice", "password": former}).status_code == 200


def test_a_weak_password_is_refused_and_the_link_stays(school: School, zoe: User) -> None:
    path = link_for(school, zoe)
    browser, answer = use(path, "password12")
    assert answer.status_code == 422 and "too common" in answer.content.decode()
    assert use(path, browser=browser)[1].status_code == 302


def test_after_a_list_the_whole_roster_gets_its_links_as_a_file(school: School, zoe: User) -> None:
    school.password(school.alice)
    Membership.objects.create(course=school.elsewhere, user=school.bob, role="student")
    User.objects.filter(pk=zoe.pk).update(last_name="=HYPERLINK()")
    response = school.browser(school.ivan).post(LINKS, {"all": "yes", "csv": "yes"})
    assert response["Content-Type"].startswith("text/csv") and "attachment" in response["Content-Disposition"]
    head, *rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert head == ["user name", "last name", "first name", "e-mail", "link"]
    assert [row[:2] for row in rows] == [["zoe", "'=HYPERLINK()"]], "Alice has a password, and Bob is in a course of others too"
    assert opens(rows[0][4].removeprefix("http://testserver"))
    assert AuditEvent.objects.get(action="sign_in_link.made").target == f"user {zoe.pk}"


def test_whoever_was_enrolled_by_a_list_is_one_click_from_a_link(school: School) -> None:
    ivan = school.browser(school.ivan)
    listed = {"list": "user name\nyan\nalice\nbob\n"}
    seen = re.search(r'name="seen" value="(\w+)"', ivan.post("/courses/memory-101/roster/", listed).content.decode())
    assert seen
    page = ivan.post("/courses/memory-101/roster/", {**listed, "seen": seen[1]}, follow=True).content.decode()
    assert f'1 of them have no password yet. <a href="{LINKS}">' in page


def test_an_operator_makes_a_link_for_anybody_who_is_active(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    root = User.objects.create_superuser("root")
    call_command("sign_in_link", "root")
    printed = capsys.readouterr()
    path = printed.out.strip().removeprefix("http://127.0.0.1:8000")
    assert use(path)[1].status_code == 302 and "works once" in printed.err
    assert AuditEvent.objects.get(action="sign_in_link.made").target == f"user {root.pk}"
    with pytest.raises(CommandError, match="nobody called Root"):
        call_command("sign_in_link", "Root")
    User.objects.filter(pk=root.pk).update(is_active=False)
    with pytest.raises(CommandError, match="switched off"):
        call_command("sign_in_link", "root")


def test_a_link_is_not_known_again_by_a_forged_number(school: School, zoe: User) -> None:
    path = link_for(school, zoe)
    uid, token = path.strip("/").split("/")[2:]
    other = link_for(school, school.bob).strip("/").split("/")[2]
    assert uid != other
    for forged in (
        f"/sign-in/link/{other}/{token}/",
        f"/sign-in/link/{uid}/{token[:-1]}x/",
        f"/sign-in/link/%00/{token}/",
        "/sign-in/link/OTk5OTk5OTk5OTk5OTk5OTk5OTk/a-b/",
    ):
        assert Client().get(forged, follow=True).status_code == 410
