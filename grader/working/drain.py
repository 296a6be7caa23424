"""The loop that every worker node runs beside its Celery consumer: takes due work straight from the database, sweeps, reports.

With it, a broker that is dead or deaf costs latency and nothing else. Alone, without any Celery, it is the whole worker of a laptop.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from grader.accepting.bell import BELL
from grader.simulating.child import JOBS, SERVER, SimulatorUnavailable
from grader.working.answering import Answering, answer_due, free_left_jobs
from grader.working.cleaning import clean
from grader.working.diagnosing import Diagnosing
from grader.working.grading import grade_due
from grader.working.node import NODE, QUIET_SECONDS, GradingNode
from grader.working.sealing import seal_written
from grader.working.settling import Settling
from grader.working.sweeping import sweep
from grader.working.warming import Warming

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5
SWEEP_SECONDS = 1.5
REPORT_SECONDS = 5.0
CLEAN_SECONDS = 600.0
LATEST_SECONDS = 5.0
SEAL_SECONDS = 15.0
AFTER_FAULT_SECONDS = 1.0
STOP_SECONDS = 12.0
# A task gives way now and then, so that its worker can hear a request to stop.
TASK_SECONDS = 10.0


class Every:
    """Does something at most once in so many seconds."""

    def __init__(self, seconds: float, action: Callable[[], object]) -> None:
        self.seconds, self.action, self.next = seconds, action, 0.0

    def perhaps(self) -> None:
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + self.seconds
            self.action()


class Drain:
    def __init__(self) -> None:
        self.thread: threading.Thread | None = None

    def start(self, role: str, older_than: float | None = None) -> None:
        """In a thread of this process. Safe to call twice."""
        if self.thread is not None and self.thread.is_alive():
            return
        demand_wall()
        node = NODE.begin()
        node.role = role
        age = float(settings.GRADER_DRAIN_AFTER_SECONDS) if older_than is None else older_than
        self.thread = threading.Thread(target=run, args=(node, age), name="drain", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Stops claiming, finishes or hands back what was begun."""
        node = NODE.begin()
        node.stopping.set()
        BELL.ring_nearby()
        if self.thread is not None:
            self.thread.join(STOP_SECONDS)
        SERVER.stop()
        JOBS.stop()


DRAIN = Drain()


def run(node: GradingNode, older_than: float, *, until_idle: bool = False) -> None:
    diagnosing, warming, settling = Diagnosing(), Warming(), Settling()
    # Until nothing is due: one after the other, so that this is the one who knows. Else neither waits for the other.
    answering = None if until_idle else Answering(node, older_than)
    duties = [
        Every(SWEEP_SECONDS, sweep),
        Every(SWEEP_SECONDS, free_left_jobs),
        Every(CLEAN_SECONDS, clean),
        Every(REPORT_SECONDS, node.report),
        Every(REPORT_SECONDS, node.hand_back_unheld),
        Every(SEAL_SECONDS, seal_written),
    ]
    latest = 0.0
    start_simulator()
    while not node.stopping.is_set():
        BELL.for_grading.clear()
        try:
            close_old_connections()
            for duty in duties:
                duty.perhaps()
            graded = grade_due(node, older_than=older_than)
            if settling.step() or graded or (until_idle and answer_due(node, older_than=older_than)):
                continue
            # What follows a grade waits until no answers have come for a moment, and is then done for many at once; it never waits long.
            # While another thread of this process grades, its programs come first.
            if (until_idle or node.quiet or time.monotonic() >= latest) and not node.rests and not node.turn.locked():
                latest = time.monotonic() + LATEST_SECONDS
                if diagnosing.step() or (not until_idle and warming.step()):
                    continue
            if until_idle:
                break
        except DatabaseError:
            log.warning("the database does not answer; trying again")
            connection.close()
            node.stopping.wait(AFTER_FAULT_SECONDS)
        except Exception:
            # A loop that ends by a fault of ours would leave the node deaf for ever.
            log.exception("the drain stumbled")
            node.went_wrong("The drain loop stumbled; see the log.")
            node.stopping.wait(AFTER_FAULT_SECONDS)
        BELL.for_grading.wait(PAUSE_SECONDS if node.quiet else QUIET_SECONDS)
    if answering is not None:
        answering.stop()
    say_farewell(node)


def demand_wall() -> None:
    """Ends the process, where it was asked to grade behind a whole wall or not at all."""
    if not settings.GRADER_DEMAND_WALL:
        return
    try:
        wall = SERVER.test_wall()
    except SimulatorUnavailable as error:
        raise SystemExit(f"GRADER_DEMAND_WALL is set, and the wall cannot be tested: {error}") from None
    if SERVER.reached:
        raise SystemExit(f"GRADER_DEMAND_WALL is set, and the simulator's child is only held by: {wall}. Nothing is graded here.")


def start_simulator() -> None:
    try:
        wall = SERVER.test_wall()
        # On a laptop whoever reads this is whose programs they are; a fleet runs those of strangers.
        log.log(logging.ERROR if SERVER.reached and settings.FLEET else logging.INFO, "the simulator's child is held by: %s", wall)
    except SimulatorUnavailable as error:
        log.error("the simulator does not start; it will be tried again when work comes", extra={"error": str(error)})


def say_farewell(node: GradingNode) -> None:
    try:
        node.forget()
    except DatabaseError:
        log.info("the database is away; this node's last report stays")
    connection.close()


def grade_all_due() -> int:
    """What a message sets off: batch after batch until nothing is due."""
    node = NODE.begin()
    # What was rung for may be a job.
    BELL.for_jobs.set()
    until = time.monotonic() + TASK_SECONDS
    count = 0
    try:
        while time.monotonic() < until and (batch := grade_due(node)):
            count += batch
    except DatabaseError:
        log.warning("the database does not answer; the drain will try again")
        connection.close()
    return count
