"""The outermost layer of everything under /api/: whatever goes wrong, and wherever, a program gets a problem and never a page.

Views word their own problems (problems.py). But an address may not exist, a host may be forged, a body may be refused by what stands before
the views, a view may break, the database may be away: Django answers these with a page for people. The page's status and headers are kept.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from grader.api.problems import KINDS, MEDIA_TYPE, ON_THE_WAY, SECONDS_TO_RETRY, as_response, problem


def problems_only(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not (request.path_info == "/api" or request.path_info.startswith("/api/")):
            return response
        if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
            response = worded(response)
        # What a token may see is nobody else's, and stays in no store on the way.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond


def worded(response: HttpResponseBase) -> HttpResponse:
    status = response.status_code
    kind, detail = ON_THE_WAY.get(status) or ON_THE_WAY[400 if status < 500 else 500]
    made = as_response({**problem(kind, detail), "status": status})
    for name, value in response.headers.items():
        if name.lower() not in ("content-type", "content-length", "content-encoding", "content-disposition"):
            made.headers.setdefault(name, value)
    if status == KINDS["unavailable"][0]:
        made.headers.setdefault("Retry-After", str(SECONDS_TO_RETRY))
    response.close()
    return made
