"""The database goes away under a running web process, and comes back: nobody meets a traceback, and the log stays small."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.laptop.servers import CARELESS, Postgres
from tests.platform.webserver import WebServer, eventually

MAKE_PEOPLE = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from config.laptop import demo
from exercises.models import User
made = demo.make()
alice = User.objects.get(username="alice")
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(alice.pk), alice.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session.save()
print(json.dumps({"token": made.token, "session": session.session_key}))
"""


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("away") / "postgres", settings=CARELESS)
    server.start()
    yield server
    server.stop()


def test_while_the_database_is_away_everybody_is_asked_to_come_back_and_then_everything_goes_on(postgres: Postgres, tmp_path: Path) -> None:
    server = WebServer(tmp_path, **postgres.settings_of_both(), LOG_LEVEL="WARNING")
    server.manage("migrate", "--verbosity", "0")
    known = json.loads(server.manage("shell", "--verbosity", "0", "-c", MAKE_PEOPLE).splitlines()[-1])
    alice = {"Cookie": f"sessionid={known['session']}"}
    program = {"Authorization": f"Bearer {known['token']}", "Content-Type": "application/json", "Idempotency-Key": "one"}

    with server.running():
        assert "Memory 101" in server.get("/", alice)[1]
        assert server.get("/api/v1/placements/", program)[0] == 200

        postgres.stop()
        for _ in range(3):
            # A page whose session is asked for before any view; the sign-in; the address of the admin.
            for method, path in (("GET", "/"), ("GET", "/courses/memory-101/"), ("GET", "/admin/")):
                status, page, headers = server.ask(method, path, headers=alice)
                assert status == 503 and int(headers["Retry-After"]) > 0, (path, status)
                assert "The database does not answer" in page and "Traceback" not in page and "Memory 101" not in page
            for method, path in (("GET", "/api/v1/placements/"), ("POST", "/api/v1/submissions/bulk/")):
                status, body, headers = server.ask(method, path, "{}" if method == "POST" else None, program)
                assert (status, headers["Content-Type"]) == (503, "application/problem+json")
                assert int(headers["Retry-After"]) > 0 and json.loads(body)["type"] == "urn:heaplab:problem:unavailable"
        assert server.get("/healthz/live")[0] == 200
        assert server.get("/healthz/ready")[0] == 503
        status, metrics, _ = server.get("/metrics")
        assert status == 200 and "heaplab_database_answers 0.0" in metrics and 'status="503"' in metrics
        said = server.log.read_text()
        assert "Traceback" not in said
        assert said.count("the database does not answer") == 1, said

        postgres.start(postgres.port)
        for _ in eventually():
            if server.get("/healthz/ready")[0] == 200:
                break
        assert "Memory 101" in server.get("/", alice)[1]
        assert server.get("/api/v1/placements/", program)[0] == 200
