"""The replay: a finished exercise's program step by step, with its heap. It says what is right, so it is shown to whom the truth is."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from exercises.clock import database_now
from exercises.models import Placement, Revision
from exercises.reading.revision import program_of, questions_of
from grader.accepting.asking import ask
from grader.deciding.access import Seat, disclosed_to, staffed_placement_at, submission_at
from grader.marking.evidence import for_reader
from grader.models import JobRow, Submission
from grader.reading.progress import progress_of
from grader.reading.replays import StoredReplay
from grader.simulating.jobs import JobRefused, Replay
from grader.web.fields import lines_of
from grader.web.people import signed_in

# Milliseconds until the next look: most replays are worked out in a tenth of a second.
LOOKS = (150, 250, 400, 700, 1000, 1500, 2500, 4000)


@dataclass(frozen=True)
class Stage:
    """Which run somebody may look at: a submission's as it was graded, or, for the staff, a placement's as it is."""

    seat: Seat
    placement: Placement
    revision: Revision
    python: str
    here: str
    data: str
    submission: Submission | None = None
    marked: tuple[dict[str, Any], ...] = ()

    def row(self) -> JobRow:
        return ask(Replay(program_of(self.revision), self.python))


def of_submission(request: HttpRequest, pk: UUID, now: datetime) -> Stage:
    seat, found = submission_at(signed_in(request), pk)
    shown = disclosed_to(seat, found, now)
    if not shown.truth:
        raise Http404("This replay is not yet to be seen.")
    result = progress_of(found).result
    marked = tuple(for_reader(result, shown)) if result is not None else ()
    revision, python = (result.revision, result.python) if result is not None else (found.revision, found.python)
    here, data = reverse("submission_replay", args=[pk]), reverse("submission_replay_data", args=[pk])
    return Stage(seat, found.placement, revision, python, here, data, found, marked)


def of_placement(request: HttpRequest, pk: int) -> Stage:
    seat, placement = staffed_placement_at(signed_in(request), pk)
    here, data = reverse("exercise_replay", args=[pk]), reverse("exercise_replay_data", args=[pk])
    return Stage(seat, placement, placement.revision, placement.python, here, data)


@require_GET
def submission_replay(request: HttpRequest, pk: UUID) -> HttpResponse:
    return page(request, of_submission(request, pk, database_now()))


@require_GET
def submission_replay_data(request: HttpRequest, pk: UUID) -> HttpResponse:
    return data(request, of_submission(request, pk, database_now()))


@require_GET
def exercise_replay(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, of_placement(request, pk))


@require_GET
def exercise_replay_data(request: HttpRequest, pk: int) -> HttpResponse:
    return data(request, of_placement(request, pk))


def data(request: HttpRequest, stage: Stage) -> HttpResponse:
    """The steps as JSON, for the page's script."""
    row = stage.row()
    if row.answer is None:
        return JsonResponse({"state": row.state, "reason": row.reason}, status=202)
    text = json.dumps(row.answer, separators=(",", ":")).encode()
    response = HttpResponse(content_type="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        text = gzip.compress(text, 5, mtime=0)
        response["Content-Encoding"] = "gzip"
    response.content = text
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def page(request: HttpRequest, stage: Stage) -> HttpResponse:
    """The whole page, or only its changing part when htmx asks."""
    placement = stage.placement
    context: dict[str, Any] = {
        "course": placement.assignment.course,
        "assignment": placement.assignment,
        "placement": placement,
        "python": stage.python,
        "page_name": "Replay",
        "submission": stage.submission,
        "here": stage.here,
        "data": stage.data,
        "asked": request.GET.urlencode(),
    }
    try:
        row = stage.row()
    except JobRefused as refused:
        context["failed"] = str(refused)
    else:
        context |= waiting(request, row) if row.answer is None else played(request, stage, StoredReplay(row.answer))
    template = "web/parts/replay.html" if request.headers.get("HX-Request") else "web/replay.html"
    return render(request, template, context)


def waiting(request: HttpRequest, row: JobRow) -> dict[str, Any]:
    if row.state == JobRow.State.FAILED:
        return {"failed": row.reason}
    look = number_in(request, "look") or 0
    sooner = Q(priority__lt=row.priority) | Q(priority=row.priority, pk__lt=row.pk)
    before = JobRow.objects.filter(sooner, state=JobRow.State.WAITING).count() if row.state == JobRow.State.WAITING else 0
    asked = request.GET.copy()
    asked["look"] = str(look + 1)
    return {"waits": True, "before": before, "delay": LOOKS[min(look, len(LOOKS) - 1)], "again": asked.urlencode()}


def played(request: HttpRequest, stage: Stage, replay: StoredReplay) -> dict[str, Any]:
    marked = {one["id"]: one for one in stage.marked}
    cards, asked_for = [], None
    for number, question in enumerate(questions_of(stage.revision), start=1):
        step = replay.step_of(question)
        one = marked.get(question.id, {})
        sign = "none" if "right" not in one else "good" if one["right"] else "part" if one["fraction"] > 0 else "bad"
        cards.append(
            {
                "number": number,
                "id": question.id,
                "line": question.line,
                "prompt": question.prompt,
                "step": step,
                "sign": sign,
                "answer_text": one.get("answer_text"),
                "truth_text": one.get("truth_text"),
            }
        )
        if request.GET.get("question") == question.id:
            asked_for = step
    line = number_in(request, "line")
    at = next((one for one in (asked_for, number_in(request, "step"), replay.step_of_line(line) if line else None) if one is not None), 0)
    shown = replay.page(at)
    lines, run = lines_of(stage.revision, {}), replay.lines()
    return {
        "lines": [(one, one.number in run) for one in lines],
        "shown": shown,
        "last": replay.last,
        "cards": cards,
        "answer": replay.answer,
        "before_step": shown.number - 1 if shown.number else None,
        "after_step": shown.number + 1 if shown.number < replay.last else None,
    }


def number_in(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None
