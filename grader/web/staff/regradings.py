"""Grading again: an instructor asks for it, sees what it would change, decides, and may go back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from exercises.models import Course, Placement
from grader.deciding import regrading
from grader.deciding.access import Seat, managed_seat_at
from grader.deciding.regrading import CannotRegrade
from grader.models import Regrading
from grader.web.people import signed_in
from grader.working.settling import AT_ONCE_SECONDS

PER_PAGE = 50
CHANGES_SHOWN = 500
DECIDED = {"apply": "It counts now.", "undo": "What counted before counts again."}


@require_http_methods(["GET", "HEAD", "POST"])
def regradings(request: HttpRequest, slug: str) -> HttpResponse:
    seat = managed_seat_at(signed_in(request), slug)
    course = seat.course
    placements = list(
        Placement.objects.filter(assignment__course=course)
        .select_related("assignment", "exercise")
        .order_by("assignment__position", "assignment_id", "position", "id")
    )
    if request.method != "POST":
        return list_page(request, seat, placements, {"placement": request.GET.get("placement", "")})
    sent = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("placement", "reason", "pinned")}
    chosen = next((one for one in placements if str(one.pk) == sent["placement"]), None)
    if not 0 < len(sent["reason"]) <= 300:
        return list_page(request, seat, placements, sent, "Say why, in at most 300 characters: it is kept with the grades.")
    if chosen is None and sent["placement"] != "all":
        return list_page(request, seat, placements, sent, "Choose an exercise of the course, or the whole course.")
    made = regrading.request(
        course=course, placement=chosen, reason=sent["reason"], by=seat.user, to_pinned_revision=sent["pinned"] == "yes"
    )
    return redirect("regrading", course.slug, made.pk)


def list_page(request: HttpRequest, seat: Seat, placements: list[Placement], sent: dict[str, str], refused: str = "") -> HttpResponse:
    found = Regrading.objects.filter(course=seat.course).select_related("placement__exercise", "placement__assignment", "requested_by")
    context = {
        "course": seat.course,
        "seat": seat,
        "page_name": "Regradings",
        "page": Paginator(found.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page")),
        "placements": placements,
        "sent": sent,
        "refused": refused,
    }
    return render(request, "web/regradings.html", context, status=422 if refused else 200)


@require_GET
def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The page, or only its changing part when htmx asks."""
    seat = managed_seat_at(signed_in(request), slug)
    return page(request, seat, regrading_of(seat.course, pk))


@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    seat = managed_seat_at(signed_in(request), slug)
    found = regrading_of(seat.course, pk)
    decision, confirmed = request.POST.get("decision"), request.POST.get("changed_questions") == "yes"
    try:
        if decision == "apply":
            regrading.apply(found, seat.user, accept_changed_questions=confirmed, within=AT_ONCE_SECONDS)
        elif decision == "undo":
            regrading.undo(found, seat.user, within=AT_ONCE_SECONDS)
        else:
            return page(request, seat, found, "Choose whether to apply it or to undo it.", 422)
    except CannotRegrade as refused:
        return page(request, seat, regrading_of(seat.course, pk), str(refused), 409)
    follows = "Everybody’s points have followed." if found.settled_at else "Everybody’s points follow, one after the other."
    messages.success(request, f"{DECIDED[decision]} {follows}")
    return redirect("regrading", seat.course.slug, found.pk)


def regrading_of(course: Course, pk: int) -> Regrading:
    found = (
        Regrading.objects.filter(course=course, pk=pk if pk < 2**63 else 0)
        .select_related("course", "placement__exercise", "placement__assignment", "requested_by")
        .first()
    )
    if found is None:
        raise Http404("There is no such regrading here.")
    return found


def page(request: HttpRequest, seat: Seat, found: Regrading, refused: str = "", status: int = 200) -> HttpResponse:
    difference = regrading.difference(found)
    done = difference.same + len(difference.changes) + difference.failed
    context = {
        "course": seat.course,
        "seat": seat,
        "page_name": f"Regrading {found.pk}",
        "regrading": found,
        "difference": difference,
        "changes": difference.changes[:CHANGES_SHOWN],
        "failures": difference.failures[:CHANGES_SHOWN],
        "asked_otherwise": regrading.asked_otherwise(found),
        "done": done,
        "all": done + difference.waiting,
        "refused": refused,
    }
    template = "web/parts/regrading.html" if request.headers.get("HX-Request") else "web/regrading.html"
    return render(request, template, context, status=status)
