"""What a class is thought to hold, who stands behind a number, and the question that would tell more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from exercises.clock import database_now
from exercises.courses.windows import window_from
from exercises.misconceptions import MISCONCEPTIONS
from exercises.models import Exercise, Placement
from grader.deciding.access import Seat, managed_seat_at, staffed_seat_at
from grader.deciding.placing import CannotPlace, has_been_answered, place, take_out, usual_python
from grader.marking.saying import described
from grader.reading import ideas as reading
from grader.reading.ideas import Scope
from grader.web.people import signed_in


@require_GET
def ideas(request: HttpRequest, slug: str) -> HttpResponse:
    seat = staffed_seat_at(signed_in(request), slug)
    scope = scope_of(request, seat)
    found, weeks = reading.ideas_of(scope), reading.weeks_of(scope)
    context = {
        **around(seat, scope),
        "page_name": "Ideas",
        "assignments": list(seat.course.assignments.order_by("position", "pk")),
        "ideas": found,
        "weeks": weeks,
        "followed": reading.followed(found.counted, weeks),
    }
    return render(request, "web/ideas.html", context)


@require_GET
def one(request: HttpRequest, slug: str, model: str) -> HttpResponse:
    """The students behind a number."""
    seat = staffed_seat_at(signed_in(request), slug)
    if model not in MISCONCEPTIONS:
        raise Http404("There is no such idea.")
    scope = scope_of(request, seat)
    holders = reading.holders_of(scope, model)
    context = {**around(seat, scope), "page_name": "One idea", "idea": described(model), "holders": holders}
    return render(request, "web/idea_holders.html", context)


def scope_of(request: HttpRequest, seat: Seat) -> Scope:
    """By what stands behind the question mark. What is not of this course is not there."""
    asked, where = request.GET.get("placement", ""), request.GET.get("assignment", "")
    if asked:
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
        rows = Placement.objects.select_related("assignment__course", "exercise", "revision")
        return Scope(seat.course, placement=get_object_or_404(rows, pk=number, assignment__course=seat.course))
    if where:
        return Scope(seat.course, assignment=get_object_or_404(seat.course.assignments, slug=where[:80].replace("\x00", "")))
    return Scope(seat.course)


def around(seat: Seat, scope: Scope) -> dict[str, Any]:
    return {"course": seat.course, "seat": seat, "scope": scope, "now": database_now()}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str, exercise: str) -> HttpResponse:
    """Shows what would be set and where; sent with the assignment, sets it."""
    seat = managed_seat_at(signed_in(request), slug)
    found = get_object_or_404(Exercise, slug=exercise)
    if request.method != "POST":
        return adding(request, seat, found)
    assignment = seat.course.assignments.filter(slug=request.POST.get("assignment", "")[:80].replace("\x00", "")).first()
    if assignment is None:
        return adding(request, seat, found, "Choose the assignment that it is to stand in.", 422)
    try:
        placement = place(seat, assignment, found)
    except CannotPlace as refused:
        return adding(request, seat, found, str(refused), 409)
    messages.success(request, f"“{found.title}” stands in “{assignment.title}” now.")
    return redirect("idea_question_added", seat.course.slug, placement.pk)


def adding(request: HttpRequest, seat: Seat, exercise: Exercise, refused: str = "", status: int = 200) -> HttpResponse:
    revision, now = exercise.latest_revision(), database_now()
    if revision is None:
        raise Http404("This exercise has no text.")
    context = {
        "course": seat.course,
        "seat": seat,
        "page_name": "Add a question",
        "exercise": exercise,
        "revision": revision,
        "python": usual_python(seat, revision),
        "choices": [(one, window_from(one).has_opened(now)) for one in seat.course.assignments.order_by("position", "pk")],
        "chosen": request.POST.get("assignment") or request.GET.get("assignment", ""),
        "already": list(Placement.objects.filter(assignment__course=seat.course, exercise=exercise).select_related("assignment")),
        "refused": refused,
    }
    return render(request, "web/idea_question.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def added(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What was set, with the way back while nobody has answered."""
    seat = managed_seat_at(signed_in(request), slug)
    rows = Placement.objects.select_related("assignment__course", "exercise")
    placement = get_object_or_404(rows, pk=pk if pk < 2**63 else 0, assignment__course=seat.course)
    refused, status = "", 200
    if request.method == "POST":
        title, where = placement.exercise.title, placement.assignment
        try:
            take_out(seat, placement)
            messages.success(request, f"“{title}” is taken out of “{where.title}” again.")
            return redirect("ideas", seat.course.slug)
        except CannotPlace as error:
            refused, status = str(error), 409
    context = {
        "course": seat.course,
        "seat": seat,
        "page_name": "Added",
        "placement": placement,
        "answered": has_been_answered(placement),
        "refused": refused,
    }
    return render(request, "web/idea_question_added.html", context, status=status)
