"""RFC 7240: `Prefer: wait=n` asks to hold the answer until it is graded, n seconds at most."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from grader.accepting.submissions import Accepted
from grader.models import Grading, Submission
from grader.reading.progress import Progress, progress_of_all

LONGEST_WAIT = 20.0  # seconds; a held request holds a thread of the web server
FIRST_LOOK, LAST_LOOK, GROWTH = 0.008, 0.2, 1.4  # seconds between looks: ever longer, since most results are there in milliseconds


def preferred_wait(header: str) -> float:
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})\"?(?=$|[,;\s])", header, re.IGNORECASE)
    return min(float(found.group(1)), LONGEST_WAIT) if found else 0.0


def progress_after(accepted: Sequence[Accepted], seconds: float) -> list[Progress]:
    """How what was just accepted stands. If nobody waits, what is new needs no look: it has only been received."""
    looked_at = [one.submission for one in accepted if seconds or not one.created]
    known = {one.submission.pk: one for one in wait_for(looked_at, seconds)} if looked_at else {}
    return [known.get(one.submission.pk) or Progress(one.submission, None, None) for one in accepted]


def wait_for(submissions: list[Submission], seconds: float) -> list[Progress]:
    """How all of them stand, when all are finished or the time is over. Unfinished ones alone are asked about again."""
    until = time.monotonic() + seconds
    pause = FIRST_LOOK
    known: dict[object, Progress] = {one.submission.pk: one for one in progress_of_all(submissions)}
    while time.monotonic() + pause < until and (open_ones := [one.submission for one in known.values() if not one.finished]):
        time.sleep(pause)
        pause = min(pause * GROWTH, LAST_LOOK)
        # A look is one small question; how each stands is read only when something has moved.
        due = Grading.objects.filter(submission__in=open_ones, state__in=Grading.UNFINISHED, regrading=None).values("pk")
        if len(due) < len(open_ones):
            known |= {one.submission.pk: one for one in progress_of_all(open_ones)}
    return [known[one.pk] for one in submissions]
