from exercises.models.course import Assignment, Course, Extension, Membership, Placement
from exercises.models.exercise import Exercise, Revision, RevisionIsFrozen
from exercises.models.people import User

__all__ = ["Assignment", "Course", "Exercise", "Extension", "Membership", "Placement", "Revision", "RevisionIsFrozen", "User"]
