"""What the child behind the wall does for each kind of job: from the job's fields to its answer, plain JSON both.

The other half of grader/simulating/jobs.py, which says what a job is. Runs where there is no file, no database and no Django, and may
import the standard library, `sim`, and the parts of `exercises` that read an exercise's text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sim
from exercises.reading.checking import check

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


def check_exercise(job: Fields) -> Fields:
    return check(job["text"], job["path"], beliefs=job["beliefs"]).to_json()


ANSWERS: dict[str, Callable[[Fields], Fields]] = {"run": run, "check": check_exercise}

WARM_UP = """\
# /// exercise
# title = "Warming up"
# topic = "reference counting"
# python = ["3.13"]
# ///
x = [1]
print(x)  #? prints
x = None  #? dies
"""


def warm_up() -> None:
    """Once before the first fork, so that nothing is left to import or to fill in where no file can be opened."""
    check(WARM_UP, "warming_up.py")
