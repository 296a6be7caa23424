"""/api/v1/: a program reads what a course asks, hands in answers for its students, and reads what they earned."""

from __future__ import annotations

import re
import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from exercises.models import Assignment, Course, Membership, Placement, User
from grader import queries
from grader.accepting.submissions import Accepted, Offer, Refused, accept, accept_many
from grader.api.bodies import (
    AssignmentBody,
    BulkBody,
    BulkIn,
    PlacementBody,
    ProblemBody,
    SubmissionBody,
    SubmissionIn,
    assignment_body,
    placement_body,
    submission_body,
)
from grader.api.problems import Problem, problem, refusal
from grader.api.scopes import HasScope
from grader.api.throttles import PerCredential
from grader.api.waiting import preferred_wait, progress_after, wait_for
from grader.deciding import access
from grader.models import Grading, Submission

PROBLEM = OpenApiResponse(ProblemBody, description="A problem, as application/problem+json.")
PREFER = OpenApiParameter(
    "Prefer", str, OpenApiParameter.HEADER, description="wait=n holds the answer until graded, n seconds at most (RFC 7240)."
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key and answers again give the same submission. At most 90 characters.",
)


class Pages(CursorPagination):
    """A cursor holds its place while rows are added, and costs the same on the last page as on the first."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500


class CourseView(GenericAPIView[Any]):
    """What all have in common: the credential's course, its scopes, its share of the machine."""

    permission_classes = [HasScope]
    throttle_classes = [PerCredential]
    pagination_class = Pages
    filter_backends = []
    scopes: ClassVar[dict[str, str]] = {"GET": "read"}
    ordering: ClassVar[str | tuple[str, ...]] = "id"

    def course(self) -> Course:
        course: Course = self.request.auth.course  # type: ignore[union-attr]  # HasScope let only credentials in
        return course

    def page_of(self, rows: QuerySet[Any]) -> list[Any]:
        # CursorPagination reads the order from the class; each view has its own.
        self.paginator.ordering = self.ordering  # type: ignore[union-attr]
        try:
            return list(self.paginate_queryset(rows) or [])
        except (ValueError, ValidationError):
            # A cursor that was tampered with: REST framework trusts the position inside.
            raise Problem("not_found", "This cursor is not one of ours. Start again without it.") from None

    def may(self, scope: str) -> bool:
        return bool(self.request.auth.allows(scope))  # type: ignore[union-attr]


class Assignments(CourseView):
    serializer_class = AssignmentBody
    ordering = ("position", "id")

    @extend_schema(operation_id="assignments_list", responses={200: AssignmentBody(many=True), "default": PROBLEM})
    def get(self, request: Request) -> Response:
        """Published assignments of the token's course."""
        rows = Assignment.objects.filter(course=self.course(), published=True).prefetch_related(
            Prefetch("placements", Placement.objects.order_by("position", "id"))
        )
        return self.get_paginated_response([assignment_body(one) for one in self.page_of(rows)])


class Placements(CourseView):
    serializer_class = PlacementBody

    @extend_schema(
        operation_id="placements_list",
        parameters=[OpenApiParameter("assignment", str, description="Only those of this assignment (its slug).")],
        responses={200: PlacementBody(many=True), "default": PROBLEM},
    )
    def get(self, request: Request) -> Response:
        """The exercises of the course's published assignments: programs and questions, no answers."""
        rows = access.placements_of(self.course())
        if slug := request.query_params.get("assignment"):
            rows = rows.filter(assignment__slug=clean(slug, "assignment"))
        return self.get_paginated_response([placement_body(one) for one in self.page_of(rows)])


class PlacementDetail(CourseView):
    serializer_class = PlacementBody

    @extend_schema(operation_id="placements_read", responses={200: PlacementBody, "default": PROBLEM})
    def get(self, request: Request, pk: int) -> Response:
        """One exercise, by its placement's number."""
        return Response(placement_body(found_placement(self.course(), pk)))


