"""Who may see what of submissions and results. All of it stands here, upon exercises.access. What is not yours does not exist: 404."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from exercises.access import STAFF_ROLES, Person, is_staff_of, placement_for, role_in, students_of
from exercises.models import Course, Membership, Placement, User
from grader.models import Credential, Submission
from grader.prepared import Prepared


def staffed_placement_for(user: Person, pk: int) -> Placement:
    placement = placement_for(user, pk)
    if not is_staff_of(user, placement.assignment.course):
        raise Http404("There is no such page here.")
    return placement


def may_answer(user: Person, placement: Placement) -> bool:
    """Staff look at exercises; only students of the course answer them, so that no gradebook shows the staff."""
    return role_in(user, placement.assignment.course) == Membership.Role.STUDENT


def submission_for(user: Person, pk: UUID) -> Submission:
    """One's own while one is in the course, or any of a course one is staff of."""
    found: Submission | None = (
        Submission.objects.select_related("placement__assignment__course", "placement__exercise", "revision", "student")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("There is no such submission here.")
    role = role_in(user, found.placement.assignment.course)
    if role is None or not (role in STAFF_ROLES or found.student_id == user.pk):
        raise Http404("There is no such submission here.")
    return found


# A credential stands for its course: nothing outside that course exists for it, whatever its owner may see elsewhere.


def student_of(course: Course, username: str) -> User | None:
    return STUDENT.first(course=course.pk, username=username)


def placements_of(course: Course | int) -> QuerySet[Placement]:
    """Published assignments only: an assignment in preparation is nobody's business yet."""
    return Placement.objects.filter(assignment__course=course, assignment__published=True).select_related(
        "assignment__course", "exercise", "revision"
    )


def placement_of(course: Course, pk: int) -> Placement | None:
    """One of placements_of."""
    return PLACEMENT.first(course=course.pk, pk=pk) if pk < 2**63 else None


# Asked for every answer that comes in by the API.
STUDENT: Prepared[User] = Prepared(
    lambda course, username: students_of(course).filter(username=username, is_active=True).order_by("pk"),
    course=int,
    username=str,
)
PLACEMENT: Prepared[Placement] = Prepared(lambda course, pk: placements_of(course).filter(pk=pk).order_by("pk"), course=int, pk=int)


def submissions_of(course: Course) -> QuerySet[Submission]:
    return Submission.objects.filter(placement__assignment__course=course).select_related("placement", "student", "revision")


def credential_for(token: str) -> Credential | None:
    """The live credential of a token whose owner is still staff of its course: leaving the staff ends one's tokens as well."""
    credential = Credential.authenticate(token)
    return credential if credential and is_staff_of(credential.owner, credential.course) else None
