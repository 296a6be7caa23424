"""What somebody is told when it is not the request that is at fault: the database is away, the process is full, the line too slow.

A person gets a page, a program that asked the API a problem of RFC 9457. Nothing here may need the database, a session or a user.
"""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from config.log_lines import AWAY
from grader.api.problems import KINDS, SECONDS_TO_RETRY, as_response, problem


def refusal(path: str, kind: str, sentence: str) -> HttpResponse:
    if path.startswith("/api/"):
        return as_response(problem(kind, sentence))
    status, title = KINDS[kind]
    return HttpResponse(render_to_string("refused.html", {"status": status, "title": title, "sentence": sentence}), status=status)


def unavailable(path: str, sentence: str) -> HttpResponse:
    response = refusal(path, "unavailable", sentence)
    response.headers["Retry-After"] = str(SECONDS_TO_RETRY)
    response.headers["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Wherever in a request the database turned out to be away (session, view, template), it ends here."""
    if isinstance(sys.exc_info()[1], AWAY):
        return unavailable(request.path, "The database does not answer just now. What was accepted before is kept; try again in a moment.")
    return defaults.server_error(request)