class PlacementSubmissions(CourseView):
    scopes: ClassVar[dict[str, str]] = {"POST": "submit"}
    serializer_class = SubmissionIn

    @extend_schema(
        operation_id="placements_submit",
        parameters=[PREFER, KEY],
        request=SubmissionIn,
        responses={
            200: OpenApiResponse(SubmissionBody, description="Graded in time, or known already."),
            202: OpenApiResponse(SubmissionBody, description="Accepted; Location says where its result will be."),
            "default": PROBLEM,
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """Hand in one student's answers. Accepted means stored: the result comes at once, or at the Location."""
        placement = found_placement(self.course(), pk)
        body = SubmissionIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        student = access.student_of(self.course(), given["student"])
        if student is None:
            raise Problem(
                "unknown_student",
                f"“{given['student']}” is no student of this course.",
                errors=[{"pointer": "#/student", "detail": "Not a student of this course."}],
            )
        key = idempotency_key(request) or str(uuid.uuid4())
        accepted = accept(
            student=student,
            placement=placement,
            answers=given["answers"],
            confidence=given["confidence"],
            idempotency_key=key,
            channel=Submission.Channel.API,
        )
        accepted.submission.student = student
        seconds = preferred_wait(request.headers.get("Prefer", ""))
        (progress,) = progress_after([accepted], seconds)
        response = Response(submission_body(progress, with_result=self.may("results")), status=200 if progress.finished else 202)
        response["Location"] = reverse("api:submission", args=[progress.submission.pk])
        if seconds:
            response["Preference-Applied"] = f"wait={seconds:.0f}"
        return response


class BulkSubmissions(CourseView):
    scopes: ClassVar[dict[str, str]] = {"POST": "submit"}
    serializer_class = BulkIn

    @extend_schema(operation_id="submissions_bulk", parameters=[PREFER, KEY], request=BulkIn, responses={200: BulkBody, "default": PROBLEM})
    def post(self, request: Request) -> Response:
        """Hand in up to 500 at once. Each is accepted or refused by itself; the answer says which, in the same order."""
        body = BulkIn(data=request.data)
        body.is_valid(raise_exception=True)
        items: list[dict[str, Any]] = body.validated_data["submissions"]
        outcomes = self._outcomes(items, idempotency_key(request) or str(uuid.uuid4()))
        seconds = preferred_wait(request.headers.get("Prefer", ""))
        accepted = {one.submission.pk: one for one in outcomes if isinstance(one, Accepted)}
        progress = {one.submission.pk: one for one in progress_after(list(accepted.values()), seconds)}
        answered = [self._item(place, one, progress) for place, one in enumerate(outcomes)]
        response = Response({"items": answered})
        if seconds:
            response["Preference-Applied"] = f"wait={seconds:.0f}"
        return response

    def _outcomes(self, items: list[dict[str, Any]], key: str) -> list[Accepted | Refused | dict[str, Any]]:
        """Per item: accepted, refused, or a problem that never reached accept_many."""
        students: dict[str, User] = {
            one.username: one
            for one in User.objects.filter(
                username__in={item["student"] for item in items},
                is_active=True,
                memberships__course=self.course(),
                memberships__role=Membership.Role.STUDENT,
            )
        }
        placements = {
            one.pk: one
            for one in access.placements_of(self.course()).filter(pk__in={item["placement"] for item in items if item["placement"] < 2**63})
        }
        outcomes: list[Accepted | Refused | dict[str, Any]] = []
        offers: list[Offer] = []
        for place, item in enumerate(items):
            student, placement = students.get(item["student"]), placements.get(item["placement"])
            if placement is None:
                outcomes.append(
                    problem("unknown_placement", f"No placement {item['placement']} in this course.", errors=[at(place, "placement")])
                )
            elif student is None:
                outcomes.append(
                    problem("unknown_student", f"“{item['student']}” is no student of this course.", errors=[at(place, "student")])
                )
            else:
                own_key = item.get("idempotency_key") or f"{key}:{place}"
                offers.append(Offer(student, placement, item["answers"], item["confidence"], own_key, Submission.Channel.API))
                outcomes.append({})
        decided = accept_many(offers) if offers else []
        for offer, one in zip(offers, decided, strict=True):
            if isinstance(one, Accepted):
                # A repeat comes without its student, and asking for each would be a query an item.
                one.submission.student = offer.student
        answers = iter(decided)
        return [next(answers) if one == {} else one for one in outcomes]

    def _item(
        self, place: int, outcome: Accepted | Refused | dict[str, Any], progress: dict[uuid.UUID, queries.Progress]
    ) -> dict[str, Any]:
        match outcome:
            case Accepted():
                stands = progress[outcome.submission.pk]
                return {
                    "status": 200 if stands.finished else 202,
                    "submission": submission_body(stands, with_result=self.may("results"), in_list=True),
                }
            case Refused():
                found = refusal(outcome, prefix=f"/submissions/{place}")
            case _:
                found = outcome
        return {"status": found["status"], "problem": found}


class Submissions(CourseView):
    serializer_class = SubmissionBody
    ordering = ("-received_at", "-id")

    @extend_schema(
        operation_id="submissions_list",
        parameters=[
            OpenApiParameter("student", str, description="Only this student's (user name)."),
            OpenApiParameter("placement", OpenApiTypes.INT, description="Only those at this placement."),
            OpenApiParameter(
                "state", str, enum=[str(one.value) for one in Grading.State], description="Only those whose grading stands like this."
            ),
        ],
        responses={200: SubmissionBody(many=True), "default": PROBLEM},
    )
    def get(self, request: Request) -> Response:
        """The course's submissions, newest first; results without their questions."""
        rows = access.submissions_of(self.course())
        params = request.query_params
        if student := params.get("student"):
            rows = rows.filter(student__username=clean(student, "student"))
        if placement := params.get("placement"):
            rows = rows.filter(placement=whole_number(placement, "placement"))
        if state := params.get("state"):
            if state not in Grading.State.values:
                raise invalid("state", f"A state is one of {', '.join(Grading.State.values)}.")
            rows = rows.filter(gradings__state=state).distinct()
        listed = queries.progress_of_all(self.page_of(rows))
        return self.get_paginated_response([submission_body(one, with_result=self.may("results"), in_list=True) for one in listed])


class SubmissionDetail(CourseView):
    serializer_class = SubmissionBody

    @extend_schema(operation_id="submissions_read", parameters=[PREFER], responses={200: SubmissionBody, "default": PROBLEM})
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """One submission with its result, as far as the student may see it. Prefer: wait=n holds the answer until it is graded."""
        found = access.submissions_of(self.course()).filter(pk=pk).first()
        if found is None:
            raise Problem("not_found", "There is no such submission in this course.")
        (progress,) = wait_for([found], preferred_wait(request.headers.get("Prefer", "")))
        return Response(submission_body(progress, with_result=self.may("results")))


@extend_schema(exclude=True)
class Nothing(CourseView):
    """Whatever else is asked for under this address: a problem, where Django would send a page."""

    scopes: ClassVar[dict[str, str]] = {}
    permission_classes = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Problem("not_found", "There is no such address in this API. Addresses end with a slash; /api/v1/docs/ lists them.")


def found_placement(course: Course, pk: int) -> Placement:
    placement = access.placement_of(course, pk)
    if placement is None:
        raise Problem("not_found", "There is no such exercise in this course.")
    return placement


def idempotency_key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not re.fullmatch(r"[\x21-\x7e]{0,90}", key):
        raise invalid("Idempotency-Key", "A key has 1 to 90 visible ASCII characters, such as a UUID.")
    return key


def whole_number(text: str, name: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise invalid(name, "This is not a whole number.")
    return int(text)


def clean(text: str, name: str) -> str:
    # PostgreSQL refuses the character NUL, and no name has one.
    if "\x00" in text:
        raise invalid(name, "This contains a NUL character.")
    return text


def invalid(name: str, words: str) -> Problem:
    return Problem("invalid", "See errors.", errors=[{"pointer": f"#/{name}", "detail": words}])


def at(place: int, name: str) -> dict[str, str]:
    return {"pointer": f"#/submissions/{place}/{name}", "detail": "Not in this course."}
