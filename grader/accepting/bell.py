"""Tells the workers that there is work. Best effort: the row is committed by then, and every node finds due rows by itself.

One thread rings, so that no student waits for a broker; rings that come while it is busy melt into one. After two failures in a row it
stops trying for a while: a frozen broker costs a socket's time-out each time.
"""

from __future__ import annotations

import logging
import os
import threading
import time

from celery import current_app

log = logging.getLogger(__name__)

TASK = "grader.tasks.grade_due"
FAILURES_ALLOWED = 2
SILENT_SECONDS = 5.0


class Bell:
    def __init__(self) -> None:
        self.wanted = threading.Event()
        # Heard by the loops of a node in this very process: on a laptop without a broker, the only listeners there are.
        self.for_grading, self.for_jobs = threading.Event(), threading.Event()
        self.lock = threading.Lock()
        self.pid = 0
        self.failures = 0
        self.silent_until = 0.0

    def ring_nearby(self) -> None:
        self.for_grading.set()
        self.for_jobs.set()

    def ring(self) -> None:
        self.ring_nearby()
        if self.pid != os.getpid():
            self._start()
        self.wanted.set()

    def _start(self) -> None:
        with self.lock:
            if self.pid == os.getpid():
                return
            self.pid = os.getpid()
            threading.Thread(target=self._run, name="bell", daemon=True).start()

    def _run(self) -> None:
        while True:
            self.wanted.wait()
            silence = self.silent_until - time.monotonic()
            if silence > 0:
                time.sleep(silence)
            # Cleared before ringing: what is committed from here on rings again.
            self.wanted.clear()
            self._send()

    def _send(self) -> None:
        try:
            current_app.send_task(TASK, ignore_result=True, retry=False)
        except Exception as error:
            self.failures += 1
            if self.failures >= FAILURES_ALLOWED:
                self.silent_until = time.monotonic() + SILENT_SECONDS
            log.warning("the broker did not take a wake-up; nodes will find the work by themselves", extra={"error": str(error)[:200]})
            return
        self.failures = 0


BELL = Bell()


def ring() -> None:
    BELL.ring()
