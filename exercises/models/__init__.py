from exercises.models.course import (
    REVEALED,
    Assignment,
    Course,
    Extension,
    LateStep,
    Membership,
    Placement,
    Sitting,
    is_student,
    read_late_steps,
)
from exercises.models.exercise import Exercise, Revision, RevisionIsFrozen
from exercises.models.people import User

__all__ = [
    "REVEALED",
    "Assignment",
    "Course",
    "Exercise",
    "Extension",
    "LateStep",
    "Membership",
    "Placement",
    "Revision",
    "RevisionIsFrozen",
    "Sitting",
    "User",
    "is_student",
    "read_late_steps",
]
