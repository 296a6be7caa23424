"""Who of the staff looked at what: at right answers before students may see them, and at somebody's attempt. Once a person and day, so that
reading on fills no table.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from exercises.courses.revealing import last_ends, placements_anywhere, truth_moment
from exercises.models import Placement
from grader.deciding.access import Seat
from grader.models import AuditEvent, Submission


def looked_at_key(seat: Seat, placement: Placement, now: datetime) -> None:
    if not seen_today(seat, "key.seen", placement.exercise.slug, now) and not is_out(placement, now):
        AuditEvent.record(seat.user, "key.seen", course=seat.course, target=placement.exercise.slug)


def looked_at_work(seat: Seat, submission: Submission, now: datetime) -> None:
    """Its page shows the staff the right answers as well."""
    if seen_today(seat, "submission.seen", str(submission.pk), now):
        return
    detail: dict[str, Any] = {"whom": submission.student_id, "key": not is_out(submission.placement, now)}
    AuditEvent.record(seat.user, "submission.seen", course=seat.course, target=str(submission.pk), **detail)


def seen_today(seat: Seat, action: str, target: str, now: datetime) -> bool:
    """By the day of the course."""
    midnight = now.astimezone(seat.course.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    today = AuditEvent.objects.filter(course=seat.course, created_at__gte=midnight)
    return bool(today.filter(actor=seat.user, action=action, target=target).exists())


def is_out(placement: Placement, now: datetime) -> bool:
    """Whether students see the right answers there by now, apart from those who used up their attempts."""
    ends = last_ends(placements_anywhere([placement.exercise_id]))
    moment = truth_moment(placement.assignment, ends.get(placement.exercise_id))
    return moment is not None and moment < now
