"""What a program does, worked out once and kept: by digest, for everybody who answers about it.

The simulator itself runs only in the disposable child (grader/simulating/child.py), never in a worker or web process.
"""

from __future__ import annotations

from collections.abc import Sequence

import sim
from grader.models import Simulation
from grader.simulating.child import SERVER
from grader.simulating.jobs import TRUTH, Wanted

__all__ = ["TRUTH", "Wanted", "kept_outcomes", "outcome_for", "outcomes_for", "run_and_keep", "which_are_kept"]


def outcome_for(wanted: Wanted) -> sim.Outcome:
    """Raises SimulatorCrashed or SimulatorUnavailable (grader/simulating/child.py); a limit or a refusal is an outcome like any other."""
    return outcomes_for([wanted])[0]


def outcomes_for(all_wanted: Sequence[Wanted]) -> list[sim.Outcome]:
    kept = kept_outcomes(all_wanted)
    return [kept.get(one.digest) or run_and_keep(one) for one in all_wanted]


def kept_outcomes(all_wanted: Sequence[Wanted]) -> dict[str, sim.Outcome]:
    """Those that are stored, by digest."""
    rows = Simulation.objects.filter(digest__in=[one.digest for one in all_wanted])
    return {digest: sim.Outcome.from_json(outcome) for digest, outcome in rows.values_list("digest", "outcome")}


def run_and_keep(wanted: Wanted) -> sim.Outcome:
    outcome = SERVER.answer(wanted)
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
