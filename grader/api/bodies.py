"""What goes in and out, named for the schema. No serializer here reads a row by itself: what may be shown is decided before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from exercises.formats import FORMATS
from exercises.formats.inputs import INPUTS
from exercises.models import Assignment, Placement
from exercises.reading.revision import program_of, questions_of
from grader.accepting.submissions import LONGEST_KEY
from grader.api.strict import StrictSerializer, Text, WholeNumber, check_storable
from grader.deciding.disclosure import disclosures
from grader.marking.evidence import Disclosed, for_reader, models_pending
from grader.models import Credential, Result
from grader.models.credential import SCOPES
from grader.reading.progress import Progress

MOST_ITEMS = 500
QUESTION_KEYS = ("id", "format", "line", "names", "options", "prompt", "points", "input")


class OptionBody(serializers.Serializer[Any]):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the name is the API's; a body has no label of its own


class QuestionBody(serializers.Serializer[Any]):
    id = serializers.CharField(
        help_text="Stays the same in every revision that asks the same, wherever the question stands; another id is another question."
    )
    format = serializers.CharField(help_text=f"The kind of question: {', '.join(FORMATS)}.")
    line = serializers.IntegerField()
    names = serializers.ListField(child=serializers.CharField())
    options = OptionBody(many=True, allow_null=True)
    prompt = serializers.CharField()
    points = serializers.FloatField()
    input = serializers.CharField(help_text=f"The shape of the answer: {', '.join(INPUTS)}.")
    answer_schema = serializers.JSONField(help_text="The JSON Schema (2020-12) of an answer to this question.")


class PlacementBody(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    assignment = serializers.CharField(help_text="The assignment's slug.")
    exercise = serializers.CharField(help_text="The exercise's slug.")
    title = serializers.CharField()
    topic = serializers.CharField()
    revision = serializers.IntegerField()
    python = serializers.CharField(help_text="The version of Python that is right here.")
    points = serializers.CharField()
    max_attempts = serializers.IntegerField(help_text="0: not limited.")
    program = serializers.CharField(help_text="What students see. Lines are numbered from 1, empty ones included.")
    questions = QuestionBody(many=True)


class AssignmentBody(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    opens_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Without extensions.")
    reveal = serializers.CharField()
    placements = serializers.ListField(child=serializers.IntegerField())


class SubmissionIn(StrictSerializer):
    student = Text(max_length=150, validators=[check_storable], help_text="User name of a student of the course.")
    answers = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        help_text="Question id to answer, in the form its input asks for. null: not answered, as if the question were left out.",
        validators=[check_storable],
    )
    confidence = serializers.DictField(
        validators=[check_storable],
        child=WholeNumber(min_value=1, max_value=4),
        required=False,
        default=dict,
        help_text="Question id to 1 (guessing) .. 4 (certain).",
    )
    revision = WholeNumber(
        required=False, help_text="The revision that was read. If the exercise has another one now, nothing is handed in (409)."
    )
    python = Text(required=False, max_length=8, help_text="The version of Python that was read, likewise.")


class ItemByItem(serializers.ListSerializer[Any]):
    """What is wrong inside one item is that item's, and no other's: the error stands in its place."""

    def run_child_validation(self, data: Any) -> Any:
        try:
            return self.child.run_validation(data)  # type: ignore[union-attr]  # a list of items has an item
        except serializers.ValidationError as error:
            return error


class BulkItemIn(SubmissionIn):
    placement = WholeNumber()
    idempotency_key = Text(max_length=LONGEST_KEY, required=False, help_text="Without it: the Idempotency-Key header and the item's place.")

    class Meta:
        list_serializer_class = ItemByItem


class BulkIn(StrictSerializer):
    submissions = BulkItemIn(many=True, allow_empty=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # many=True makes a list of it


class IndexBody(serializers.Serializer[Any]):
    """Addresses by the name that each has in grader/api/urls.py."""

    schema = serializers.CharField()
    docs = serializers.CharField()
    token = serializers.CharField()
    assignments = serializers.CharField()
    placements = serializers.CharField()
    submissions = serializers.CharField()
    submissions_bulk = serializers.CharField()


class TokenBody(serializers.Serializer[Any]):
    name = serializers.CharField()
    course = serializers.CharField(help_text="The course's slug. Nothing outside it exists for this token.")
    course_title = serializers.CharField()
    time_zone = serializers.CharField(help_text="The course's zone, in which its times are shown to people. Times here are UTC.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES))
    expires_at = serializers.DateTimeField()


class MarkedQuestion(serializers.Serializer[Any]):
    id = serializers.CharField()
    format = serializers.CharField()
    line = serializers.IntegerField()
    right = serializers.BooleanField(required=False, help_text="Only when the student may see it; so are the next three.")
    fraction = serializers.FloatField(required=False)
    points = serializers.FloatField(required=False)
    max_points = serializers.FloatField(required=False)
    answer = serializers.JSONField()
    answer_text = serializers.CharField()
    truth = serializers.JSONField(required=False, help_text="Only when the student may see it.")
    truth_text = serializers.CharField(required=False, help_text="Only when the student may see it.")
    why = serializers.ListField(child=serializers.CharField(), required=False)
    parts = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="Of an answer with several parts, which are right. Only with the truth."
    )
    misconceptions = serializers.ListField(child=serializers.DictField(), required=False)


class ResultBody(serializers.Serializer[Any]):
    points = serializers.CharField(allow_null=True, help_text="Null until the student may see the score.")
    max_points = serializers.CharField()
    questions = MarkedQuestion(many=True, required=False, help_text="Only where one submission is asked for by itself.")
    python = serializers.CharField()
    sim_version = serializers.CharField()
    graded_at = serializers.DateTimeField()
    models_pending = serializers.BooleanField(
        help_text="The grade stands; the wrong models behind the answers (misconceptions) are still being looked for."
    )


class SubmissionBody(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    placement = serializers.IntegerField()
    student = serializers.CharField()
    attempt = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    late = serializers.BooleanField()
    state = serializers.ChoiceField(choices=["received", "grading", "graded", "failed_retryable", "failed_permanent"])
    reason = serializers.CharField(allow_blank=True, help_text="Why it could not be graded. The attempt was given back then.")
    result = ResultBody(allow_null=True, help_text="What the student may see of it; needs the scope results. Null until graded.")


class QuestionError(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer into the request.")
    detail = serializers.CharField()
    question = serializers.CharField(required=False)
    remedy = serializers.CharField(required=False)


class ProblemBody(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    remedy = serializers.CharField(required=False)
    limit = serializers.IntegerField(required=False, help_text="How many bytes the address takes, where a body had more.")
    errors = QuestionError(many=True, required=False)  # type: ignore[assignment]  # the name is RFC 9457's


class BulkItemBody(serializers.Serializer[Any]):
    status = serializers.IntegerField(help_text="What the item would have been answered with by itself: 200, 202 or the problem's status.")
    submission = SubmissionBody(required=False)
    problem = ProblemBody(required=False)


class BulkBody(serializers.Serializer[Any]):
    items = BulkItemBody(many=True, help_text="One for each submission sent, in the same order.")


def token_body(credential: Credential) -> dict[str, Any]:
    return {
        "name": credential.name,
        "course": credential.course.slug,
        "course_title": credential.course.title,
        "time_zone": credential.course.time_zone,
        "scopes": credential.scopes,
        "expires_at": credential.expires_at,
    }


def placement_body(placement: Placement) -> dict[str, Any]:
    spec = placement.revision.spec
    return {
        "id": placement.pk,
        "assignment": placement.assignment.slug,
        "exercise": placement.exercise.slug,
        "title": spec["title"],
        "topic": spec["topic"],
        "revision": placement.revision.number,
        "python": placement.python,
        "points": str(placement.points),
        "max_attempts": placement.max_attempts,
        "program": program_of(placement.revision),
        # Named one by one: a key that a later spec adds must not get out unseen.
        "questions": [
            {**{key: question[key] for key in QUESTION_KEYS}, "answer_schema": FORMATS[question["format"]].schema(read)}
            for question, read in zip(spec["questions"], questions_of(placement.revision), strict=True)
        ],
    }


def assignment_body(assignment: Assignment) -> dict[str, Any]:
    return {
        "slug": assignment.slug,
        "title": assignment.title,
        "opens_at": assignment.opens_at,
        "due_at": assignment.due_at,
        "reveal": assignment.reveal,
        "placements": [placement.pk for placement in assignment.placements.all()],
    }


def submission_body(progress: Progress, *, with_result: bool) -> dict[str, Any]:
    (body,) = submission_bodies([progress], with_result=with_result)
    return body


def submission_bodies(listed: Sequence[Progress], *, with_result: bool, in_list: bool = False) -> list[dict[str, Any]]:
    """A result is shown as the student may see it, whoever asks: what a program gets, it may well pass on to the student."""
    graded = [one.submission for one in listed if with_result and one.result]
    shown = disclosures((one.student_id, one.placement) for one in graded)
    bodies = []
    for progress in listed:
        one, result = progress.submission, progress.result if with_result else None
        failed = progress.state.startswith("failed") and progress.grading
        bodies.append(
            {
                "id": str(one.pk),
                "placement": one.placement_id,
                "student": one.student.username,
                "attempt": one.attempt_no,
                "received_at": one.received_at,
                "late": one.is_late,
                "state": progress.state,
                "reason": progress.grading.reason if failed and progress.grading else "",
                "result": _result_body(result, shown[one.student_id, one.placement_id], in_list) if result else None,
            }
        )
    return bodies


def _result_body(result: Result, shown: Disclosed, in_list: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "points": str(result.points) if shown.score else None,
        "max_points": str(result.max_points),
        "python": result.python,
        "sim_version": result.sim_version,
        "graded_at": result.created_at,
        "models_pending": models_pending(result, shown),
    }
    if not in_list:
        body["questions"] = for_reader(result, shown)
    return body
