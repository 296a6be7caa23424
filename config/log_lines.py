"""What a line of the log may say of a request."""

from __future__ import annotations

from django.http import HttpRequest
from structlog.typing import EventDict, WrappedLogger


def request_as_path(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Django gives whole requests to its log, and a query may hold what nobody should keep: a token sent in the wrong place."""
    request = event.pop("request", None)
    if isinstance(request, HttpRequest):
        event["method"], event["path"] = request.method, request.path
    return event
