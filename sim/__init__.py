"""The heap simulator: CPython's memory, version by version, without running anything on the host's heap. See `run`."""

from sim.beliefs import BELIEFS, CPYTHON, Belief
from sim.comparison import Comparison, Moment, compare
from sim.drawing.captions import label
from sim.drawing.drawing import Drawing, draw, draw_all
from sim.drawing.film import Film, Layout, Shot, film
from sim.drawing.scene import Box, FrameBox, Scene, Slot
from sim.drawing.words import scene_words
from sim.explain import enumerated, folded
from sim.limits import Limits
from sim.outcome import Collection, Death, Dropped, Finalized, KnownObject, Observation, Outcome, Printed, Probe
from sim.pipeline import VERSION, run, trace
from sim.profiles import PROFILES, PYTHONS, Profile
from sim.versions import Change, Versions, versions
from sim.why import NoSuchMoment, Why, why

__all__ = [
    "BELIEFS", "CPYTHON", "PROFILES", "PYTHONS", "VERSION", "Belief", "Box", "Change", "Collection", "Comparison", "Death", "Drawing",
    "Dropped", "Film", "Finalized", "FrameBox", "KnownObject", "Layout", "Limits", "Moment", "NoSuchMoment", "Observation", "Outcome",
    "Printed", "Probe", "Profile", "Scene", "Shot", "Slot", "Versions", "Why", "compare", "draw", "draw_all", "enumerated", "film",
    "folded", "label", "run", "scene_words", "trace", "versions", "why",
]  # fmt: skip
