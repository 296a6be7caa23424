"""What a line of the log may say, and how often. The settings name these before Django is set up: nothing here may need a model."""

from __future__ import annotations

import logging
import re
import time

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from structlog.typing import EventDict, WrappedLogger

SILENCE_SECONDS = 60.0
LONGEST_WORDS = 200
LINK = re.compile(r"(/sign-in/link/[^/\s]+/)[^/\s]+")
# What the driver raises when there is no database to talk to, or it cannot be had in time.
AWAY = (OperationalError, InterfaceError)


def request_as_path(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Django gives whole requests to its log, and a query may hold what nobody should keep: a token sent in the wrong place."""
    request = event.pop("request", None)
    if isinstance(request, HttpRequest):
        event["method"], event["path"] = request.method, request.path
    return event


def without_links(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """The address of a sign-in link opens an account."""
    for key in ("event", "path"):
        if isinstance(event.get(key), str):
            event[key] = LINK.sub(r"\1…", event[key])
    return event


class NoFaultOfOurs(logging.Filter):
    """What a stranger has forged, such as a Host, is worth one line: what they wrote, cut short, and not where in Django it was refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.msg, record.args = record.getMessage()[:LONGEST_WORDS], ()
            record.exc_info = record.exc_text = None
        return True


class OnceAMinute(logging.Filter):
    """While the database is away every request says so; one line a minute, with the reason and no traceback, tells an operator as much."""

    def __init__(self) -> None:
        super().__init__()
        self.silent_until = 0.0
        self.left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        problem = record.exc_info[1] if record.exc_info else None
        if not isinstance(problem, AWAY):
            return True
        if time.monotonic() < self.silent_until:
            self.left_out += 1
            return False
        reason = " ".join(str(problem).split())
        record.msg, record.args = "the database does not answer (%s); %d such lines left out since the last", (reason, self.left_out)
        record.exc_info = record.exc_text = None
        self.silent_until, self.left_out = time.monotonic() + SILENCE_SECONDS, 0
        return True
