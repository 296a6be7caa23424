"""Who did what in a course, for those who answer for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from exercises.models import User
from grader.deciding.access import Seat, seat_at
from grader.models import AuditEvent
from grader.reading import records
from grader.reading.exports import csv_lines, harmless
from grader.web.people import signed_in

PER_PAGE = 100
MOST_PEOPLE = 200  # whom one search may mean


class Filters(forms.Form):
    """What is asked for in the address. The days are those of the course."""

    person = forms.CharField(required=False, max_length=100, label="Person")
    kind = forms.ChoiceField(required=False, label="What")
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, seat: Seat, data: Any) -> None:
        super().__init__(data)
        self.course = seat.course
        self.people: list[User] | None = None
        kind: Any = self.fields["kind"]
        kind.choices = [("", "Everything"), *records.kinds_by_group().items()]
        kind.error_messages["invalid_choice"] = "There is no such kind. Choose one of the list."
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = "This is no date. Write it as 2026-09-30."

    def clean_person(self) -> str:
        search = str(self.cleaned_data["person"]).replace("\x00", "").strip()
        if search:
            self.people = list(records.people_of(self.course, search)[: MOST_PEOPLE + 1])
            if len(self.people) > MOST_PEOPLE:
                raise forms.ValidationError(f"More than {MOST_PEOPLE} people match. Write more of the name.")
        return search

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "This is before the day from which records are to be shown. Change one of the two.")
        return cleaned

    def midnight(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time(), self.course.zone()) if day else None

    @property
    def given(self) -> dict[str, str]:
        """Only what was asked for, as it goes on record when the rows are taken away."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def events(self) -> Any:
        if not self.is_valid():
            return AuditEvent.objects.none()
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        after = until + timedelta(days=1) if until and until < date.max else None
        return records.events_of(
            self.course, people=self.people, kind=self.cleaned_data["kind"], since=self.midnight(since), until=self.midnight(after)
        )


def reader_at(request: HttpRequest, slug: str) -> Seat:
    seat = seat_at(signed_in(request), slug)
    if not seat.reads_records:
        raise Http404("There is no such page here.")
    return seat


@require_GET
def page(request: HttpRequest, slug: str) -> HttpResponse:
    seat = reader_at(request, slug)
    filters = Filters(seat, request.GET)
    found = Paginator(filters.events(), PER_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "course": seat.course,
        "seat": seat,
        "page_name": "Records",
        "filters": filters,
        "page": found,
        "rows": records.in_words(seat.course, found.object_list),
        "asked": asked.urlencode(),
        "narrowed": bool(filters.is_valid() and filters.given),
        "nobody": filters.people == [],
    }
    return render(request, "web/records.html", context, status=200 if filters.is_valid() else 422)


@require_GET
def as_csv(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """What the page shows, all its pages. Taking it away is on record itself."""
    seat = reader_at(request, slug)
    filters = Filters(seat, request.GET)
    if not filters.is_valid():
        return page(request, slug)
    events = filters.events()
    rows = list(records.rows_of(seat.course, events))
    AuditEvent.record(seat.user, "records.export", course=seat.course, target=seat.course.slug, rows=len(rows) - 1, **filters.given)
    lines = csv_lines([harmless(cell) for cell in row] for row in rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="records-{seat.course.slug}.csv"'
    return response
