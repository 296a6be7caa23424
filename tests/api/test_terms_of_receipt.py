"""What an answer earns is decided by what held when it was handed in, whatever is changed the day after."""

from __future__ import annotations

from decimal import Decimal

from django.test import Client

from exercises.models import Assignment, Course, Exercise, Membership, Placement, User
from grader.models import Credential, Submission
from tests.api.client import program
from tests.people import CANARY_PROGRAM, School, exercise


def test_a_placement_that_moves_to_another_python_leaves_what_was_handed_in_alone_and_other_points_rescale_it(school: School) -> None:
    api = program(school)
    sent = {"student": "alice", "answers": {"q1": "829348951"}}
    first = api.post(f"placements/{school.canary.pk}/submissions/", sent)
    Placement.objects.filter(pk=school.canary.pk).update(python="3.14", points=Decimal(50))
    school.grade()
    result = api.get(first.headers["Location"]).body["result"]
    assert result["python"] == "3.13"
    assert (Decimal(result["points"]), Decimal(result["max_points"])) == (25, 50)
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


def test_a_program_that_says_which_revision_it_read_is_told_when_there_is_another(school: School) -> None:
    api, path = program(school), f"placements/{school.canary.pk}/"
    read = api.get(path).body
    sent = {"student": "alice", "answers": {"q1": "1"}, "revision": read["revision"], "python": read["python"]}
    corrected = exercise("canary", "A number and a name", CANARY_PROGRAM.replace("7919", "7907"))
    Placement.objects.filter(pk=school.canary.pk).update(revision=corrected.latest_revision())
    single = api.post(f"{path}submissions/", sent)
    assert (single.status, single.body["type"]) == (409, "urn:heaplab:problem:stale_revision")
    words = "These are answers to revision 1 for Python 3.13, and the exercise is revision 2 for Python 3.13 now; no attempt was used."
    assert single.body["detail"] == words
    assert single.body["remedy"] == "Read the exercise again, and answer what it asks now."
    never_was = api.post(f"{path}submissions/", {"student": "alice", "answers": {"q1": "1"}, "revision": 99})  # never read by anybody
    assert never_was.status == 409 and "answers to revision 99, and the exercise is revision 2" in never_was.body["detail"]
    items = [{**sent, "placement": school.canary.pk}, {**sent, "placement": school.canary.pk, "revision": 2}]
    bulk = api.post("submissions/bulk/", {"submissions": items})
    assert [one["status"] for one in bulk.body["items"]] == [409, 202]
    assert Submission.objects.count() == 1
    assert api.post(f"{path}submissions/", {**sent, "revision": 2, "python": "3.12"}).status == 409


def test_a_request_repeated_after_the_exercise_was_changed_is_still_the_one_that_was_accepted(school: School) -> None:
    api, path = program(school), f"placements/{school.canary.pk}/submissions/"
    sent = {"student": "alice", "answers": {"q1": "1", "q2": []}}
    first = api.post(path, sent, Idempotency_Key="monday")
    for program_text in (CANARY_PROGRAM.replace("7919", "7907"), CANARY_PROGRAM.replace("id=q2", "id=other")):
        Placement.objects.filter(pk=school.canary.pk).update(
            revision=exercise("canary", "A number and a name", program_text).latest_revision()
        )
        assert api.post(path, sent, Idempotency_Key="monday").body["id"] == first.body["id"]
        assert api.post(path, {**sent, "revision": 1}, Idempotency_Key="monday").body["id"] == first.body["id"]
        item = {**sent, "placement": school.canary.pk, "idempotency_key": "monday"}
        (again,) = api.post("submissions/bulk/", {"submissions": [item]}).body["items"]
        assert again["submission"]["id"] == first.body["id"]
    assert api.post(path, {**sent, "answers": {"q1": "2"}, "revision": 1}, Idempotency_Key="monday").status == 409
    assert Submission.objects.count() == 1
