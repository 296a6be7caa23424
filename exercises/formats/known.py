"""The objects a question may name, and how they are told apart.

An object carries the first name it was bound to. When several objects were first bound to one name they are numbered in the order of
their birth: `a`, `a#2`, `a#3`. That stays the same from version to version and, nearly always, from model to model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import sim
from exercises.formats.format import Format, Mark
from exercises.formats.moments import marks
from exercises.formats.question import Answer, Option, Question

# Classes, functions and modules are the scenery of a program, not what it is about.
SCENERY = {"function", "type", "module", "builtin_function_or_method", "method", "cell", "frame", "code"}


def known_objects(outcome: sim.Outcome) -> dict[int, sim.KnownObject]:
    return {
        known.serial: known for known in outcome.objects if known.name and not known.name.startswith("__") and known.kind not in SCENERY
    }


def ids_by_serial(outcome: sim.Outcome) -> dict[int, str]:
    seen: Counter[str] = Counter()
    ids = {}
    for known in sorted(known_objects(outcome).values(), key=lambda one: one.at):
        seen[known.name] += 1
        ids[known.serial] = known.name if seen[known.name] == 1 else f"{known.name}#{seen[known.name]}"
    return ids


def first_deaths(outcome: sim.Outcome) -> dict[int, sim.Death]:
    """In a wrong model an object may seem to die more than once; the first time is what the model says."""
    deaths: dict[int, sim.Death] = {}
    for death in outcome.deaths:
        deaths.setdefault(death.serial, death)
    return deaths


def object_options(outcomes: Sequence[sim.Outcome], names: tuple[str, ...]) -> tuple[Option, ...]:
    """Every object that any version knows, or those first bound to the author's names, in the order of their birth."""
    options: dict[str, Option] = {}
    for outcome in outcomes:
        objects = known_objects(outcome)
        for serial, identity in ids_by_serial(outcome).items():
            known = objects[serial]
            if not names or known.name in names:
                options.setdefault(identity, Option(identity, f"{identity} ({known.kind}, line {known.line})"))
    return tuple(options.values())


def chosen(question: Question, outcome: sim.Outcome, serials: Iterable[int]) -> list[str]:
    """Canonical: the options among these objects, sorted, each once."""
    ids = ids_by_serial(outcome)
    return sorted({ids[serial] for serial in serials if serial in ids} & set(question.option_ids()))


def overlap(answer: list[str], truth: list[str]) -> float:
    """What both have, of what either has: choosing everything earns little, choosing nothing earns nothing."""
    either = set(answer) | set(truth)
    return len(set(answer) & set(truth)) / len(either) if either else 1.0


def in_words(question: Question, ids: list[str]) -> str:
    return ", ".join(question.label(one) for one in ids) if ids else "none of them"


def fate(question: Question, outcome: sim.Outcome, option_id: str) -> str:
    """When and why an object ends, as the end of a sentence."""
    serial = next((serial for serial, identity in ids_by_serial(outcome).items() if identity == option_id), None)
    if serial is None:
        return "is not made in this run"
    death = first_deaths(outcome).get(serial)
    if death is None or death.cause == "exit":
        return "lives until the program ends"
    if death.cause == "collector":
        return f"is freed by the cycle collector, on line {death.line}"
    return f"dies on line {death.line}, at the moment its count reaches zero"


class ObjectsFormat(Format):
    """A question whose answer is a set of objects."""

    input = "choices"
    most_names = 6
    example = 'a list of objects among the choices, for example ["a", "b"], or [] for none'

    def probes(self, question: Question) -> tuple[sim.Probe, ...]:
        return marks(question)

    def options(self, question: Question, outcomes: Sequence[sim.Outcome], survey: range) -> tuple[Option, ...]:
        return object_options(outcomes, question.names)

    def complaint(self, question: Question, outcome: sim.Outcome) -> tuple[str, str] | None:
        if question.options:
            return None
        return "There is no object with a name to choose from.", "Bind the objects in question to names, then ask."

    def mark(self, question: Question, answer: Answer, truth: Answer) -> Mark:
        parts = tuple({"id": one, "right": (one in answer) == (one in truth)} for one in question.option_ids())
        return Mark(fraction=overlap(answer, truth), right=answer == truth, parts=parts)

    def show(self, question: Question, value: Answer) -> str:
        return in_words(question, value)
