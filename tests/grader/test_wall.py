"""What stands between a program and the machine that simulates it."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from grader.simulating.child import ForkServer, SimulatorCrashed, SimulatorUnavailable
from grader.simulating.forkserver import reachable

PROGRAM = "import sys\na = []\nprint(sys.getrefcount(a))\n"


@pytest.fixture
def server():
    found = ForkServer()
    yield found
    found.stop()


def test_a_program_is_simulated_behind_the_wall(server: ForkServer) -> None:
    assert server.simulate(PROGRAM, "3.13", "cpython", 0, ())["output"] == "2\n"
    assert server.wall == ("resource limits" if os.geteuid() != 0 else "resource limits; still reachable: processes")


def test_the_wall_is_only_claimed_as_far_as_it_was_tried(server: ForkServer) -> None:
    claimed = server.test_wall()
    reached = server.ask({"self_test": True})["reached"]
    assert "files" not in reached
    assert "network" not in reached
    assert all(what in claimed for what in reached)
    # Out here all of it is there to be reached: the test does try.
    assert set(reachable()) == {"files", "network", "processes"}


def test_the_fork_server_holds_no_secret_and_no_door(server: ForkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for guests")
    server.test_wall()
    assert server.process is not None
    home = Path(f"/proc/{server.process.pid}")
    assert b"SECRET_KEY" not in (home / "environ").read_bytes()
    assert b"DATABASE" not in (home / "environ").read_bytes()
    kinds = {os.readlink(one).split(":")[0] for one in (home / "fd").iterdir()}
    assert kinds <= {"pipe", "/dev/null"}
    assert os.readlink(home / "cwd") == "/"


@pytest.mark.parametrize("how", ["segfault", "silent", "raise"])
def test_a_child_that_dies_is_a_crash_and_the_next_program_runs(server: ForkServer, how: str) -> None:
    with pytest.raises(SimulatorCrashed):
        server.ask({"failpoint": how})
    assert server.simulate(PROGRAM, "3.13", "cpython", 0, ())["output"] == "2\n"


@pytest.mark.parametrize("how", ["hang", "memory", "flood"])
def test_a_child_that_takes_too_much_is_ended_and_blames_the_machine(server: ForkServer, how: str) -> None:
    began = time.monotonic()
    with pytest.raises(SimulatorUnavailable):
        server.ask({"failpoint": how, "wall_seconds": 0.5})
    assert time.monotonic() - began < 30
    assert server.simulate(PROGRAM, "3.13", "cpython", 0, ())["output"] == "2\n"


def test_a_killed_fork_server_is_replaced(server: ForkServer) -> None:
    server.test_wall()
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    assert server.simulate(PROGRAM, "3.13", "cpython", 0, ())["output"] == "2\n"


def test_no_child_outlives_the_fork_server(server: ForkServer) -> None:
    with pytest.raises(SimulatorUnavailable):
        server.ask({"failpoint": "hang", "wall_seconds": 0.2})
    assert server.process is not None
    left = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(server.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    assert left == []
