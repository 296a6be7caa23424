"""An exercise of the catalogue is set in a course, and taken out again while nobody has answered it. Both are on record."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError

from exercises.models import Assignment, Exercise, Placement, Revision
from grader.deciding.access import Seat
from grader.models import AuditEvent, Standing


class CannotPlace(Exception):
    """What stands against it and what to do, for people."""


def usual_python(seat: Seat, revision: Revision) -> str:
    """The Python that most exercises of the course are set under, if this one is written for it; else its newest."""
    pythons = list(Placement.objects.filter(assignment__course=seat.course).values_list("python", flat=True))
    usual = max(sorted(set(pythons)), key=pythons.count, default="")
    return usual if usual in revision.pythons else str(revision.pythons[-1])


def place(seat: Seat, assignment: Assignment, exercise: Exercise) -> Placement:
    revision = exercise.latest_revision()
    if revision is None:
        raise CannotPlace("This exercise has no text yet. Load it first.")
    last = assignment.placements.aggregate(last=Max("position"))["last"]
    try:
        with transaction.atomic():
            placement = Placement.objects.create(
                assignment=assignment,
                exercise=exercise,
                revision=revision,
                python=usual_python(seat, revision),
                position=0 if last is None else last + 1,
            )
            record(seat, "placement.added", placement, before=False)
    except IntegrityError:
        raise CannotPlace(f"“{exercise.title}” stands in “{assignment.title}” already. Choose another assignment.") from None
    return placement


def take_out(seat: Seat, placement: Placement) -> None:
    if has_been_answered(placement):
        raise CannotPlace("Somebody has answered it, so it stays: their work is kept.")
    try:
        with transaction.atomic():
            record(seat, "placement.removed", placement, before=True)
            placement.delete()
    except (ProtectedError, IntegrityError):
        raise CannotPlace("Somebody has answered it just now, so it stays: their work is kept.") from None


def has_been_answered(placement: Placement) -> bool:
    """Or somebody has tried to: that leaves a standing, too."""
    return Standing.objects.filter(placement=placement).exists()


def record(seat: Seat, action: str, placement: Placement, *, before: bool) -> None:
    fields = {
        "revision_id": placement.revision_id,
        "python": placement.python,
        "points": str(placement.points),
        "max_attempts": placement.max_attempts,
    }
    AuditEvent.record(
        seat.user,
        action,
        course=seat.course,
        target=placement.exercise.slug,
        assignment=placement.assignment.slug,
        changed={name: [value, None] if before else [None, value] for name, value in fields.items()},
    )
