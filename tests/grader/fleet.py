"""A fleet of real processes on the test's database, and clients that remember what they were told."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.laptop.processes import free_port
from exercises.models import Membership, User
from grader.accepting.standings import recompute
from grader.models import Credential, Grading, Result, Standing, Submission
from tests.grader.school import School

PROJECT = Path(__file__).resolve().parents[2]
WORKER = ["-m", "celery", "-A", "config", "worker", "--pool", "solo", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
DRAIN = ["manage.py", "drain"]


def patient(condition: Callable[[], bool], seconds: float = 60.0, pause: float = 0.02) -> bool:
    """Waits for something that must come; the time is only for giving up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(pause)
    return condition()


@dataclass
class Fleet:
    school: School
    home: Path
    broker_url: str = ""
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    closing: ExitStack = field(default_factory=ExitStack)
    more: dict[str, str] = field(default_factory=dict)  # environment of what is started from now on
    told: set[str] = field(default_factory=set)  # what clients saw accepted: never asked of the database

    def __post_init__(self) -> None:
        self.broker_url = self.broker_url or settings.CELERY_BROKER_URL.rpartition("/")[0] + "/7"
        self.students = [User.objects.create(username=f"student{number}") for number in range(30)]
        Membership.objects.bulk_create([Membership(course=self.school.course, user=one) for one in self.students])
        soon = timezone.now() + timedelta(days=1)
        _, self.token = Credential.issue(
            course=self.school.course, owner=self.school.ivan, name="fleet", scopes=["submit", "results"], expires_at=soon
        )

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *problem: object) -> None:
        self.closing.close()
        for one in self.processes.values():
            self.end(one)

    def end(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def start(self, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DATABASE_URL": os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + str(connection.settings_dict["NAME"]),
            "BROKER_URL": self.broker_url,
            "DJANGO_SETTINGS_MODULE": "tests.grader.fleet_settings",
            "WEB_THREADS": "16",
            **self.more,
        }
        with (self.home / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=PROJECT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self.processes[name] = process
        return process

    def start_web(self) -> None:
        web = [
            "-m",
            "granian",
            "--interface",
            "rsgi",
            "--loop",
            "asyncio",
            "--http",
            "1",
            "--port",
            str(self.port),
            "--no-ws",
            "config.web:application",
        ]
        self.start("web", web)
        assert patient(self.answers), (self.home / "web.log").read_text()

    def start_worker(self, name: str = "worker", arguments: list[str] = WORKER) -> None:
        self.start(name, arguments)

    def answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def kill(self, name: str) -> None:
        """No warning, nothing tidied up: the process and whatever it started."""
        self.end(self.processes[name])

    def flush_broker(self) -> None:
        redis.Redis.from_url(self.broker_url).flushdb()

    # The clients

    def hand_in(self, number: int) -> bool:
        """One client with one answer: repeats the same request until it is told what became of it."""
        key = uuid.uuid4().hex
        body = json.dumps({"student": self.students[number % 30].username, "answers": {"q1": str(number), "q2": "True True"}})
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        for _ in range(200):
            with suppress(OSError, http.client.HTTPException):
                web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                web.request("POST", f"/api/v1/placements/{self.school.placement.pk}/submissions/", body, headers)
                response = web.getresponse()
                content = response.read()
                if response.status in (200, 202):
                    self.told.add(json.loads(content)["id"])
                    return True
                assert response.status in (500, 502, 503), content
            time.sleep(0.05)
        return False

    def hand_in_many(self, count: int, clients: int = 4) -> list[threading.Thread]:
        """Begins to; join the threads to wait for the last."""

        def client(first: int) -> None:
            for number in range(first, count, clients):
                self.hand_in(number)

        threads = [threading.Thread(target=client, args=(first,)) for first in range(clients)]
        for thread in threads:
            thread.start()
        return threads

    # What must hold

    def nothing_waits(self) -> bool:
        return not Grading.objects.exclude(state=Grading.State.GRADED).exists()

    def check(self, count: int) -> None:
        assert len(self.told) == count
        waiting = f"{Grading.objects.exclude(state=Grading.State.GRADED).values('state', 'reason')[:5]} {self.last_words()}"
        assert patient(self.nothing_waits, 90), waiting
        stored = {str(pk) for pk in Submission.objects.values_list("pk", flat=True)}
        assert self.told <= stored
        graded = [str(pk) for pk in Result.objects.values_list("submission_id", flat=True)]
        assert len(graded) == len(set(graded))
        assert set(graded) == stored
        self.check_standings()

    def check_standings(self) -> None:
        facts = ("student", "placement", "attempts", "first_fraction", "best_fraction", "first_submission", "best_submission")
        kept = sorted(Standing.objects.values_list(*facts), key=str)
        recompute([(row[0], row[1]) for row in kept])
        assert kept == sorted(Standing.objects.values_list(*facts), key=str)

    def last_words(self) -> str:
        return "".join(f"\n{one.name}: {one.read_text()[-1500:]}" for one in sorted(self.home.glob("*.log")))


def pid_of(owner: str) -> int:
    return int(owner.split(":")[1])
