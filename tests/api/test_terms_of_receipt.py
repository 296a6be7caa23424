"""What an answer earns is decided by what held when it was handed in, whatever is changed the day after."""

from __future__ import annotations

from decimal import Decimal

from django.test import Client

from exercises.models import Assignment, Course, Exercise, Membership, Placement, User
from grader.models import Credential, Submission
from tests.api.client import program
from tests.people import School


def test_a_placement_that_moves_to_another_python_and_other_points_leaves_what_was_handed_in_alone(school: School) -> None:
    api = program(school)
    sent = {"student": "alice", "answers": {"q1": "829348951"}}
    first = api.post(f"placements/{school.canary.pk}/submissions/", sent)
    Placement.objects.filter(pk=school.canary.pk).update(python="3.14", points=Decimal(50))
    school.grade()
    result = api.get(first.headers["Location"]).body["result"]
    assert result["python"] == "3.13"
    assert Decimal(result["max_points"]) == 2
    stored = Submission.objects.get()
    assert (stored.python, stored.worth, stored.credit, stored.course) == ("3.13", 2, 1, school.course)


def test_a_submission_names_the_token_it_came_with_and_the_page_names_none(school: School) -> None:
    program(school).post(f"placements/{school.canary.pk}/submissions/", {"student": "alice", "answers": {"q1": "1"}})
    items = [{"placement": school.canary.pk, "student": "bob", "answers": {"q1": "1"}}]
    program(school).post("submissions/bulk/", {"submissions": items})
    school.answer(school.alice, {"q1": "2"}, channel="web")
    single, bulk = Credential.objects.order_by("pk")
    assert list(Submission.objects.order_by("received_at").values_list("credential", flat=True)) == [single.pk, bulk.pk, None]
    admin = Client()
    admin.force_login(User.objects.create_superuser("root"))
    assert str(bulk) in admin.get("/admin/grader/submission/").content.decode()


def test_a_key_that_one_course_has_used_is_new_in_another(school: School) -> None:
    Membership.objects.create(course=school.elsewhere, user=school.alice, role="student")
    there = Assignment.objects.create(course=school.elsewhere, slug="there", title="There", published=True)
    revision = school.canary.revision
    twin = Placement.objects.create(assignment=there, exercise=Exercise.objects.get(slug="canary"), revision=revision, python="3.13")
    sent = {"student": "alice", "answers": {"q1": "1"}}
    for course, placement in ((school.course, school.canary), (school.elsewhere, twin)):
        api = program(school)
        api.token = school.token(course=course)
        assert api.post(f"placements/{placement.pk}/submissions/", sent, Idempotency_Key="k1").status == 202
    assert Submission.objects.filter(idempotency_key="k1").count() == Course.objects.count() == 2
