"""Enrolment: an instructor's list of students, compared with the course, then written as it was shown."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exercises.courses.roster import MOST_BYTES, Comparison, Unreadable, Written, compare, decode, locked, read, write
from grader.deciding.access import Seat, managed_seat_at
from grader.models import AuditEvent
from grader.web.people import signed_in

SHOWN = 100  # of each kind in a preview; the counts are of all


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest, slug: str) -> HttpResponse:
    """A list is sent twice: to see what it would do, and, with the digest of what was seen, to do it."""
    seat = managed_seat_at(signed_in(request), slug)
    course = seat.course
    if request.method != "POST":
        return page(request, seat)
    text = ""
    try:
        text = sent_text(request)
        comparison = compare(course, read(text))
        if "seen" not in request.POST or comparison.problems:
            return page(request, seat, text=text, comparison=comparison, status=422 if comparison.problems else 200)
        written = write_as_seen(request, seat, text)
    except Unreadable as unreadable:
        return page(request, seat, text=text, refused=str(unreadable), status=422)
    if written is None:
        meanwhile = "The course has changed since you looked, and nothing was written. This is what the list would do now."
        return page(request, seat, text=text, comparison=compare(course, read(text)), refused=meanwhile, status=409)
    messages.success(request, in_words(written))
    if comparison.new:
        words = '{} of them have no password yet. <a href="{}">Make sign-in links</a> for them.'
        messages.info(request, format_html(words, len(comparison.new), reverse("sign_in_links", args=[course.slug])))
    return redirect("gradebook", course.slug)


def sent_text(request: HttpRequest) -> str:
    sent = request.FILES.get("file")
    if sent is not None:
        if (sent.size or 0) > MOST_BYTES:
            raise Unreadable(
                f"The file is larger than {MOST_BYTES // 1_000_000} MB. Send the list in parts, and only the columns named below."
            )
        return decode(sent.read())
    return str(request.POST.get("list", ""))


def write_as_seen(request: HttpRequest, seat: Seat, text: str) -> Written | None:
    """None: what was shown is not what would be written by now."""
    try:
        with transaction.atomic():
            comparison = compare(locked(seat.course), read(text))
            if comparison.digest != request.POST["seen"] or comparison.problems:
                return None
            written = write(seat.course, comparison, drop_gone="drop" in request.POST)
            record(seat, written)
            return written
    except IntegrityError:
        return None  # somebody else made one of these accounts in this very moment


def record(seat: Seat, written: Written) -> None:
    """The import, and what it did to each person, as if it had been done one by one."""
    counts = {what: written.count(what) for what in ("added", "changed", "left")}
    AuditEvent.record(seat.user, "roster.imported", course=seat.course, target=seat.course.slug, **counts)
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                actor=seat.user,
                action=f"membership.{one.what}",
                course=seat.course,
                detail={"whom": one.user, "changed": one.changed, "account": one.account},
            )
            for one in written.acts
        ],
        batch_size=1000,
    )


def in_words(written: Written) -> str:
    left = written.count("left")
    parts = [f"{written.count('added')} added", f"{written.count('changed')} changed"] + ([f"{left} marked as having left"] if left else [])
    return capfirst(", ".join(parts)) + "."


def page(
    request: HttpRequest, seat: Seat, *, text: str = "", comparison: Comparison | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    counts = seat.course.memberships.aggregate(
        students=Count("pk", filter=Q(role="student", left_at=None)),
        staff=Count("pk", filter=~Q(role="student") & Q(left_at=None)),
        left=Count("pk", filter=~Q(left_at=None)),
    )
    context = {
        "course": seat.course,
        "seat": seat,
        "page_name": "Roster",
        "counts": counts,
        "text": text,
        "comparison": comparison,
        "refused": refused,
        "shown": f":{SHOWN}",
        "most": SHOWN,
    }
    return render(request, "web/roster.html", context, status=status)
