"""What stands between a program and the machine that simulates it."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from grader.simulating.child import PROGRAM as FORK_SERVER
from grader.simulating.child import SILENCE_SECONDS, ForkServer, SimulatorCrashed, SimulatorUnavailable
from grader.simulating.jobs import Wanted

PROGRAM = "import sys\na = []\nprint(sys.getrefcount(a))\n"
WHOLE = "system call filter, own user, resource limits" if os.geteuid() == 0 else "system call filter, resource limits"
ORDINARY = 1234


@pytest.fixture
def server() -> Iterator[ForkServer]:
    found = ForkServer()
    yield found
    found.stop()


def escaped(**how: object) -> ForkServer:
    """Where it would simulate, the child runs whatever Python it is handed."""
    asked = ", ".join(f"{name}={value!r}" for name, value in how.items())
    program = FORK_SERVER.partition("from grader")[0]
    return ForkServer(f"{program}from tests.grader import escaped; escaped.serve({asked})")


def run(server: ForkServer, python: str) -> object:
    return server.answer(Wanted(python, "3.13"))["found"]


def test_a_program_is_simulated_behind_the_wall(server: ForkServer) -> None:
    assert server.simulate(PROGRAM, "3.13", "cpython", 0, ())["output"] == "2\n"
    assert server.wall.startswith(WHOLE)
    assert server.wall.endswith("ways out tried, none open")
    assert server.reached == []


def test_the_wall_is_only_claimed_as_far_as_it_was_tried(server: ForkServer) -> None:
    assert server.ask({"self_test": True})["reached"] == []
    # Out here, with nothing held back, most of it is there to be reached: the test does try. In a process of its own, for what it may do.
    program = FORK_SERVER.partition("from grader")[0] + (
        "import json; from grader.simulating.ways_out import reached, targets\n"
        "with targets() as tried: print(json.dumps(reached(tried)), flush=True); import os; os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    found = set(json.loads(done.stdout))
    assert found >= {
        "open a file", "create a file", "list a folder", "stat", "readlink", "truncate", "chmod", "rename", "unlink", "mkdir", "symlink",
        "socket", "pipe", "fork", "thread", "exec", "signal the fork server", "kill a sibling", "priority of the fork server",
        "memory of the fork server", "shared memory", "2 GB of memory", "executable memory", "outlive the fork server",
    }  # fmt: skip


@pytest.mark.parametrize("uid", [0, ORDINARY])
def test_without_a_filter_the_wall_is_lower_and_says_so(uid: int) -> None:
    server = escaped(uid=uid, filters=False)
    try:
        wall = server.test_wall()
        assert "no system call filter (Function not implemented)" in wall
        assert "none open" not in wall
        assert f"still reachable: {', '.join(server.reached)}" in wall
        assert {"stat", "mkdir", "unlink", "outlive the fork server"} <= set(server.reached)
        # What holds without it: limits, for an ordinary user and for nobody; and concealment.
        shut = {
            "open a file",
            "socket",
            "fork",
            "thread",
            "2 GB of memory",
            "higher limits",
            "memory of the fork server",
            "trace a sibling",
        }
        assert not shut & set(server.reached)
        assert "memory of the fork server" not in server.reached
    finally:
        server.stop()


@pytest.mark.parametrize("uid", [0, ORDINARY])
def test_for_root_and_for_an_ordinary_user_no_way_out_is_open(uid: int) -> None:
    server = escaped(uid=uid)
    try:
        assert server.test_wall().endswith("ways out tried, none open")
    finally:
        server.stop()


def test_a_simulator_that_was_escaped_from_reaches_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    victim = tmp_path / "victim"
    victim.write_text("kept")
    victim.chmod(0o666)
    server = escaped()
    try:
        for attack in (
            f"import os; os.unlink({str(victim)!r})",
            f"import os; os.rename({str(victim)!r}, {str(victim)!r} + '2')",
            f"import os; os.truncate({str(victim)!r}, 0)",
            f"import os; os.chmod({str(victim)!r}, 0)",
            f"import os; os.stat({str(victim)!r})",
            f"import os; os.kill({os.getpid()}, 0)",
            "import os; os.kill(os.getppid(), 9)",
            "import os; os.killpg(0, 9)",
            "import os; os.fork()",
            "import os; os.setsid()",
            "import os; os.write(3 if os.write(9, b'') else 2, b'x')",
            "import _thread; _thread.start_new_thread(print, ())",
        ):
            with pytest.raises(SimulatorCrashed, match="the simulator"):
                run(server, attack)
        assert victim.read_text() == "kept"
        assert run(server, "found = sum(range(1000))") == 499500
    finally:
        server.stop()


LINGERS = """
import ctypes, os, signal, time
try:
    os.setsid()
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    os.closerange(0, 256)
except OSError:
    pass
while True:
    try:
        time.sleep(1)
    except OSError:
        pass
