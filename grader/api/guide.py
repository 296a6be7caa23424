"""The page for whoever writes a program that grades through this API: from nothing to the first graded submission, and everything after.

What can be read off the code is: addresses, problems, limits. The examples (examples.toml) are for the course that `manage.py up` makes; a
test sends each of them to a running server, and compares what comes back with what stands there.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from exercises.formats.inputs import LONGEST_TEXT
from grader.api.bodies import MOST_ITEMS
from grader.api.course_view import Pages
from grader.api.json_body import MOST_NESTED
from grader.api.parameters import LONGEST_PAGE
from grader.api.problems import KINDS, REMEDIES
from grader.api.throttles import requests_per_minute
from grader.api.waiting import LONGEST_WAIT, MOST_HELD_FOR_ONE

LONG = 30  # lines: a longer answer is folded


@login_not_required
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    shown: dict[str, Any] = {
        "examples": examples(),
        "addresses": addresses(),
        "problems": [(kind, *KINDS[kind], REMEDIES[kind]) for kind in sorted(KINDS, key=KINDS.__getitem__)],
        "limits": limits(),
        "server": request.build_absolute_uri("/").rstrip("/"),
        "longest_wait": int(LONGEST_WAIT),
        "page_size": Pages.page_size,
        "longest_page": LONGEST_PAGE,
        "most_items": MOST_ITEMS,
    }
    return render(request, "api/guide.html", shown)


@cache
def examples() -> dict[str, dict[str, Any]]:
    """By name: the command, the status, the answer, and what later commands `keep` of it, by its path there."""
    found: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "examples.toml").read_text(encoding="utf-8"))
    for one in found.values():
        one["command"], one["answer"] = one["command"].strip(), one.get("answer", "").strip()
        one["is_long"] = one["answer"].count("\n") > LONG
    return found


@cache
def addresses() -> list[dict[str, Any]]:
    """Of the published description: each address, what it is for, and what may be sent with it."""
    described = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return [
        {
            "method": method.upper(),
            "path": path,
            "says": operation["description"].split("\n\n"),
            "parameters": [one for one in operation.get("parameters", []) if one["in"] != "path"],
        }
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def limits() -> list[tuple[str, str]]:
    return [
        ("A body with one submission", f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes"),
        ("A body with many", f"{settings.LARGEST_BODY:,} bytes and {MOST_ITEMS} submissions"),
        ("A text in an answer", f"{LONGEST_TEXT:,} characters"),
        ("Lists and objects inside each other", f"{MOST_NESTED} levels"),
        ("An Idempotency-Key", "90 visible ASCII characters"),
        ("A page of a list", f"{LONGEST_PAGE} rows, {Pages.page_size} if you do not say"),
        ("A wait", f"{LONGEST_WAIT:.0f} seconds, {MOST_HELD_FOR_ONE} at a time for one token in each web process"),
        ("Requests of one token", f"{requests_per_minute():,} a minute in each web process"),
    ]
