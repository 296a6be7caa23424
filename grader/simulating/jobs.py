"""What can be asked of the simulator: each kind of job a frozen value, with a digest over everything that decides its answer.

Two jobs that are equal have the same answer, whoever asks, so it is worked out once and stored. What the child does for each kind is in
answers.py, under the same name. A change of what it answers raises the kind's `version`.

| kind | answer | |
|---|---|---|
| run | an Outcome | grades rest on it: stored for good (Simulation) |
| replay | the run event by event: the picture of the heap at each, as data, and a sentence about it | can be worked out again |
| compare | both outputs under a wrong model and CPython, and where the two part | can be worked out again |
| why | who holds an object at a moment, or how it died, in sentences | can be worked out again |
| check | what is wrong in an exercise's text, what is right, which wrong models are told apart | can be worked out again |
| program | what became of a student's program, and which of the author's checks it passes | can be worked out again |

Workers run what they need themselves (simulations.py). A web process never does: it asks by a row and the bell, and looks at the row again
(grader/accepting/asking.py).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

import sim
from exercises.formats.format import PATH

TRUTH = "cpython"
LONGEST_PROGRAM = 20_000  # characters, as for exercises
MOST_CHECKS = 20
# Lower is sooner, beside gradings': somebody who waits at a page comes before what is worked out in advance.
SOMEBODY_WAITS, IN_ADVANCE = 10, 60


class JobRefused(Exception):
    """What was asked cannot be a job: which part, what is wrong, what to do."""

    def __init__(self, place: str, message: str, remedy: str) -> None:
        super().__init__(f"{place}: {message} {remedy}")
        self.place, self.message, self.remedy = place, message, remedy


@dataclass(frozen=True)
class Limits:
    """By the machine's clocks, several times what any such job needs; the simulator counts its own steps and stops long before."""

    cpu_seconds: int = 8
    wall_seconds: float = 30.0
    answer_bytes: int = 8 << 20


@dataclass(frozen=True)
class Job:
    kind: ClassVar[str]
    version: ClassVar[int] = 1
    limits: ClassVar[Limits] = Limits()

    def __post_init__(self) -> None:
        """Raises JobRefused. Subclasses say more."""
        if "python" in self.asked():
            among(self, "python", sim.PYTHONS)
        if "belief" in self.asked():
            among(self, "belief", tuple(sim.BELIEFS))
        if self.kind != "run" and len(str(self.asked().get("source", ""))) > LONGEST_PROGRAM:
            raise JobRefused("source", f"The program is longer than {LONGEST_PROGRAM} characters.", "Show one thing at a time.")

    def asked(self) -> dict[str, Any]:
        """Its fields as JSON: all that the child is told."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def digest(self) -> str:
        return digest_of([self.kind, self.version, self.asked(), sim.VERSION])

    def request(self) -> dict[str, Any]:
        limits = self.limits
        bounds = {"cpu_seconds": limits.cpu_seconds, "wall_seconds": limits.wall_seconds, "answer_bytes": limits.answer_bytes}
        return {"job": self.kind, **bounds, **self.asked()}


def among(job: Job, place: str, known: tuple[str, ...]) -> None:
    value = job.asked()[place]
    if value not in known:
        raise JobRefused(place, f"“{str(value)[:40]}” is not known.", f"Known are: {', '.join(known)}.")


def digest_of(decides: Any) -> str:
    return hashlib.sha256(json.dumps(decides, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Wanted(Job):
    """A run of a program, as grades rest on it."""

    kind: ClassVar[str] = "run"

    source: str
    python: str
    belief: str = TRUTH
    seed: int = 0
    probes: tuple[sim.Probe, ...] = ()

    def asked(self) -> dict[str, Any]:
        return {**super().asked(), "probes": self.plain_probes()}

    def plain_probes(self) -> list[list[Any]]:
        return [[probe.kind, probe.line, list(probe.names)] for probe in self.probes]

    @cached_property
    def source_digest(self) -> str:
        return hashlib.sha256(self.source.encode()).hexdigest()

    @cached_property
    def digest(self) -> str:
        # As it was before there were other kinds: outcomes stored then are found.
        return digest_of([self.source_digest, self.python, self.belief, self.seed, self.plain_probes(), sim.VERSION])


@dataclass(frozen=True)
class Check(Job):
    """An exercise's text, before it is loaded: every version, and the wrong models."""

    kind: ClassVar[str] = "check"
    version: ClassVar[int] = 2
    limits: ClassVar[Limits] = Limits(cpu_seconds=60, wall_seconds=90.0)

    text: str
    path: str
    beliefs: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.text) > 10 * LONGEST_PROGRAM:
            raise JobRefused("text", "The exercise is much too long.", f"Show one thing at a time, in up to {LONGEST_PROGRAM} characters.")


