from __future__ import annotations

from collections.abc import Sequence

import sim
from exercises.formats.format import Mark
from exercises.formats.known import ObjectsFormat
from exercises.formats.moments import span
from exercises.formats.naming import ids_by_serial
from exercises.formats.question import Option, Question
from exercises.formats.reasons import Reasons

CALLBACK = ":callback"


class Order(ObjectsFormat):
    """In what order finalisers and callbacks run while a line runs. Answer: a list, first to last; what does not run then is left out."""

    name = "order"
    input = "order"
    example = 'a list in order, first to last, for example ["b", "a"], or [] for none'

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"Which finalisers and callbacks run while line {line} runs, in what order?"

    def options(self, question: Question, outcomes: Sequence[sim.Outcome], survey: range) -> tuple[Option, ...]:
        """Everything that is finalised at any time, until exit: the list does not say what happens on the line."""
        options: dict[str, Option] = {}
        for outcome in outcomes:
            ids = ids_by_serial(outcome)
            for event in sorted(outcome.finalizers, key=lambda one: one.serial):
                identity = event_id(event, ids)
                if identity is None or (question.names and event.name not in question.names):
                    continue
                what = "callback of the weak reference" if event.what == "callback" else f"finaliser of the {event.kind}"
                label = f"{what} {ids[event.serial]}"
                options.setdefault(identity, Option(identity, label))
        return tuple(options.values())

    def complaint(self, question: Question, outcome: sim.Outcome) -> tuple[str, str] | None:
        if question.options:
            return None
        return "No named object of this program has a finaliser or a callback.", "Give its class a __del__, or ask `dies` instead."

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> list[str] | None:
        during = span(question, outcome, probe_offset)
        if during is None:
            return None
        ids = ids_by_serial(outcome)
        events = [event_id(event, ids) for event in outcome.finalizers if during.holds(event.at)]
        return [one for one in events if one in question.option_ids()]

    def mark(self, question: Question, answer: list[str], truth: list[str]) -> Mark:
        longest = max(len(answer), len(truth))
        fraction = common_order(answer, truth) / longest if longest else 1.0
        return Mark(fraction=fraction, right=answer == truth, parts=tuple({"id": one, "right": one in truth} for one in answer))

    def explain(self, question: Question, answer: list[str], truth: list[str], outcome: sim.Outcome) -> list[str]:
        reasons = Reasons(question, outcome)
        others = [question.label(one) for one in answer if one not in truth]
        wrong = [f"Not on this line: {', '.join(others)}."] if others else []
        if not truth:
            first = f"No finaliser and no callback runs on line {question.line}."
            return [first, *reasons.silence([one.removesuffix(CALLBACK) for one in question.option_ids()]), *wrong]
        return [f"While line {question.line} runs: {self.show(question, truth)}.", *reasons.calls(truth, CALLBACK), *wrong]

    def show(self, question: Question, value: list[str]) -> str:
        return ", then ".join(question.label(one) for one in value) if value else "none of them"


def event_id(event: sim.Finalized, ids: dict[int, str]) -> str | None:
    identity = ids.get(event.serial)
    return identity and identity + (CALLBACK if event.what == "callback" else "")


def common_order(one: list[str], other: list[str]) -> int:
    """The length of the longest row of names that both have in the same order."""
    best = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, left in enumerate(one):
        for j, right in enumerate(other):
            best[i + 1][j + 1] = best[i][j] + 1 if left == right else max(best[i][j + 1], best[i + 1][j])
    return best[-1][-1]
