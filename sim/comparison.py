"""One program under CPython's rules and under a belief: both outputs, and the first moment at which the two part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.beliefs import CPYTHON, Belief
from sim.events import Event
from sim.limits import Limits
from sim.outcome import Outcome
from sim.pipeline import chosen_belief, trace
from sim.profiles import Profile

# What a learner can see or think of. Counts differ between models without anything that follows from it, so they are not compared.
COMPARED = frozenset(
    {"line", "bound", "unbound", "died", "resurrected", "finalizer", "callback", "weak reference cleared", "printed", "collection ended"}
)
MOST_KEPT = 20_000


@dataclass(frozen=True)
class Moment:
    """A compared event: the same for both models as long as they agree. line 0: after the program's last line. detail: not compared."""

    line: int
    text: str
    detail: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.text}: {self.detail}" if self.detail else self.text


@dataclass
class Comparison:
    """right, wrong: the two outcomes. parting: the moment of each at which they first differ, None where it has none any more; None
    altogether when the program cannot tell them apart.
    """

    belief: Belief
    right: Outcome
    wrong: Outcome
    parting: tuple[Moment | None, Moment | None] | None


@dataclass
class Story:
    """The compared events of one run."""

    moments: list[Moment] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)
    line: int = 0

    def sink(self, event: Event) -> None:
        if event["event"] in ("born", "found"):
            self.labels[event["object"]] = f"a {event['kind']}"
        elif event["event"] in COMPARED and len(self.moments) < MOST_KEPT:
            text = self.text(event)
            if text:
                self.moments.append(Moment(event["line"], text, event.get("how", "") if event.get("cause") != "exit" else ""))

    def text(self, event: Event) -> str:
        """The event in words; empty for what no learner would look at."""
        kind = event["event"]
        if kind == "line":
            return f"execution goes on to line {event['line']}"
        if kind == "bound":
            return self.bound(event)
        if kind == "unbound":
            return f"the name {event['name']} is unbound"
        if kind == "printed":
            return f"{event['text']!r} is printed"
        if kind == "collection ended":
            found = event["found"]
            return f"a collection finds {found} object{'s' if found != 1 else ''}" if found else ""
        who = self.labels.get(event.get("object", 0), "an object")
        if kind == "died":  # what never had a name is the interpreter's affair, or a temporary that its finalizer tells of
            return "" if who.startswith("a ") else f"{who} dies"
        return {
            "finalizer": f"__del__ of {who} runs", "resurrected": f"{who} is resurrected", "callback": f"the callback of {who} runs",
            "weak reference cleared": f"a weak reference to {who} is cleared",
        }[kind]  # fmt: skip

    def bound(self, event: Event) -> str:
        """A binding; an object is called after its first name."""
        if "object" not in event:
            return f"{event['name']} is bound to {event['value']}"
        number = event["object"]
        label = self.labels.get(number, "")
        if label.startswith("a "):
            self.labels[number] = f"the {label[2:]} {event['name']}"
            return f"{event['name']} is bound to another {label[2:]}, its first name"
        return f"{event['name']} is bound to {label}"


def compare(
    source: str | bytes,
    belief: Belief | str,
    *,
    python: str | Profile = "3.13",
    limits: Limits | None = None,
) -> Comparison:
    """Run a program under CPython's rules and under a belief, and find where they part."""
    belief = chosen_belief(belief)
    stories = (Story(), Story())
    outcomes = [
        trace(source, story.sink, python=python, belief=rules, limits=limits, counts="none")
        for story, rules in zip(stories, (CPYTHON, belief), strict=True)
    ]
    return Comparison(belief, outcomes[0], outcomes[1], first_difference(stories[0].moments, stories[1].moments))


def first_difference(right: list[Moment], wrong: list[Moment]) -> tuple[Moment | None, Moment | None] | None:
    for index in range(max(len(right), len(wrong))):
        pair: tuple[Any, Any] = (moment_at(right, index), moment_at(wrong, index))
        if pair[0] != pair[1]:
            return pair
    return None


def moment_at(moments: list[Moment], index: int) -> Moment | None:
    return moments[index] if index < len(moments) else None
