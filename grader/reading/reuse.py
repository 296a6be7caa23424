"""Exercises that are used again: whether their right answers are out already, for whoever prepares an exam from them."""

from __future__ import annotations

from dataclasses import dataclass

from exercises.access import students_of
from exercises.models import Assignment
from grader.deciding.disclosure import seen_elsewhere


@dataclass(frozen=True)
class Out:
    """One exercise, and how many could see its right answers by now: of those who study in the course, and others."""

    exercise: str
    here: int
    others: int

    def __str__(self) -> str:
        who = [f"{self.here} student{'' if self.here == 1 else 's'} of this course"] if self.here else []
        who += [f"{self.others} other{'' if self.others == 1 else 's'}"] if self.others else []
        return f"“{self.exercise}”: {' and '.join(who)}"


def out_already(assignment: Assignment) -> list[Out]:
    """In the order of the exercises. Two queries where nothing is used again."""
    seen = seen_elsewhere(assignment)
    if not seen:
        return []
    students = set(students_of(assignment.course_id).order_by().values_list("pk", flat=True))
    titles = assignment.placements.filter(exercise__in=seen).order_by("position", "id").values_list("exercise_id", "exercise__title")
    return [Out(title, len(seen[pk] & students), len(seen[pk] - students)) for pk, title in titles]
