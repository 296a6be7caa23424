"""The page on which an instructor makes sign-in links for students who have no password, or forgot it: each is shown this once."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exercises.models import User
from grader.deciding import sign_in_links
from grader.deciding.access import Seat, managed_seat_at
from grader.deciding.sign_in_links import DAYS, NO_PASSWORD, CannotMake, Link, managed_by, reason_against, with_rights
from grader.reading.exports import csv_lines, harmless
from grader.reading.staff import students_of
from grader.web.people import signed_in

PER_PAGE = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest, slug: str) -> HttpResponse:
    seat = managed_seat_at(signed_in(request), slug)
    if request.method != "POST":
        return page(request, seat)
    try:
        chosen = chosen_in(request, seat)
        if not chosen:
            return page(request, seat, problem="Nobody is chosen. Tick those who need a link.")
        made = sign_in_links.make(chosen, by=seat.user, course=seat.course)
    except CannotMake as reason:
        return page(request, seat, problem=str(reason))
    if "csv" in request.POST:
        return as_file(request, seat, made)
    return page(request, seat, made=[(one.person, request.build_absolute_uri(one.path)) for one in made])


def chosen_in(request: HttpRequest, seat: Seat) -> list[User]:
    """Those who are ticked, as far as they study in the course; or all who cannot sign in yet and for whom a link may be made."""
    students = with_rights(students_of(seat.course))
    if "all" in request.POST:
        managed = managed_by(seat.user)
        return [one for one in students.filter(NO_PASSWORD) if not reason_against(one, managed)]
    numbers = [int(one) for one in request.POST.getlist("person") if one.isdecimal() and len(one) < 19]
    return list(students.filter(pk__in=numbers[:PER_PAGE]))


def as_file(request: HttpRequest, seat: Seat, made: list[Link]) -> HttpResponse:
    head = ["user name", "last name", "first name", "e-mail", "link"]
    rows = [
        [*(harmless(one) for one in (link.person.username, link.person.last_name, link.person.first_name, link.person.email)),
         request.build_absolute_uri(link.path)]
        for link in made
    ]  # fmt: skip
    response = HttpResponse("".join(csv_lines([head, *rows])), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="sign-in-links-{seat.course.slug}.csv"'
    return response


def page(request: HttpRequest, seat: Seat, *, problem: str = "", made: list[tuple[User, str]] | None = None) -> HttpResponse:
    search = request.GET.get("q", "").replace("\x00", "").strip()
    listed = with_rights(students_of(seat.course, search).filter(is_active=True))
    waiting = students_of(seat.course).filter(NO_PASSWORD)
    shown = Paginator(listed if search else listed.filter(NO_PASSWORD), PER_PAGE).get_page(request.GET.get("page"))
    managed = managed_by(seat.user)
    context = {
        "course": seat.course,
        "seat": seat,
        "page_name": "Sign-in links",
        "made": made,
        "problem": problem,
        "search": search,
        "page": shown,
        "rows": [(one, reason_against(one, managed)) for one in shown],
        "waiting": waiting.filter(is_active=True).count(),
        "days": DAYS,
    }
    return render(request, "web/links.html", context, status=422 if problem else 200)
