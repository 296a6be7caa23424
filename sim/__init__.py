"""The heap simulator: CPython's memory, version by version, without running anything on the host's heap. See `run`."""

from sim.beliefs import BELIEFS, CPYTHON, Belief
from sim.limits import Limits
from sim.outcome import Collection, Death, Finalized, KnownObject, Observation, Outcome, Printed, Probe
from sim.pipeline import VERSION, run
from sim.profiles import PROFILES, PYTHONS, Profile

__all__ = [
    "BELIEFS", "CPYTHON", "PROFILES", "PYTHONS", "VERSION", "Belief", "Collection", "Death", "Finalized", "KnownObject", "Limits",
    "Observation", "Outcome",
    "Printed", "Probe", "Profile", "run",
]  # fmt: skip
