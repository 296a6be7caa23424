"""What of a result its reader may see. A truth never leaves the server for somebody who may still answer."""

from __future__ import annotations

from typing import Any

from exercises.access import is_staff_of
from exercises.clock import database_now
from exercises.courses.windows import window_of
from exercises.models import Assignment, Placement, User
from grader.models import Result, Standing

# Everything in a marked question that says or implies what is right. `right`, `fraction` and the student's own answer are theirs at once.
SECRET = ("truth", "truth_text", "why", "parts")


def visible_result(user: User, result: Result) -> dict[str, Any]:
    """The evidence, without the truth unless it is theirs to see."""
    submission = result.submission
    placement = submission.placement
    if is_staff_of(user, placement.assignment.course) or (user.pk == submission.student_id and is_revealed(placement, user)):
        return dict(result.evidence)
    return without_truth(result.evidence)


def is_revealed(placement: Placement, student: User) -> bool:
    """Whether this student can gain nothing more from knowing: every attempt used (if the assignment allows that), or the time over."""
    assignment = placement.assignment
    window = window_of(student, assignment)
    if window.is_over(database_now()):
        return True
    if assignment.reveal != Assignment.Reveal.AFTER_ATTEMPTS or placement.max_attempts == 0:
        return False
    used = Standing.objects.filter(student=student, placement=placement).values_list("attempts", flat=True).first()
    return (used or 0) >= window.attempts(placement.max_attempts)


def without_truth(evidence: dict[str, Any]) -> dict[str, Any]:
    questions = [{name: value for name, value in question.items() if name not in SECRET} for question in evidence["questions"]]
    return {**evidence, "questions": questions}
