"""The page on which an instructor gives programs a way into the course, and takes it back."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exercises.clock import database_now
from exercises.models import Course
from grader.deciding import tokens
from grader.deciding.access import managed_seat_at
from grader.models import Credential
from grader.models.credential import SCOPES
from grader.web.people import signed_in

WORDS = {
    "read": "read the exercises, and how far each submission is",
    "submit": "hand in answers for students",
    "results": "read points and results",
}


@never_cache
@require_http_methods(["GET", "POST"])
def course_tokens(request: HttpRequest, slug: str) -> HttpResponse:
    seat = managed_seat_at(signed_in(request), slug)
    if request.POST.get("revoke"):
        number = request.POST["revoke"]
        row = get_object_or_404(Credential, course=seat.course, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)
        if tokens.revoke(row, seat.user):
            messages.success(request, f"{row.name} is revoked: it opens nothing any more.")
        return redirect("tokens", slug)
    token, problem = "", ""
    if request.method == "POST":
        days = request.POST.get("days", "")
        try:
            _, token = tokens.issue(
                course=seat.course, owner=seat.user, name=request.POST.get("name", ""), scopes=request.POST.getlist("scope"),
                days=int(days) if days.isdecimal() and len(days) < 6 else 0, by=seat.user,
            )  # fmt: skip
        except tokens.CannotIssue as reason:
            problem = str(reason)
    now = database_now()
    context = {
        "now": now,
        "course": seat.course, "seat": seat, "page_name": "Tokens", "token": token, "problem": problem, "rows": rows_of(seat.course, now),
        "scopes": [(scope, WORDS[scope], bool(problem) and scope in request.POST.getlist("scope")) for scope in SCOPES],
        "name": request.POST.get("name", "") if problem else "", "days": request.POST.get("days", "180") if problem else "180",
        "longest": tokens.LONGEST_DAYS,
    }  # fmt: skip
    return render(request, "web/tokens.html", context, status=422 if problem else 200)


def rows_of(course: Course, now: datetime) -> list[tuple[Credential, str]]:
    rows = Credential.objects.filter(course=course).select_related("owner")
    return [(row, "revoked" if row.revoked_at else "expired" if row.expires_at <= now else "") for row in rows]
