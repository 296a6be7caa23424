"""Health and metrics speak of the process, and of the due work and its age."""

import platform
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from grader.models import Grading, Node
from tests.people import School, school

__all__ = ["school"]


def test_a_supervisor_sees_that_the_process_lives_without_signing_in(client: Client) -> None:
    assert client.get("/healthz/live").json() == {"live": True}


def test_a_load_balancer_sees_that_the_database_answers_and_what_is_due(client: Client, db: None) -> None:
    assert client.get("/healthz/ready").json() == {"ready": True, "due": 0, "oldest_due_seconds": 0.0}


def test_the_age_of_due_work_is_by_the_databases_clock_whatever_the_hosts_says(
    client: Client, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bob has just answered; this host's clock is an hour fast, then an hour slow."""
    school.answer(school.bob, {"q1": "1", "q2": []})
    right = timezone.now
    for hour in (timedelta(hours=1), timedelta(hours=-1)):
        monkeypatch.setattr(timezone, "now", lambda hour=hour: right() + hour)
        Node.objects.update_or_create(
            name="here", defaults={"host": platform.node()[:100], "started_at": timezone.now(), "seen_at": timezone.now()}
        )
        assert client.get("/healthz/ready").json()["oldest_due_seconds"] < 1800
        # Nothing has been due for long, so nobody is restarted for it.
        call_command("worker_health")
    Grading.objects.update(next_at=right() - timedelta(hours=2))
    assert 7000 < client.get("/healthz/ready").json()["oldest_due_seconds"] < 9000
    with pytest.raises(CommandError, match="Work has been due"):
        call_command("worker_health")


def test_metrics_name_routes_and_never_a_students_path(client: Client, db: None) -> None:
    client.get("/submissions/00000000-0000-0000-0000-00000000a11c/")
    text = client.get("/metrics").content.decode()
    assert "heaplab_due_gradings 0.0" in text and "heaplab_oldest_due_seconds 0.0" in text
    assert re.search(r'heaplab_requests_total\{method="GET",route="submissions/<uuid:pk>/",status="\d+"\} ', text)
    assert "a11c" not in text


@override_settings(FLEET=True, METRICS_TOKEN="a collector's token")
def test_in_a_fleet_only_the_collector_reads_the_metrics(client: Client, db: None) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a collector's token"}).status_code == 200


def test_a_page_tells_the_browser_to_run_nothing_that_we_did_not_send_as_a_file(client: Client, db: None) -> None:
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_without_signing_in_every_page_but_the_public_ones_leads_to_the_sign_in(client: Client, db: None) -> None:
    for path in ("/", "/courses/memory-101/", "/exercises/1/", "/placements/1/analysis/"):
        response = client.get(path)
        assert response.status_code == 302 and response.headers["Location"].startswith("/sign-in/"), path
