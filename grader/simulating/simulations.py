"""What a program does, worked out once and kept: by digest, for everybody who answers about it.

The simulator itself runs only in the disposable child (grader/simulating/child.py), never in a worker or web process.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sim
from grader.models import Simulation
from grader.simulating.child import SERVER

TRUTH = "cpython"


@dataclass(frozen=True)
class Wanted:
    """Everything that decides an outcome. Two that are equal have the same one, whoever asks."""

    source: str
    python: str
    belief: str = TRUTH
    seed: int = 0
    probes: tuple[sim.Probe, ...] = ()

    @cached_property
    def source_digest(self) -> str:
        return hashlib.sha256(self.source.encode()).hexdigest()

    @cached_property
    def digest(self) -> str:
        probes = [[probe.kind, probe.line, list(probe.names)] for probe in self.probes]
        decides = [self.source_digest, self.python, self.belief, self.seed, probes, sim.VERSION]
        return hashlib.sha256(json.dumps(decides, separators=(",", ":")).encode()).hexdigest()


def outcome_for(wanted: Wanted) -> sim.Outcome:
    """Raises SimulatorCrashed or SimulatorUnavailable (grader/simulating/child.py); a limit or a refusal is an outcome like any other."""
    return outcomes_for([wanted])[0]


def outcomes_for(all_wanted: Sequence[Wanted]) -> list[sim.Outcome]:
    kept = {
        digest: sim.Outcome.from_json(outcome)
        for digest, outcome in Simulation.objects.filter(digest__in=[one.digest for one in all_wanted]).values_list("digest", "outcome")
    }
    return [kept.get(one.digest) or run_and_keep(one) for one in all_wanted]


def run_and_keep(wanted: Wanted) -> sim.Outcome:
    outcome = SERVER.simulate(wanted.source, wanted.python, wanted.belief, wanted.seed, wanted.probes)
    row = Simulation(
        digest=wanted.digest,
        source_digest=wanted.source_digest,
        python=wanted.python,
        belief=wanted.belief,
        seed=wanted.seed,
        sim_version=sim.VERSION,
        outcome=outcome,
    )
    # Another node may have been as quick: its outcome is the same.
    Simulation.objects.bulk_create([row], ignore_conflicts=True)
    return sim.Outcome.from_json(outcome)


def which_are_kept(all_wanted: Sequence[Wanted]) -> set[str]:
    """The digests of those that need no run."""
    return set(Simulation.objects.filter(digest__in=[one.digest for one in all_wanted]).values_list("digest", flat=True))
