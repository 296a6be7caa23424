"""Every error of the API is an RFC 9457 problem: type (a stable name), title, status, detail, and what more helps to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from grader.accepting.submissions import Refused

MEDIA_TYPE = "application/problem+json"

# The names are part of the API: add, never change. (status, title)
KINDS: dict[str, tuple[int, str]] = {
    "not_authenticated": (401, "A valid token is needed"),
    "not_allowed": (403, "The token does not allow this"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This address does not take that method"),
    "not_acceptable": (406, "The API answers in JSON only"),
    "unsupported_media_type": (415, "The API reads JSON only"),
    "malformed": (400, "The body is not JSON of the right form"),
    "invalid": (422, "Some fields are not as they should be"),
    "throttled": (429, "Too many requests"),
    "bad_answer": (422, "Some answers cannot be read"),
    "unknown_student": (422, "No such student in this course"),
    "unknown_placement": (422, "No such exercise in this course"),
    "key_reused": (422, "The idempotency key was used for other answers"),
    "closed": (409, "The assignment is closed"),
    "not_open": (409, "The assignment is not open yet"),
    "no_attempts": (409, "No attempts are left"),
    "unavailable": (503, "The answer could not be stored just now"),
}


class Problem(exceptions.APIException):
    def __init__(self, kind: str, detail: str, **more: Any) -> None:
        self.kind, self.more = kind, more
        self.status_code = KINDS[kind][0]
        super().__init__(detail)


def problem(kind: str, detail: str, **more: Any) -> dict[str, Any]:
    status, title = KINDS[kind]
    return {"type": f"urn:heaplab:problem:{kind}", "title": title, "status": status, "detail": detail, **more}


def refusal(refused: Refused, prefix: str = "") -> dict[str, Any]:
    """The problem for a submission that was not accepted; per question where questions are at fault."""
    errors = [
        {"question": one.question, "detail": one.message, "remedy": one.remedy, "pointer": f"#{prefix}/answers/{one.question}"}
        for one in refused.errors
    ]
    return problem(refused.code, refused.message, remedy=refused.remedy, **({"errors": errors} if errors else {}))


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. What is none of these is a fault: Django logs it with its traceback and shows 500."""
    headers: dict[str, str] = {}
    match error:
        case Problem():
            body = problem(error.kind, str(error.detail), **error.more)
        case Refused():
            body = refusal(error)
        case Http404() | exceptions.NotFound():
            body = problem("not_found", "The address names nothing in this token's course.")
        case exceptions.ValidationError():
            body = problem("invalid", "See errors.", errors=list(field_errors(error.detail)))
        case exceptions.ParseError():
            body = problem("malformed", str(error.detail))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            body = problem("not_authenticated", str(error.detail))
            headers["WWW-Authenticate"] = getattr(error, "auth_header", "Bearer")
        case exceptions.PermissionDenied() | PermissionDenied():
            body = problem("not_allowed", str(getattr(error, "detail", "The token does not allow this.")))
        case exceptions.MethodNotAllowed():
            body = problem("method_not_allowed", str(error.detail))
        case exceptions.NotAcceptable():
            body = problem("not_acceptable", str(error.detail))
        case exceptions.UnsupportedMediaType():
            body = problem("unsupported_media_type", str(error.detail))
        case exceptions.Throttled():
            body = problem("throttled", str(error.detail))
            headers["Retry-After"] = str(int(getattr(error, "wait", None) or 1))
        case _:
            return None
    set_rollback()
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def field_errors(detail: Any, pointer: str = "#") -> list[dict[str, str]]:
    """DRF's nested dicts and lists, flat: a JSON pointer and a sentence each."""
    if isinstance(detail, Mapping):
        return [
            one
            for key, value in detail.items()
            for one in field_errors(value, pointer if key == "non_field_errors" else f"{pointer}/{key}")
        ]
    if isinstance(detail, list):
        nested = [isinstance(one, Mapping | list) for one in detail]
        if any(nested):
            return [one for place, value in enumerate(detail) for one in field_errors(value, f"{pointer}/{place}")]
        return [{"pointer": pointer, "detail": str(one)} for one in detail]
    return [{"pointer": pointer, "detail": str(detail)}]
