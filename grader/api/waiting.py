"""RFC 7240: `Prefer: wait=n` asks to hold the answer until it is graded, n seconds at most."""

from __future__ import annotations

import re
import time

from grader.models import Submission
from grader.queries import Progress, progress_of_all

LONGEST_WAIT = 20.0  # seconds; a held request holds a thread of the web server
FIRST_LOOK, LAST_LOOK = 0.004, 0.2  # seconds between looks: doubling, since most results are there in milliseconds


def preferred_wait(header: str) -> float:
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})\"?(?=$|[,;\s])", header, re.IGNORECASE)
    return min(float(found.group(1)), LONGEST_WAIT) if found else 0.0


def wait_for(submissions: list[Submission], seconds: float) -> list[Progress]:
    """How all of them stand, when all are finished or the time is over. Unfinished ones alone are asked about again."""
    until = time.monotonic() + seconds
    pause = FIRST_LOOK
    known: dict[object, Progress] = {one.submission.pk: one for one in progress_of_all(submissions)}
    while time.monotonic() + pause < until and (open_ones := [one.submission for one in known.values() if not one.finished]):
        time.sleep(pause)
        pause = min(pause * 2, LAST_LOOK)
        known |= {one.submission.pk: one for one in progress_of_all(open_ones)}
    return [known[one.pk] for one in submissions]
