"""What goes in and out. What goes out is a typed dict, written once; what the published description says of it follows from its type.

What comes in is read by a serializer. No body reads a row by itself: what may be shown is decided before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict, cast
from uuid import UUID

from rest_framework import serializers

from exercises.formats import FORMATS
from exercises.formats.inputs import INPUTS
from exercises.models import Assignment, Placement
from exercises.reading.revision import program_of, questions_of
from grader.accepting.submissions import LONGEST_KEY
from grader.api.json_body import MOST_NESTED
from grader.api.strict import ByQuestion, StrictSerializer, Text, UserName, WholeNumber
from grader.deciding.disclosure import disclosures
from grader.marking.evidence import Disclosed, diagnosis_of, for_reader, models_pending, said_to_reader
from grader.models import Credential, Result
from grader.reading.progress import Progress

MOST_ITEMS = 500
Kind = Literal["one", "either", "both", "other", "slips", "open"]
State = Literal["received", "grading", "graded", "failed_retryable", "failed_permanent"]


class OptionBody(TypedDict):
    id: str
    label: str


class QuestionBody(TypedDict):
    id: Annotated[str, "Stays the same in every revision that asks the same, wherever the question stands; another id is another question."]
    format: Annotated[str, f"The kind of question: {', '.join(FORMATS)}."]
    line: int
    names: list[str]
    options: list[OptionBody] | None
    prompt: str
    points: float
    input: Annotated[str, f"The shape of the answer: {', '.join(INPUTS)}."]
    answer_schema: Annotated[Any, "The JSON Schema (2020-12) of an answer to this question."]


class PlacementBody(TypedDict):
    id: int
    assignment: Annotated[str, "The assignment's slug."]
    exercise: Annotated[str, "The exercise's slug."]
    title: str
    topic: str
    revision: Annotated[int, "Send it back with the answers, and they are never marked against another one."]
    python: Annotated[str, "The version of Python that is right here."]
    points: str
    max_attempts: Annotated[int, "0: not limited."]
    program: Annotated[str, "What students see. Lines are numbered from 1, empty ones included."]
    questions: list[QuestionBody]


class AssignmentBody(TypedDict):
    slug: str
    title: str
    opens_at: datetime | None
    due_at: Annotated[datetime | None, "Without extensions."]
    reveal: str
    placements: Annotated[list[int], "Empty until it opens."]


class SubmissionIn(StrictSerializer):
    """One student's answers to one exercise. No object of it may have a name twice."""

    student = UserName(max_length=150, help_text="User name of a student of the course.")
    answers = ByQuestion(
        child=serializers.JSONField(allow_null=True),
        help_text="Question id to answer, in the form its input asks for. null: not answered, as if the question were left out. "
        f"Any JSON of up to {MOST_NESTED} levels without NUL characters and half surrogate pairs.",
    )
    confidence = ByQuestion(
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
    """One student's answers to one exercise, and which. What is wrong with it is answered in its place, and refuses no other."""

    placement = WholeNumber()
    idempotency_key = Text(max_length=LONGEST_KEY, required=False, help_text="Without it: the Idempotency-Key header and the item's place.")

    class Meta:
        list_serializer_class = ItemByItem


class BulkIn(StrictSerializer):
    """Answers of many students to many exercises."""

    submissions = BulkItemIn(many=True, allow_empty=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # many=True makes a list of it


class IndexBody(TypedDict):
    """Addresses by the name that each has in grader/api/urls.py."""

    schema: str
    docs: str
    token: str
    assignments: str
    placements: str
    submissions: str
    submissions_bulk: str


class TokenBody(TypedDict):
    name: str
    course: Annotated[str, "The course's slug. Nothing outside it exists for this token."]
    course_title: str
    time_zone: Annotated[str, "The course's zone, in which its times are shown to people. Times here are UTC."]
    scopes: list[Literal["read", "submit", "results"]]
    expires_at: datetime


class MisconceptionBody(TypedDict):
    id: str
    belief: str
    refutation: str


class IdeaBody(TypedDict):
    id: str
    belief: str
    refutation: str
    weight: Annotated[float, "From 0 to 1: how likely it is that the student holds it, by all they have answered in the course."]
    explains: Annotated[list[str], "The questions whose wrong answers it gives."]
    contradicts: Annotated[list[str], "The questions that somebody who holds it would have answered otherwise."]


class DiagnosisBody(TypedDict):
    kind: Annotated[
        Kind,
        "One idea; either of two that nothing so far tells apart; both of two; one that we do not have; slips; or none that can be named.",
    ]
    ideas: list[IdeaBody]
    method: Annotated[int, "The version of the method. With a later one it may be found otherwise; a grade never changes with it."]


class MarkedQuestion(TypedDict):
    id: str
    format: str
    line: int
    right: NotRequired[Annotated[bool, "Only when the student may see it; so are the next three."]]
    fraction: NotRequired[float]
    points: NotRequired[float]
    max_points: NotRequired[float]
    answer: Annotated[Any, "As it was read. Null: not answered."]
    answer_text: str
    truth: NotRequired[Annotated[Any, "Only when the student may see it."]]
    truth_text: NotRequired[Annotated[str, "Only when the student may see it."]]
    why: NotRequired[list[str]]
    parts: NotRequired[list[dict[str, Any]]]
    misconceptions: NotRequired[Annotated[list[MisconceptionBody], "Of the ideas in the diagnosis those that give this very answer."]]


class ResultBody(TypedDict):
    points: Annotated[str | None, "Null until the student may see the score."]
    max_points: str
    python: str
    sim_version: str
    graded_at: datetime
    models_pending: Annotated[bool, "The grade stands; the wrong model behind the answers (diagnosis) is still being looked for."]
    diagnosis: NotRequired[
        Annotated[
            DiagnosisBody | None,
            "The idea behind the wrong answers, as soon as the student may see it. Null: nothing is wrong, or it is not found yet.",
        ]
    ]
    questions: NotRequired[Annotated[list[MarkedQuestion], "Only where one submission is asked for by itself."]]


class SubmissionBody(TypedDict):
    id: UUID
    placement: int
    student: str
    attempt: int
    received_at: datetime
    late: bool
    state: State
    reason: Annotated[str, "Why it could not be graded. The attempt was given back then."]
    result: Annotated[ResultBody | None, "What the student may see of it; needs the scope results. Null until graded."]


class QuestionError(TypedDict):
    pointer: Annotated[str, "JSON pointer into the request; for a header or a parameter its name."]
    detail: str
    question: NotRequired[str]
    remedy: NotRequired[str]


class ProblemBody(TypedDict):
    """RFC 9457."""

    type: Annotated[str, "urn:heaplab:problem: and a stable name."]
    title: str
    status: int
    detail: str
    remedy: Annotated[str, "What to do about it."]
    errors: NotRequired[Annotated[list[QuestionError], "20 at most; how many more there are is said in detail."]]
    limit: NotRequired[Annotated[int, "With too_large: the bytes this address takes."]]


class BulkItemBody(TypedDict):
    status: Annotated[int, "What the item would have been answered with by itself: 200, 202 or the problem's status."]
    submission: NotRequired[SubmissionBody]
    problem: NotRequired[ProblemBody]


class BulkBody(TypedDict):
    items: Annotated[list[BulkItemBody], "One for each submission sent, in the same order."]


def token_body(credential: Credential) -> TokenBody:
    return {
        "name": credential.name,
        "course": credential.course.slug,
        "course_title": credential.course.title,
        "time_zone": credential.course.time_zone,
        "scopes": credential.scopes,
        "expires_at": credential.expires_at,
    }


def placement_body(placement: Placement) -> PlacementBody:
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
            {
                "id": question["id"],
                "format": question["format"],
                "line": question["line"],
                "names": question["names"],
                "options": question["options"],
                "prompt": question["prompt"],
                "points": question["points"],
                "input": question["input"],
                "answer_schema": FORMATS[question["format"]].schema(read),
            }
            for question, read in zip(spec["questions"], questions_of(placement.revision), strict=True)
        ],
    }


