"""Alice downloads what is stored about her; an operator exports all of it. Neither holds a word about Bob."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from exercises.models import Assignment, Extension, Membership, Sitting, User
from grader.models import AuditEvent
from tests.people import CANARY, School


def own(school: School, user: User) -> str:
    response = school.browser(user).post("/account/data/")
    assert response.status_code == 200 and "attachment" in response.headers["Content-Disposition"]
    return response.content.decode()


def exported(username: str, to: Path) -> dict[str, Any]:
    call_command("export_person", username, "--to", str(to))
    found: dict[str, Any] = json.loads(to.read_text())
    return found


def test_alice_downloads_her_answers_and_all_else_that_is_hers(school: School) -> None:
    school.graded(school.alice, {"q1": "42", "q2": ["a"]}, confidence={"q1": 4})
    school.graded(school.bob, {"q1": "4711", "q2": []})
    Membership.objects.filter(user=school.alice).update(student_number="1001", section="A")
    Extension.objects.create(assignment=school.assignment, user=school.alice, extra_attempts=1, reason="was ill", granted_by=school.ivan)
    Sitting.objects.create(assignment=school.assignment, user=school.alice, begun_at=timezone.now())
    text = own(school, school.alice)
    found = json.loads(text)
    (submission,) = found["submissions"]
    assert (submission["answers"]["q1"], submission["confidence"], submission["state"]) == ("42", {"q1": 4}, "graded")
    assert "print(7919 * 104729)" in found["exercises"][submission["edition"]]["program"]
    assert found["account"]["username"] == "alice" and found["courses"][0]["student_number"] == "1001"
    assert found["extensions"][0]["reason"] == "was ill" and len(found["begun"]) == 1
    for of_others in ("bob", "4711", "ivan", "password"):
        assert of_others not in text.replace("has_a_password", ""), of_others
    assert AuditEvent.objects.get(action="person.exported").actor == school.alice


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"reveal_score": "after_due", "reveal_which": "after_due"},
        {"reveal_score": "never", "reveal_which": "never", "reveal_model": "never", "reveal": "never"},
    ],
)
def test_what_she_may_not_see_yet_is_not_in_it(school: School, table: dict[str, str]) -> None:
    Assignment.objects.filter(pk=school.assignment.pk).update(**table)
    school.graded(school.alice, {"q1": "42", "q2": ["a"]})
    text = own(school, school.alice)
    result, standing = json.loads(text)["submissions"][0]["result"], json.loads(text)["standings"][0]
    assert CANARY not in text and "evidence" not in text and "misconceptions" not in text
    assert ("points" in result) == ("best_points" in standing) == (not table)
    assert all(("right" in one) == (not table) for one in result["questions"])


def test_the_right_answers_are_in_it_once_they_are_shown_and_not_for_whoever_has_left(school: School) -> None:
    school.graded(school.alice, {"q1": "42", "q2": ["a"]})
    school.close()
    assert CANARY in own(school, school.alice)
    Membership.objects.filter(user=school.alice).update(left_at=timezone.now())
    text = own(school, school.alice)
    assert CANARY not in text and '"42"' in text, "her answers stay hers"


def test_while_a_second_placement_takes_answers_the_first_one_says_nothing(school: School) -> None:
    school.graded(school.alice, {"q1": "42", "q2": ["a"]})
    school.close()
    later = Assignment.objects.create(
        course=school.course, slug="later", title="Later", published=True, due_at=timezone.now() + timedelta(days=1)
    )
    school.canary.pk, school.canary.assignment = None, later
    school.canary.save()
    assert CANARY not in own(school, school.alice)


def test_what_ivan_did_to_others_is_told_without_what_it_says_of_them(school: School) -> None:
    AuditEvent.record(school.ivan, "membership.changed", course=school.course, whom=school.bob.pk, changed={"student_number": ["", "4711"]})
    AuditEvent.record(school.ivan, "user.changed", target=f"user {school.bob.pk}", change="4711")
    AuditEvent.record(school.tara, "membership.changed", course=school.course, whom=school.ivan.pk, changed={"section": ["", "X7"]})
    text = own(school, school.ivan)
    assert "membership.changed" in text and "4711" not in text and f"user {school.bob.pk}" not in text and "X7" in text


def test_an_operator_exports_all_of_it_into_a_new_file_that_nobody_else_reads(school: School, tmp_path: Path) -> None:
    password = school.password(school.alice)
    Client().post("/sign-in/", {"username": "alice", "password": "wrong"})
    Client().post("/sign-in/", {"username": "alice", "password": "wrong"}, REMOTE_ADDR="192.0.2.9")
    Client(REMOTE_ADDR="192.0.2.10").post("/sign-in/", {"username": "alice", "password": password})
    school.graded(school.alice, {"q1": "42", "q2": ["a"]})
    file = tmp_path / "alice.json"
    found = exported("alice", file)
    assert file.stat().st_mode & 0o777 == 0o600
    (submission,) = found["submissions"]
    assert CANARY in json.dumps(submission["all_results"]) and len(submission["responses"]) == 2
    assert submission["all_results"][0]["diagnosis"] is not None
    assert found["failed_sign_ins"][0]["address"] and len(found["signed_in_until"]) == 1
    assert {"sign_in", "sign_in.failed"} <= {one["action"] for one in found["audit_log"]}
    assert AuditEvent.objects.get(action="person.exported").target == f"user {school.alice.pk}"
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_person", "alice", "--to", str(file))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_person", "alice", "--to", str(tmp_path / "nowhere" / "alice.json"))
    with pytest.raises(CommandError, match="nobody called Alice"):
        call_command("export_person", "Alice", "--to", str(tmp_path / "new.json"))


def test_every_table_that_names_a_person_is_thought_of() -> None:
    """A new one belongs into the export (grader/reading/personal.py) and under what is left of a name (grader/deciding/anonymising.py)."""
    relations = (one for one in User._meta.get_fields(include_hidden=True) if one.auto_created and one.is_relation)
    found = {f"{one.related_model._meta.label}.{one.field.name}" for one in relations}
    found -= {"exercises.User_groups.user", "exercises.User_user_permissions.user"}
    assert found == {
        "admin.LogEntry.user",
        "exercises.Extension.granted_by",
        "exercises.Extension.user",
        "exercises.Membership.user",
        "exercises.Sitting.user",
        "grader.AuditEvent.actor",
        "grader.Credential.owner",
        "grader.Regrading.requested_by",
        "grader.Standing.student",
        "grader.Submission.student",
    }
