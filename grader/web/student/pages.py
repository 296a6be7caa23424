"""What a student sees and does: courses, assignments, exercises, results."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import retarget

from exercises.clock import database_now
from exercises.courses.revealing import last_ends, later_of, placements_anywhere, reveal_table, sentence_for_students
from exercises.courses.windows import begin, window_of
from exercises.formats import AnswerError, Question
from exercises.models import Placement
from exercises.reading.revision import questions_of
from grader.accepting.submissions import Edition, Refused, accept, changed_since, read_answers
from grader.deciding.access import Seat, assignment_at, disclosed_to, placement_at, seat_at, submission_at
from grader.deciding.looking import looked_at_work
from grader.marking.evidence import for_reader, models_pending
from grader.points import sign_of
from grader.reading import student
from grader.reading.progress import Progress, progress_of
from grader.reading.reuse import out_already
from grader.web.fields import confidences, fields_of, lines_of, raw_answers
from grader.web.people import signed_in
from grader.web.student.idea import idea_behind

# Milliseconds until the next look. Most results are there at the first or second; a stuck one costs little.
BACK_OFF = (120, 200, 350, 600, 1000, 1600, 2500, 4000, 6000, 10_000)
LONG_WAIT = 7  # looks after which the page says that it takes long


@require_GET
def courses(request: HttpRequest) -> HttpResponse:
    now = database_now()
    return render(request, "web/courses.html", {"cards": student.course_cards(signed_in(request), now), "now": now})


@require_GET
def course(request: HttpRequest, slug: str) -> HttpResponse:
    seat, now = seat_at(signed_in(request), slug), database_now()
    cards = student.assignment_cards(seat, now)
    return render(request, "web/course.html", {"course": seat.course, "cards": cards, "seat": seat, "now": now})


@never_cache
@require_GET
def assignment(request: HttpRequest, slug: str, assignment_slug: str) -> HttpResponse:
    seat, found = assignment_at(signed_in(request), slug, assignment_slug)
    now, window = database_now(), window_of(seat.user, found)
    opened, closed = window.has_opened(now), window.is_over(now)
    to_begin = seat.may_answer and window.waits_to_begin and opened and not closed
    tasks = student.tasks_of(seat, found, window, now) if seat.is_staff or (opened and not to_begin) else []
    context = {
        "course": found.course,
        "assignment": found,
        "tasks": tasks,
        "seat": seat,
        "opened": opened,
        "window": window,
        "closed": closed,
        "to_begin": to_begin,
        "ends": window.could_end(now),
        "late": window.late_end(now),
        "now": now,
    }
    if seat.is_staff:
        last = last_ends(placements_anywhere(task.placement.exercise_id for task in tasks)).values()
        context["reveals"] = reveal_table(found, later_of(window.closes, *last))
        context["out_already"] = [] if closed else out_already(found)
    return render(request, "web/assignment.html", context)


@require_POST
def begin_assignment(request: HttpRequest, slug: str, assignment_slug: str) -> HttpResponse:
    seat, found = assignment_at(signed_in(request), slug, assignment_slug)
    if not seat.may_answer:
        raise Http404("Only students of the course answer its exercises.")
    begin(seat.user, found)
    return redirect("assignment", slug, assignment_slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exercise(request: HttpRequest, pk: int) -> HttpResponse:
    now = database_now()
    seat, placement = placement_at(signed_in(request), pk, now)
    task = student.task_of(seat.user, placement, now)
    if seat.may_answer and task.window.waits_to_begin and not task.closed:
        # The questions are there once the time runs: the page of the assignment says so, and has the button.
        return redirect("assignment", seat.course.slug, placement.assignment.slug)
    page = _Page(request, seat, task, questions_of(placement.revision))
    return _submit(page) if request.method == "POST" else _exercise_page(page)


@dataclass(frozen=True)
class _Page:
    request: HttpRequest
    seat: Seat
    task: student.Task
    questions: list[Question]


def _submit(page: _Page) -> HttpResponse:
    if not page.seat.may_answer:
        raise Http404("Only students of the course answer its exercises.")
    seen = _seen(page.request)
    if seen is None or changed_since(page.task.placement, seen):
        return _exercise_page(page, 409, refused=_old_page(page.task.placement, seen))
    answers, errors = raw_answers(page.questions, page.request.POST)
    if errors:
        # All that is wrong is pointed out at once.
        _, unreadable, _ = read_answers({one.id: one for one in page.questions}, answers)
        return _exercise_page(page, 422, errors | said(unreadable))
    try:
        accepted = accept(
            student=page.seat.user,
            placement=page.task.placement,
            answers=answers,
            confidence=confidences(page.questions, page.request.POST),
            idempotency_key=_key(page.request) or str(uuid.uuid4()),
            channel="web",
            seen=seen,
        )
    except Refused as refused:
        if refused.errors:
            return _exercise_page(page, 422, said(refused.errors))
        return _exercise_page(page, 409, refused=refused)
    if accepted.repeated == "identical":
        messages.info(
            page.request, "These are the same answers as in an earlier attempt, so no attempt was used. Here is what they earned."
        )
    return redirect("submission", accepted.submission.pk)


def _seen(request: HttpRequest) -> Edition | None:
    """The edition that the sent page showed. None: it does not say, and nobody knows to what these are answers."""
    number, python = request.POST.get("revision", ""), request.POST.get("python", "")
    return Edition(int(number), python) if re.fullmatch(r"[0-9]{1,9}", number) and python else None


def _old_page(placement: Placement, seen: Edition | None) -> Refused:
    """In the words of somebody who has a page open, where programs are told numbers."""
    happened = "The exercise has changed since you opened it" if seen else "This page did not say which edition of the exercise it showed"
    remedy = f"Read it again, it is {Edition.of(placement)} now, and send your answers once more."
    return Refused("stale_revision", f"{happened}; no attempt was used.", remedy)


def said(errors: Iterable[AnswerError]) -> dict[str, str]:
    return {error.question: error.message for error in errors}


def _key(request: HttpRequest) -> str:
    key = request.POST.get("key", "")
    return key if re.fullmatch(r"[\w-]{8,64}", key, re.ASCII) else ""


def _exercise_page(page: _Page, status: int = 200, errors: dict[str, str] | None = None, refused: Refused | None = None) -> HttpResponse:
    request, seat, placement = page.request, page.seat, page.task.placement
    fields = fields_of(page.questions, placement.points, request.POST, errors or {})
    beside: dict[int, list[Any]] = {}
    for field in fields:
        beside.setdefault(field.line, []).append(field)
    context = {
        "course": seat.course,
        "assignment": placement.assignment,
        "placement": placement,
        "spec": placement.revision.spec,
        "task": page.task,
        "late": page.task.window.late_end(page.task.now),
        "now": page.task.now,
        "seat": seat,
        "lines": lines_of(placement.revision, beside),
        "errors": [field for field in fields if field.error],
        "refused": refused,
        "filled": request.method == "POST",
        # A repeat of the same form keeps its key: it is the same submission, however often it is sent.
        "key": (_key(request) if refused is None else "") or str(uuid.uuid4()),
        "earlier": student.earlier_submissions(seat.user, placement) if seat.may_answer else [],
    }
    return render(request, "web/exercise.html", context, status=status)


@never_cache
@require_GET
def submission(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page, or only its changing part when htmx asks: with look=n, the number of looks so far, and models=wanted where the verdict is
    there and the wrong models behind it are not.
    """
    seat, found = submission_at(signed_in(request), pk)
    progress, now = progress_of(found), database_now()
    looks = request.GET.get("look", "0")
    look = min(int(looks), 1000) if looks.isascii() and looks[:4].isdigit() and len(looks) <= 4 else 0
    placement = found.placement
    context = {
        "course": placement.assignment.course,
        "assignment": placement.assignment,
        "placement": placement,
        "page_name": f"Attempt {found.attempt_no}",
        "submission": found,
        "progress": progress,
        "own": found.student_id == seat.user.pk,
        "look": look + 1,
        "delay": BACK_OFF[min(look, len(BACK_OFF) - 1)],
        "long": look >= LONG_WAIT,
        "now": now,
    }
    if found.student_id != seat.user.pk:
        looked_at_work(seat, found, now)
    if progress.finished:
        context |= _verdict(seat, progress, now)
    if not request.headers.get("HX-Request"):
        return render(request, "web/submission.html", context)
    if "models" not in request.GET:
        return render(request, "web/parts/result.html", context)
    if context.get("models_pending"):
        return render(request, "web/parts/models_pending.html", context)
    # Now that they are there, the whole verdict is put in the place of the one that lacked them.
    return retarget(render(request, "web/parts/result.html", context), "#result")


