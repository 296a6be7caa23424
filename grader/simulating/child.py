"""The worker's side of the wall: starts the fork server, asks it, and replaces it when it stops answering."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO, cast

import sim
from grader.simulating.forkserver import LONGEST_ANSWER, WALL_SECONDS, read_message, write_message
from grader.simulating.jobs import Job, Wanted

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
# The fork server itself ends a child in time; only if the server hangs too do we get here.
PATIENCE_SECONDS = 3.0
RUNS_PER_SERVER = 2000


class SimulatorCrashed(Exception):
    """The child died or answered nonsense: perhaps this program's doing, so it counts against the program, after several tries."""


class SimulatorUnavailable(Exception):
    """The machine did not let the simulator finish. Says nothing about the program; tried again for as long as it takes."""


class ForkServer:
    """One fork server process, started on first use. Calls from several threads wait for each other."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0
        self.runs = 0
        self.wall = "not started"
        # Program -> the way its simulation is to break (forkserver.fail_on_purpose). Empty, except where that is what is being proved.
        self.failpoints: dict[str, str] = {}

    def simulate(self, source: str, python: str, belief: str, seed: int, probes: tuple[sim.Probe, ...]) -> dict[str, Any]:
        """The outcome as JSON. Raises SimulatorCrashed or SimulatorUnavailable."""
        return self.answer(Wanted(source, python, belief, seed, probes))

    def answer(self, job: Job) -> dict[str, Any]:
        """What the child answers to a job. Raises SimulatorCrashed or SimulatorUnavailable."""
        request = job.request()
        program = request.get("source", request.get("text"))
        if program in self.failpoints:
            request |= {"failpoint": self.failpoints[program], "wall_seconds": 0.5}
        answer: dict[str, Any] = self.ask(request)["answer"]
        return answer

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            answer = self._exchange(request)
            if answer["status"] == "crashed":
                # The next try starts from a fresh process, so that one bad state is not blamed on a program twice.
                self._stop()
                raise SimulatorCrashed(answer["detail"])
        if answer["status"] != "ok":
            raise SimulatorUnavailable(f"The simulator could not finish: {answer['detail']}.")
        return answer

    def test_wall(self) -> str:
        """Starts the server if need be; what its start-up test found."""
        with self.lock:
            self._running()
        return self.wall

    def stop(self) -> None:
        with self.lock:
            self._stop()

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        wall = float(request.get("wall_seconds", WALL_SECONDS))
        try:
            write_message(cast(BinaryIO, process.stdin), request)
            answer = self._answer(process, wall + PATIENCE_SECONDS)
        except (OSError, ValueError) as error:
            self._stop()
            raise SimulatorUnavailable(f"The simulator's process stopped answering ({error}).") from None
        if not isinstance(answer, dict):
            self._stop()
            raise SimulatorUnavailable("The simulator's process ended.")
        self.runs += 1
        return answer

    def _answer(self, process: subprocess.Popen[bytes], seconds: float) -> Any:
        assert process.stdout is not None
        if not select.select([process.stdout], [], [], seconds)[0]:
            raise OSError("no answer in time")
        return read_message(cast(BinaryIO, process.stdout), LONGEST_ANSWER + 1024)

    def _running(self) -> subprocess.Popen[bytes]:
        if self.owner != os.getpid():
            # A forked copy of this worker must not share its parent's pipes.
            self.process, self.owner = None, os.getpid()
        if self.process is not None and (self.process.poll() is not None or self.runs >= RUNS_PER_SERVER):
            self._stop()
        if self.process is None:
            self.process = self._start()
        return self.process

    def _start(self) -> subprocess.Popen[bytes]:
        # -I: no environment, no user site, no current folder. The project is put on the path by hand, and nothing else is.
        serve = "from grader.simulating import forkserver; forkserver.serve(sys.stdin.buffer, sys.stdout.buffer)"
        program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {serve}"
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                cwd="/",
                close_fds=True,
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise SimulatorUnavailable(f"The simulator's process cannot be started ({error}).") from None
        # Unbuffered on purpose: select() must see what read() will get.
        try:
            hello = self._answer(process, START_SECONDS)
        except (OSError, ValueError):
            hello = None
        if not isinstance(hello, dict):
            raise SimulatorUnavailable(f"The simulator's process did not start: {end(process) or 'it said nothing'}")
        self.wall, self.runs = hello["wall"], 0
        return process

    def _stop(self) -> None:
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        end(process)


def end(process: subprocess.Popen[bytes]) -> str:
    """Ends the server and its child: they are a process group of their own. Returns the last line of what it complained of."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    _, complaint = process.communicate()
    lines = complaint.decode(errors="replace").split("\n") if complaint else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


SERVER = ForkServer()


def after_fork() -> None:
    # Celery may fork a pool while another thread holds the lock; the copy would wait for that thread for ever.
    SERVER.lock = threading.Lock()


os.register_at_fork(after_in_child=after_fork)
