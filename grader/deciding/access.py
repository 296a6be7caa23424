"""Who may see what of submissions and results. All of it stands here, upon exercises.access. What is not yours does not exist: 404."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404

from exercises.access import (
    STAFF_ROLES,
    Person,
    assignment_in,
    is_staff_of,
    membership_at,
    membership_in,
    placement_for,
    students_of,
)
from exercises.models import Assignment, Course, Membership, Placement, User
from grader.deciding.disclosure import disclosures
from grader.marking.evidence import EVERYTHING, NOTHING, Disclosed
from grader.models import Credential, Submission
from grader.prepared import Prepared


@dataclass(frozen=True)
class Seat:
    """Who somebody is in one course, found once a request. What they may do there is asked of it, and of nothing else."""

    user: User
    course: Course
    role: str
    section: str = ""

    @classmethod
    def of(cls, member: Membership) -> Seat:
        return cls(member.user, member.course, str(member.role), member.section)

    @property
    def is_staff(self) -> bool:
        """Sees everybody's work and every truth, whatever is in preparation, and the class as a whole."""
        return self.role in STAFF_ROLES

    @property
    def manages(self) -> bool:
        """Decides about people, tokens and grades: an instructor. Assistants look."""
        return self.role == Membership.Role.INSTRUCTOR

    @property
    def may_answer(self) -> bool:
        """Staff look at exercises; only students of the course answer them, so that no gradebook shows the staff."""
        return self.role == Membership.Role.STUDENT

    def may_read(self, submission: Submission) -> bool:
        return self.is_staff or submission.student_id == self.user.pk


def seat_in(user: Person, course: Course) -> Seat | None:
    member = membership_in(user, course)
    return Seat.of(member) if member else None


def seat_at(user: Person, slug: str) -> Seat:
    return Seat.of(membership_at(user, slug))


def staffed_seat_at(user: Person, slug: str) -> Seat:
    seat = seat_at(user, slug)
    if not seat.is_staff:
        raise Http404("There is no such page here.")
    return seat


def assignment_at(user: Person, slug: str, assignment_slug: str) -> tuple[Seat, Assignment]:
    member = membership_at(user, slug)
    return Seat.of(member), assignment_in(member, assignment_slug)


def placement_at(user: Person, pk: int, now: datetime | None = None) -> tuple[Seat, Placement]:
    member, placement = placement_for(user, pk, now)
    return Seat.of(member), placement


def staffed_placement_for(user: Person, pk: int) -> Placement:
    seat, placement = placement_at(user, pk)
    if not seat.is_staff:
        raise Http404("There is no such page here.")
    return placement


def submission_at(user: Person, pk: UUID) -> tuple[Seat, Submission]:
    """One's own while one is in the course, or any of a course one is staff of."""
    found: Submission | None = (
        Submission.objects.select_related("placement__assignment__course", "placement__exercise", "revision", "student")
        .filter(pk=pk)
        .first()
    )
    seat = seat_in(user, found.placement.assignment.course) if found else None
    if found is None or seat is None or not seat.may_read(found):
        raise Http404("There is no such submission here.")
    return seat, found


def disclosed_to(seat: Seat, submission: Submission, now: datetime | None = None) -> Disclosed:
    """What of its result they may see. What a program is told is what its student may see: it may well pass it on."""
    if seat.is_staff:
        return EVERYTHING
    if submission.student_id != seat.user.pk:
        return NOTHING
    return disclosures([(submission.student_id, submission.placement)], now)[submission.student_id, submission.placement_id]


# A credential stands for its course: nothing outside that course exists for it, whatever its owner may see elsewhere.


def student_of(course: Course, username: str) -> User | None:
    return STUDENT.first(course=course.pk, username=username)


def placements_of(course: Course | int) -> QuerySet[Placement]:
    """Published assignments only: an assignment in preparation is nobody's business yet."""
    return Placement.objects.filter(assignment__course=course, assignment__published=True).select_related(
        "assignment__course", "exercise", "revision"
    )


def opened_placements_of(course: Course | int) -> QuerySet[Placement]:
    """What a program may read: what the course's students may, so nothing before it opens, by the database's clock."""
    return placements_of(course).filter(Q(assignment__opens_at=None) | Q(assignment__opens_at__lte=Now()))


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
    return Submission.objects.filter(placement__assignment__course=course).select_related(
        "placement__assignment__course", "student", "revision"
    )


def credential_for(token: str) -> Credential | None:
    """The live credential of a token whose owner is still staff of its course: leaving the staff ends one's tokens as well."""
    credential = Credential.authenticate(token)
    return credential if credential and is_staff_of(credential.owner, credential.course) else None
