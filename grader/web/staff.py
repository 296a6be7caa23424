"""What instructors and assistants see of their course."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from exercises.access import staffed_course_for
from grader import queries
from grader.deciding.access import staffed_placement_for
from grader.models import AuditEvent
from grader.web.people import signed_in

STUDENTS_PER_PAGE = 100


@require_GET
def gradebook(request: HttpRequest, slug: str) -> HttpResponse:
    course = staffed_course_for(signed_in(request), slug)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = Paginator(queries.students_of(course, search), STUDENTS_PER_PAGE).get_page(request.GET.get("page"))
    book = queries.gradebook(course, page.object_list)
    return render(request, "web/gradebook.html", {"course": course, "page_name": "Gradebook", "book": book, "page": page, "search": search})


@require_GET
def gradebook_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    user = signed_in(request)
    course = staffed_course_for(user, slug)
    AuditEvent.record(user, "gradebook.export", course=course, target=course.slug)
    book = queries.gradebook(course, queries.students_of(course))
    writer = csv.writer(Echo())
    response = StreamingHttpResponse((writer.writerow(row) for row in _csv_rows(book)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gradebook-{course.slug}.csv"'
    return response


class Echo:
    """A file that hands back what is written, so that the csv module can stream."""

    def write(self, value: str) -> str:
        return value


def _csv_rows(book: queries.Gradebook) -> Iterator[list[str]]:
    head = ["user name", "last name", "first name", "e-mail", "total", f"of {book.max_points}"]
    for placement in book.columns:
        name = f"{placement.assignment.title}: {placement.exercise.title}"
        head += [f"{name} (best of {placement.points})", f"{name} (first)", f"{name} (attempts)"]
    yield [harmless(one) for one in head]
    for row in book.rows:
        student = row.student
        cells = [student.username, student.last_name, student.first_name, student.email]
        figures = [str(row.total), str(book.max_points)]
        for cell in row.cells:
            held = cell.standing
            figures += [
                str(one) if held and one is not None else ""
                for one in (held and held.best_points, held and held.first_points, held and held.attempts)
            ]
        yield [harmless(one) for one in cells] + figures


def harmless(text: str) -> str:
    """A spreadsheet runs what begins like a formula. A leading apostrophe makes it text (ASVS 1.2.10)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


@require_GET
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    placement = staffed_placement_for(signed_in(request), pk)
    found = queries.item_analysis(placement)
    context = {
        "course": placement.assignment.course,
        "assignment": placement.assignment,
        "placement": placement,
        "page_name": "How the class answered",
        "item": found,
        "most_shown": max((count for _, count in found.misconceptions), default=1),
    }
    return render(request, "web/analysis.html", context)