"""


@pytest.mark.parametrize("filters", [True, False])
def test_a_child_that_closes_its_pipe_and_stays_holds_up_nobody_and_is_ended(filters: bool) -> None:
    server = escaped(filters=filters)
    try:
        began = time.monotonic()
        with pytest.raises((SimulatorCrashed, SimulatorUnavailable)):
            server.ask(Wanted(LINGERS, "3.13").request() | {"wall_seconds": 1.0})
        assert time.monotonic() - began < 10
        assert not survivors()
        assert run(server, "found = 1") == 1
    finally:
        server.stop()


def test_a_child_that_left_the_group_does_not_outlive_a_fork_server_that_is_killed() -> None:
    server = escaped(filters=False)
    try:
        server.test_wall()
        with ThreadPoolExecutor() as pool:
            asking = pool.submit(run, server, LINGERS.replace("os.closerange(0, 256)", "pass"))
            while not asking.done():
                if server.server is not None and children(server.server.process.pid):
                    time.sleep(0.1)
                    server.server.process.kill()
                time.sleep(0.01)
        assert isinstance(asking.exception(), SimulatorUnavailable)
        assert not survivors()
    finally:
        server.stop()


def children(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return []


def survivors() -> list[int]:
    """Processes of nobody, or of this one's making, that still run a fork server's program without having a fork server above them."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            if b"escaped.serve" in (one / "cmdline").read_bytes() and (one / "stat").read_text().rpartition(")")[2].split()[1] == "1":
                found.append(int(one.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    "sent",
    [
        b"not JSON",
        b"[1, 2]",
        b"[" * 100_000,
        b"\xff\xfe",
        b"{}",
        b'{"job": "nothing"}',
        b'{"job": "run"}',
        b'{"job": "run", "wall_seconds": "long"}',
        b'{"job": ["run"]}',
        b'{"job": "run", "source": 1, "python": "3.13", "belief": "cpython", "seed": 0, "probes": []}',
        b"x" * ((1 << 20) + 1),
    ],
    ids=lambda sent: sent[:20].decode(errors="replace"),
)
def test_whatever_the_fork_server_is_sent_it_answers_and_goes_on(server: ForkServer, sent: bytes) -> None:
    server.test_wall()
    assert server.server is not None
    answer = server.server.ask(struct.pack(">I", len(sent)) + sent)
    assert answer["status"] in ("refused", "crashed")
    assert answer["detail"]
    assert server.simulate(PROGRAM, "3.13", "cpython", 0, ())["output"] == "2\n"


def test_a_request_that_is_too_long_is_refused_and_a_lone_surrogate_is_an_outcome(server: ForkServer) -> None:
    with pytest.raises(SimulatorCrashed, match="at most 1,048,576"):
        server.simulate("x" * (2 << 20), "3.13", "cpython", 0, ())
    assert "not valid UTF-8" in server.simulate("x = '\ud800'\n", "3.13", "cpython", 0, ())["error"]


@pytest.mark.parametrize("when", ["idle", "at work"])
def test_a_frozen_fork_server_costs_seconds(server: ForkServer, when: str) -> None:
    server.simulate(PROGRAM, "3.13", "cpython", 0, ())
    assert server.server is not None
    frozen = server.server.process
    began = time.monotonic()
    if when == "idle":
        frozen.send_signal(signal.SIGSTOP)
        assert server.simulate(PROGRAM, "3.13", "cpython", 0, ())["output"] == "2\n"
    else:
        with ThreadPoolExecutor() as pool:
            asking = pool.submit(server.ask, {"failpoint": "hang", "wall_seconds": 2.0})
            while not children(frozen.pid):
                time.sleep(0.001)
            frozen.send_signal(signal.SIGSTOP)
        assert isinstance(asking.exception(), SimulatorUnavailable)
    # Two seconds of them are the hanging child's own.
    assert time.monotonic() - began < SILENCE_SECONDS + 2 + 10
    assert frozen.poll() is not None


def test_a_frozen_fork_server_does_not_hold_up_a_long_request(server: ForkServer) -> None:
    """Longer than a pipe takes in: nobody waits for ever to be heard."""
    server.simulate(PROGRAM, "3.13", "cpython", 0, ())
    assert server.server is not None
    server.server.process.send_signal(signal.SIGSTOP)
    assert "more than" in server.simulate("x = 1\n" * 100_000, "3.13", "cpython", 0, ())["reason"]


def test_the_fork_server_holds_no_secret_and_no_door(server: ForkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for guests")
    server.test_wall()
    assert server.server is not None
    home = Path(f"/proc/{server.server.process.pid}")
    if os.geteuid() != 0:
        # Nobody of the same user may look.
        with pytest.raises(PermissionError):
            (home / "environ").read_bytes()
        return
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


def test_who_leaves_while_the_fork_server_still_starts_waits_for_no_answer(server: ForkServer) -> None:
    with ThreadPoolExecutor(1) as jobs:
        asked = jobs.submit(server.simulate, "while True: pass\n", "3.13", "cpython", 0, ())
        while not server.lock.locked():
            pass
        server.leave()
        with pytest.raises(SimulatorUnavailable, match="is ending"):
            asked.result()


def test_a_killed_fork_server_is_replaced(server: ForkServer) -> None:
    server.test_wall()
    assert server.server is not None
    server.server.process.kill()
    server.server.process.wait()
    assert server.simulate(PROGRAM, "3.13", "cpython", 0, ())["output"] == "2\n"


def test_no_child_outlives_the_fork_server(server: ForkServer) -> None:
    with pytest.raises(SimulatorUnavailable):
        server.ask({"failpoint": "hang", "wall_seconds": 0.2})
    assert server.server is not None
    left = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(server.server.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    assert left == []
