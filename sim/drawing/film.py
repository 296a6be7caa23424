"""`sim.film`: a run as a row of pictures, one for each event of its heap, each with a sentence about what just happened.

A picture is taken at the event itself, so it shows the heap as it was then: an object that dies with all it holds, a count while an
expression uses the object, the collector's sums. Programs may do more than anybody wants to look at: so many events are shown one by one,
then lines are, then none. The budgets count what is looked at, not time, so a film is the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sim.beliefs import CPYTHON, Belief
from sim.drawing.captions import Captions, Event, changed_slots, label, sentence
from sim.drawing.looking import Observer
from sim.drawing.memory_map import Known, MemoryMap, map_of
from sim.drawing.places import BETWEEN, LEFT, TOP, Places, frame_height
from sim.drawing.scene import Scene, Slot
from sim.events import EventStream
from sim.limits import Limits
from sim.machine.frames import Frame
from sim.machine.machine import PROGRAM_NAME
from sim.outcome import Outcome
from sim.pipeline import simulate
from sim.profiles import Profile
from sim.watching import WatchingMachine

MOST_EVENTS, MOST_LINES = 300, 450  # pictures by event; all pictures
# What may be looked at altogether, in references gone through and objects of the collector; a look at a small heap is some 500.
EVENT_WORK, LINE_WORK, SHARE = 500_000, 900_000, 200
HISTORY = 200_000
WIDE, NARROW = 3, 1  # columns of objects: for a desk, and for a phone
MOST_OUTPUT = 2_000  # characters that one step prints and that are kept

IMPORTANT = frozenset({"died", "finalizer", "resurrected", "callback", "collection ended", "getrefcount"})
AT_EXIT = frozenset({"died", "finalizer", "resurrected", "callback", "weak reference cleared", "printed", "unreachable"})
NO_PICTURE = frozenset({"line", "found", "freed", "dropped"})
SCENERY = frozenset({"function", "type", "cell", "code"})


@dataclass
class Shot:
    """One picture. what: the event; about: the number of the object it is about, or 0. sums: of a collection in progress, for each object
    (number, count, references from inside as far as they are taken off). depth: frames of the program. leaves: its line is left after it.
    """

    what: str
    line: int
    visit: int
    depth: int
    words: str
    scene: Scene
    about: int = 0
    printed: str = ""
    printed_left_out: int = 0
    sums: tuple[tuple[int, int, int], ...] = ()
    leaves: bool = False
    memory: MemoryMap | None = None


@dataclass(frozen=True)
class Layout:
    """Where things stand in every picture of a film: columns by their left edges, and for each object (column, top, width)."""

    width: float
    height: float
    frame_width: float
    columns: tuple[float, ...]
    places: dict[int, tuple[int, float, float]]

    @classmethod
    def of(cls, places: Places, shots: list[Shot]) -> Layout:
        places.settle()
        columns = tuple(round(places.column_x(column), 1) for column in range(places.columns))
        stand = {number: (places.column(stay), round(stay.y, 1), round(stay.width, 1)) for number, stay in sorted(places.stays.items())}
        frames = max((sum(frame_height(frame) + BETWEEN for frame in shot.scene.frames) for shot in shots), default=0.0)
        bottom = max([TOP + frames, *(stay.y + stay.height + BETWEEN for stay in places.stays.values())])
        return cls(round(places.right_edge() + LEFT, 1), round(bottom, 1), round(places.frame_width, 1), columns, stand)


@dataclass
class Film:
    """shots: in order. by_event: how many of them show single events; each later one shows a whole line. lines_left_out: lines that ran
    after the last one. stories: for each object what became of its memory. wide, narrow: where everything stands, all the time.
    """

    outcome: Outcome
    shots: list[Shot]
    by_event: int
    lines_left_out: int
    stories: dict[int, list[str]]
    wide: Layout
    narrow: Layout


class Camera:
    def __init__(self, m: WatchingMachine, source: str, most_events: int) -> None:
        self.m = m
        self.most_events = most_events
        self.stream = EventStream(m, self.sink, "instruction", HISTORY)
        self.observer = Observer(m, self.stream, source, thorough=False)
        self.shots: list[Shot] = []
        self.by_event: int | None = None  # once no more single events are shown: how many were
        self.lines_left_out = 0
        self.work = self.looks = self.tracked = 0
        self.numbers: dict[int, int] = {}  # an event's object -> its box
        self.kinds: dict[int, str] = {}
        self.labels: dict[int, str] = {}
        self.stories: dict[int, list[str]] = {}
        self.before: list[Event] = []  # told before the instruction they are about has run
        self.happened: list[str] = []  # on a line that has one picture
        self.printed = ""
        self.sums: tuple[tuple[int, int, int], ...] = ()
        self.entered = False  # a line was entered, and nothing has happened on it yet
        self.pools: Known = {}
        self.places = (Places(WIDE), Places(NARROW))

    # --- what is told -----------------------------------------------------------------------------------------------------------------

    def sink(self, event: Event) -> None:
        self.observer.sink(event)
        kind = event["event"]
        if kind in ("born", "found"):
            self.kinds[event["object"]] = event["kind"]
        if kind == "line":
            self.entered = True
            self.before.clear()
        elif kind == "freed":
            self.story(event["object"], gone_words(event))
        elif kind == "unbound":
            self.before.append(event)
        elif kind == "printed":
            self.prints(event)
        elif kind == "counts compared":
            self.compared(event)
        elif kind not in NO_PICTURE:
            if kind in ("saved", "clearing", "finalizer", "collection ended"):
                self.sums = ()
            self.picture(event)
        if "reuses" in event:
            self.story(event["reuses"], f"Then the {self.called(event['object'])} got that block{on_line(event)}.")

    def compared(self, event: Event) -> None:
        """One event, two steps of the collector: the counts as copied, and what is left once the references from inside are taken off."""
        rows = [(self.numbers[row["object"]], row) for row in event["objects"] if row["object"] in self.numbers]
        for kind, inner in (("copied", False), ("subtracted", True)):
            self.sums = tuple((number, row["count"], row["inner"] if inner else 0) for number, row in rows)
            self.picture({**event, "event": kind})

    def prints(self, event: Event) -> None:
        last = self.shots[-1] if self.shots else None
        if self.by_event is not None:
            self.printed += event["text"]
        elif last is not None and last.what == "printed" and last.line == event["line"] and not last.printed.endswith("\n"):
            keep(last, event["text"])
        else:
            self.picture(event, event["text"])

    def story(self, serial: int, words: str) -> None:
        if serial in self.numbers:
            self.stories.setdefault(self.numbers[serial], []).append(words)

    def called(self, serial: int) -> str:
        return self.labels.get(self.numbers.get(serial, 0), "next object")

    # --- pictures ----------------------------------------------------------------------------------------------------------------------

    def moment(self) -> tuple[int, int]:
        """(line, visit) of the program's innermost frame; nothing outside of its lines."""
        frame: Any = self.m.frame
        while frame is not None and not (frame.__class__ is Frame and frame.code.code.filename == PROGRAM_NAME):
            frame = frame.back
        return (frame.line, self.m.current_visits.get(id(frame), 1)) if frame is not None else (0, 1)

    def picture(self, event: Event, printed: str = "") -> None:
        kind = event["event"]
        if self.is_left_out(event):
            return
        if self.by_event is not None:
            if kind in IMPORTANT and len(self.happened) < 4:
                number = self.numbers.get(event.get("object", 0), 0)
                told = Captions(self.numbers, self.kinds, None, self.shots[-1].scene) if self.shots else None
                if told is not None and (number or "object" not in event):
                    self.happened.append(sentence(told.tell(event)))
            return
        scene = self.look(*self.moment())
        number = self.numbers.get(event.get("object", 0), 0)
        shown = self.shots[-1].scene if self.shots else None
        if kind in ("born", "count", "died", "weak reference cleared") and number not in boxes_of(scene) | boxes_of(shown):
            return
        if self.m.finishing and kind == "unreachable" and not any(row["object"] in self.numbers for row in event["objects"]):
            return
        told = Captions(self.numbers, self.kinds, shown, scene)
        sentences = [*(told.tell(one) for one in self.before), told.tell(event)]
        if kind in ("count", "born"):
            sentences += changed_slots(shown, scene)
        self.before.clear()
        self.take(kind, " ".join(sentence(one) for one in sentences if one), scene, number, printed)

    def is_left_out(self, event: Event) -> bool:
        """What nobody would miss: functions and classes coming to be, a collector that has nothing to clear, most of the exit."""
        kind = event["event"]
        if self.m.finishing and kind not in AT_EXIT:
            return True
        if kind == "clearing":
            return not event["count"]
        return kind in ("born", "count") and event.get("kind") in SCENERY

    def take(self, what: str, words: str, scene: Scene, about: int = 0, printed: str = "") -> None:
        shot = Shot(what, scene.line, scene.visit, len(scene.frames), words, scene, about, sums=self.sums)
        keep(shot, printed)
        self.shots.append(shot)
        self.entered = False
        for places in self.places:
            places.show(scene_with_labels(scene))

    def look(self, line: int, visit: int) -> Scene:
        self.looks += 1
        self.tracked += sum(len(generation) for generation in self.m.collector.generations)
        scene = self.observer.look(None, line, visit, True)  # type: ignore[arg-type]
        self.work = self.observer.looked + self.looks * SHARE + self.tracked
        for key, (number, _) in self.observer.numbers.items():
            known = self.stream.all.get(key)
            if known is not None:
                self.numbers[known.serial] = number
        self.labels.update({box.number: label(box) for box in scene.boxes})
        if self.by_event is None and (len(self.shots) + 1 >= self.most_events or self.work > EVENT_WORK):
            self.by_event = len(self.shots) + 1
            self.stream.counts = "none"
        return scene

    def left(self, line: int, visit: int) -> None:
        """Execution leaves a line: the moment that questions ask about."""
        if len(self.shots) >= MOST_LINES or self.work > LINE_WORK:
            self.lines_left_out += 1
            self.m.follower = None
            return
        scene = self.look(line, visit)
        last = self.shots[-1] if self.shots else None
        changes = self.happened or changed_slots(last.scene if last is not None else None, scene)
        if last is None or self.entered or changes or self.printed or (last.line, last.visit) != (line, visit):
            self.take("line", " ".join(changes) or f"Line {line} has run. {self.nothing_else(scene)}".strip(), scene, printed=self.printed)
        else:
            last.scene = scene
        self.happened, self.printed = [], ""
        self.shots[-1].leaves = True
        self.shots[-1].memory = map_of(self.m, scene, self.pools)

    def nothing_else(self, scene: Scene) -> str:
        last = self.shots[-1].scene if self.shots else None
        same = last is not None and last.boxes == scene.boxes and names_of(last) == names_of(scene)
        return "Nothing of the heap has changed." if same else ""

    def ended(self, outcome: Outcome) -> None:
        scene = self.shots[-1].scene if self.shots else Scene(outcome.python, 0, 1, "", (), ())
        if outcome.ending == "finished":
            words = "The program has ended."
        else:
            words = f"The run ends here: {outcome.reason or outcome.error}."
        self.take("end", words, replace(scene, line=0 if outcome.ending == "finished" else outcome.line or 0), printed=self.printed)
        self.shots[-1].leaves = True