@dataclass(frozen=True)
class Replay(Job):
    """A run to be looked at step by step."""

    kind: ClassVar[str] = "replay"
    version: ClassVar[int] = 2
    limits: ClassVar[Limits] = Limits(cpu_seconds=40, wall_seconds=80.0, answer_bytes=4 << 20)

    source: str
    python: str
    belief: str = TRUTH


@dataclass(frozen=True)
class Compare(Job):
    """A wrong model beside CPython."""

    kind: ClassVar[str] = "compare"
    limits: ClassVar[Limits] = Limits(cpu_seconds=16, wall_seconds=45.0, answer_bytes=1 << 20)

    source: str
    python: str
    belief: str


@dataclass(frozen=True)
class Why(Job):
    """Who holds what `name` refers to when execution leaves `line` for the visit-th time, or how it died."""

    kind: ClassVar[str] = "why"
    limits: ClassVar[Limits] = Limits(answer_bytes=256 << 10)

    source: str
    python: str
    line: int
    name: str
    visit: int = 1
    belief: str = TRUTH

    def __post_init__(self) -> None:
        super().__post_init__()
        for place, value in (("line", self.line), ("visit", self.visit)):
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_PROGRAM:
                raise JobRefused(place, "This is not a whole number of one or more.", "Count lines and visits from 1.")
        check_name("name", self.name)


@dataclass(frozen=True)
class Program(Job):
    """A student's program, with the author's checks as data (CHECKS)."""

    kind: ClassVar[str] = "program"
    limits: ClassVar[Limits] = Limits(cpu_seconds=16, wall_seconds=45.0, answer_bytes=1 << 20)

    source: str
    python: str
    checks: list[dict[str, Any]]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.checks, list) or len(self.checks) > MOST_CHECKS:
            raise JobRefused("checks", f"This is not a list of up to {MOST_CHECKS} checks.", 'Send [{"check": "output", "equals": "3"}].')
        for number, one in enumerate(self.checks):
            read_check(f"checks/{number}", one)

    def __hash__(self) -> int:
        return hash(self.digest)


# What an author may demand of a student's program: the check's name, and its further fields by kind.
CHECKS: dict[str, dict[str, type]] = {
    "output": {"equals": str},  # all that it prints; white space at line ends does not count
    "count": {"name": str, "line": int, "equals": int},  # references after a line that runs once
    "dies": {"name": str, "line": int},  # an object first bound to the name dies while the line runs
    "nothing unreachable": {},  # after its last line no object is left that nothing leads to
}
SAMPLES = {str: '"a"', int: "7"}


def read_check(place: str, value: Any) -> None:
    if not isinstance(value, dict) or value.get("check") not in CHECKS:
        raise JobRefused(f"{place}/check", "This is not a check that we know.", f"Known are: {', '.join(CHECKS)}.")
    wanted = CHECKS[value["check"]]
    sample = f'"check": "{value["check"]}"' + "".join(f', "{name}": {SAMPLES[kind]}' for name, kind in wanted.items())
    if set(value) != {"check", *wanted}:
        raise JobRefused(place, f"“{value['check']}” has other fields.", f"Send {{{sample}}}.")
    for name, kind in wanted.items():
        if not fits(value[name], kind):
            raise JobRefused(f"{place}/{name}", "The value is of the wrong kind.", f"Send {{{sample}}}.")
    if "name" in wanted:
        check_name(f"{place}/name", value["name"])


def fits(given: Any, kind: type) -> bool:
    if kind is int:
        return isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= LONGEST_PROGRAM
    return isinstance(given, str) and len(given) <= LONGEST_PROGRAM


def check_name(place: str, name: Any) -> None:
    if not isinstance(name, str) or len(name) > 100 or not PATH.fullmatch(name):
        raise JobRefused(place, f"“{str(name)[:40]}” does not say which object.", "Use a name, an attribute or an item: a, a.next, a[0].")


# What a web process may ask for, by kind.
ASKED_FOR: dict[str, type[Job]] = {one.kind: one for one in (Replay, Compare, Why, Check, Program)}
