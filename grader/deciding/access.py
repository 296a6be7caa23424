"""Who may see what of submissions and results. All of it stands here, upon exercises.access. What is not yours does not exist: 404."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404

from exercises.access import (
    STAFF_ROLES,
    Person,
    assignment_in,
    membership_at,
    membership_in,
    placement_for,
)
from exercises.clock import moment_out, now_sql
from exercises.courses.windows import Window, window_from
from exercises.models import Assignment, Course, Extension, Membership, Placement, Revision, Sitting, User
from grader.deciding.disclosure import disclosures
from grader.marking.evidence import EVERYTHING, NOTHING, Disclosed
from grader.models import Credential, Submission
from grader.models.credential import digest_of
from grader.statements import Columns, run


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
    def reads_records(self) -> bool:
        """Sees who did what in the course."""
        return self.manages

    @property
    def may_answer(self) -> bool:
        """Staff look at exercises; only students of the course answer them, so that no gradebook shows the staff."""
        return self.role == Membership.Role.STUDENT

    def may_read(self, submission: Submission) -> bool:
        return self.is_staff or submission.student_id == self.user.pk


@dataclass(frozen=True)
class ProgramSeat(Seat):
    """A program's, in its owner's name: it may do what its token says, in that course alone, and its role gives it nothing more.
    What it is told of a result is what the student may see: it may well pass it on.
    """

    role: str = "program"
    credential: Credential = field(kw_only=True)

    def may(self, scope: str) -> bool:
        return self.credential.allows(scope)


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


def managed_seat_at(user: Person, slug: str) -> Seat:
    """For decisions about people and grades: assistants look, instructors decide."""
    seat = seat_at(user, slug)
    if not seat.manages:
        raise Http404("There is no such page here.")
    return seat


def assignment_at(user: Person, slug: str, assignment_slug: str) -> tuple[Seat, Assignment]:
    member = membership_at(user, slug)
    return Seat.of(member), assignment_in(member, assignment_slug)


def placement_at(user: Person, pk: int, now: datetime | None = None) -> tuple[Seat, Placement]:
    member, placement = placement_for(user, pk, now)
    return Seat.of(member), placement


def staffed_placement_at(user: Person, pk: int) -> tuple[Seat, Placement]:
    seat, placement = placement_at(user, pk)
    if not seat.is_staff:
        raise Http404("There is no such page here.")
    return seat, placement


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
    """What of its result they may see."""
    if seat.is_staff:
        return EVERYTHING
    if submission.student_id != seat.user.pk:
        return NOTHING
    return disclosures([(submission.student_id, submission.placement)], now)[submission.student_id, submission.placement_id]


# A token's seat is in its course: nothing outside that course exists for it, whatever its owner may see elsewhere.


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
    return placements_of(course).filter(pk=pk).first() if pk < 2**63 else None


def submissions_of(course: Course) -> QuerySet[Submission]:
    return Submission.objects.filter(placement__assignment__course=course).select_related(
        "placement__assignment__course", "student", "revision"
    )


# What is asked for every answer that comes in by the API: two statements that PostgreSQL plans once, and no more than they need.

COURSE, OWNER = Columns(Course, "k"), Columns(User, "u", "id", "username", "is_active", "is_superuser")
CREDENTIAL, PLACEMENT = Columns(Credential, "c"), Columns(Placement, "p")
ASSIGNMENT, STUDENT = Columns(Assignment, "a"), Columns(User, "u", "id", "username", "is_active")
EXTENSION, SITTING = Columns(Extension, "e"), Columns(Sitting, "t")


def seat_of_token(token: str) -> ProgramSeat | None:
    """Of a live token whose owner is still staff of its course: leaving the staff ends one's tokens as well.

    Asked of the database for each request: a token that is revoked is dead with the next.
    """
    found = run(
        f"SELECT {CREDENTIAL.sql}, {COURSE.sql}, {OWNER.sql}, (SELECT m.role FROM exercises_membership m "
        f"WHERE m.user_id = u.id AND m.course_id = k.id AND m.left_at IS NULL), {now_sql()} "
        "FROM grader_credential c JOIN exercises_course k ON k.id = c.course_id JOIN exercises_user u ON u.id = c.owner_id "
        "WHERE c.secret_sha256 = %s",
        digest_of(token),
    )
    if not found:
        return None
    values = list(found[0])
    credential, course, owner = CREDENTIAL.made_of(values), COURSE.made_of(values), OWNER.made_of(values)
    role, now = values[0], moment_out(values[1])
    assert credential and course and owner
    credential.course, credential.owner = course, owner
    if not credential.is_live(now) or not (owner.is_superuser or role in STAFF_ROLES):
        return None
    credential.note_use(now)
    return ProgramSeat(owner, course, credential=credential)


@dataclass(frozen=True)
class Desk:
    """Where an answer is handed in: the placement, and, if the name is one of the course's students, who and within what time."""

    placement: Placement
    student: User | None
    window: Window


def desk_for(course: Course, placement: int, username: str) -> Desk | None:
    """None where there is no such placement, as in placements_of; the student is one of students_of."""
    found = (
        run(
            f"SELECT {PLACEMENT.sql}, {ASSIGNMENT.sql}, {STUDENT.sql}, {EXTENSION.sql}, {SITTING.sql} FROM exercises_placement p "
            "JOIN exercises_assignment a ON a.id = p.assignment_id "
            "LEFT JOIN (exercises_user u JOIN exercises_membership m ON m.user_id = u.id AND m.role = 'student' AND m.left_at IS NULL) "
            "ON u.username = %s AND u.is_active AND m.course_id = a.course_id "
            "LEFT JOIN exercises_extension e ON e.assignment_id = a.id AND e.user_id = u.id "
            "LEFT JOIN exercises_sitting t ON t.assignment_id = a.id AND t.user_id = u.id "
            "WHERE p.id = %s AND a.course_id = %s AND a.published",
            username,
            placement,
            course.pk,
        )
        if placement < 2**63
        else []
    )
    if not found:
        return None
    values = list(found[0])
    row, assignment, student = PLACEMENT.made_of(values), ASSIGNMENT.made_of(values), STUDENT.made_of(values)
    extension, sitting = EXTENSION.made_of(values), SITTING.made_of(values)
    assert row and assignment
    assignment.course, row.assignment, row.revision = course, assignment, revision_of(row.revision_id)
    return Desk(row, student, window_from(assignment, extension, sitting.begun_at if sitting else None))


@lru_cache(maxsize=2048)
def revision_of(pk: int) -> Revision:
    """A revision never changes, and its program and questions are long."""
    return Revision.objects.get(pk=pk)
