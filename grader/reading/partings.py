"""The first moment at which a wrong model and CPython part in one program, in two sentences. As secret as the truth, which it tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from exercises.models import Revision
from grader.accepting.asking import ask
from grader.models import JobRow
from grader.simulating.jobs import Compare, JobRefused

GOES_ON = re.compile(r"execution goes on to line (\d+)")
PRINTED = re.compile(r"(['\"])(.*)\1 is printed")
NOTHING_MORE = "the program is over, and nothing more happens"


@dataclass(frozen=True)
class Parting:
    """line 0: after the program's last one."""

    line: int
    right: str
    wrong: str


def partings_of(revision: Revision, python: str, models: tuple[str, ...]) -> dict[str, Parting | None]:
    """By model, as far as they are worked out; what is not there is asked for. None: the program never shows a difference."""
    jobs = {}
    for model in models:
        try:
            jobs[model] = Compare(revision.source, python, model)
        except JobRefused:
            continue
    rows = {row.digest: row for row in JobRow.objects.filter(digest__in=[job.digest for job in jobs.values()])}
    found = {}
    for model, job in jobs.items():
        row = rows.get(job.digest) or ask(job)
        if row.answer is not None:
            found[model] = parting_in(row.answer["parting"])
    return found


def parting_in(stored: list[dict[str, Any] | None] | None) -> Parting | None:
    if stored is None:
        return None
    right, wrong = stored
    # Where one of them only goes on, the other's event is what happens, and where.
    where = next((one["line"] for one in (right, wrong) if one and one["line"] and not GOES_ON.match(one["text"])), 0)
    return Parting(where, told(right, reason=True), told(wrong, reason=False))


def told(moment: dict[str, Any] | None, *, reason: bool) -> str:
    """reason: why it happens, where CPython's rules are the reason."""
    if moment is None:
        return NOTHING_MORE
    text = moment["text"].removesuffix(", its first name").replace("__del__", "`__del__`")
    if goes_on := GOES_ON.fullmatch(text):
        return f"nothing of the kind; execution goes on to line {goes_on[1]}"
    if printed := PRINTED.fullmatch(text):
        return "it prints `" + printed[2].removesuffix("\\n") + "`"
    return f"{text}: {moment['detail']}" if reason and moment["detail"] else text
