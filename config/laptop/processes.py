"""Processes that never outlive the one that started them, and the burial of those that did anyway.

On Linux the kernel ends a child with its parent. Where it cannot (a grandchild, another system), the next start finds the
leftovers by a mark in their environment: only ever processes of the same data folder.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

MARK = "HEAPLAB_STARTED_FOR"
PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
# The C library is loaded here, because loading it between fork and exec may deadlock.
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class CannotStart(Exception):
    """Why something does not start, and what to do, in a sentence for whoever typed the command."""


def die_with_parent(parent: int, how: signal.Signals) -> None:
    """Called in the child. A parent that died in between is noticed by its changed number."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def become_unprivileged() -> None:
    """Called in the child as root: a user namespace of its own, in which the process is nobody but keeps root's files.

    PostgreSQL refuses to run as root. This way no account is made and no folder is opened to others.
    """
    if LIBC is None or LIBC.unshare(CLONE_NEWUSER) != 0:
        os._exit(126)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text("65534 0 1")
    Path("/proc/self/gid_map").write_text("65534 0 1")


def namespaces_work() -> bool:
    """Whether root may make a user namespace here (containers often forbid it)."""
    try:
        return subprocess.run(["/bin/true"], preexec_fn=become_unprivileged, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


class Child:
    """One started process, with its output in a log file or passed on."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        environment: dict[str, str],
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        drop_root: bool = False,
        stdin: str | None = None,
        folder: Path | None = None,
    ) -> None:
        self.name, self.log, self.stop_signal = name, log, stop_signal
        parent = os.getpid()

        def in_the_child() -> None:
            if drop_root:
                become_unprivileged()
            die_with_parent(parent, stop_signal)

        with open(log, "ab") as output:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=in_the_child if os.name == "posix" else None,
            )
        if stdin is not None:
            pipe: IO[bytes] | None = self.process.stdin
            assert pipe is not None
            with suppress(BrokenPipeError), pipe:
                pipe.write(stdin.encode())

    @property
    def pid(self) -> int:
        return self.process.pid

    def ended(self) -> bool:
        return self.process.poll() is not None

    def last_words(self, lines: int = 3) -> str:
        with suppress(OSError):
            return " | ".join(line.strip() for line in self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""

    def await_ready(self, ready: Callable[[], bool], seconds: float) -> None:
        """Waits until it answers; if it dies or stays silent, says so with its own last words."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.ended():
                raise CannotStart(f"{self.name} ended while starting: {self.last_words()} (whole log: {self.log})")
            if time.monotonic() > deadline:
                raise CannotStart(f"{self.name} did not answer within {seconds:.0f} s: {self.last_words()} (whole log: {self.log})")
            time.sleep(0.02)

    def stop(self, patience: float = 20.0) -> bool:
        """True if it stopped by itself; otherwise it is killed, with everything it started."""
        if not self.ended():
            with suppress(ProcessLookupError):
                self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(patience)
            clean = True
        except subprocess.TimeoutExpired:
            clean = False
        # It led a session of its own: whoever is left in it is its orphan.
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()
        return clean


def marked_environment(folder: Path) -> dict[str, str]:
    return {**os.environ, MARK: str(folder)}


def leftovers(folder: Path) -> Iterator[int]:
    """Processes that an earlier run for the same folder left behind."""
    mark = f"{MARK}={folder}".encode()
    if sys.platform == "linux":
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with suppress(OSError):
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        yield int(entry.name)
    elif os.name == "posix":
        listing = subprocess.run(["ps", "-axwwE", "-o", "pid=,command="], capture_output=True, check=False).stdout
        for line in listing.splitlines():
            number, _, rest = line.strip().partition(b" ")
            if mark in rest.split() and int(number) != os.getpid():
                yield int(number)


def bury_leftovers(folder: Path, patience: float = 5.0) -> int:
    """Ends them: first kindly, then not. Returns how many there were."""
    found = set(leftovers(folder))
    for pid in found:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + patience
    while (alive := set(leftovers(folder))) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in alive:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return len(found)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def someone_listens(port: int, host: str = "127.0.0.1") -> bool:
    """Granian shares a taken port silently, so asking it to fail would not do."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0
