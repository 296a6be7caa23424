"""What has had its time is taken away, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from exercises.models import User
from grader.models import Credential, JobRow, Submission
from grader.working import tasks
from tests.people import School
from tests.platform.webserver import WebServer

LONG_AGO = timezone.now() - timedelta(days=500)


def job(digest: str, **fields: object) -> JobRow:
    usual = {
        "kind": "why",
        "job": {},
        "state": "answered",
        "answer": {},
        "next_at": LONG_AGO,
        "asked_at": LONG_AGO,
        "last_asked_at": LONG_AGO,
    }
    return JobRow.objects.create(digest=digest, **{**usual, **fields})


@pytest.fixture
def attic(school: School) -> School:
    """Of each kind one that goes, and those that stay."""
    now = timezone.now()
    school.browser(school.alice), school.browser(school.bob)
    ended = Session.objects.first()
    assert ended
    Session.objects.filter(pk=ended.pk).update(expire_date=now - timedelta(days=1))
    for name in ("old", "new"):
        Client().post("/sign-in/", {"username": name, "password": "wrong"})
    AccessAttempt.objects.filter(username="old").update(attempt_time=now - timedelta(minutes=11))
    for _ in ("over", "used", "live"):
        school.token()
    over, used, _ = Credential.objects.order_by("pk")
    Credential.objects.filter(pk__in=[over.pk, used.pk]).update(expires_at=LONG_AGO, created_at=LONG_AGO)
    school.answer(school.alice, {"q1": "1", "q2": []}, credential=used.pk)
    job("old"), job("kept", kept=True), job("new", last_asked_at=now), job("failed", state="failed", answer=None)
    job("waiting", state="waiting", answer=None, next_at=now + timedelta(days=1))
    return school


def left() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Session, AccessAttempt, Credential, JobRow, Submission, User)}


def test_what_has_had_its_time_goes_and_the_rest_stays(attic: School) -> None:
    before = left()
    tasks.clean.apply().get()
    gone = {name: before[name] - count for name, count in left().items() if before[name] != count}
    assert gone == {"Session": 1, "AccessAttempt": 1, "Credential": 1, "JobRow": 2}
    assert AccessAttempt.objects.get().username == "new"
    assert set(JobRow.objects.values_list("digest", flat=True)) == {"kept", "new", "waiting"}
    assert Submission.objects.get().credential in Credential.objects.filter(expires_at=LONG_AGO)


def test_whose_wait_is_not_over_is_not_let_in_by_cleaning(school: School) -> None:
    password = school.password(school.alice)
    for _ in range(10):
        Client().post("/sign-in/", {"username": "alice", "password": "wrong"})
    tasks.clean.apply().get()
    assert Client().post("/sign-in/", {"username": "alice", "password": password}).status_code == 429


def test_how_long_is_a_setting(attic: School, settings: pytest.FixtureRequest) -> None:
    settings.KEEP_ANSWERS_DAYS = settings.KEEP_TOKENS_DAYS = 600  # type: ignore[attr-defined]
    tasks.clean.apply().get()
    assert JobRow.objects.count() == 5 and Credential.objects.count() == 3


def test_a_node_without_celery_cleans_by_itself(tmp_path: Path) -> None:
    node = WebServer(tmp_path)
    node.manage("migrate", "--verbosity", "0")
    make = "Session.objects.create(session_key=name, session_data='', expire_date=now() + timedelta(days=days))"
    imports = "from datetime import timedelta\nfrom django.contrib.sessions.models import Session\nfrom django.utils.timezone import now\n"
    node.manage("shell", "--verbosity", "0", "-c", f"{imports}for name, days in (('ended', -1), ('live', 1)):\n    {make}")
    node.manage("drain", "--until-idle")
    kept = "print([one.pk for one in Session.objects.all()])"
    assert "['live']" in node.manage("shell", "--verbosity", "0", "-c", imports + kept)
