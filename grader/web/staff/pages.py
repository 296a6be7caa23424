"""What instructors and assistants see of their course."""

from __future__ import annotations

import csv

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from exercises.access import staffed_course_for
from grader.deciding.access import staffed_placement_for
from grader.models import AuditEvent
from grader.reading import staff, statistics
from grader.reading.exports import gradebook_rows
from grader.web.people import signed_in

STUDENTS_PER_PAGE = 100


@require_GET
def gradebook(request: HttpRequest, slug: str) -> HttpResponse:
    course = staffed_course_for(signed_in(request), slug)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = Paginator(staff.students_of(course, search), STUDENTS_PER_PAGE).get_page(request.GET.get("page"))
    book = staff.gradebook(course, page.object_list)
    return render(request, "web/gradebook.html", {"course": course, "page_name": "Gradebook", "book": book, "page": page, "search": search})


@require_GET
def gradebook_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    user = signed_in(request)
    course = staffed_course_for(user, slug)
    AuditEvent.record(user, "gradebook.export", course=course, target=course.slug)
    book = staff.gradebook(course, staff.students_of(course))
    writer = csv.writer(Echo())
    response = StreamingHttpResponse((writer.writerow(row) for row in gradebook_rows(book)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gradebook-{course.slug}.csv"'
    return response


class Echo:
    """A file that hands back what is written, so that the csv module can stream."""

    def write(self, value: str) -> str:
        return value


@require_GET
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    placement = staffed_placement_for(signed_in(request), pk)
    found = statistics.item_analysis(placement)
    context = {
        "course": placement.assignment.course,
        "assignment": placement.assignment,
        "placement": placement,
        "page_name": "How the class answered",
        "item": found,
        "most_shown": max((count for _, count in found.misconceptions), default=1),
    }
    return render(request, "web/analysis.html", context)
