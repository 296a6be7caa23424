"""The heap simulator: CPython's memory, version by version, without running anything on the host's heap. See `run`."""

from sim.beliefs import BELIEFS, CPYTHON, Belief
from sim.limits import Limits
from sim.outcome import Collection, Death, Dropped, Finalized, KnownObject, Observation, Outcome, Printed, Probe
from sim.pipeline import VERSION, run, trace
from sim.profiles import PROFILES, PYTHONS, Profile
from sim.why import NoSuchMoment, Why, why

__all__ = [
    "BELIEFS", "CPYTHON", "PROFILES", "PYTHONS", "VERSION", "Belief", "Collection", "Death", "Dropped", "Finalized", "KnownObject",
    "Limits", "NoSuchMoment", "Observation", "Outcome", "Printed", "Probe", "Profile", "Why", "run", "trace", "why",
]  # fmt: skip
