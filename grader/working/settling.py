"""What is worked out from results follows a decision about a regrading, in slices; ended midway, it goes on where it was.

Whoever decides begins with it. What is not done by then is every node's: each takes the slices in an order of its own, and whoever comes
to the end first says so.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from grader.accepting import standings
from grader.accepting.standings import Pair
from grader.models import Diagnosis, Regrading, Submission

# Whoever decided on a page is at it for so long and no longer.
AT_ONCE_SECONDS = 2.0
LEFT_BEHIND = timedelta(seconds=5)
LOOK_SECONDS = 2.0


def settle_regrading(regrading: Regrading, *, within: float | None = None) -> bool:
    """False if there was no time for all of it: the nodes go on."""
    until = None if within is None else time.monotonic() + within
    left = slices(regrading)
    while left:
        if until is not None and time.monotonic() > until:
            return False
        standings.settle(left.pop())
    has_settled(regrading)
    return True


def slices(regrading: Regrading) -> list[list[Pair]]:
    listed = affected(regrading).values_list("student_id", "placement_id").distinct()
    pairs = sorted(listed, key=lambda pair: (pair[1], pair[0]), reverse=True)
    return [pairs[start : start + standings.SLICE] for start in range(0, len(pairs), standings.SLICE)]


def affected(regrading: Regrading) -> QuerySet[Submission]:
    return Submission.objects.filter(results__regrading=regrading).order_by()


def has_settled(regrading: Regrading) -> None:
    # What was found rests on results that count no more, or does not rest on some that do now.
    students = affected(regrading).values("student")
    Diagnosis.objects.filter(result__submission__course=regrading.course_id, result__submission__student__in=students).update(method=0)
    # Only for the decision that was followed here: a later one has its own settling.
    Regrading.objects.filter(pk=regrading.pk, applied_at=regrading.applied_at, undone_at=regrading.undone_at).update(settled_at=Now())
    regrading.refresh_from_db()


class Settling:
    """A node's share: one slice at a time, between two batches of grading."""

    def __init__(self) -> None:
        self.regrading: Regrading | None = None
        self.left: list[list[Pair]] = []
        self.next_look = 0.0

    def step(self) -> bool:
        """False if nothing is left behind."""
        if self.regrading is None and time.monotonic() < self.next_look:
            return False
        # Asked anew each time: another node may have come to the end, and somebody may have decided otherwise.
        current = first_left_behind()
        if current is None:
            self.regrading, self.left, self.next_look = None, [], time.monotonic() + LOOK_SECONDS
            return False
        if self.regrading is None or decision(current) != decision(self.regrading):
            self.regrading, self.left = current, slices(current)
            random.shuffle(self.left)
        if self.left:
            standings.settle(self.left.pop())
        if not self.left:
            has_settled(current)
        return True


def first_left_behind() -> Regrading | None:
    since = Now() - LEFT_BEHIND
    left = Q(undone_at=None, applied_at__lt=since) | Q(undone_at__lt=since)
    return Regrading.objects.filter(left, settled_at=None).order_by("pk").first()


def decision(regrading: Regrading) -> tuple[object, ...]:
    return (regrading.pk, regrading.applied_at, regrading.undone_at)


def settle_left_behind() -> None:
    settling = Settling()
    while settling.step():
        pass
