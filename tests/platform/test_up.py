"""`python3 manage.py up`, as the person at the keyboard meets it: real processes, real faults, and a sentence for each."""

import errno
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from config.laptop.processes import leftovers

PROJECT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.fleet


class Terminal:
    """One `manage.py up`, started as a person would: nothing of the tests' own servers in its environment."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, str(PROJECT / "manage.py"), "up", *arguments],
            env=persons_environment(home),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def read_until(self, words: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return self.said
        raise AssertionError(f"it ended without saying “{words}”: {self.said}")

    @property
    def address(self) -> str:
        match = re.search(r"http://127\.0\.0\.1:\d+/", self.said)
        assert match, self.said
        return match.group()

    @property
    def ways_in(self) -> list[str]:
        return [line for line in self.said.splitlines() if line.startswith("  ")]

    def end(self, how: signal.Signals) -> str:
        self.process.send_signal(how)
        return self.ended()

    def ended(self) -> str:
        rest, _ = self.process.communicate(timeout=60)
        self.said += rest
        assert "Traceback" not in self.said, self.said
        return self.said


def persons_environment(home: Path) -> dict[str, str]:
    own = (
        "DATABASE_URL",
        "DATABASE_OWNER",
        "DATABASE_OWNER_PASSWORD",
        "BROKER_URL",
        "SECRET_KEY",
        "DJANGO_SETTINGS_MODULE",
        "HEAPLAB_BEGAN",
    )
    kept = {name: value for name, value in os.environ.items() if name not in own and not name.startswith("PYTEST")}
    return {**kept, "HEAPLAB_DATA": str(home)}


@contextmanager
def up(home: Path, *arguments: str) -> Iterator[Terminal]:
    terminal = Terminal(home, "--port", "0", *arguments)
    try:
        terminal.read_until("Stop with")
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()


def refused(home: Path, *arguments: str) -> str:
    """What it says, in one or two lines, when it will not start."""
    terminal = Terminal(home, *arguments)
    said = terminal.ended()
    assert terminal.process.returncode == 1, said
    assert len(said.strip().splitlines()) <= 2, said
    return said


def page(address: str, path: str = "") -> str:
    with urllib.request.urlopen(address + path, timeout=10) as response:
        return str(response.read().decode())


def nobody_left(home: Path) -> bool:
    for _ in range(200):
        if not set(leftovers(home)):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def used_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of somebody who has used the lite form before; each story takes a copy."""
    home = tmp_path_factory.mktemp("used") / "before"
    with up(home, "--lite") as terminal:
        assert "SQLite" in terminal.said
        assert 'name="password"' in page(terminal.address)
        assert (home / "lite.sqlite3-wal").exists()
        terminal.end(signal.SIGTERM)
    assert not (home / "postgres").exists()
    return home


def test_nora_starts_it_stops_it_and_finds_everything_again_even_after_her_machine_killed_it(tmp_path: Path) -> None:
    home = tmp_path / "nora"
    with up(home) as first:
        assert "PostgreSQL, Valkey, a Celery worker" in first.said
        assert 'name="password"' in page(first.address)
        assert first.end(signal.SIGINT).rstrip().endswith("Stopped.")
    assert first.process.returncode == 0
    assert nobody_left(home)
    for private in (home / "secrets").iterdir():
        assert private.stat().st_mode & 0o077 == 0, f"{private.name} is for everybody to read"

    with up(home) as second:
        assert second.ways_in == first.ways_in, "the same people, passwords and token"
        assert set(leftovers(home)), "its servers run"
        second.process.kill()
        second.process.wait()
    assert nobody_left(home), "children live no longer than their parent"

    with up(home) as third:
        assert third.ways_in == first.ways_in
        assert third.end(signal.SIGTERM).rstrip().endswith("Stopped.")
    assert nobody_left(home)


def test_without_the_servers_wheels_the_worker_inside_the_web_process_does_its_work(used_before: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(used_before, tmp_path / "sam"))
    with up(home, "--lite") as terminal:
        token = terminal.ways_in[-1].split()[-1]
        placement = next(one for one in call(terminal.address, "api/v1/placements/", token)["results"] if inputs(one) <= {"text", "number"})
        answers = {question["id"]: 0 if question["input"] == "number" else "0" for question in placement["questions"]}
        body = {"student": "alice", "answers": answers}
        submitted = call(terminal.address, f"api/v1/placements/{placement['id']}/submissions/", token, body)
        while submitted["state"] != "graded":
            assert submitted["state"] in {"received", "grading", "failed_retryable"}, submitted
            submitted = call(terminal.address, f"api/v1/submissions/{submitted['id']}/", token)
        assert submitted["result"]["max_points"]
        terminal.end(signal.SIGTERM)


def inputs(placement: dict[str, Any]) -> set[str]:
    return {question["input"] for question in placement["questions"]}


def call(address: str, path: str, token: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Prefer": "wait=10"}
    request = urllib.request.Request(address + path, data=json.dumps(body).encode() if body else None, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        found: dict[str, Any] = json.load(response)
    return found


def test_what_an_earlier_start_left_behind_is_ended_by_the_next(used_before: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(used_before, tmp_path / "pia"))
    # A process that survived its parent, as on a system whose kernel does not end children.
    orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], env={**os.environ, "HEAPLAB_STARTED_FOR": str(home)})
    try:
        with up(home, "--lite") as terminal:
            assert "Ended 1 process" in terminal.said
            assert orphan.wait(10) != 0
            terminal.end(signal.SIGTERM)
    finally:
        with suppress(ProcessLookupError):
            orphan.kill()


def test_quinn_starts_it_twice_and_is_told_where_the_first_one_is(used_before: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(used_before, tmp_path / "quinn"))
    with up(home, "--lite") as first:
        said = refused(home, "--lite", "--port", "0")
        assert "runs already" in said and first.address in said and "HEAPLAB_DATA" in said
        first.end(signal.SIGTERM)


def test_a_taken_port_is_named_with_a_way_round_it(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(tmp_path / "rosa", "--port", str(port))
    assert f"Port {port} is taken" in said and f"--port {port + 1}" in said


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = refused(tmp_path / "file" / "data", "--lite")
    assert os.strerror(errno.ENOTDIR) in said and "HEAPLAB_DATA" in said


def test_a_setting_that_makes_no_sense_is_named_with_its_remedy(tmp_path: Path) -> None:
    environment = persons_environment(tmp_path) | {"DEBUG": "perhaps"}
    command = [sys.executable, str(PROJECT / "manage.py"), "up", "--lite", "--port", "0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.strip() == "DEBUG is 'perhaps': write yes or no."
