from __future__ import annotations

import re
from typing import Any

import sim
from exercises.formats.format import Format, Question

BIGGEST = 10**12


def read_number(form: Format, question: Question, raw: Any) -> int:
    if isinstance(raw, str) and re.fullmatch(r"\s*[0-9]{1,12}\s*", raw):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= BIGGEST:
        raise form.wrong(question, "The answer is not a whole number of zero or more.")
    return raw


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

    def read(self, question: Question, raw: Any) -> int:
        return read_number(self, question, raw)

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> int | None:
        seen = [one.value for one in outcome.observations if one.probe == probe_offset]
        return seen[0] if len(seen) == 1 else None

    def explain(self, question: Question, answer: int, truth: int, outcome: sim.Outcome) -> list[str]:
        seen = [one.value for one in outcome.observations if one.probe == question.first_probe + 1]
        holders = [holder["text"] for holder in seen[0] or ()] if seen else []
        name = question.names[0]
        sentences = [
            f"After line {question.line}, {name} has {truth} reference{'' if truth == 1 else 's'}: {'; '.join(holders) or 'nobody'}."
        ]
        if answer == truth + 1:
            sentences.append(
                "sys.getrefcount would print one more, since its own argument is a reference while it runs. The question does not add any."
            )
        return sentences
