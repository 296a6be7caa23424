"""RFC 7240: `Prefer: wait=n` asks to hold the answer until it is graded, n seconds at most.

A held request holds a thread of the web server, and pages need threads too. So a process holds as many as a quarter of its threads, and few
for one credential; beyond that the answer is given at once, as it stands. Those that are held look at the database together.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from rest_framework.response import Response

from grader.accepting.submissions import Accepted
from grader.models import Grading, Submission
from grader.reading.progress import Progress, progress_of_all

LONGEST_WAIT = 20.0
FIRST_LOOK, LAST_LOOK, GROWTH = 0.008, 0.2, 1.4  # seconds between looks: ever longer, since most results are there in milliseconds
MOST_HELD_FOR_ONE = 4


@dataclass(frozen=True)
class Wish:
    """How long whose request would like to be held."""

    seconds: float
    credential: int


def preferred_wait(header: str) -> float:
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})\"?(?=$|[,;\s])", header, re.IGNORECASE)
    return min(float(found.group(1)), LONGEST_WAIT) if found else 0.0


def with_wish(response: Response, wish: Wish, granted: bool) -> Response:
    """Says what became of the wish, and when to ask again if it is still not graded."""
    if wish.seconds and granted:
        response["Preference-Applied"] = f"wait={wish.seconds:.0f}"
    if response.status_code == 202:
        response["Retry-After"] = "1"
    return response


class Places:
    """Of the threads of this process, those that may be spent on holding."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.held: Counter[int] = Counter()

    @contextmanager
    def place(self, credential: int) -> Iterator[bool]:
        """Whether there was one; if so it is given back at the end."""
        with self.lock:
            free = self.held.total() < max(1, settings.WEB_THREADS // 4) and self.held[credential] < MOST_HELD_FOR_ONE
            self.held[credential] += free
        try:
            yield free
        finally:
            with self.lock:
                self.held[credential] -= free
                # Credentials come and go; what is not counted is not kept.
                self.held += Counter()


class Watch:
    """One look for all: of the requests that are held, one asks the database for every submission waited for, and tells the others."""

    def __init__(self) -> None:
        self.news = threading.Condition()
        self.wanted: dict[int, set[UUID]] = {}  # by thread: what it still waits for
        self.somebody_looks = False
        self.pause = FIRST_LOOK

    def until_finished(self, submissions: set[UUID], until: float) -> None:
        """Returns when all of them are finished, or at the time `until` of the steady clock."""
        me = threading.get_ident()
        with self.news:
            self.wanted[me], self.pause = submissions, FIRST_LOOK
            self.news.notify_all()
            try:
                while self.wanted[me] and (left := until - time.monotonic()) > 0:
                    if self.somebody_looks:
                        self.news.wait(left)
                    else:
                        self._look(left)
            finally:
                del self.wanted[me]

    def _look(self, left: float) -> None:
        self.somebody_looks = True
        try:
            self.news.wait(min(self.pause, left))
            self.pause = min(self.pause * GROWTH, LAST_LOOK)
            wanted = set().union(*self.wanted.values())
            self.news.release()
            try:
                first = Grading.objects.filter(submission__in=wanted, regrading=None)
                finished = set(first.exclude(state__in=Grading.UNFINISHED).values_list("submission", flat=True))
            finally:
                self.news.acquire()
            for mine in self.wanted.values():
                mine -= finished
        finally:
            # Also when the look failed: the next one takes over, and meets the same fault for itself.
            self.somebody_looks = False
            self.news.notify_all()


PLACES, WATCH = Places(), Watch()


def progress_after(accepted: Sequence[Accepted], wish: Wish) -> tuple[list[Progress], bool]:
    """How what was just accepted stands. If nobody waits, what is new needs no look: it has only been received."""
    looked_at = [one.submission for one in accepted if wish.seconds or not one.created]
    found, granted = wait_for(looked_at, wish)
    known = {one.submission.pk: one for one in found}
    return [known.get(one.submission.pk) or Progress(one.submission, None, None) for one in accepted], granted


def wait_for(submissions: list[Submission], wish: Wish) -> tuple[list[Progress], bool]:
    """How all of them stand, when all are finished or the time is over; and whether the wish to wait was granted."""
    until = time.monotonic() + wish.seconds
    known: dict[UUID, Progress] = {one.submission.pk: one for one in progress_of_all(submissions)} if submissions else {}
    unfinished = [one.submission for one in known.values() if not one.finished]
    if not unfinished or not wish.seconds:
        return [known[one.pk] for one in submissions], wish.seconds > 0
    with PLACES.place(wish.credential) as free:
        if free:
            WATCH.until_finished({one.pk for one in unfinished}, until)
            known |= {one.submission.pk: one for one in progress_of_all(unfinished)}
    return [known[one.pk] for one in submissions], free
