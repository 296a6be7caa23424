"""A truth is nowhere to be found before it is theirs to see: every page and every address of the API is fetched and searched, as everybody.

The truth here is a number that the program computes and nowhere contains, so any trace of it is a leak: in a page, a header, an error.
"""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from exercises.models import Assignment, Extension, Placement, User
from tests.people import CANARY, School, edition, school

__all__ = ["school"]


@dataclass
class Crawl:
    """Follows every link and form target that a page or an answer of the API contains, and keeps all that came back."""

    browser: Client
    headers: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    def start(self, *paths: str) -> Crawl:
        waiting = deque(paths)
        while waiting:
            path = waiting.popleft()
            # Looking again for a result that is not there leads to the next look, without end.
            if path in self.seen or path.startswith(("/sign-out/", "/admin/")) or re.search(r"look=([3-9]|\d\d)", path):
                continue
            text = self.fetch(path)
            waiting.extend(one for one in self.links(text) if one not in self.seen)
        return self

    def fetch(self, path: str) -> str:
        response = self.browser.get(path, headers=self.headers)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        self.seen[path] = f"{response.status_code}\n{response.headers}\n{content.decode(errors='replace')}"
        return self.seen[path]

    def links(self, text: str) -> list[str]:
        found = re.findall(r'(?:href|src|action|hx-get)="(/[^"#]*)"', text) + re.findall(r'"(?:http://testserver)?(/api/v1/[^"{}]*)"', text)
        return [one.replace("&amp;", "&") for one in found if not one.startswith("//")]

    def leaks(self) -> list[str]:
        return [path for path, text in self.seen.items() if CANARY in text]


def pages(school: School, user: User | None, *more: str) -> Crawl:
    browser = school.browser(user) if user else Client(raise_request_exception=False)
    return Crawl(browser).start("/", "/nowhere/", "/api/v1/schema/", "/api/v1/docs/", "/metrics", "/healthz/ready", *more)


def everything(school: School, submissions: list[str]) -> list[str]:
    """Addresses that no link of one's own leads to, but which one might guess."""
    number = school.canary.pk
    return [
        "/courses/memory-101/",
        "/courses/memory-101/gradebook/",
        "/courses/memory-101/gradebook.csv",
        "/courses/memory-101/records/",
        "/courses/memory-101/records.csv",
        "/courses/memory-101/assignments/names/",
        f"/exercises/{number}/",
        f"/exercises/{number}/replay/",
        f"/exercises/{number}/replay/data/",
        f"/placements/{number}/analysis/",
        f"/api/v1/placements/{number}/",
        "/api/v1/submissions/",
        *(f"/submissions/{one}/" for one in submissions),
        *(f"/submissions/{one}/?look=1" for one in submissions),
        *(f"/submissions/{one}/replay/" for one in submissions),
        *(f"/submissions/{one}/replay/data/" for one in submissions),
        *(f"/api/v1/submissions/{one}/" for one in submissions),
    ]


def test_nobody_finds_the_truth_while_it_may_still_be_answered(school: School) -> None:
    right = school.graded(school.bob, {"q1": CANARY.replace("8", "7", 1), "q2": []})
    wrong = school.graded(school.alice, {"q1": "42", "q2": ["a"]})
    waiting = school.answer(school.alice, {"q1": "43", "q2": []})
    guesses = everything(school, [str(one.pk) for one in (right, wrong, waiting)])
    for user in (school.alice, school.bob, school.charlie, school.dora, None):
        crawl = pages(school, user, *guesses)
        assert crawl.leaks() == [], user
        assert len(crawl.seen) > 15
    mine = pages(school, school.alice)
    assert f"/submissions/{wrong.pk}/" in mine.seen, "the crawl finds what Alice can find"


def test_no_token_finds_the_truth_while_it_may_still_be_answered(school: School) -> None:
    submissions = [school.graded(user, {"q1": "42", "q2": ["a"]}) for user in (school.alice, school.bob)]
    guesses = [one for one in everything(school, [str(one.pk) for one in submissions]) if one.startswith("/api")]
    for course in (school.course, school.elsewhere):
        for scopes in (("read",), ("submit",), ("results",), ("read", "submit", "results")):
            headers = {"Authorization": f"Bearer {school.token(*scopes, course=course)}"}
            crawl = Crawl(Client(), headers).start("/api/v1/assignments/", "/api/v1/placements/", "/api/v1/nothing/", *guesses)
            assert crawl.leaks() == []


