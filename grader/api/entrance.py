"""Where a program begins: what addresses there are, and what its own token is good for."""

from __future__ import annotations

from typing import ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grader.api.bodies import IndexBody, TokenBody, token_body
from grader.api.course_view import PROBLEM, CourseView
from grader.api.described import described
from grader.api.scopes import ANY


class Index(CourseView):
    scopes: ClassVar[dict[str, str]] = {"GET": ANY}
    serializer_class = described(IndexBody)

    @extend_schema(operation_id="index", responses={200: described(IndexBody), **PROBLEM})
    def get(self, request: Request) -> Response:
        """The addresses a program begins with. Any token may ask."""
        return Response({name: reverse(f"api:{name}") for name in IndexBody.__annotations__})


class Token(CourseView):
    scopes: ClassVar[dict[str, str]] = {"GET": ANY}
    serializer_class = described(TokenBody)

    @extend_schema(operation_id="token_read", responses={200: described(TokenBody), **PROBLEM})
    def get(self, request: Request) -> Response:
        """The token that asks: its course, its scopes, and until when it is valid. Any token may ask."""
        return Response(token_body(self.seat.credential))
