"""Answers handed in one by one, and what became of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from grader.accepting.submissions import Edition, accept
from grader.api.bodies import (
    SubmissionBody,
    SubmissionIn,
    submission_bodies,
    submission_body,
)
from grader.api.course_view import KEY, PREFER, PROBLEM, CourseView, idempotency_key
from grader.api.described import described
from grader.api.parameters import SubmissionParameters
from grader.api.placements import found_placement
from grader.api.problems import Problem
from grader.api.waiting import progress_after, wait_for, with_wish
from grader.deciding import access
from grader.models import Submission
from grader.reading.progress import progress_of_all, that_stand

# Made once: a serializer copies all its fields whenever it is made, and reading with it changes nothing about it.
READ = SubmissionIn()


class PlacementSubmissions(CourseView):
    scopes: ClassVar[dict[str, str]] = {"POST": "submit"}
    serializer_class = SubmissionIn

    @extend_schema(
        operation_id="placements_submit",
        description=f"Hand in one student's answers, in at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes. Accepted means stored: the "
        "result comes at once, or at the Location.",
        parameters=[PREFER, KEY],
        request=SubmissionIn,
        responses={
            200: OpenApiResponse(described(SubmissionBody), description="Graded in time, or known already."),
            202: OpenApiResponse(described(SubmissionBody), description="Accepted; Location says where its result will be."),
            **PROBLEM,
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        try:
            given = READ.run_validation(request.data)
        except ValidationError:
            # Of an exercise that is not theirs nobody learns even how to answer it.
            found_placement(self.seat.course, pk)
            raise
        desk = access.desk_for(self.seat.course, pk, given["student"])
        if desk is None:
            raise Problem("not_found", "There is no such exercise in this course.")
        if desk.student is None:
            raise Problem(
                "unknown_student",
                f"“{given['student']}” is no student of this course.",
                errors=[{"pointer": "#/student", "detail": "Not a student of this course."}],
            )
        key = idempotency_key(request)
        accepted = accept(
            student=desk.student,
            placement=desk.placement,
            answers=given["answers"],
            confidence=given["confidence"],
            idempotency_key=key,
            channel=Submission.Channel.API,
            credential=self.seat.credential.pk,
            seen=Edition(given.get("revision"), given.get("python")),
            window=desk.window,
        )
        accepted.submission.student, accepted.submission.placement = desk.student, desk.placement
        wish = self.wish()
        (progress,), granted = progress_after([accepted], wish)
        response = Response(submission_body(progress, with_result=self.seat.may("results")), status=200 if progress.finished else 202)
        response["Location"] = reverse("api:submission", args=[progress.submission.pk])
        return with_wish(response, wish, granted)


class Submissions(CourseView):
    serializer_class = described(SubmissionBody)
    parameters = SubmissionParameters
    ordering = ("-received_at", "-id")

    @extend_schema(
        operation_id="submissions_list",
        responses={200: described(SubmissionBody)(many=True), **PROBLEM},
    )
    def get(self, request: Request) -> Response:
        """The course's submissions, newest first; results without their questions."""
        rows = access.submissions_of(self.seat.course)
        if student := self.given.get("student"):
            rows = rows.filter(student__username=student)
        if "placement" in self.given:
            rows = rows.filter(placement=self.given["placement"])
        if state := self.given.get("state"):
            rows = that_stand(rows, state)
        listed = progress_of_all(self.page_of(rows))
        return self.get_paginated_response(submission_bodies(listed, with_result=self.seat.may("results"), in_list=True))


class SubmissionDetail(CourseView):
    serializer_class = described(SubmissionBody)

    @extend_schema(
        operation_id="submissions_read",
        parameters=[PREFER],
        responses={
            200: described(SubmissionBody),
            202: OpenApiResponse(described(SubmissionBody), description="A wait was asked for, and it is still not graded."),
            **PROBLEM,
        },
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """One submission with its result, as far as the student may see it. Prefer: wait=n holds the answer until it is graded."""
        found = access.submissions_of(self.seat.course).filter(pk=pk).first()
        if found is None:
            raise Problem("not_found", "There is no such submission in this course.")
        wish = self.wish()
        (progress,), granted = wait_for([found], wish)
        response = Response(submission_body(progress, with_result=self.seat.may("results")))
        if wish.seconds and not progress.finished:
            response.status_code = 202
        return with_wish(response, wish, granted)
