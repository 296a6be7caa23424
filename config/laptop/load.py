"""A load generator of one thread: connections kept open, requests prepared beforehand, so that it takes little from what it measures."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TICKS = 100.0


@dataclass
class Load:
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)


@dataclass
class Line:
    """One connection, and what is under way on it."""

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    since: float = 0.0


def drive(port: int, requests: Sequence[bytes], connections: int = 32) -> Load:
    """Sends every request once, each connection the next when its last was answered."""
    load = Load()
    waiting = iter(requests)
    selector = selectors.DefaultSelector()
    began = time.perf_counter()
    for _ in range(min(connections, len(requests))):
        line = Line(socket.create_connection(("127.0.0.1", port)))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(line.socket, selectors.EVENT_READ, line)
        send_next(line, waiting, selector)
    while selector.get_map():
        for key, _ in selector.select():
            receive(key.data, load, waiting, selector)
    load.seconds = time.perf_counter() - began
    return load


def send_next(line: Line, waiting: Iterator[bytes], selector: selectors.BaseSelector) -> None:
    request = next(waiting, None)
    if request is None:
        selector.unregister(line.socket)
        line.socket.close()
        return
    line.since = time.perf_counter()
    line.socket.sendall(request)


def receive(line: Line, load: Load, waiting: Iterator[bytes], selector: selectors.BaseSelector) -> None:
    part = line.socket.recv(1 << 20)
    if not part:
        raise ConnectionError("The web server closed a connection; its log says why.")
    line.received += part
    head, end, body = line.received.partition(b"\r\n\r\n")
    if not end or len(body) < content_length(head):
        return
    load.statuses[int(head[9:12])] += 1
    load.latencies.append(time.perf_counter() - line.since)
    line.received.clear()
    send_next(line, waiting, selector)


def content_length(head: bytes | bytearray) -> int:
    for one in head.split(b"\r\n")[1:]:
        name, _, value = one.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def processor_seconds(pid: int) -> float:
    """What this process and all below it have used so far, those that have ended included."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        used[int(entry.name)] = sum(int(value) for value in fields[11:15]) / TICKS
    return sum(seconds for one, seconds in used.items() if descends(one, pid, parents))


def busy_seconds() -> float:
    """What all processors of this machine have worked so far, for whomever; also what other machines on the same host took of them."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
    user, nice, system, _, _, interrupts, soft_interrupts, stolen = (int(value) for value in fields)
    return (user + nice + system + interrupts + soft_interrupts + stolen) / TICKS


def descends(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid != ancestor:
        if pid not in parents:
            return False
        pid = parents[pid]
    return True
