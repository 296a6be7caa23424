"""What all addresses of the API have in common: the token's course, its scopes, its share of the machine."""

from __future__ import annotations

import re
import uuid
from types import SimpleNamespace
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from grader.api.bodies import (
    ProblemBody,
)
from grader.api.described import described
from grader.api.json_body import BoundedJSONParser
from grader.api.parameters import LONGEST_PAGE, Parameters, read_parameters
from grader.api.problems import MEDIA_TYPE, Problem, pointer
from grader.api.scopes import HasScope
from grader.api.throttles import PerCredential
from grader.api.waiting import Wish, preferred_wait
from grader.deciding.access import ProgramSeat

PROBLEM = {
    ("default", MEDIA_TYPE): OpenApiResponse(described(ProblemBody), description="A problem: what is wrong, where, and how to mend it.")
}
PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description="wait=n holds the answer until it is graded, n seconds (20 at most, RFC 7240). Few are held at a time; Preference-Applied "
    "says that this one was. Otherwise 202 comes at once, and Retry-After says when to ask again.",
)
# 1 to 90 visible characters; quotation marks around them are not part of the key.
KEY_FORM = r'^"*([\x21\x23-\x7e]([\x21-\x7e]{0,88}[\x21\x23-\x7e])?)"*$'
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": KEY_FORM},
    OpenApiParameter.HEADER,
    description="The same key and answers again give the same submission. 1 to 90 visible ASCII characters, such as a UUID.",
)


class Pages(CursorPagination):
    """A cursor holds its place while rows are added, and costs the same on the last page as on the first."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = LONGEST_PAGE
    # Rows of the same moment, such as a bulk's, are told apart by counting them: beyond the cutoff a page would come again for ever.
    offset_cutoff = 10_000

    def get_paginated_response_schema(self, schema: Any) -> Any:
        link = {"type": "string", "nullable": True, "format": "uri", "description": "A whole address, to be asked as it is. Null: no more."}
        links = {"next": link, "previous": link}
        return {"type": "object", "required": [*links, "results"], "properties": {**links, "results": schema}}


NOWHERE = Cursor(offset=0, reverse=False, position=None)


class JsonAlone(DefaultContentNegotiation):
    """No parameter chooses the form of an answer."""

    settings = SimpleNamespace(URL_FORMAT_OVERRIDE=None)  # type: ignore[assignment]  # all that is asked of it


class CourseView(GenericAPIView[Any]):
    """What all have in common: the token's seat in its course, its scopes, its share of the machine."""

    permission_classes = [HasScope]
    throttle_classes = [PerCredential]
    pagination_class = Pages
    parser_classes = [BoundedJSONParser]
    content_negotiation_class = JsonAlone
    most_bytes: ClassVar[int] = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    parameters: ClassVar[type[Parameters]] = Parameters
    scopes: ClassVar[dict[str, str]] = {"GET": "read"}
    ordering: ClassVar[str | tuple[str, ...]] = "id"
    given: dict[str, Any]  # the address's parameters, as they were read

    @property
    def seat(self) -> ProgramSeat:
        seat: ProgramSeat = self.request.auth  # type: ignore[assignment]  # HasScope let only these in
        return seat

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method not in self.allowed_methods:
            # Before anything that is sent is looked at: no parameter makes an address take another method.
            self.http_method_not_allowed(request)
        if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
            # Only a stated length is ever read, so this body would be taken for an empty one.
            raise Problem("length_required", "State the body's length in the header Content-Length instead of sending it in chunks.")
        self.given = read_parameters(self.parameters, request.query_params) if request.query_params else {}

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The header Allow, which every answer carries, says it all."""
        return Response(status=204)

    def wish(self) -> Wish:
        return Wish(preferred_wait(self.request.headers.get("Prefer", "")), self.seat.credential.pk)

    def page_of(self, rows: QuerySet[Any]) -> list[Any]:
        # CursorPagination reads the order from the class; each view has its own.
        self.paginator.ordering = self.ordering  # type: ignore[union-attr]
        try:
            if "cursor" in self.given and self.paginator.decode_cursor(self.request) == NOWHERE:  # type: ignore[union-attr]
                raise ValueError("a cursor that names no place would begin the list again, for ever")
            return list(self.paginate_queryset(rows) or [])
        except (NotFound, ValueError, ValidationError):
            # Cut off, or tampered with: REST framework trusts the position inside.
            raise Problem("not_found", "This cursor is not one of ours. Start again without it.") from None


@extend_schema(exclude=True)
class Nothing(CourseView):
    """Whatever else is asked for under this address: a problem, where Django would send a page."""

    scopes: ClassVar[dict[str, str]] = {}
    permission_classes = []
    default_response_headers: ClassVar[dict[str, str]] = {}  # no Allow: nothing is there to be allowed

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Problem("not_found", "There is no such address in this API. Addresses end with a slash; /api/v1/docs/ lists them.")


def idempotency_key(request: Request) -> str:
    """The header, or one of our own making. A server may hand on as empty what it cannot decode: that is a bad key, not none."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return str(uuid.uuid4())
    key = re.fullmatch(KEY_FORM, sent.strip())
    if key is None:
        raise invalid("Idempotency-Key", "A key has 1 to 90 visible ASCII characters, such as a UUID.")
    return key.group(1)


def invalid(name: str, words: str) -> Problem:
    return Problem("invalid", "See errors.", errors=[{"pointer": pointer(name), "detail": words}])


def at(place: int, name: str) -> dict[str, str]:
    return {"pointer": pointer("submissions", place, name), "detail": "Not in this course."}
