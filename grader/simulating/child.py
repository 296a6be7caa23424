"""The worker's side of the wall: starts the fork server, asks it, and replaces it when it stops answering."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

import sim
from grader.simulating.forkserver import HEADER, LONGEST_ANSWER, LONGEST_REQUEST, framed
from grader.simulating.jobs import Job, Wanted
from grader.simulating.wall import conceal

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20.0
# A server at work says so twice a second, whatever its child does; one that is silent for so long is frozen.
SILENCE_SECONDS = 3.0
# What a server that is gone was asked is asked of the next one at once: the program cannot have ended it.
SERVERS_TRIED = 3
RUNS_PER_SERVER = 2000
# -I: no environment, no user site, no current folder. The project is put on the path by hand, and nothing else is.
PROGRAM = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from grader.simulating import forkserver
forkserver.serve(sys.stdin.buffer, sys.stdout.buffer)
"""


class SimulatorCrashed(Exception):
    """The child died or answered nonsense: perhaps this program's doing, so it counts against the program, after several tries."""


class SimulatorUnavailable(Exception):
    """The machine did not let the simulator finish. Says nothing about the program; tried again for as long as it takes."""


class Gone(Exception):
    """The fork server ended, or is silent; says how."""


class Server:
    """One fork server process and the conversation with it. Every step has a deadline, since the other side may be frozen at any."""

    def __init__(self, program: str) -> None:
        try:
            self.process = subprocess.Popen(
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
        assert self.process.stdin is not None and self.process.stdout is not None
        self.asking, self.hearing = self.process.stdin.fileno(), self.process.stdout.fileno()
        for one in (self.asking, self.hearing):
            os.set_blocking(one, False)
        self.child: int | None = None  # a descriptor of the process that simulates just now
        self.runs = 0

    def greeting(self, seconds: float) -> dict[str, Any]:
        """What it says when it is ready. Raises Gone."""
        return self._hear(seconds)

    def ask(self, body: bytes) -> dict[str, Any]:
        """Raises Gone."""
        self._say(body)
        self.runs += 1
        while True:
            message = self._hear(SILENCE_SECONDS)
            if message["status"] == "begun":
                self._remember(message["child"])
            elif message["status"] != "beat":
                self._forget()
                return message

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> str:
        """With its child, wherever that may have gone. Returns the last line of what it complained of."""
        self.kill()
        if self.child is not None:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self.child, signal.SIGKILL)
        self._forget()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(SILENCE_SECONDS)
        complaint = b""
        if self.process.stderr is not None:
            # Only what is there: somebody else may still hold the other end.
            os.set_blocking(self.process.stderr.fileno(), False)
            complaint = self.process.stderr.read() or b""
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        lines = complaint.decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _remember(self, pid: int) -> None:
        # A descriptor, not a number: numbers are used again.
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                self.child = os.pidfd_open(pid)

    def _forget(self) -> None:
        if self.child is not None:
            os.close(self.child)
            self.child = None

    def _say(self, body: bytes) -> None:
        rest, deadline = memoryview(body), time.monotonic() + SILENCE_SECONDS
        while rest:
            if not select.select([], [self.asking], [], max(0.0, deadline - time.monotonic()))[1]:
                raise Gone("it took in nothing in time")
            try:
                rest = rest[os.write(self.asking, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise Gone(f"it ended: {error.strerror}") from None

    def _hear(self, seconds: float) -> dict[str, Any]:
        """The next message; so many seconds without a byte, and it is taken for frozen."""
        (length,) = HEADER.unpack(self._bytes(HEADER.size, seconds))
        if length > LONGEST_ANSWER + 1024:
            raise Gone(f"it sent a message of {length} bytes")
        try:
            message = json.loads(self._bytes(length, SILENCE_SECONDS))
        except ValueError:
            raise Gone("it sent what is not JSON") from None
        if not isinstance(message, dict) or "status" not in message:
            raise Gone("it sent what is no answer")
        return message

    def _bytes(self, size: int, seconds: float) -> bytes:
        parts: list[bytes] = []
        while size > 0:
            if not select.select([self.hearing], [], [], seconds)[0]:
                raise Gone("no answer in time")
            part = os.read(self.hearing, size)
            if not part:
                raise Gone("it ended")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


class ForkServer:
    """The one that is asked, and a spare that is ready when it ends. Calls from several threads wait for each other."""

    # Program -> the way its simulation is to break (forkserver.fail_on_purpose). Empty, except where that is what is being proved.
    failpoints: ClassVar[dict[str, str]] = {}

    def __init__(self, program: str = PROGRAM, *, with_spare: bool = True) -> None:
        self.program, self.with_spare = program, with_spare
        self.leaving = False
        self.lock = threading.Lock()
        self.server: Server | None = None
        self.spare: Server | None = None
        self.owner = 0
        self.wall = "not started"
        # The ways out of the wall that were found open.
        self.reached: list[str] = []

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
        body = framed(request)
        if len(body) - HEADER.size > LONGEST_REQUEST:
            raise SimulatorCrashed(f"what it was asked is {len(body):,} bytes long; it takes at most {LONGEST_REQUEST:,}")
        with self.lock:
            answer = self._exchange(body)
            if answer["status"] == "crashed":
                # The next try starts from a fresh process, so that one bad state is not blamed on a program twice.
                self._stop()
        if answer["status"] in ("crashed", "refused"):
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
            if self.spare is not None:
                self.spare.end()
                self.spare = None

    def leave(self) -> None:
        """From any thread, for good: whoever waits for an answer just now gets none, and nobody is answered any more."""
        self.leaving = True
        if self.server is not None and self.owner == os.getpid():
            self.server.kill()

    def _exchange(self, body: bytes) -> dict[str, Any]:
        how = ""
        for _ in range(SERVERS_TRIED):
            server = None if self.leaving else self._running()
            # Looked at once more: who called `leave` while the server was starting found none to end.
            if server is None or self.leaving:
                raise SimulatorUnavailable("This process is ending.")
            try:
                answer = server.ask(body)
            except Gone as error:
                how = str(error)
                self._stop()
                continue
            if self.spare is None and self.with_spare:
                self.spare = Server(self.program)
            return answer
        raise SimulatorUnavailable(f"The simulator's process stopped answering ({how}).")

    def _running(self) -> Server:
        if self.owner != os.getpid():
            # A forked copy of this worker must not share its parent's pipes.
            self.server, self.spare, self.owner = None, None, os.getpid()
        if self.server is not None and (self.server.process.poll() is not None or self.server.runs >= RUNS_PER_SERVER):
            self._stop()
        if self.server is None:
            self.server = self._next()
        return self.server

    def _next(self) -> Server:
        # A child of the same user must not look into this process: it knows the database's password.
        conceal()
        spare, self.spare = self.spare, None
        complaint = ""
        for seconds in (SILENCE_SECONDS, START_SECONDS) if spare else (START_SECONDS,):
            server, spare = spare or Server(self.program), None
            try:
                hello = server.greeting(seconds)
            except Gone as how:
                complaint = server.end() or str(how)
                continue
            self.wall, self.reached = hello["wall"], hello["reached"]
            return server
        raise SimulatorUnavailable(f"The simulator's process did not start: {complaint}")

    def _stop(self) -> None:
        server, self.server = self.server, None
        if server is not None and self.owner == os.getpid():
            server.end()


# Two, so that no grade waits for a job, which may take a minute: what grades rest on, and what else is asked. A process has two children
# at most, one of each, and so twice a child's memory (wall.py); the second comes after the first also for the processor.
SERVER, JOBS = ForkServer(), ForkServer(f"import os\nos.nice(10)\n{PROGRAM}", with_spare=False)


def after_fork() -> None:
    # Celery may fork a pool while another thread holds the lock; the copy would wait for that thread for ever.
    SERVER.lock, JOBS.lock = threading.Lock(), threading.Lock()


os.register_at_fork(after_in_child=after_fork)
