"""Who may see what of courses. All of it stands here. What is not yours does not exist: 404, never 403, so that nothing can be probed."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from exercises.clock import database_now
from exercises.courses.windows import window_from
from exercises.models import Assignment, Course, Membership, Placement, User

Person = User | AnonymousUser
STAFF_ROLES = (Membership.Role.ASSISTANT, Membership.Role.INSTRUCTOR)


def role_in(user: Person, course: Course) -> str | None:
    """ "student", "assistant", "instructor", or None for a stranger and for whoever left. A superuser is an instructor everywhere."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return str(Membership.Role.INSTRUCTOR.value)
    return Membership.objects.current().filter(user=user, course=course).order_by("pk").values_list("role", flat=True).first()


def students_of(course: Course | int) -> QuerySet[User]:
    """Those who study in the course now."""
    return User.objects.filter(memberships__course=course, memberships__role=Membership.Role.STUDENT, memberships__left_at=None)


def is_staff_of(user: Person, course: Course) -> bool:
    return role_in(user, course) in STAFF_ROLES


def courses_of(user: Person) -> QuerySet[Course]:
    if not isinstance(user, User) or not user.is_active:
        return Course.objects.none()
    if user.is_superuser:
        return Course.objects.all()
    return Course.objects.filter(memberships__in=Membership.objects.current().filter(user=user))


def course_for(user: Person, slug: str) -> Course:
    course = courses_of(user).filter(slug=slug).first()
    if course is None:
        raise Http404("There is no such course here.")
    return course


def staffed_course_for(user: Person, slug: str) -> Course:
    course = course_for(user, slug)
    if not is_staff_of(user, course):
        raise Http404("There is no such page here.")
    return course


def assignment_for(user: Person, course_slug: str, assignment_slug: str) -> Assignment:
    """A student sees a published assignment before it opens (title and times), though none of its exercises."""
    course = course_for(user, course_slug)
    assignment = course.assignments.select_related("course").filter(slug=assignment_slug).first()
    if assignment is None or not (assignment.published or is_staff_of(user, course)):
        raise Http404("There is no such assignment here.")
    return assignment


def placement_for(user: Person, pk: int) -> Placement:
    placement = Placement.objects.select_related("assignment__course", "exercise", "revision").filter(pk=pk).first()
    if placement is None:
        raise Http404("There is no such exercise here.")
    role = role_in(user, placement.assignment.course)
    if role is None or not (role in STAFF_ROLES or window_from(placement.assignment).has_opened(database_now())):
        raise Http404("There is no such exercise here.")
    return placement
