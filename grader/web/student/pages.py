"""What a student sees and does: courses, assignments, exercises, results."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from exercises.access import assignment_for, course_for, is_staff_of, placement_for
from exercises.clock import database_now
from exercises.courses.windows import window_of
from exercises.formats import AnswerError, Question
from exercises.models import Placement
from exercises.reading.revision import questions_of
from grader.accepting.submissions import Edition, Refused, accept, changed_since, read_answers
from grader.deciding.access import may_answer, submission_for
from grader.deciding.disclosure import visible_result
from grader.points import sign_of
from grader.reading import student
from grader.reading.progress import Progress, progress_of
from grader.web.fields import confidences, fields_of, lines_of, raw_answers
from grader.web.people import signed_in

# Milliseconds until the next look. Most results are there at the first or second; a stuck one costs little.
BACK_OFF = (120, 200, 350, 600, 1000, 1600, 2500, 4000, 6000, 10_000)
LONG_WAIT = 7  # looks after which the page says that it takes long


@require_GET
def courses(request: HttpRequest) -> HttpResponse:
    now = database_now()
    return render(request, "web/courses.html", {"cards": student.course_cards(signed_in(request), now), "now": now})


@require_GET
def course(request: HttpRequest, slug: str) -> HttpResponse:
    user = signed_in(request)
    found = course_for(user, slug)
    now = database_now()
    cards = student.assignment_cards(user, found, now)
    return render(request, "web/course.html", {"course": found, "cards": cards, "staff": is_staff_of(user, found), "now": now})


@require_GET
def assignment(request: HttpRequest, slug: str, assignment_slug: str) -> HttpResponse:
    user = signed_in(request)
    found = assignment_for(user, slug, assignment_slug)
    staff = is_staff_of(user, found.course)
    now, window = database_now(), window_of(user, found)
    opened = window.has_opened(now)
    tasks = student.tasks_of(user, found, window, now) if staff or opened else []
    return render(
        request,
        "web/assignment.html",
        {
            "course": found.course,
            "assignment": found,
            "tasks": tasks,
            "staff": staff,
            "opened": opened,
            "window": window,
            "closed": window.is_over(now),
            "now": now,
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exercise(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    placement = placement_for(user, pk)
    if request.method == "POST":
        return _submit(request, placement)
    return _exercise_page(request, placement, questions_of(placement.revision), {}, None, 200)


def _submit(request: HttpRequest, placement: Placement) -> HttpResponse:
    user = signed_in(request)
    if not may_answer(user, placement):
        raise Http404("Only students of the course answer its exercises.")
    questions = questions_of(placement.revision)
    seen = _seen(request)
    if changed := changed_since(placement, seen):
        return _exercise_page(request, placement, questions, {}, changed, 409)
    answers, errors = raw_answers(questions, request.POST)
    if errors:
        # All that is wrong is pointed out at once.
        _, unreadable, _ = read_answers({one.id: one for one in questions}, answers)
        return _exercise_page(request, placement, questions, errors | said(unreadable), None, 422)
    try:
        accepted = accept(
            student=user,
            placement=placement,
            answers=answers,
            confidence=confidences(questions, request.POST),
            idempotency_key=_key(request) or str(uuid.uuid4()),
            channel="web",
            seen=seen,
        )
    except Refused as refused:
        if refused.errors:
            return _exercise_page(request, placement, questions, said(refused.errors), None, 422)
        return _exercise_page(request, placement, questions, {}, refused, 409)
    if accepted.repeated == "identical":
        messages.info(request, "These are the same answers as in an earlier attempt, so no attempt was used. Here is what they earned.")
    return redirect("submission", accepted.submission.pk)


def _seen(request: HttpRequest) -> Edition:
    """The edition that the sent page showed."""
    number, python = request.POST.get("revision", ""), request.POST.get("python", "")
    return Edition(int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None, python or None)


def said(errors: Iterable[AnswerError]) -> dict[str, str]:
    return {error.question: error.message for error in errors}


def _key(request: HttpRequest) -> str:
    key = request.POST.get("key", "")
    return key if re.fullmatch(r"[\w-]{8,64}", key, re.ASCII) else ""


def _exercise_page(
    request: HttpRequest, placement: Placement, questions: list[Question], errors: dict[str, str], refused: Refused | None, status: int
) -> HttpResponse:
    user = signed_in(request)
    fields = fields_of(questions, placement.points, request.POST, errors)
    beside: dict[int, list[Any]] = {}
    for field in fields:
        beside.setdefault(field.line, []).append(field)
    staff = not may_answer(user, placement)
    task = student.task_of(user, placement)
    context = {
        "course": placement.assignment.course,
        "assignment": placement.assignment,
        "placement": placement,
        "spec": placement.revision.spec,
        "task": task,
        "now": task.now,
        "staff": staff,
        "lines": lines_of(placement.revision, beside),
        "errors": [field for field in fields if field.error],
        "refused": refused,
        "filled": request.method == "POST",
        # A repeat of the same form keeps its key: it is the same submission, however often it is sent.
        "key": (_key(request) if refused is None else "") or str(uuid.uuid4()),
        "earlier": [] if staff else student.earlier_submissions(user, placement),
    }
    return render(request, "web/exercise.html", context, status=status)


@never_cache
@require_GET
def submission(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page, or only its changing part when htmx asks (with look=n, the number of looks so far)."""
    user = signed_in(request)
    found = submission_for(user, pk)
    progress = progress_of(found)
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
        "own": found.student_id == user.pk,
        "look": look + 1,
        "delay": BACK_OFF[min(look, len(BACK_OFF) - 1)],
        "long": look >= LONG_WAIT,
    }
    if progress.finished:
        context |= _verdict(request, progress)
    template = "web/parts/result.html" if request.headers.get("HX-Request") else "web/submission.html"
    return render(request, template, context)


def _verdict(request: HttpRequest, progress: Progress) -> dict[str, Any]:
    user = signed_in(request)
    found = progress.submission
    task = student.task_of(found.student, found.placement)
    context: dict[str, Any] = {"task": task, "now": task.now}
    if progress.result is None:
        return context
    evidence = visible_result(user, progress.result)
    marked = {one["id"]: one for one in evidence["questions"]}
    beside: dict[int, list[Any]] = {}
    # The result may stand on another revision than the answer after a regrading: its own questions say where they belong.
    for number, question in enumerate(questions_of(progress.result.revision), start=1):
        if question.id in marked:
            beside.setdefault(question.line, []).append(_Marked.of(number, question, marked[question.id]))
    shown = [one for listed in beside.values() for one in listed]
    return context | {
        "result": progress.result,
        "lines": lines_of(progress.result.revision, beside),
        "right": sum(1 for one in shown if one["sign"] == "good"),
        "asked": len(shown),
        "hidden": any(one["truth_text"] is None for one in shown),
        "sign": sign_of(progress.result.fraction),
    }


class _Marked(dict[str, Any]):
    """One marked question as its card shows it; what is not to be seen yet is None."""

    @classmethod
    def of(cls, number: int, question: Question, marked: dict[str, Any]) -> _Marked:
        sign = "good" if marked["right"] else "part" if marked["fraction"] > 0 else "bad"
        return cls(
            number=number,
            line=question.line,
            prompt=question.prompt,
            sign=sign,
            points=marked["points"],
            max_points=marked["max_points"],
            answer_text=marked["answer_text"],
            truth_text=marked.get("truth_text"),
            why=marked.get("why") or [],
            misconceptions=marked.get("misconceptions") or [],
        )
