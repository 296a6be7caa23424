"""The wall between a guest program and the worker: a process that knows nothing worth stealing, with a disposable child per simulation.

Runs as its own process, started by grader/simulating/child.py with an empty environment. May import the standard library, `sim` and what
answers jobs (answers.py), nothing else: what is not imported here cannot be reached from here. It reads requests from stdin and writes
answers to stdout, each a length and JSON: "begun" at once, with the child's number; a "beat" now and then, so that a server that is
frozen is told from one at work; then the answer. Whatever it is sent, it answers.
"""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, BinaryIO, NoReturn

import sim
from grader.simulating.answers import ANSWERS, warm_up
from grader.simulating.storable import storable
from grader.simulating.wall import Wall, conceal, shut_in
from grader.simulating.ways_out import Targets, reached, targets, ways

HEADER = struct.Struct(">I")
LONGEST_REQUEST = 1 << 20
LONGEST_ANSWER = 8 << 20
# Several times what the costliest program within the limits needs, on a machine several times overloaded; half a lease.
WALL_SECONDS = 30.0
CPU_SECONDS = 8
BEAT_SECONDS = 0.5
# A child that has handed over its answer has nothing left to do.
END_SECONDS = 1.0


class BadRequest(Exception):
    """A message that is none; says why. The stream is still good."""


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """The next request, or None at the end of the stream. Raises BadRequest."""
    header = read_exactly(stream, HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    if length > LONGEST_REQUEST:
        while length > 0 and (part := stream.read(min(length, 1 << 16))):
            length -= len(part)
        raise BadRequest(f"it is longer than {LONGEST_REQUEST:,} bytes")
    body = read_exactly(stream, length)
    if len(body) < length:
        return None
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"it is not JSON ({error})") from None
    if not isinstance(message, dict):
        raise BadRequest("it is not a JSON object")
    return message


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    """As many bytes; fewer only at the end of the stream. A pipe hands out what it has."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def framed(message: Any) -> bytes:
    body = json.dumps(message, separators=(",", ":")).encode()
    return HEADER.pack(len(body)) + body


def write_message(stream: BinaryIO, message: Any) -> None:
    rest = memoryview(framed(message))
    while rest:
        rest = rest[stream.write(rest) :]
    stream.flush()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    warnings.simplefilter("ignore")
    conceal()
    # Once here, so that nothing is left to import or to fill in the child, where no file can be opened.
    warm_up()

    def tell(message: dict[str, Any]) -> None:
        write_message(answers, message)

    tell({"status": "ready", "sim_version": sim.VERSION, **tested_wall()})
    while True:
        try:
            request = read_message(requests)
            if request is None:
                return
            tell(tested_wall() if request.get("self_test") else in_child(request, tell))
        except BadRequest as error:
            tell({"status": "refused", "detail": f"The simulator was asked what it cannot read: {error}."})
        except BrokenPipeError:
            return


def in_child(
    request: dict[str, Any], tell: Callable[[dict[str, Any]], None] = lambda _: None, tried: Targets | None = None
) -> dict[str, Any]:
    """Forks, lets the child answer within the wall time, and says what became of it. With `tried`, the child tries the ways out."""
    try:
        wall, longest = float(request.get("wall_seconds", WALL_SECONDS)), int(request.get("answer_bytes", LONGEST_ANSWER))
        cpu = int(request.get("cpu_seconds", CPU_SECONDS))
    except (TypeError, ValueError):
        raise BadRequest("its limits are not numbers") from None
    parent = os.getpid()
    reading, writing = os.pipe()
    try:
        pid = os.fork()
    except OSError as error:
        os.close(reading)
        os.close(writing)
        return {"status": "stopped", "detail": f"this machine gave it no process ({error.strerror})"}
    if pid == 0:
        be_child(request, writing, parent, cpu, tried)
    os.close(writing)
    status, complaint, answer = None, "the fork server stumbled", b""
    try:
        tell({"status": "begun", "child": pid})
        answer, complaint = collect(reading, time.monotonic() + wall, longest, lambda: tell({"status": "beat"}))
    finally:
        os.close(reading)
        status = ended(pid, 0.0 if complaint else END_SECONDS)
    if complaint:
        return {"status": "stopped", "detail": complaint}
    if status is None:
        return {"status": "crashed", "detail": "the simulator closed its pipe and went on running"}
    return verdict(answer, status)


def ended(pid: int, patience: float) -> int | None:
    """How the child ended. None if it had to be ended: not every child that has said all is one that goes."""
    deadline, pause = time.monotonic() + patience, 0.0002
    while patience:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        if time.monotonic() >= deadline:
            break
        time.sleep(pause)
        pause = min(pause * 2, 0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def collect(reading: int, deadline: float, longest: int, beat: Callable[[], None]) -> tuple[bytes, str]:
    """What the child wrote until it closed its end, or why nobody waits for it any longer."""
    parts: list[bytes] = []
    size = 0
    next_beat = time.monotonic() + BEAT_SECONDS
    while True:
        now = time.monotonic()
        if now >= deadline:
            return b"", "it took too long by the clock of this machine"
        if now >= next_beat:
            beat()
            next_beat = now + BEAT_SECONDS
        if not select.select([reading], [], [], max(0.0, min(deadline, next_beat) - now))[0]:
            continue
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


def be_child(request: dict[str, Any], writing: int, parent: int, cpu_seconds: int, tried: Targets | None) -> NoReturn:
    """Never returns: whatever happens here, this process ends here."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        wall = shut_in(writing, parent, cpu_seconds)
        try:
            answer = behind(wall, request, tried)
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


