from __future__ import annotations

import sim
from exercises.formats.format import Format
from exercises.formats.question import Question
from exercises.formats.reasons import Reasons


class Count(Format):
    """How many references an object has after a line. Answer: a number. The asking itself adds nothing."""

    name = "count"
    input = "number"
    fewest_names = most_names = 1
    example = "a whole number, for example 2"

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"After line {line}, how many references does the object {names[0]} have?"

    def probes(self, question: Question) -> tuple[sim.Probe, ...]:
        return (sim.Probe("count", question.line, question.names), sim.Probe("holders", question.line, question.names))

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> int | None:
        seen = [one.value for one in outcome.observations if one.probe == probe_offset]
        return seen[0] if len(seen) == 1 else None

    def explain(self, question: Question, answer: int, truth: int, outcome: sim.Outcome) -> list[str]:
        seen = [one.value for one in outcome.observations if one.probe == question.first_probe + 1]
        held = [holder["text"] for holder in seen[0] or ()] if seen else []
        name, reasons = question.names[0], Reasons(question, outcome)
        sentences = [f"After line {question.line}, {name} has {truth} reference{'' if truth == 1 else 's'}.", *reasons.holders(held)]
        if answer == truth + 1:
            sentences.append(
                "sys.getrefcount would print one more, since its own argument is a reference while it runs. The question does not add any."
            )
        return sentences