def boxes_of(scene: Scene | None) -> set[int]:
    return {box.number for box in scene.boxes} if scene is not None else set()


def names_of(scene: Scene) -> list[tuple[str, tuple[Slot, ...]]]:
    return [(frame.name, frame.slots) for frame in scene.frames]


def keep(shot: Shot, text: str) -> None:
    room = max(0, MOST_OUTPUT - len(shot.printed))
    shot.printed += text[:room]
    shot.printed_left_out += len(text) - len(text[:room])


def on_line(event: Event) -> str:
    return f" on line {event['line']}" if event["line"] else " at the end"


def gone_words(event: Event) -> str:
    where = {"pool": "back to its pool", "large blocks": "back to the C library"}.get(event["to"], f"to the {event['to']}")
    return f"Its block of {event['block']} bytes went {where}."


def scene_with_labels(scene: Scene) -> Scene:
    """For finding places: every box as wide as the label it gets."""
    return replace(scene, boxes=tuple(replace(box, kind=label(box), name="") for box in scene.boxes))


def film(
    source: str,
    *,
    python: str | Profile = "3.13",
    belief: Belief | str = CPYTHON,
    limits: Limits | None = None,
    most_events: int = MOST_EVENTS,
) -> Film:
    """A run as pictures, one for each event of the heap, up to most_events; then one for each line. Looking changes nothing: the Outcome
    is that of `run`.
    """
    cameras: list[Camera] = []

    def watch(m: WatchingMachine) -> None:
        camera = Camera(m, source, most_events)
        cameras.append(camera)
        m.watch((), PROGRAM_NAME, camera.stream)
        m.follower = camera.stream
        m.onlooker = lambda frame, line, visit: camera.left(line, visit)

    outcome = simulate(source, python, belief, limits, watch=watch)
    camera = cameras[0]
    camera.ended(outcome)
    by_event = len(camera.shots) if camera.by_event is None else camera.by_event
    wide, narrow = (Layout.of(places, camera.shots) for places in camera.places)
    return Film(outcome, camera.shots, by_event, camera.lines_left_out, camera.stories, wide, narrow)
