"""The wall between a guest program and the worker: a process that knows nothing worth stealing, with a disposable child per simulation.

Runs as its own process, started by grader/simulating/child.py with an empty environment. May import the standard library, `sim` and what
answers jobs (answers.py), nothing else: what is not imported here cannot be reached from here. It reads requests from stdin and writes
answers to stdout, each a length and JSON.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
import warnings
from typing import Any, BinaryIO, NoReturn

import sim
from grader.simulating.answers import ANSWERS, warm_up
from grader.simulating.storable import storable

HEADER = struct.Struct(">I")
LONGEST_REQUEST = 1 << 20
LONGEST_ANSWER = 8 << 20
# Several times what the costliest program within the limits needs, on a machine several times overloaded; half a lease.
WALL_SECONDS = 30.0
CPU_SECONDS = 8
ADDRESS_SPACE = 768 << 20
PR_SET_PDEATHSIG = 1


def read_message(stream: BinaryIO, longest: int = LONGEST_REQUEST) -> Any:
    """The next message, or None at the end of the stream."""
    header = read_exactly(stream, HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    if length > longest:
        raise ValueError(f"a message of {length} bytes is longer than {longest}")
    body = read_exactly(stream, length)
    return json.loads(body) if len(body) == length else None


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    """As many bytes; fewer only at the end of the stream. A pipe hands out what it has."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def write_message(stream: BinaryIO, message: Any) -> None:
    body = json.dumps(message, separators=(",", ":")).encode()
    rest = memoryview(HEADER.pack(len(body)) + body)
    while rest:
        rest = rest[stream.write(rest) :]
    stream.flush()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    warnings.simplefilter("ignore")
    # Once here, so that nothing is left to import or to fill in the child, where no file can be opened.
    warm_up()
    write_message(answers, {"status": "ready", "wall": wall_as_tested(), "sim_version": sim.VERSION})
    while (request := read_message(requests)) is not None:
        write_message(answers, in_child(request))


def in_child(request: dict[str, Any]) -> dict[str, Any]:
    """Forks, lets the child answer within the wall time, and says what became of it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        be_child(request, writing)
    os.close(writing)
    wall = float(request.get("wall_seconds", WALL_SECONDS))
    try:
        answer, complaint = collect(reading, time.monotonic() + wall, int(request.get("answer_bytes", LONGEST_ANSWER)))
    finally:
        os.close(reading)
    if complaint:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if complaint:
        return {"status": "stopped", "detail": complaint}
    return verdict(answer, status)


def collect(reading: int, deadline: float, longest: int) -> tuple[bytes, str]:
    """What the child wrote until it closed its end, or why nobody waits for it any longer."""
    parts: list[bytes] = []
    size = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return b"", "it took too long by the clock of this machine"
        part = os.read(reading, 1 << 16)
        if not part:
            return b"".join(parts), ""
        parts.append(part)
        size += len(part)
        if size > longest:
            return b"", "its outcome is too large to hand over"


def verdict(answer: bytes, status: int) -> dict[str, Any]:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number in (signal.SIGXCPU, signal.SIGKILL):
            # Not its own doing: the processor-time limit, or the system short of memory. Another machine may well manage.
            return {"status": "stopped", "detail": f"it was ended from outside ({signal.Signals(number).name})"}
        return {"status": "crashed", "detail": f"the simulator died ({signal.Signals(number).name})"}
    code = os.waitstatus_to_exitcode(status)
    try:
        message = json.loads(answer)
    except ValueError:
        message = None
    if not isinstance(message, dict) or code != 0:
        return {"status": "crashed", "detail": f"the simulator ended without an answer (exit status {code})"}
    return message


def be_child(request: dict[str, Any], writing: int) -> NoReturn:
    """Never returns: whatever happens here, this process ends here."""
    try:
        die_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        keep_only(writing)
        limit_resources(int(request.get("cpu_seconds", CPU_SECONDS)))
        try:
            answer = simulate(request)
        except MemoryError:
            answer = {"status": "stopped", "detail": "this machine gave it too little memory"}
        except Exception as error:
            answer = {"status": "crashed", "detail": f"the simulator raised {type(error).__name__}: {error}"[:300]}
        body = memoryview(json.dumps(answer, separators=(",", ":")).encode())
        while body:
            body = body[os.write(writing, body) :]
        os._exit(0)
    finally:
        os._exit(70)


def simulate(request: dict[str, Any]) -> dict[str, Any]:
    if request.get("self_test"):
        return {"status": "ok", "reached": reachable()}
    if request.get("failpoint"):
        return fail_on_purpose(request["failpoint"])
    return {"status": "ok", "answer": storable(ANSWERS[request["job"]](request))}


def fail_on_purpose(how: str) -> dict[str, Any]:
    """The ways a simulator might break, for proving that each is survived. Only a worker that asks gets here, never a guest program."""
    if how == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "hang":
        while True:
            time.sleep(1)
    if how == "silent":
        os._exit(0)
    if how == "raise":
        raise SystemError("broken on purpose")
    if how == "memory":
        return {"status": "ok", "answer": len(bytearray(4 << 30))}
    return {"status": "ok", "answer": "x" * (LONGEST_ANSWER + 1)}


def die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


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


def reachable() -> list[str]:
    """Tries, from inside the wall, what must not work."""
    attempts = {
        "files": lambda: os.close(os.open("/", os.O_RDONLY)),
        "network": lambda: socket.socket().close(),
        "processes": fork_once,
    }
    reached = []
    for what, attempt in attempts.items():
        try:
            attempt()
        except OSError:
            continue
        reached.append(what)
    return reached


def fork_once() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def wall_as_tested() -> str:
    """What holds a child in, as found by trying it; never what was merely asked for."""
    answer = in_child({"self_test": True})
    if answer.get("status") != "ok":
        return f"untested: {answer.get('detail')}"
    reached = answer["reached"]
    return "resource limits" if not reached else f"resource limits; still reachable: {', '.join(reached)}"


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
