"""What can be asked of the simulator: each kind of job a frozen value, with a digest over everything that decides its answer.

Two jobs that are equal have the same answer, whoever asks, so it is worked out once and stored. What the child does for each kind is in
answers.py, under the same name. A change of what it answers raises the kind's `version`.

| kind | answer | |
|---|---|---|
| run | an Outcome | grades rest on it: stored for good (Simulation) |
| check | what is wrong in an exercise's text, what is right, which wrong models are told apart | can be worked out again |
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

import sim

TRUTH = "cpython"


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
    limits: ClassVar[Limits] = Limits(cpu_seconds=60, wall_seconds=90.0)

    text: str
    path: str
    beliefs: bool = False
