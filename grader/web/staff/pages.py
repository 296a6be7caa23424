"""What instructors and assistants see of their course."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from exercises.clock import database_now
from exercises.models import User
from grader.deciding.access import staffed_placement_at, staffed_seat_at
from grader.deciding.looking import looked_at_key
from grader.models import AuditEvent
from grader.reading import staff, statistics
from grader.reading.attention import needing_attention
from grader.reading.exports import csv_lines, gradebook_rows
from grader.reading.ideas import Scope, ideas_of
from grader.web.people import signed_in

STUDENTS_PER_PAGE = 100


@require_GET
def gradebook(request: HttpRequest, slug: str) -> HttpResponse:
    seat = staffed_seat_at(signed_in(request), slug)
    course = seat.course
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    left = "left" in request.GET
    page = Paginator(staff.students_of(course, search, left=left), STUDENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "course": course,
        "seat": seat,
        "page_name": "Gradebook",
        "book": staff.gradebook(course, page.object_list),
        "page": page,
        "search": search,
        "left": left,
        "former": staff.former_students_of(course).count(),
    }
    return render(request, "web/gradebook.html", context)


@require_GET
def gradebook_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    seat = staffed_seat_at(signed_in(request), slug)
    course = seat.course
    AuditEvent.record(seat.user, "gradebook.export", course=course, target=course.slug)
    book = staff.gradebook(course, staff.students_of(course))
    response = StreamingHttpResponse(csv_lines(gradebook_rows(book)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gradebook-{course.slug}.csv"'
    return response


@require_GET
def attention(request: HttpRequest, slug: str) -> HttpResponse:
    seat = staffed_seat_at(signed_in(request), slug)
    page = Paginator(needing_attention(seat.course), STUDENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"course": seat.course, "seat": seat, "page_name": "Needs attention", "page": page}
    return render(request, "web/attention.html", context)


@require_GET
def student(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All that one student handed in, whether or not they are still in the course."""
    seat = staffed_seat_at(signed_in(request), slug)
    found = get_object_or_404(User, pk=pk if pk < 2**63 else 0)
    work = staff.work_of(seat.course, found)
    if work is None:
        raise Http404("There is no such student here.")
    context = {"course": seat.course, "seat": seat, "page_name": found.get_full_name() or found.username, "work": work}
    return render(request, "web/student.html", context)


@require_GET
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    seat, placement = staffed_placement_at(signed_in(request), pk)
    found = statistics.item_analysis(placement)
    if any(question.truth_text for question in found.questions):
        looked_at_key(seat, placement, database_now())
    context = {
        "course": seat.course,
        "seat": seat,
        "assignment": placement.assignment,
        "placement": placement,
        "page_name": "How the class answered",
        "item": found,
        "ideas": ideas_of(Scope(seat.course, placement=placement)),
    }
    return render(request, "web/analysis.html", context)
