"""Ivan enrols his students from a list: what it would do is shown first, and then all of it is done or nothing."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises.models import Course, Membership, User
from grader.models import AuditEvent
from tests.people import School, person

ROSTER = "/courses/memory-101/roster/"
LIST = """\
user name,last name,first name,e-mail,student number,section
alice,Example,Alice,,1001,A
zoë,Łukasiewicz,Zoë,zoe@example.org,1003,B
"""


def look(school: School, text: str, user: str = "ivan") -> HttpResponse:
    return school.browser(getattr(school, user)).post(ROSTER, {"list": text})  # type: ignore[return-value]


def enrol(school: School, text: str, *, drop: bool = False) -> HttpResponse:
    """As the two pages do it: look, then write what was seen."""
    seen = re.search(r'name="seen" value="(\w+)"', look(school, text).content.decode())
    assert seen, "the preview offers nothing to write"
    form = {"list": text, "seen": seen.group(1), **({"drop": "yes"} if drop else {})}
    return school.browser(school.ivan).post(ROSTER, form)  # type: ignore[return-value]


def students(school: School) -> set[str]:
    return set(Membership.objects.current().filter(course=school.course, role="student").values_list("user__username", flat=True))


def test_ivan_sees_what_a_list_would_do_before_anything_is_written(school: School) -> None:
    html = look(school, LIST).content.decode()
    assert "Łukasiewicz" in html and "section: none → A" in html and "In the course and not in the list: 1" in html
    assert students(school) == {"alice", "bob"} and not User.objects.filter(username="zoë").exists()


def test_what_was_seen_is_written_whole_and_on_record(school: School) -> None:
    assert enrol(school, LIST).headers["Location"] == "/courses/memory-101/gradebook/"
    assert students(school) == {"alice", "bob", "zoë"}, "nobody goes unless that is asked for"
    zoe = Membership.objects.get(user__username="zoë")
    assert (zoe.student_number, zoe.section, zoe.user.last_name, zoe.user.email) == ("1003", "B", "Łukasiewicz", "zoe@example.org")
    assert not zoe.user.has_usable_password()
    assert AuditEvent.objects.get(action="roster.imported").detail == {"added": 1, "changed": 1, "left": 0}


def test_what_a_list_did_to_each_person_is_on_record_with_before_and_after(school: School) -> None:
    Membership.objects.filter(user=school.alice).update(section="Z")
    enrol(school, LIST, drop=True)
    zoe = User.objects.get(username="zoë")
    rows = {(one.action, one.detail["whom"]): one for one in AuditEvent.objects.filter(action__startswith="membership.")}
    assert set(rows) == {("membership.added", zoe.pk), ("membership.changed", school.alice.pk), ("membership.left", school.bob.pk)}
    assert rows["membership.added", zoe.pk].detail["changed"] == {"student_number": ["", "1003"], "section": ["", "B"]}
    changed = rows["membership.changed", school.alice.pk]
    assert (changed.actor, changed.course, changed.detail["changed"]["section"]) == (school.ivan, school.course, ["Z", "A"])
    assert "zoe@example.org" not in str([one.detail for one in rows.values()]), "names and addresses are not kept for ever"
    enrol(school, LIST + "bob,Example,Bob,,,\n")
    assert AuditEvent.objects.filter(action="membership.added", detail__whom=school.bob.pk).exists(), "back in the course"


def test_the_same_list_again_has_nothing_to_write(school: School) -> None:
    enrol(school, LIST)
    html = look(school, LIST).content.decode()
    assert "already as the list says" not in html, "bob is not in it, and may be dropped"
    enrol(school, LIST, drop=True)
    assert "already as the list says" in look(school, LIST).content.decode()
    assert User.objects.filter(username="zoë").count() == 1


def test_bob_is_dropped_only_where_ivan_says_so_and_comes_back_with_his_work(school: School) -> None:
    work = school.answer(school.bob, {"q1": "1", "q2": []})
    enrol(school, LIST, drop=True)
    assert students(school) == {"alice", "zoë"}
    assert school.browser(school.bob).get("/courses/memory-101/").status_code == 404
    assert "was here before" in look(school, "user name\nbob\n").content.decode()
    enrol(school, "user name\nbob\n")
    assert "bob" in students(school)
    assert school.browser(school.bob).get(f"/submissions/{work.pk}/").status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffuser name;e-mail;first name;last name\r\nzoë;zoe@example.org;Zoë;Łukasiewicz\r\n".encode(),
        "Username\tE-Mail Address\tGiven Name\tSurname\nzoë\tzoe@example.org\tZoë\tŁukasiewicz\n".encode(),
        "LOGIN,Mail,Vorname,Familienname?,Nachname\nzoë,zoe@example.org,Zoë,ignored,Łukasiewicz\n".encode(),
        'Net-ID,Email,Name,Notes\nzoë,zoe@example.org,"Łukasiewicz, Zoë","a ""note"",\nover two lines"\n'.encode(),
        "User ID;Mail;Full name\nzoë;zoe@example.org;Zoë Łukasiewicz\n".encode("utf-16"),
        'sep=;\r\nLogin; Name; Mail\r\nzoë; "Łukasiewicz, Zoë"; zoe@example.org\r\n'.encode("utf-8-sig"),
        "user_name,email,first_name,last_name\n'zoë,zoe@example.org,Zoë,Łukasiewicz\n\n  ,,,\n".replace("'zoë", "zoë").encode(),
    ],
    ids=["semicolons and a mark", "tabs", "german", "one name and quotes", "utf-16", "as Excel declares it", "underscores and empty lines"],
)
def test_lists_are_read_as_spreadsheets_and_systems_write_them(school: School, content: bytes) -> None:
    browser = school.browser(school.ivan)
    html = browser.post(ROSTER, {"file": SimpleUploadedFile("roster.csv", content)}).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', html)
    text = re.search(r'<textarea name="list"[^>]*>\n(.*?)</textarea>', html, re.S)
    assert seen and text
    browser.post(ROSTER, {"seen": seen.group(1), "list": text.group(1).replace("&quot;", '"')})
    zoe = User.objects.get(username="zoë")
    assert (zoe.first_name, zoe.last_name, zoe.email) == ("Zoë", "Łukasiewicz", "zoe@example.org")


def test_a_list_of_addresses_alone_makes_them_the_user_names(school: School) -> None:
    enrol(school, "E-Mail\nzoe@example.org\n")
    assert User.objects.get(email="zoe@example.org").username == "zoe@example.org"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is nothing in it"),
        ("name,phone\nZoë,1\n", "No column says who somebody is"),
        ("user name\n", "nobody below it"),
        ("user name,login\nzoe,zoe\n", "Two columns say the user name"),
        ("user name\nzoe\nZOE\n", "stands in line 2 too"),
        ("user name,student number\nzoe,7\nyan,7\n", "The student number “7” stands in line 2 too"),
        ("user name,e-mail\nzoe,not an address\n", "“not an address” is no e-mail address"),
        ("user name\nzoe zimmer\n", "cannot be a user name"),
        ("user name,e-mail\n,zoe@example.org\n", "Line 2: "),
        ("user name,section\nzoe," + "s" * 41 + "\n", "longer than 40 characters"),
        ("user name\ntara\n", "tara is assistant of this course"),
        ("user name\nzoe\x00\n", "no list in text form"),
        ('user name;name\nzoe;"Zoe\nyan;Yan\nxia;Xia\n', "Line 2 cannot be read as a table"),
        ("\n\nuser name\nzoe zimmer\n", "Line 4: "),
        (",,;\n;,\n", "No column says who somebody is"),
        ("sep=;\nuser name;name\nzoe zimmer;Zoe\n", "Line 3: "),
        ('user name\n"' + "z" * 140_000 + '"\n', "cannot be read as a table"),
    ],
)
def test_a_list_with_a_mistake_is_refused_whole_with_its_line_and_what_to_do(school: School, text: str, words: str) -> None:
    people = User.objects.count()
    refused = look(school, text)
    assert refused.status_code == 422
    assert words in re.sub(r"</?bdi>", "", refused.content.decode())
    assert 'name="seen"' not in refused.content.decode()
    assert User.objects.count() == people and students(school) == {"alice", "bob"}


def test_one_bad_line_among_good_ones_writes_nothing_even_if_the_form_is_forced(school: School) -> None:
    sent = school.browser(school.ivan).post(ROSTER, {"list": LIST + "bad one,,,,,\n", "seen": "0" * 64})
    assert sent.status_code == 422 and "Line 4" in sent.content.decode()
    assert students(school) == {"alice", "bob"}


def test_what_changed_between_the_look_and_the_writing_is_shown_again(school: School) -> None:
    seen = re.search(r'name="seen" value="(\w+)"', look(school, LIST).content.decode())
    assert seen
    person("Zora", school.course, "student")
    sent = school.browser(school.ivan).post(ROSTER, {"list": LIST, "seen": seen.group(1), "drop": "yes"})
    assert sent.status_code == 409 and "nothing was written" in sent.content.decode()
    assert students(school) == {"alice", "bob", "zora"}


def test_a_number_that_is_somebody_elses_is_pointed_out(school: School) -> None:
    Membership.objects.filter(user=school.bob).update(student_number="1002")
    assert "belongs to bob here" in look(school, "user name,student number\nalice,1002\n").content.decode()


def test_a_list_does_not_rename_an_account_that_is_in_use_or_in_another_course(school: School) -> None:
    User.objects.filter(pk=school.alice.pk).update(last_login=timezone.now())
    html = look(school, "user name,e-mail\nalice,ivan@evil.example\ncharlie,ivan@evil.example\nbob,bob@example.org\n").content.decode()
    assert "alice keeps the name and address" in html and "charlie keeps the name and address" in html
    enrol(school, "user name,e-mail\nalice,ivan@evil.example\ncharlie,ivan@evil.example\nbob,bob@example.org\n")
    found = dict(User.objects.values_list("username", "email"))
    assert (found["alice"], found["charlie"], found["bob"]) == ("", "", "bob@example.org")
    assert "charlie" in students(school)


def test_names_are_found_whatever_the_case_of_their_letters(school: School) -> None:
    html = look(school, "user name,section\nALICE,A\nBob,B\n").content.decode()
    assert "Change: 2" in html and "New:" not in html


def test_a_mark_that_the_gradebook_put_before_a_formula_is_taken_off_again(school: School) -> None:
    enrol(school, "user name,last name\nzoe,'=Zimmer\n")
    assert User.objects.get(username="zoe").last_name == "=Zimmer"


def test_a_long_list_costs_no_more_questions_to_the_database_than_a_short_one(school: School) -> None:
    def queries(text: str) -> int:
        look(school, text)
        with CaptureQueriesContext(connection) as counted:
            enrol(school, text)
        return len(counted)

    few = queries("user name\n" + "".join(f"few{number}\n" for number in range(3)))
    assert queries("user name\n" + "".join(f"many{number}\n" for number in range(300))) == few


def test_a_list_for_one_course_touches_no_other(school: School) -> None:
    before = list(Membership.objects.filter(course=school.elsewhere).values())
    enrol(school, LIST, drop=True)
    assert list(Membership.objects.filter(course=school.elsewhere).values()) == before
    assert Course.objects.count() == 2


def test_mistakes_of_every_kind_stand_in_the_order_of_their_lines(school: School) -> None:
    refused = look(school, "user name,e-mail\nzoe,\nzoe,\nyan,not an address\ntara,\n").content.decode()
    assert re.findall(r"Line (\d+): ", re.sub(r"</?bdi>", "", refused)) == ["3", "4", "5"]
