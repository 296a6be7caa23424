"""What of a result is shown when, in words: for the instructor who decides it, and for the student who waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max

from exercises.courses.windows import window_from
from exercises.models import REVEALED, Assignment, Extension, Membership, Placement

Reveal = Assignment.Reveal
# What says what is right. It is held while somebody may still answer; the score and the verdicts are each student's own.
HELD = ("reveal_model", "reveal")
# Three ways to fill the table.
PRESETS: dict[str, tuple[str, dict[str, str]]] = {
    "practice": (
        "Practice: all at once, the right answers when a student's attempts are used",
        {"reveal_score": "at_once", "reveal_which": "at_once", "reveal_model": "at_once", "reveal": "after_attempts"},
    ),
    "homework": (
        "Homework: score and verdicts at once, the rest when the time is over",
        {"reveal_score": "at_once", "reveal_which": "at_once", "reveal_model": "after_due", "reveal": "after_due"},
    ),
    "exam": (
        "Exam: nothing until the time is over",
        {"reveal_score": "after_due", "reveal_which": "after_due", "reveal_model": "after_due", "reveal": "after_due"},
    ),
}


@dataclass(frozen=True)
class RevealRow:
    what: str
    when: str
    moment: datetime | None = None  # stands behind the words


def reveal_table(assignment: Assignment, last_end: datetime | None) -> list[RevealRow]:
    """`last_end`: when the last person who may answer one of its exercises is done (last_ends)."""
    return [_row(assignment, name, what, last_end) for name, what in REVEALED.items()]


def _row(assignment: Assignment, name: str, what: str, last_end: datetime | None) -> RevealRow:
    what = what[:1].upper() + what[1:]
    together = assignment.reveal_together and name in HELD
    match getattr(assignment, name):
        case Reveal.AT_ONCE:
            return RevealRow(what, "at once")
        case Reveal.AFTER_ATTEMPTS:
            own = "to each student once their own attempts are used, while classmates may still answer"
            if together:
                return RevealRow(what, f"{own}; to the others when the last person who may still answer is done", last_end)
            return RevealRow(what, f"{own}, or when their time is over")
        case Reveal.AFTER_DUE if assignment.due_at is None:
            return RevealRow(what, "never, since there is no due time")
        case Reveal.AFTER_DUE if together:
            return RevealRow(what, "when the last person who may still answer is done, extensions and other courses included", last_end)
        case Reveal.AFTER_DUE:
            return RevealRow(what, "to each student when their own time is over")
        case Reveal.ON_DATE:
            before = ", though not before the last person who may still answer is done" if together else ""
            return RevealRow(what, f"on the date that was set{before}", later_of(assignment.reveal_at, last_end if together else None))
        case _:
            return RevealRow(what, "never")


def truth_moment(assignment: Assignment, last_end: datetime | None) -> datetime | None:
    """When the right answers are out: everybody who answered may see them. None: never, or nobody knows when."""
    moment = _row(assignment, "reveal", "", last_end).moment
    if assignment.reveal == Reveal.AFTER_DUE and not assignment.reveal_together:
        return window_from(assignment).closes
    return moment


def sentence_for_students(assignment: Assignment, name: str) -> str:
    """How “The right answers … appear here” goes on."""
    nobody = ", once nobody may answer the exercise any more" if assignment.reveal_together and name in HELD else ""
    match getattr(assignment, name):
        case Reveal.AFTER_ATTEMPTS:
            return "once no attempts remain, here or wherever else you may answer this exercise" + (
                ", or after the due time" if assignment.due_at else ""
            )
        case Reveal.AFTER_DUE if assignment.due_at is not None:
            return f"after the due time{nobody}"
        case Reveal.ON_DATE if assignment.reveal_at is not None:
            local = assignment.reveal_at.astimezone(assignment.course.zone())
            return f"on {local:%-d %b %Y at %H:%M} ({assignment.course.time_zone}){nobody}"
        case _:
            return ""  # never


def last_ends(placements: Iterable[Placement]) -> dict[int, datetime | None]:
    """By exercise: when the last person anywhere may no longer answer it, late credit, extensions and other courses included.

    An assignment without a due time never ends, so nobody could wait for it: it is left out here, and holds only those who may answer it
    themselves (grader/deciding/disclosure.py). The placements come with their assignments and courses.
    """
    listed = list(placements)
    ends: dict[int, datetime | None] = {}
    latest = last_extensions({one.assignment_id for one in listed})
    for one in listed:
        extension = Extension(assignment=one.assignment, due_at=latest.get(one.assignment_id))
        ends[one.exercise_id] = later_of(ends.get(one.exercise_id), window_from(one.assignment, extension).closes)
    return ends


def last_extensions(assignments: set[int]) -> dict[int, datetime]:
    """By assignment: the latest due time that somebody who studies in the course has been given."""
    granted = Extension.objects.order_by().filter(
        assignment__in=assignments,
        due_at__isnull=False,
        user__memberships__course=F("assignment__course"),
        user__memberships__role=Membership.Role.STUDENT,
        user__memberships__left_at=None,
    )
    return dict(granted.values_list("assignment_id").annotate(Max("due_at")))


def placements_anywhere(exercises: Iterable[int]) -> list[Placement]:
    """Where these exercises can be answered, in whatever course: published, and perhaps open only later."""
    found = Placement.objects.filter(exercise__in=set(exercises), assignment__published=True)
    return list(found.order_by().select_related("assignment__course"))


def later_of(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)
