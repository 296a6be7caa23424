"""A fork server in whose children the simulator has been escaped from: where it would simulate, a stranger's Python runs.

As its own process: `-c "...; escaped.serve(...)"`, in ways: `uid`, to be an ordinary user's; `filters=False`, on a system without seccomp.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from grader.simulating import answers, forkserver, seccomp

# prctl, by architecture.
PRCTL = {"x86_64": 157, "aarch64": 167}
ENOSYS = 38


def run(job: dict[str, Any]) -> dict[str, Any]:
    names: dict[str, Any] = {"found": None}
    exec(job["source"], names)
    return {"found": names["found"]}


def without_filters() -> None:
    """From here on the system answers as one without seccomp does: prctl(PR_SET_SECCOMP) is not known."""
    lines = [
        (seccomp.LOAD, 0, 0, seccomp.NUMBER),
        (seccomp.JUMP_IF_EQUAL, 0, 3, PRCTL[os.uname().machine]),
        (seccomp.LOAD, 0, 0, seccomp.FIRST_ARGUMENT),
        (seccomp.JUMP_IF_EQUAL, 0, 1, seccomp.PR_SET_SECCOMP),
        (seccomp.RETURN, 0, 0, 0x00050000 | ENOSYS),
        (seccomp.RETURN, 0, 0, seccomp.ALLOW),
    ]
    seccomp.install(b"".join(seccomp.INSTRUCTION.pack(*line) for line in lines))


def serve(uid: int = 0, filters: bool = True) -> None:
    answers.ANSWERS["run"] = run
    forkserver.warm_up = lambda: None  # it simulates, which is not what runs here
    if uid and os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if not filters:
        without_filters()
    forkserver.serve(sys.stdin.buffer, sys.stdout.buffer)
