"""Every error of the API is an RFC 9457 problem: type (a stable name), title, status, detail, and what more helps to mend it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

from grader.accepting.submissions import Refused

MEDIA_TYPE = "application/problem+json"
# What a client sent may be long and wrong in many places; the answer to it is neither.
MOST_ERRORS = 20
LONGEST_WORDS = 500
SECONDS_TO_RETRY = 5

# The names are part of the API: add, never change. (status, title)
KINDS: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request cannot be read"),
    "malformed": (400, "The body is not JSON of the right form"),
    "not_authenticated": (401, "A valid token is needed"),
    "not_allowed": (403, "The token does not allow this"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This address does not take that method"),
    "not_acceptable": (406, "The API answers in JSON only"),
    "too_slow": (408, "The request did not arrive in time"),
    "length_required": (411, "The body's length must be stated"),
    "precondition_failed": (412, "It is not what the request expects it to be"),
    "too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The API reads JSON only"),
    "invalid": (422, "Some fields are not as they should be"),
    "bad_answer": (422, "Some answers cannot be read"),
    "unknown_student": (422, "No such student in this course"),
    "unknown_placement": (422, "No such exercise in this course"),
    "key_reused": (422, "The idempotency key was used for other answers"),
    "stale_revision": (409, "The exercise has changed since it was read"),
    "closed": (409, "The assignment is closed"),
    "not_open": (409, "The assignment is not open yet"),
    "not_begun": (409, "Not begun"),
    "no_attempts": (409, "No attempts are left"),
    "throttled": (429, "Too many requests"),
    "broken": (500, "Something broke on our side"),
    "unavailable": (503, "This cannot be done just now"),
}
# What a program does about each: beside every problem that knows nothing better, and on the page for those who write programs.
REMEDIES: dict[str, str] = {
    "bad_request": "Mend the address, the host or the header it speaks of.",
    "malformed": "Send one JSON object as UTF-8, with its length in Content-Length.",
    "not_authenticated": "Send Authorization: Bearer and the token. The course's instructor makes a new one.",
    "not_allowed": "Ask the course's instructor for a token with that scope.",
    "not_found": "Read the lists of this course again: the number or the address is not among what this token sees.",
    "method_not_allowed": "Use one of the methods in the header Allow.",
    "not_acceptable": "Accept application/json.",
    "too_slow": "Send the body in one go.",
    "length_required": "State the body's length in the header Content-Length.",
    "precondition_failed": "Read it again without the condition.",
    "too_large": "Send less at a time.",
    "unsupported_media_type": "Send Content-Type: application/json, as UTF-8 and not compressed.",
    "invalid": "Mend what errors point at. Sent again unchanged it will be refused again.",
    "bad_answer": "Mend the answers that errors point at; each question's answer_schema says what can be read. No attempt was used.",
    "unknown_student": "Send the user name of a student of this course, capital letters as they are.",
    "unknown_placement": "Send a number that the list of placements has.",
    "key_reused": "Use a new key for every new answer, and the old one only to repeat a request.",
    "stale_revision": "Read the exercise again, show it again, and send what is answered then. No attempt was used.",
    "closed": "Nothing can be handed in any more, unless the instructor gives an extension.",
    "not_open": "Send it again after the assignment has opened.",
    "not_begun": "The student begins the assignment on its page first.",
    "no_attempts": "Nothing more counts here, unless the instructor gives another attempt.",
    "throttled": "Wait as many seconds as Retry-After says.",
    "broken": "Send it again with the same Idempotency-Key: it counts once.",
    "unavailable": "Wait as many seconds as Retry-After says, then send it again with the same Idempotency-Key: it counts once.",
}
# Answers that were not made by a view of the API but on the way to it or from it, in words for whoever reads them.
ON_THE_WAY: dict[int, tuple[str, str]] = {
    400: ("bad_request", "The request cannot be read: its address, its host or one of its headers is malformed."),
    403: ("not_allowed", "This is not allowed here."),
    404: ("not_found", "There is no such address in this API. Addresses end with a slash; /api/v1/ lists them."),
    405: ("method_not_allowed", "The header Allow lists the methods of this address."),
    408: ("too_slow", "The body did not arrive in time. Send it again, at once."),
    412: ("precondition_failed", "It has changed since its ETag was given out. Get it again."),
    413: ("too_large", "The body is larger than this address takes."),
    429: ("throttled", "Wait as long as Retry-After says, then go on."),
    500: ("broken", "The fault is ours and is written down here. Send the request again with the same Idempotency-Key: it counts once."),
    503: ("unavailable", "Send it again after as many seconds as Retry-After says, with the same Idempotency-Key: it counts once."),
}


class Problem(exceptions.APIException):
    def __init__(self, kind: str, detail: str, **more: Any) -> None:
        self.kind, self.more = kind, more
        self.status_code = KINDS[kind][0]
        super().__init__(detail)


def problem(kind: str, detail: str, *, errors: Sequence[Mapping[str, str]] = (), unlisted: int = 0, **more: Any) -> dict[str, Any]:
    """`unlisted` errors were counted and not written out."""
    status, title = KINDS[kind]
    more = {"remedy": REMEDIES[kind], **more}
    unlisted += max(0, len(errors) - MOST_ERRORS)
    body: dict[str, Any] = {"type": f"urn:heaplab:problem:{kind}", "title": title, "status": status, "detail": _short(detail), **more}
    if errors:
        body["errors"] = [{name: _short(words) for name, words in one.items()} for one in errors[:MOST_ERRORS]]
    if unlisted:
        body["detail"] += f" These are the first {MOST_ERRORS} errors, and {unlisted} more are not listed."
    return body


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS]}…"


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901) as the fragment of an address, whatever a client has called its fields."""
    return "#" + "".join(f"/{quote(str(one)[:80].replace('~', '~0').replace('/', '~1'), errors='replace')}" for one in steps)


