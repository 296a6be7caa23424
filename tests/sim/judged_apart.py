"""Runs programs one by one, each in a child process that may use 1 GiB and 10 seconds of CPU, and tells how each ended.

`python -m tests.sim.judged_apart VERSION STEPS < programs.json`: a list of [name, source] pairs in, one JSON line per program
out. The child's own end is told too: a host traceback, a signal or an exit status other than 0 makes the ending `crash`.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import traceback
from typing import Any, BinaryIO

import sim

MEMORY = 1 << 30
SECONDS = 10
KEPT = 20_000  # characters of output that are told


def judge(source: str | bytes, version: str, steps: int) -> dict[str, Any]:
    """One run under the real limits, in the child."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    text = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    outcome = sim.run(text, python=version, limits=sim.Limits(steps=steps))
    row = {"ending": outcome.ending, "reason": outcome.reason, "error": outcome.error, "line": outcome.line}
    row |= {"output": outcome.output[:KEPT], "written": len(outcome.output), "stderr": outcome.stderr[:KEPT]}
    return row | {"json": len(json.dumps(outcome.to_json()))}


def child(source: str | bytes, version: str, steps: int, pipe: int) -> None:
    try:
        row = judge(source, version, steps)
    except BaseException:
        row = {"ending": "crash", "reason": traceback.format_exc()[-2000:]}
    with os.fdopen(pipe, "wb") as stream:
        stream.write(json.dumps(row).encode())
    os._exit(0)


def judged_apart(source: str | bytes, version: str, steps: int) -> dict[str, Any]:
    """Run in a forked child; its own resource use is added to what it tells."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        child(source, version, steps, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        told = stream.read()
    _, status, usage = os.wait4(process, 0)
    row = json.loads(told) if told else {"ending": "crash", "reason": f"the process ended with status {status}"}
    return row | {"seconds": round(usage.ru_utime + usage.ru_stime, 2), "MiB": usage.ru_maxrss // 1024}


def main(stream: BinaryIO) -> int:
    version, steps = sys.argv[1], int(sys.argv[2])
    for name, text in json.load(stream):
        source = bytes.fromhex(text[4:]) if text.startswith("hex:") else text
        print(json.dumps({"name": name} | judged_apart(source, version, steps)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer))