# What the wall was made of when it was tested: no program runs behind less.
TESTED: list[Wall] = []


def behind(wall: Wall, request: dict[str, Any], tried: Targets | None) -> dict[str, Any]:
    if tried is not None:
        return {"status": "ok", "parts": wall.parts, "missing": wall.missing, "reached": reached(tried)}
    if TESTED and wall != TESTED[-1]:
        return {"status": "stopped", "detail": f"the wall did not stand as it was tested: {', '.join(wall.missing) or wall.parts}"}
    return simulate(request)


def simulate(request: dict[str, Any]) -> dict[str, Any]:
    if request.get("failpoint"):
        return fail_on_purpose(request["failpoint"])
    if request.get("job") not in ANSWERS:
        return {"status": "refused", "detail": f"The simulator knows no job {str(request.get('job'))[:40]!r}."}
    return {"status": "ok", "answer": storable(ANSWERS[request["job"]](request))}


def fail_on_purpose(how: str) -> dict[str, Any]:
    """The ways a simulator might break, for proving that each is survived. Only a worker that asks gets here, never a guest program."""
    if how == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "hang":
        while True:
            pass
    if how == "silent":
        os._exit(0)
    if how == "raise":
        raise SystemError("broken on purpose")
    if how == "memory":
        return {"status": "ok", "answer": len(bytearray(4 << 30))}
    return {"status": "ok", "answer": "x" * (LONGEST_ANSWER + 1)}


def tested_wall() -> dict[str, Any]:
    """What holds a child in, as found by trying every way out; never what was merely asked for."""
    with targets() as tried:
        answer = in_child({}, tried=tried)
    if answer["status"] != "ok":
        return {"status": "ok", "wall": f"untested: {answer['detail']}", "reached": ["untested"]}
    TESTED.append(Wall(tuple(answer["parts"]), tuple(answer["missing"])))
    held = ", ".join(answer["parts"])
    found = f"still reachable: {', '.join(answer['reached'])}" if answer["reached"] else f"{len(ways(tried))} ways out tried, none open"
    return {"status": "ok", "wall": "; ".join([held, *answer["missing"], found]), "reached": answer["reached"]}


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