def refusal(refused: Refused, *place: str | int) -> dict[str, Any]:
    """The problem for a submission that was not accepted; per question where questions are at fault."""
    errors = [
        {"question": one.question, "detail": one.message, "remedy": one.remedy, "pointer": pointer(*place, one.part, one.question)}
        for one in refused.errors
    ]
    return problem(refused.code, refused.message, remedy=refused.remedy, errors=errors, unlisted=refused.unlisted)


def invalid_fields(error: exceptions.ValidationError, *place: str | int) -> dict[str, Any]:
    return problem("invalid", "See errors.", errors=list(field_errors(error.detail, *place)))


def as_response(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Written here and not by a renderer: the view that failed may have been asked for another form, such as YAML."""
    return HttpResponse(json.dumps(body), status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def problem_response(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler. What is none of these is a fault: Django logs it with its traceback, and outermost.py words it."""
    headers: dict[str, str] = {}
    match error:
        case Problem():
            body = problem(error.kind, str(error.detail), **error.more)
        case Refused():
            body = refusal(error)
        case Http404() | exceptions.NotFound():
            body = problem("not_found", "The address names nothing in this token's course.")
        case exceptions.ValidationError():
            body = invalid_fields(error)
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
        case SuspiciousOperation():
            body = problem(*ON_THE_WAY[400])
        case _:
            return None
    if body["status"] == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(SECONDS_TO_RETRY)
    set_rollback()
    return as_response(body, headers)


def field_errors(detail: Any, *place: str | int) -> Iterator[dict[str, str]]:
    """DRF's nested dicts and lists, flat: a JSON pointer and a sentence each."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from field_errors(value, *place) if key == "non_field_errors" else field_errors(value, *place, str(key))
    elif isinstance(detail, list):
        nested = any(isinstance(one, Mapping | list) for one in detail)
        for number, one in enumerate(detail):
            yield from field_errors(one, *place, number) if nested else field_errors(one, *place)
    else:
        yield {"pointer": pointer(*place), "detail": str(detail)}
