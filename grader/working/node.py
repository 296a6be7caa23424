"""This process as one that grades: its name, its health, and the beat that keeps its leases alive."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import threading
import time
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import Error as DatabaseFault
from django.db import connection
from django.utils import timezone

import sim
from grader.models import Node
from grader.simulating.child import SERVER
from grader.working import claims
from grader.working.claims import Claim

FAULTS_ALLOWED = 5
REST_SECONDS = 30.0
QUIET_SECONDS = 0.2


def machine_name() -> str:
    """Names this host, boot and set of process numbers: two processes with equal names here can see each other's numbers."""
    parts = [platform.node()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with contextlib.suppress(OSError):
            parts.append(os.readlink(path) if "/ns/" in path else Path(path).read_text(encoding="ascii").strip())
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:10]


def started_ticks(pid: int) -> str:
    """When the process with this number began, so that a number used again is not taken for the old process. Empty if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def is_gone(owner: str) -> bool:
    """Whether a holder of leases has certainly ended: only what ran on this very machine can be known to have."""
    machine, _, rest = owner.partition(":")
    pid, _, ticks = rest.partition(":")
    if machine != machine_name() or not pid.isdigit() or not started_ticks(os.getpid()):
        return False
    return started_ticks(int(pid)) != ticks


BEGINNING = threading.Lock()
os.register_at_fork(after_in_child=lambda: globals().update(BEGINNING=threading.Lock()))


class GradingNode:
    """One per process. Threads of the process share it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pid = 0
        self.name = ""
        self.held: dict[int, Claim] = {}
        self.lost: set[int] = set()
        self.faults_in_a_row = 0
        self.resting_until = 0.0
        # One batch at a time in a process: its threads share one processor anyway.
        self.turn = threading.Lock()
        # Something broke off in the middle of a turn: rows may be leased to this node that it knows nothing of.
        self.in_doubt = False
        self.stopping = threading.Event()
        self.graded = self.fenced = self.faults = 0
        self.started_at = timezone.now()
        self.claimed_at: datetime | None = None
        self.busy_until = 0.0
        self.last_fault = ""
        self.role = "task"

    def begin(self) -> GradingNode:
        """The node of this very process, also after a fork."""
        with BEGINNING:
            if self.pid != os.getpid():
                self.__init__()  # type: ignore[misc]
                self.name = f"{machine_name()}:{os.getpid()}:{started_ticks(os.getpid())}"
                threading.Thread(target=self._beat, name="leases", daemon=True).start()
                self.pid = os.getpid()
        return self

    # Leases

    @contextlib.contextmanager
    def holding(self, batch: Collection[Claim]) -> Iterator[None]:
        with self.lock:
            self.held.update({one.id: one for one in batch})
        try:
            yield
        finally:
            with self.lock:
                for one in batch:
                    self.held.pop(one.id, None)
                    self.lost.discard(one.id)

    def still_ours(self, batch: Collection[Claim]) -> list[Claim]:
        with self.lock:
            return [one for one in batch if one.id not in self.lost]

    def _beat(self) -> None:
        while True:
            time.sleep(claims.LEASE_SECONDS / 3)
            with self.lock:
                batch = list(self.held.values())
            if not batch:
                continue
            try:
                kept = claims.extend(batch)
            except DatabaseFault:
                # The lease may run out meanwhile; the fence then decides.
                continue
            finally:
                # A beat in twenty seconds needs no connection of its own in between.
                connection.close()
            with self.lock:
                self.lost.update(one.id for one in batch if one.id not in kept and one.id in self.held)

    def hand_back_unheld(self) -> None:
        """Outside its turns this node holds nothing, so nothing can be leased to it by right."""
        if self.turn.acquire(blocking=False):
            try:
                claims.hand_back_all(self.name)
            finally:
                self.turn.release()

    # Health

    def went_well(self, count: int) -> None:
        self.graded += count
        self.faults_in_a_row = 0

    def went_wrong(self, reason: str) -> None:
        """Several faults in a row are this node's own: it stops claiming for a while, before it spoils what others would manage."""
        self.faults += 1
        self.faults_in_a_row += 1
        self.last_fault = reason[:300]
        if self.faults_in_a_row >= FAULTS_ALLOWED:
            self.resting_until = time.monotonic() + REST_SECONDS
            self.faults_in_a_row = FAULTS_ALLOWED - 1

    def claimed(self) -> None:
        self.claimed_at, self.busy_until = timezone.now(), time.monotonic() + QUIET_SECONDS

    @property
    def quiet(self) -> bool:
        """Nothing came in for a moment."""
        return time.monotonic() >= self.busy_until

    @property
    def rests(self) -> bool:
        return time.monotonic() < self.resting_until

    def report(self) -> None:
        now = timezone.now()
        rest = self.resting_until - time.monotonic()
        Node.objects.update_or_create(
            name=self.name,
            defaults={
                "host": platform.node()[:100],
                "role": self.role,
                "wall": SERVER.wall,
                "sim_version": str(sim.VERSION)[:40],
                "started_at": self.started_at,
                "seen_at": now,
                "claimed_at": self.claimed_at,
                "graded": self.graded,
                "fenced": self.fenced,
                "faults": self.faults,
                "resting_until": now + timedelta(seconds=rest) if rest > 0 else None,
                "last_fault": self.last_fault,
            },
        )

    def forget(self) -> None:
        Node.objects.filter(name=self.name).delete()


NODE = GradingNode()
