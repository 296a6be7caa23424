from __future__ import annotations

from collections.abc import Sequence

import sim
from exercises.formats.format import Format, Mark, Program
from exercises.formats.known import overlap
from exercises.formats.question import Option, Question
from exercises.formats.reasons import Reasons

MOST_OPTIONS = 9
NEAR = {"global", "local", "item", "value", "attribute", "cell"}  # kinds of holders that a student may think of


class Holders(Format):
    """Who holds an object after a line. Answer: a set of holders, in the words of the choices."""

    name = "holders"
    input = "choices"
    fewest_names = most_names = 1
    example = 'a list of holders among the choices, for example ["the global a"], or [] for none'

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"After line {line}, who holds a reference to the object {names[0]}?"

    def probes(self, question: Question) -> tuple[sim.Probe, ...]:
        return (sim.Probe("holders", question.line, question.names),)

    def survey(self, question: Question, program: Program) -> tuple[sim.Probe, ...]:
        """Who holds it at other times, and who holds the program's other objects: the choices that are wrong but near."""
        lines = [line for line in question.block if not program.statements[line].header]
        own = [sim.Probe("holders", line, question.names) for line in lines]
        others = [sim.Probe("holders", question.line, (name,)) for name in sorted(program.variables) if name not in question.names]
        return tuple(own + others)

    def options(self, question: Question, outcomes: Sequence[sim.Outcome], survey: range) -> tuple[Option, ...]:
        """What is true in any version, then the nearest of the rest; sorted, so that the place of a choice says nothing."""
        own = range(question.first_probe, question.first_probe + 1)
        true = [holder["text"] for holder in seen_holders(outcomes, own)]
        near = [holder["text"] for holder in seen_holders(outcomes, survey) if holder["kind"] in NEAR]
        texts = list(dict.fromkeys([*true, *near]))
        return tuple(Option(text, text) for text in sorted(texts[: max(MOST_OPTIONS, len(set(true)))]))

    def complaint(self, question: Question, outcome: sim.Outcome) -> tuple[str, str] | None:
        seen = [one.value for one in outcome.observations if one.probe == question.first_probe and one.value is not None]
        texts = [holder["text"] for value in seen for holder in value]
        if len(set(texts)) < len(texts):
            return "Two holders would read the same.", "Give the containers names of their own."
        return None

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> list[str] | None:
        seen = [one.value for one in outcome.observations if one.probe == probe_offset]
        return sorted(holder["text"] for holder in seen[0]) if len(seen) == 1 and seen[0] is not None else None

    def mark(self, question: Question, answer: list[str], truth: list[str]) -> Mark:
        parts = tuple({"id": one, "right": (one in answer) == (one in truth)} for one in question.option_ids())
        return Mark(fraction=overlap(answer, truth), right=answer == truth, parts=parts)

    def explain(self, question: Question, answer: list[str], truth: list[str], outcome: sim.Outcome) -> list[str]:
        name, reasons = question.names[0], Reasons(question, outcome)
        first = (
            f"After line {question.line}, {name} is held by {len(truth)}." if truth else f"Nobody holds {name} after line {question.line}."
        )
        return [first, *reasons.holders(truth)] + [
            f"{one[:1].upper() + one[1:]} does not hold {name} at that moment." for one in answer if one not in truth
        ]

    def show(self, question: Question, value: list[str]) -> str:
        return "; ".join(value) if value else "nobody"


def seen_holders(outcomes: Sequence[sim.Outcome], probes: range) -> list[dict[str, str]]:
    seen = [one.value for outcome in outcomes for one in outcome.observations if one.probe in probes and one.value is not None]
    # Objects that the interpreter holds itself, such as None, would bring its own globals among the choices.
    own = [value for value in seen if not any(holder["text"].startswith("the global __") for holder in value)]
    return [holder for value in own for holder in value]
