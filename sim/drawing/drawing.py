"""`sim.draw`: the heap of a program at one moment, as a picture and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.beliefs import CPYTHON, Belief
from sim.drawing.looking import Observer
from sim.drawing.memory_map import MemoryMap, map_of
from sim.drawing.places import Places
from sim.drawing.scene import Scene
from sim.drawing.svg import picture
from sim.drawing.words import scene_words
from sim.events import EventStream
from sim.limits import Limits
from sim.machine.frames import Frame
from sim.machine.machine import PROGRAM_NAME
from sim.outcome import Outcome
from sim.pipeline import simulate
from sim.profiles import Profile
from sim.watching import WatchingMachine
from sim.why import NoSuchMoment, no_moment

MOST_STEPS = 400  # moments of a run that are looked at to find places for what they show
HISTORY = 200_000


@dataclass(frozen=True)
class Drawing:
    """svg: the picture; text: the same in words; scene: the same as data; memory: pools and free lists at that moment."""

    svg: str
    text: str
    scene: Scene
    memory: MemoryMap


class Sitting:
    """One run that is watched line by line, so that everything gets its place, and drawn at some moments."""

    def __init__(self, moments: Sequence[tuple[int, int]], columns: int) -> None:
        self.moments = list(moments)
        self.places = Places(columns)
        self.scenes: dict[tuple[int, int], tuple[Scene, MemoryMap]] = {}
        self.visits: dict[int, int] = {}
        self.steps = 0

    def look(self, m: WatchingMachine, observer: Observer, frame: Frame, line: int, visit: int) -> None:
        self.visits[line] = max(self.visits.get(line, 0), visit)
        moment = (line, visit)
        wanted = moment in self.moments and moment not in self.scenes
        self.steps += 1
        if self.steps > MOST_STEPS and not wanted:
            return
        scene = observer.look(frame, line, visit, wanted)
        self.places.show(scene)
        if wanted:
            self.scenes[moment] = (scene, map_of(m, scene))


def draw_all(
    source: str | bytes,
    moments: Sequence[tuple[int, int]],
    *,
    python: str | Profile = "3.13",
    belief: Belief | str = CPYTHON,
    limits: Limits | None = None,
    columns: int = 3,
) -> list[Drawing]:
    """Drawings of one run at several moments, each (line, visit). NoSuchMoment if one never comes. columns: of objects; fewer of them make
    a narrow picture, for phones.
    """
    sitting = Sitting(moments, columns)
    text = source.decode("utf-8", "replace") if isinstance(source, bytes) else source

    def watch(m: WatchingMachine) -> None:
        observers: list[Observer] = []
        stream = EventStream(m, lambda event: observers[0].sink(event), "none", HISTORY)
        observers.append(Observer(m, stream, text))
        m.watch((), PROGRAM_NAME, stream)
        m.follower = stream
        m.onlooker = lambda frame, line, visit: sitting.look(m, observers[0], frame, line, visit)

    outcome: Outcome = simulate(source, python, belief, limits, watch=watch)
    for line, visit in moments:
        if (line, visit) not in sitting.scenes:
            raise NoSuchMoment(no_moment(source, line, visit, sitting.visits.get(line, 0), outcome))
    drawn = []
    for moment in moments:
        scene, memory = sitting.scenes[moment]
        drawn.append(Drawing(picture(scene, sitting.places), scene_words(scene), scene, memory))
    return drawn


def draw(
    source: str | bytes,
    line: int,
    *,
    visit: int = 1,
    python: str | Profile = "3.13",
    belief: Belief | str = CPYTHON,
    limits: Limits | None = None,
    columns: int = 3,
) -> Drawing:
    """The heap when execution leaves `line` for the visit-th time, as SVG, as text and as data. NoSuchMoment if it never does.

    columns: of objects; fewer make a narrower picture. Drawings of one program, version, belief and width put each object in the same
    place, whichever lines they show.
    """
    return draw_all(source, [(line, visit)], python=python, belief=belief, limits=limits, columns=columns)[0]