def _verdict(seat: Seat, progress: Progress, now: datetime) -> dict[str, Any]:
    found = progress.submission
    context: dict[str, Any] = {"task": student.task_of(found.student, found.placement, now)}
    if progress.result is None:
        return context
    shown = disclosed_to(seat, found, now)
    marked = {one["id"]: one for one in for_reader(progress.result, shown)}
    beside: dict[int, list[Any]] = {}
    # The result may stand on another revision than the answer after a regrading: its own questions say where they belong.
    for number, question in enumerate(questions_of(progress.result.revision), start=1):
        if question.id in marked:
            beside.setdefault(question.line, []).append(_Marked.of(number, question, marked[question.id]))
    cards = [one for listed in beside.values() for one in listed]
    numbers = {one["id"]: one["number"] for one in cards}
    wrong = sum(1 for one in cards if one["sign"] in ("bad", "part") and one["given"])
    assignment = found.placement.assignment
    return context | {
        "result": progress.result,
        "shown": shown,
        "models_pending": models_pending(progress.result, shown),
        "lines": lines_of(progress.result.revision, beside),
        "right": sum(1 for one in cards if one["sign"] == "good"),
        "asked": len(cards),
        "sentences": {row: sentence_for_students(assignment, row) for row in ("reveal_score", "reveal_which", "reveal")},
        "sign": sign_of(progress.result.fraction) if shown.score else "none",
        **idea_behind(seat, progress.result, shown, numbers, wrong, now),
    }


class _Marked(dict[str, Any]):
    """One marked question as its card shows it; what is not to be seen yet is None."""

    @classmethod
    def of(cls, number: int, question: Question, marked: dict[str, Any]) -> _Marked:
        sign = "none"
        if "right" in marked:
            sign = "good" if marked["right"] else "part" if marked["fraction"] > 0 else "bad"
        return cls(
            id=question.id,
            given=marked["answer"] is not None,
            number=number,
            line=question.line,
            prompt=question.prompt,
            sign=sign,
            points=marked.get("points"),
            max_points=marked.get("max_points"),
            answer_text=marked["answer_text"],
            truth_text=marked.get("truth_text"),
            why=marked.get("why") or [],
            misconceptions=marked.get("misconceptions") or [],
        )
