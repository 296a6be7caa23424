"""Tokens for programs: issued to somebody of a course's staff, shown once, and ended. Each of these is written down."""

from __future__ import annotations

from datetime import timedelta

from exercises.clock import database_now
from exercises.models import Course, User
from grader.deciding.access import seat_in
from grader.models import AuditEvent, Credential
from grader.models.credential import SCOPES

# A term and a half: whoever needs one longer is asked again.
LONGEST_DAYS = 270


class CannotIssue(Exception):
    """Why not, and what to do."""


def issue(*, course: Course, owner: User, name: str, scopes: list[str], days: int, by: User | None) -> tuple[Credential, str]:
    """The row and the token, which cannot be had again."""
    name = name.replace("\x00", "").strip()
    if not 0 < len(name) <= 100:
        raise CannotIssue("A token needs a name of at most 100 characters that says which program has it.")
    if not scopes or set(scopes) - set(SCOPES):
        raise CannotIssue(f"A token needs one or more of the scopes {', '.join(SCOPES)}.")
    if not 0 < days <= LONGEST_DAYS:
        raise CannotIssue(f"A token lives for 1 to {LONGEST_DAYS} days. Choose a number between them.")
    seat = seat_in(owner, course)
    if seat is None or not seat.is_staff:
        raise CannotIssue(
            f"{owner.username} is not staff of {course.title}. Only an assistant or instructor of the course may hold its tokens."
        )
    chosen = [scope for scope in SCOPES if scope in scopes]
    row, token = Credential.issue(course=course, owner=owner, name=name, scopes=chosen, expires_at=database_now() + timedelta(days=days))
    AuditEvent.record(by, "credential.issued", course=course, target=row.prefix, whom=owner.pk, name=name, scopes=chosen, days=days)
    return row, token


def revoke(row: Credential, by: User | None) -> bool:
    """False where it had been revoked before."""
    if row.revoked_at is not None:
        return False
    row.revoke()
    AuditEvent.record(by, "credential.revoked", course=row.course, target=row.prefix, whom=row.owner_id, name=row.name)
    return True
