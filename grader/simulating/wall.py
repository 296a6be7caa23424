"""What a simulating child is shut in by. It puts each part on itself, the filter last, before it looks at a program.

Standard library only: the fork server imports this.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from grader.simulating.seccomp import NoFilter, allow_only_computing

ADDRESS_SPACE = 768 << 20
NOBODY = 65534
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
CAP_KILL, CAP_SETGID, CAP_SETUID = 5, 6, 7

FILTER, OWN_USER, LIMITS = "system call filter", "own user", "resource limits"


@dataclass(frozen=True)
class Wall:
    """The parts that are up, and why another is not."""

    parts: tuple[str, ...]
    missing: tuple[str, ...] = ()


def shut_in(writing: int, parent: int, cpu_seconds: int) -> Wall:
    """From here on this process can compute, write to one descriptor, and end."""
    up, missing = [], []
    with_own_user = become_nobody()
    # Both are undone by a change of user, so they come after it.
    conceal()
    die_with(parent)
    keep_only(writing)
    limit_resources(cpu_seconds)
    try:
        allow_only_computing(writing)
        up.append(FILTER)
    except NoFilter as why:
        missing.append(f"no {FILTER} ({why})")
    if with_own_user:
        up.append(OWN_USER)
    return Wall((*up, LIMITS), tuple(missing))


def conceal() -> None:
    """No process of the same user may look into this one's memory, or trace it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(70)


def become_nobody() -> bool:
    """Where this is root: a user who owns nothing, for whom all limits hold. Not where nobody could then end the child."""
    if os.geteuid() != 0 or not has_capabilities(CAP_KILL, CAP_SETGID, CAP_SETUID):
        return False
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        # A user namespace that has no such user.
        return False
    return True


def has_capabilities(*wanted: int) -> bool:
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_bytes().splitlines():
            if line.startswith(b"CapEff:"):
                held = int(line.split()[1], 16)
                return all(held >> one & 1 for one in wanted)
    return False


def keep_only(writing: int) -> None:
    os.closerange(0, writing)
    os.closerange(writing + 1, 256)


def limit_resources(cpu_seconds: int) -> None:
    # No file may be opened from here on: a limit of no descriptors leaves the ones already open alone.
    for name, value in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_CPU", cpu_seconds),
        ("RLIMIT_AS", ADDRESS_SPACE),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_NOFILE", 0),
    ):
        which = getattr(resource, name, None)
        if which is not None:
            resource.setrlimit(which, (value, value))
