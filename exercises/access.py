"""Who may see what of courses. All of it stands here. What is not yours does not exist: 404, never 403, so that nothing can be probed."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from exercises.clock import database_now
from exercises.courses.windows import window_from
from exercises.models import Assignment, Course, Membership, Placement, User

Person = User | AnonymousUser
STAFF_ROLES = (Membership.Role.ASSISTANT, Membership.Role.INSTRUCTOR)


def membership_in(user: Person, course: Course) -> Membership | None:
    """None for a stranger and for whoever left. A superuser is an instructor everywhere."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return Membership(user=user, course=course, role=Membership.Role.INSTRUCTOR)
    found = Membership.objects.current().filter(user=user, course=course).order_by("pk").first()
    if found is not None:
        found.user, found.course = user, course  # known, so nobody need ask for them
    return found


def membership_at(user: Person, slug: str) -> Membership:
    """With its course, in one query."""
    found: Membership | None = None
    if isinstance(user, User) and user.is_active and user.is_superuser:
        course = Course.objects.filter(slug=slug).first()
        found = membership_in(user, course) if course else None
    elif isinstance(user, User) and user.is_active:
        found = Membership.objects.current().filter(user=user, course__slug=slug).select_related("course").order_by("pk").first()
        if found is not None:
            found.user = user
    if found is None:
        raise Http404("There is no such course here.")
    return found


def students_of(course: Course | int) -> QuerySet[User]:
    """Those who study in the course now."""
    return User.objects.filter(memberships__course=course, memberships__role=Membership.Role.STUDENT, memberships__left_at=None)


def courses_of(user: Person) -> QuerySet[Course]:
    if not isinstance(user, User) or not user.is_active:
        return Course.objects.none()
    if user.is_superuser:
        return Course.objects.all()
    return Course.objects.filter(memberships__in=Membership.objects.current().filter(user=user))


def assignment_in(member: Membership, slug: str) -> Assignment:
    """A student sees a published assignment before it opens (title and times), though none of its exercises."""
    assignment = member.course.assignments.filter(slug=slug).first()
    if assignment is None or not (assignment.published or member.role in STAFF_ROLES):
        raise Http404("There is no such assignment here.")
    assignment.course = member.course
    return assignment


def placement_for(user: Person, pk: int, now: datetime | None = None) -> tuple[Membership, Placement]:
    placement = Placement.objects.select_related("assignment__course", "exercise", "revision").filter(pk=pk).first()
    member = membership_in(user, placement.assignment.course) if placement else None
    if placement is None or member is None:
        raise Http404("There is no such exercise here.")
    if member.role not in STAFF_ROLES and not window_from(placement.assignment).has_opened(now or database_now()):
        raise Http404("There is no such exercise here.")
    return member, placement
