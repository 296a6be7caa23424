"""Questions whose answer is a set of objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sim
from exercises.formats.format import Format, Mark
from exercises.formats.moments import marks
from exercises.formats.naming import ids_by_serial, known_objects
from exercises.formats.question import Answer, Option, Question


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
