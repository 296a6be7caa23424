"""The assignments of a course."""

from __future__ import annotations

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exercises.models import Assignment
from grader.api.bodies import (
    AssignmentBody,
    assignment_body,
)
from grader.api.course_view import PROBLEM, CourseView
from grader.api.described import described
from grader.api.parameters import PageParameters
from grader.deciding import access


class Assignments(CourseView):
    serializer_class = described(AssignmentBody)
    parameters = PageParameters
    ordering = ("position", "id")

    @extend_schema(operation_id="assignments_list", responses={200: described(AssignmentBody)(many=True), **PROBLEM})
    def get(self, request: Request) -> Response:
        """Published assignments of the token's course; their exercises once they have opened."""
        rows = Assignment.objects.filter(course=self.seat.course, published=True).prefetch_related(
            Prefetch("placements", access.opened_placements_of(self.seat.course).order_by("position", "id"))
        )
        return self.get_paginated_response([assignment_body(one) for one in self.page_of(rows)])
