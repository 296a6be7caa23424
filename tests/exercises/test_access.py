"""Who may see what. A stranger, and a student who is too early, get 404: what is not theirs does not exist."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.http import Http404
from django.utils import timezone

from exercises.access import Person, assignment_in, courses_of, membership_at, membership_in, placement_for, students_of
from exercises.models import Assignment, Course, Exercise, Membership, Placement, User
from tests.exercises.conftest import Desk
from tests.exercises.people import People


@pytest.fixture
def placement(school: People, desk: Desk) -> Placement:
    call_command("load_exercises", str(desk.write("a = []\nb = a  #? count a\n")), verbosity=0)
    exercise = Exercise.objects.get()
    assignment = Assignment.objects.create(course=school.course, slug="week-1", title="Week 1", published=True)
    return Placement.objects.create(assignment=assignment, exercise=exercise, revision=exercise.latest_revision(), python="3.13")


def role_in(user: Person, course: Course) -> str | None:
    found = membership_in(user, course)
    return found.role if found else None


def test_each_person_has_the_role_they_were_given(school: People) -> None:
    roles = [role_in(user, school.course) for user in (school.ines, school.arno, school.sam, school.oda, AnonymousUser())]
    assert roles == ["instructor", "assistant", "student", None, None]


def test_a_superuser_is_an_instructor_everywhere(school: People) -> None:
    root = User.objects.create(username="root", is_staff=True, is_superuser=True)
    assert role_in(root, school.course) == "instructor"
    assert membership_at(root, "memory").course == school.course


def test_someone_who_was_switched_off_has_no_role(school: People) -> None:
    school.ines.is_active = False
    assert role_in(school.ines, school.course) is None
    assert not courses_of(school.ines).exists()


def test_someone_who_left_is_a_stranger_until_they_come_back(school: People, placement: Placement) -> None:
    for person in (school.sam, school.arno):
        membership = Membership.objects.get(user=person)
        membership.left_at = timezone.now()
        membership.save()
        assert role_in(person, school.course) is None and not courses_of(person).exists()
        with pytest.raises(Http404):
            placement_for(person, placement.pk)
    assert school.sam not in students_of(school.course) and school.tara in students_of(school.course)
    Membership.objects.filter(user=school.sam).update(left_at=None)
    assert role_in(school.sam, school.course) == "student" and school.sam in students_of(school.course)


def test_oda_finds_no_course_no_assignment_and_no_exercise(school: People, placement: Placement) -> None:
    assert membership_at(school.sam, "memory").course == school.course
    assert assignment_in(membership_at(school.sam, "memory"), "week-1") == placement.assignment
    assert placement_for(school.sam, placement.pk)[1] == placement
    for stranger in (school.oda, AnonymousUser()):
        with pytest.raises(Http404):
            membership_at(stranger, "memory")
        with pytest.raises(Http404):
            assignment_in(membership_at(stranger, "memory"), "week-1")
        with pytest.raises(Http404):
            placement_for(stranger, placement.pk)


def test_sam_sees_nothing_of_an_assignment_that_is_not_published(school: People, placement: Placement) -> None:
    Assignment.objects.update(published=False)
    assert assignment_in(membership_at(school.ines, "memory"), "week-1") == placement.assignment
    assert placement_for(school.arno, placement.pk)[1] == placement
    with pytest.raises(Http404):
        assignment_in(membership_at(school.sam, "memory"), "week-1")
    with pytest.raises(Http404):
        placement_for(school.sam, placement.pk)


def test_sam_sees_when_an_assignment_opens_and_not_yet_its_exercises(school: People, placement: Placement) -> None:
    Assignment.objects.update(opens_at=timezone.now() + timedelta(days=1))
    assert assignment_in(membership_at(school.sam, "memory"), "week-1").title == "Week 1"
    with pytest.raises(Http404):
        placement_for(school.sam, placement.pk)
    assert placement_for(school.ines, placement.pk)[1] == placement


def test_a_placement_must_fit_its_exercise_and_its_versions(school: People, placement: Placement) -> None:
    placement.clean()
    placement.python = "3.11"
    with pytest.raises(ValidationError, match=r"written for Python 3\.12, 3\.13"):
        placement.clean()


def test_a_course_takes_no_time_zone_that_does_not_exist(school: People) -> None:
    school.course.time_zone = "Mars/Olympus"
    with pytest.raises(ValidationError, match="not a time zone"):
        school.course.full_clean()
