"""The fleet form: the compose file is valid, holds no secret, and its own commands grade a submission from end to end."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from django.conf import settings

from config.laptop.processes import free_port
from grader.simulating.wall import ADDRESS_SPACE
from tests.platform.compose import PROJECT, Fleet

MAKE_A_COURSE = """
import json
from config.laptop import demo
made = demo.make()
from exercises.models import Placement
easy = [p for p in Placement.objects.select_related("revision") if {q["input"] for q in p.revision.spec["questions"]} <= {"text", "number"}]
print(json.dumps({"token": made.token, "placement": easy[0].pk, "questions": easy[0].revision.spec["questions"]}))
"""


def test_the_compose_file_is_what_compose_reads() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [str(checker), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_compose_file_holds_no_secret_and_every_lasting_service_has_a_supervisor() -> None:
    compose: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if any(word in variable for word in ("SECRET", "PASSWORD", "TOKEN")):
                assert variable.endswith("_FILE"), f"{name} holds {variable} itself"
                assert str(value).startswith("/run/secrets/")
    assert {"web", "worker", "beat", "postgres", "valkey"} <= set(compose["services"])
    for name in ("web", "worker", "postgres", "valkey"):
        assert compose["services"][name]["healthcheck"]["test"][0] == "CMD"


def test_every_service_is_bounded_and_holds_no_right_it_does_not_need() -> None:
    compose: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    for name, service in compose["services"].items():
        assert service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"], name
        assert service["mem_limit"] and service["pids_limit"], name
    assert int(compose["services"]["worker"]["mem_limit"].removesuffix("g")) << 30 >= 2 * ADDRESS_SPACE + (400 << 20), "two simulations"
    assert settings.CELERY_WORKER_ENABLE_REMOTE_CONTROL is False


def test_only_the_service_that_migrates_knows_the_owner_of_the_tables() -> None:
    compose: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    know = {name for name, service in compose["services"].items() if "owner-password" in service.get("secrets", [])}
    assert know == {"migrate", "postgres"}
    owned = {name for name, service in compose["services"].items() if "DATABASE_OWNER" in service.get("environment", {})}
    assert owned == {"migrate"}
    assert compose["services"]["web"]["environment"]["DATABASE_URL"].startswith("postgres://heaplab_service@")


def test_the_image_is_built_from_the_lock_and_takes_nothing_private_along() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in dockerfile and "USER heaplab" in dockerfile
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*", "what the image takes along is listed, not what it leaves out"
    taken = [line[1:].rstrip("/") for line in ignored if line.startswith("!")]
    assert all((PROJECT / path).exists() for path in taken)
    assert not {".heaplab", ".venv", ".git", "tests", "secrets"} & set(taken)


@pytest.mark.fleet
def test_every_service_runs_by_its_own_command_and_a_submission_is_graded_from_end_to_end(tmp_path: Path) -> None:
    with Fleet(tmp_path / "fleet", free_port()) as fleet:
        fleet.run("web", ["python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0"])
        fleet.run("migrate")
        # Nothing to complain about in the form that meets the internet, the rights of its role included.
        fleet.run("web", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"])
        for service in ("web", "worker", "beat"):
            fleet.start(service)
        fleet.children["web"].await_ready(lambda: status(fleet, "/healthz/ready") == 200, 60)
        fleet.children["worker"].await_ready(lambda: "ready." in fleet.children["worker"].log.read_text(), 60)
        course = json.loads(fleet.run("web", ["python", "manage.py", "shell", "--verbosity", "0", "-c", MAKE_A_COURSE]).splitlines()[-1])

        # Ivan's autograder hands in what Alice answered. The program is known to nobody yet, so a worker must simulate it.
        answers = {question["id"]: 0 if question["input"] == "number" else "0" for question in course["questions"]}
        path = f"/api/v1/placements/{course['placement']}/submissions/"
        accepted = call(fleet, path, course["token"], {"student": "alice", "answers": answers})
        graded = call_until_graded(fleet, accepted, course["token"])
        assert graded["result"]["max_points"], graded

        for service in ("web", "worker", "postgres"):
            assert fleet.is_healthy(service), f"{service} says it is not healthy"
        assert not fleet.children["beat"].ended(), fleet.children["beat"].last_words()
        assert status(fleet, "/metrics") == 404, "without METRICS_TOKEN nobody reads the metrics of a fleet"
        page = fetch(fleet, "/sign-in/")
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert "max-age" in page.headers["Strict-Transport-Security"]

        for service in ("web", "worker", "beat"):
            assert fleet.children.pop(service).stop(30), f"{service} had to be killed"

        # Nobody rings, listens or stops a worker who does not know the broker's password.
        with pytest.raises(redis.AuthenticationError):
            redis.Redis("127.0.0.1", fleet.broker_port).ping()
        assert redis.Redis("127.0.0.1", fleet.broker_port, password=(fleet.home / "secrets" / "broker-password").read_text()).ping()


def fetch(fleet: Fleet, path: str, token: str = "", body: dict[str, Any] | None = None) -> Any:
    """As the proxy in front would ask."""
    request = urllib.request.Request(f"http://127.0.0.1:{fleet.port}{path}", data=json.dumps(body).encode() if body else None)
    request.add_header("Host", "heaplab.example")
    request.add_header("X-Forwarded-Proto", "https")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if body:
        request.add_header("Content-Type", "application/json")
        request.add_header("Idempotency-Key", "alice-once")
    return urllib.request.urlopen(request, timeout=20)


def status(fleet: Fleet, path: str) -> int:
    try:
        return int(fetch(fleet, path).status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def call(fleet: Fleet, path: str, token: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.load(fetch(fleet, path, token, body))
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{path}: {error.code} {error.read().decode()}") from None
    return found


def call_until_graded(fleet: Fleet, accepted: dict[str, Any], token: str) -> dict[str, Any]:
    for _ in range(300):
        found = call(fleet, f"/api/v1/submissions/{accepted['id']}/", token)
        if found["state"] not in {"received", "grading", "failed_retryable"}:
            return found
        time.sleep(0.1)
    raise AssertionError(f"never graded: {found}\n{fleet.children['worker'].log.read_text()[-3000:]}")
