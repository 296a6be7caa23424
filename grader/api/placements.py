"""The exercises of a course, as their students find them."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exercises.models import Course, Placement
from grader.api.bodies import (
    PlacementBody,
    placement_body,
)
from grader.api.course_view import PROBLEM, CourseView
from grader.api.described import described
from grader.api.parameters import PlacementParameters
from grader.api.problems import Problem
from grader.deciding import access


class Placements(CourseView):
    serializer_class = described(PlacementBody)
    parameters = PlacementParameters

    @extend_schema(
        operation_id="placements_list",
        responses={200: described(PlacementBody)(many=True), **PROBLEM},
    )
    def get(self, request: Request) -> Response:
        """The exercises of the course's assignments that have opened: programs and questions, no answers."""
        rows = access.opened_placements_of(self.seat.course)
        if slug := self.given.get("assignment"):
            rows = rows.filter(assignment__slug=slug)
        return self.get_paginated_response([placement_body(one) for one in self.page_of(rows)])


class PlacementDetail(CourseView):
    serializer_class = described(PlacementBody)

    @extend_schema(
        operation_id="placements_read",
        parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="304 if this ETag still names it.")],
        responses={
            200: OpenApiResponse(described(PlacementBody), description="Its ETag changes whenever anything of it does."),
            304: OpenApiResponse(description="Not changed."),
            **PROBLEM,
        },
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """One exercise, by its placement's number, once its assignment has opened."""
        placement = access.opened_placements_of(self.seat.course).filter(pk=pk).first() if pk < 2**63 else None
        if placement is None:
            raise Problem("not_found", "There is no such exercise in this course, or it has not opened yet.")
        body = placement_body(placement)
        etag = quote_etag(hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32])
        found = get_conditional_response(request._request, etag=etag, response=HttpResponse())
        # Where no condition holds against it, what comes back is the empty response that went in.
        answer = Response(body) if found is None or found.status_code == HTTPStatus.OK else found
        answer.headers["ETag"], answer.headers["Cache-Control"] = etag, "private, no-cache"
        return answer


def found_placement(course: Course, pk: int) -> Placement:
    placement = access.placement_of(course, pk)
    if placement is None:
        raise Problem("not_found", "There is no such exercise in this course.")
    return placement