def assignment_body(assignment: Assignment) -> AssignmentBody:
    return {
        "slug": assignment.slug,
        "title": assignment.title,
        "opens_at": assignment.opens_at,
        "due_at": assignment.due_at,
        "reveal": assignment.reveal,
        "placements": [placement.pk for placement in assignment.placements.all()],
    }


def submission_body(progress: Progress, *, with_result: bool) -> SubmissionBody:
    (body,) = submission_bodies([progress], with_result=with_result)
    return body


def submission_bodies(listed: Sequence[Progress], *, with_result: bool, in_list: bool = False) -> list[SubmissionBody]:
    """A result is shown as the student may see it, whoever asks: what a program gets, it may well pass on to the student."""
    graded = [one.submission for one in listed if with_result and one.result]
    shown = disclosures((one.student_id, one.placement) for one in graded)
    bodies: list[SubmissionBody] = []
    for progress in listed:
        one, result = progress.submission, progress.result if with_result else None
        failed = progress.state.startswith("failed") and progress.grading
        bodies.append(
            {
                "id": one.pk,
                "placement": one.placement_id,
                "student": one.student.username,
                "attempt": one.attempt_no,
                "received_at": one.received_at,
                "late": one.is_late,
                "state": cast(State, progress.state),
                "reason": progress.grading.reason if failed and progress.grading else "",
                "result": _result_body(result, shown[one.student_id, one.placement_id], in_list) if result else None,
            }
        )
    return bodies


def _result_body(result: Result, shown: Disclosed, in_list: bool) -> ResultBody:
    body: ResultBody = {
        "points": str(result.points) if shown.score else None,
        "max_points": str(result.max_points),
        "python": result.python,
        "sim_version": result.sim_version,
        "graded_at": result.created_at,
        "models_pending": models_pending(result, shown),
    }
    if not in_list:
        if shown.model:
            body["diagnosis"] = diagnosis_body(result, shown)
        body["questions"] = cast(list[MarkedQuestion], for_reader(result, shown))
    return body


def diagnosis_body(result: Result, shown: Disclosed) -> DiagnosisBody | None:
    said, found = said_to_reader(result, shown), diagnosis_of(result)
    if said is None or found is None:
        return None
    ideas: list[IdeaBody] = [
        {
            "id": one.id,
            "belief": one.belief,
            "refutation": one.refutation,
            "weight": one.weight,
            "explains": list(one.explains),
            "contradicts": list(one.contradicts),
        }
        for one in said.ideas
    ]
    return {"kind": cast(Kind, said.kind), "ideas": ideas, "method": found.method}