def test_what_is_refused_does_not_give_the_truth_away(school: School) -> None:
    """Errors, repeats and verdicts: what comes back from sending something, in every form there is."""
    browser = school.browser(school.alice)
    path = f"/exercises/{school.canary.pk}/"
    forms = [
        {},
        {"answer.q1": "1"},
        {"answer.q1": "1", "answer.q2": "zebra"},
        {"key": "key-of-alice", "answer.q1": "1", "answer.q2": "-"},
        {"key": "key-of-alice", "answer.q1": "2", "answer.q2": "-"},
        {"key": "x" * 200},
    ]
    answers = [browser.post(path, {**said, **form}, follow=True) for form in forms for said in ({}, edition(school.canary))]
    headers = {"Authorization": f"Bearer {school.token()}"}
    address = f"/api/v1/placements/{school.canary.pk}/submissions/"
    bodies = [{"q1": 1}, {"q9": 1}, {"q1": "7"}, {"q1": "7"}, {"q1": "8"}, {"q1": "9"}, {"q1": "10"}]
    for body in bodies:
        sent = json.dumps({"student": "bob", "answers": body})
        answers.append(Client().generic("POST", address, sent, content_type="application/json", headers=headers))
        school.grade()
    for answer in answers:
        assert CANARY not in answer.content.decode() + str(answer.headers), answer.content


def test_neither_a_second_placement_nor_a_classmates_extension_nor_another_course_gives_it_away(school: School) -> None:
    """What one assignment would show is crawled by everybody while another still takes answers to the same exercise."""
    now, one = timezone.now(), school.canary
    practice = Assignment.objects.create(
        course=school.course, slug="practice", title="Practice", published=True, due_at=now + timedelta(hours=9), reveal="after_attempts"
    )
    spent = Placement.objects.create(assignment=practice, exercise=one.exercise, revision=one.revision, python="3.13", max_attempts=1)
    submissions = [school.graded(user, {"q1": "42", "q2": ["a"]}, spent) for user in (school.alice, school.bob)]
    guesses = everything(school, [str(one.pk) for one in submissions])
    for user in (school.alice, school.bob):
        assert pages(school, user, *guesses).leaks() == [], "the placement that counts is still open"
    Assignment.objects.update(due_at=now - timedelta(hours=1), reveal="after_due")
    extension = Extension.objects.create(assignment=school.assignment, user=school.bob, due_at=now + timedelta(hours=1))
    assert pages(school, school.alice, *guesses).leaks() == [], "Bob still answers"
    headers = {"Authorization": f"Bearer {school.token()}"}
    assert Crawl(Client(), headers).start(*(path for path in guesses if path.startswith("/api"))).leaks() == []
    extension.delete()
    elsewhere = Assignment.objects.create(
        course=school.elsewhere, slug="x", title="X", published=True, due_at=now + timedelta(hours=1), opens_at=now + timedelta(minutes=30)
    )
    Placement.objects.create(assignment=elsewhere, exercise=one.exercise, revision=one.revision, python="3.13")
    assert pages(school, school.alice, *guesses).leaks() == [], "another course has yet to open it"
    Assignment.objects.filter(pk=elsewhere.pk).update(due_at=now - timedelta(minutes=1), opens_at=None)
    assert f"/submissions/{submissions[0].pk}/" in pages(school, school.alice, *guesses).leaks(), "now nobody may answer it"


def test_the_truth_is_there_for_those_who_may_see_it(school: School) -> None:
    """The crawl can find it: its silence above means something."""
    submission = school.graded(school.alice, {"q1": "42", "q2": []})
    staff = pages(school, school.ivan).leaks()
    assert f"/placements/{school.canary.pk}/analysis/" in staff and f"/submissions/{submission.pk}/" in staff
    assert f"/exercises/{school.canary.pk}/" not in staff, "not even for staff on the page that students see"
    school.grade()
    replay = f"/submissions/{submission.pk}/replay/data/"
    assert replay in pages(school, school.ivan, replay).leaks(), "the replay that the staff's pages asked for"
    assert replay not in pages(school, school.alice, replay).leaks()
    school.close()
    assert {f"/submissions/{submission.pk}/", replay} <= set(pages(school, school.alice, replay).leaks())
    assert pages(school, school.bob, *everything(school, [str(submission.pk)])).leaks() == [], (
        "Bob never answered: Alice's result is not his"
    )
