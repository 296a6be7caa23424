"""Why an object lives, or why it died: who holds what a name refers to when execution leaves a line, told in sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.beliefs import CPYTHON, Belief
from sim.events import Event, EventStream
from sim.explain import Surroundings, describe_object, short_value
from sim.limits import Limits
from sim.machine.frames import Frame
from sim.machine.machine import PROGRAM_NAME
from sim.objects.heap_object import IMMORTAL
from sim.outcome import Outcome
from sim.pipeline import simulate
from sim.profiles import Profile
from sim.watching import WatchingMachine, resolve

HISTORY = 200_000  # events of a run that are looked at


class NoSuchMoment(Exception):
    """The moment or the name that was asked for does not exist. The text says what there is instead."""


@dataclass
class Life:
    """What is known of one object from birth to death."""

    kind: str
    born: int
    made: bool  # seen at its birth, not found later
    died: Event | None = None


@dataclass
class Why:
    """holders: one row {kind, text} for each reference, None when the name is not bound. sentences: all of it in words."""

    holders: list[dict[str, str]] | None
    count: int | None
    sentences: list[str] = field(default_factory=list)


class Inquiry:
    """Listens to a run for what a question about a name will need."""

    def __init__(self, line: int, name: str, visit: int) -> None:
        self.line, self.name, self.visit = line, name, visit
        self.lives: dict[int, Life] = {}
        self.last_bound: int | None = None  # the object the name referred to last, up to the moment
        self.before: int | None = None  # the other object that the name referred to before that
        self.unbound: Event | None = None
        self.asked: list[Event] = []  # getrefcount on this object and this line
        self.moment: tuple[Any, ...] | None = None
        self.serial: int | None = None
        self.counting: list[Event] = []
        self.visible: list[str] = []
        self.visits = 0

    def sink(self, event: Event) -> None:
        kind = event["event"]
        if kind in ("born", "found"):
            self.lives[event["object"]] = Life(event["kind"], event["line"], kind == "born")
        elif kind == "died" and event["object"] in self.lives:
            self.lives[event["object"]].died = event
        elif self.moment is not None:
            return
        elif kind == "bound" and event["name"] == self.name:
            if self.last_bound is not None and self.last_bound != event.get("object"):
                self.before = self.last_bound
            self.last_bound, self.unbound = event.get("object"), None
        elif kind == "unbound" and event["name"] == self.name:
            self.unbound = event
        elif kind == "line" and event["line"] == self.line:
            self.counting = []
        elif kind == "getrefcount" and event["line"] == self.line:
            self.counting.append(event)

    def look(self, m: WatchingMachine, stream: EventStream, frame: Frame, line: int, visit: int) -> None:
        """Called when a line is left."""
        if line != self.line:
            return
        self.visits = max(self.visits, visit)
        if visit != self.visit or self.moment is not None:
            return
        self.visible = variables(frame)
        target = resolve(m, frame, self.name)
        if target is None:
            self.moment = (None, 0, None)
            return
        known = stream.all.get(id(target))
        self.serial = known.serial if known is not None else None
        what = short_value(target) if target.leaf else describe_object(target)
        self.moment = (what, target.refs, Surroundings(m).holders(target))
        self.asked = [event for event in self.counting if event["object"] == self.serial]


def variables(frame: Frame) -> list[str]:
    """Names that are bound in a frame, the nearest scope first."""
    local = [name for name, ref in zip(frame.code.code.slots, frame.slots, strict=False) if ref is not None]
    spaces = [space for space in (frame.locals, frame.globals) if space is not None]
    found = [*local, *(entry.token for space in spaces for entry in space.entries() if isinstance(entry.token, str))]
    return [name for name in dict.fromkeys(found) if not name.startswith(("__", "."))]


def why(
    source: str | bytes,
    line: int,
    name: str,
    *,
    visit: int = 1,
    python: str | Profile = "3.13",
    belief: Belief | str = CPYTHON,
    limits: Limits | None = None,
) -> Why:
    """Who holds the object that `name` (a, a.b, a[0]) refers to when execution leaves `line` for the visit-th time; or, if that object is
    dead by then, when and why it died. NoSuchMoment if the line is never left or the name was never bound.
    """
    inquiry = Inquiry(line, name, visit)

    def watch(m: WatchingMachine) -> None:
        stream = EventStream(m, inquiry.sink, "none", HISTORY)
        m.watch((), PROGRAM_NAME, stream)
        m.follower = stream
        m.onlooker = lambda frame, line, visit: inquiry.look(m, stream, frame, line, visit)

    outcome = simulate(source, python, belief, limits, watch=watch)
    if inquiry.moment is None:
        raise NoSuchMoment(no_moment(source, line, visit, inquiry.visits, outcome))
    return told(inquiry)


def no_moment(source: str | bytes, line: int, visit: int, visits: int, outcome: Outcome) -> str:
    """Why a line was not left so often, and what to ask instead."""
    lines = source.splitlines()
    ended = outcome.reason or outcome.error
    ending = f" The run ended early: {ended}." if ended else ""
    if not 1 <= line <= len(lines):
        return f"there is no line {line}; the program has {len(lines)} lines"
    if visits:
        times = "once" if visits == 1 else f"{visits} times"
        return f"line {line} is executed {times}, not {visit} times; ask with --visit 1 to {visits}.{ending}"
    executed = sorted(outcome.visits)
    if not executed:
        return f"nothing of the program is executed.{ending}"
    if line in executed:
        return f"line {line} is entered, and the run ends before it is left.{ending}"
    near = min(executed, key=lambda other: (abs(other - line), other))
    return f"line {line} is never executed; the nearest line that is: {near}.{ending}"


def told(inquiry: Inquiry) -> Why:
    what, count, holders = inquiry.moment or (None, 0, None)
    where = f"When execution leaves line {inquiry.line}"
    if inquiry.visit > 1:
        where += f" for the {ordinal(inquiry.visit)} time"
    if holders is None:
        return Why(None, None, told_unbound(inquiry, where))
    life = inquiry.lives.get(inquiry.serial or 0)
    if count >= IMMORTAL >> 1:
        text = f"{where}, {inquiry.name} refers to {what}, which is immortal: it is never counted and never freed."
        return Why(holders, None, [text, *told_before(inquiry)])
    made = f" made on line {life.born}" if life is not None and life.made and life.born else ""
    times = "1 reference holds it" if len(holders) == 1 else f"{len(holders)} references hold it"
    sentences = [f"{where}, {inquiry.name} refers to {what}{made}. Its count is {count}; {times}:"]
    sentences += [f"  {number}. {row['text']}" for number, row in enumerate(holders, 1)]
    sentences += [f"On this line getrefcount counted {event['count']}: {'; '.join(event['holders'])}." for event in inquiry.asked]
    if life is not None and life.died is not None:
        sentences.append(f"It dies {when(life.died)}: {life.died['how']}.")
    return Why(holders, count, [*sentences, *told_before(inquiry)])


def told_before(inquiry: Inquiry) -> list[str]:
    """What became of the object that the name referred to before."""
    life = inquiry.lives.get(inquiry.before or 0)
    if life is None:
        return []
    made = f", made on line {life.born}," if life.made and life.born else ""
    if life.died is None:
        return [f"The {life.kind} it referred to before{made} is still alive at the end of what was run."]
    verb = "died" if 0 < life.died["line"] <= inquiry.line else "dies"
    return [f"The {life.kind} it referred to before{made} {verb} {when(life.died)}: {life.died['how']}."]


def told_unbound(inquiry: Inquiry, where: str) -> list[str]:
    name = inquiry.name
    if inquiry.last_bound is None:
        others = ", ".join(inquiry.visible[:20]) or "none"
        raise NoSuchMoment(f"{where[0].lower()}{where[1:]}, nothing is bound to {name}; names that are bound there: {others}")
    life = inquiry.lives[inquiry.last_bound]
    start = f"{where}, {name} is not bound" + (f" (`del {name}` on line {inquiry.unbound['line']})." if inquiry.unbound else ".")
    which = f"The {life.kind} it last referred to" + (f", made on line {life.born}," if life.made and life.born else "")
    if life.died is None:
        return [start, f"{which} is still alive at the end of what was run."]
    return [start, f"{which} died {when(life.died)}: {life.died['how']}."]


def when(died: Event) -> str:
    return f"on line {died['line']}" if died["line"] else "at the end of the program"


def ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
