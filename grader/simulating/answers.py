"""What the child behind the wall does for each kind of job: from the job's fields to its answer, plain JSON both.

The other half of grader/simulating/jobs.py, which says what a job is. Runs where there is no file, no database and no Django, and may
import the standard library, `sim`, and the parts of `exercises` that read an exercise's text.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import sim
from exercises.reading.checking import check
from grader.simulating.judging import judged
from grader.simulating.replaying import replayed

Fields = dict[str, Any]


def run(job: Fields) -> Fields:
    outcome = sim.run(
        job["source"],
        python=job["python"],
        belief=sim.BELIEFS[job["belief"]],
        seed=job["seed"],
        probes=tuple(sim.Probe(kind, line, tuple(names)) for kind, line, names in job["probes"]),
    )
    return outcome.to_json()


def replay(job: Fields) -> Fields:
    return replayed(job["source"], job["python"], job["belief"], job["answer_bytes"] * 3 // 4)


def compare(job: Fields) -> Fields:
    found = sim.compare(job["source"], job["belief"], python=job["python"])
    parting = None if found.parting is None else [None if one is None else moment(one) for one in found.parting]
    return {"belief": job["belief"], "right": ended(found.right), "wrong": ended(found.wrong), "parting": parting}


def moment(one: sim.Moment) -> Fields:
    return {"line": one.line, "text": one.text, "detail": one.detail}


def ended(outcome: sim.Outcome) -> Fields:
    """How a run ended and what it printed, of which the first part is enough for a page."""
    return {
        "ending": outcome.ending,
        "line": outcome.line,
        "error": outcome.error,
        "reason": outcome.reason,
        "output": outcome.output[:MOST_OUTPUT],
        "output_left_out": max(0, len(outcome.output) - MOST_OUTPUT),
    }


def why(job: Fields) -> Fields:
    try:
        found = sim.why(job["source"], job["line"], job["name"], visit=job["visit"], python=job["python"], belief=job["belief"])
    except sim.NoSuchMoment as error:
        return {"found": False, "sentences": [str(error)]}
    return {"found": True, "holders": found.holders, "count": found.count, "sentences": found.sentences}


def check_exercise(job: Fields) -> Fields:
    return check(job["text"], job["path"], beliefs=job["beliefs"]).to_json()


def program(job: Fields) -> Fields:
    return judged(job["source"], job["python"], job["checks"])


MOST_OUTPUT = 20_000  # characters
ANSWERS: dict[str, Callable[[Fields], Fields]] = {
    "run": run,
    "replay": replay,
    "compare": compare,
    "why": why,
    "check": check_exercise,
    "program": program,
}

WARM_UP = """\
# /// exercise
# title = "Warming up"
# topic = "reference counting"
# python = ["3.13"]
# ///
größe = [1, "\\N{BULLET}"]
print(größe)  #? prints
größe = None  #? dies
"""
# The host looks a codec up in a file when it is first used; these are all that the simulator uses, for guests and for itself.
CODECS = ("ascii", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


def warm_up() -> None:
    """Once before the first fork, so that nothing is left to import or to fill in where no file can be opened."""
    for name in CODECS:
        codecs.lookup(name)
    check(WARM_UP, "warming_up.py")
    replayed(WARM_UP, "3.13", "cpython", 1 << 20)
