from __future__ import annotations

import sim
from exercises.formats.known import ObjectsFormat, chosen
from exercises.formats.moments import span
from exercises.formats.naming import first_deaths
from exercises.formats.question import Question
from exercises.formats.reasons import Reasons


class Dies(ObjectsFormat):
    """Which objects die while a line runs. Answer: a set of objects."""

    name = "dies"
    causes_follow = False

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"Which of these objects die while line {line} runs?"

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> list[str] | None:
        during = span(question, outcome, probe_offset)
        if during is None:
            return None
        return chosen(question, outcome, [serial for serial, death in first_deaths(outcome).items() if during.holds(death.at)])

    def explain(self, question: Question, answer: list[str], truth: list[str], outcome: sim.Outcome) -> list[str]:
        reasons = Reasons(question, outcome)
        if truth:
            sentences = [f"{question.label(one)} {reasons.fate(one)}." for one in truth]
        else:
            sentences = [f"Nothing among these dies on line {question.line}."]
            sentences += reasons.survivors(one for one in question.option_ids() if one not in answer)
        wrong = [one for one in answer if one not in truth]
        return sentences + [reasons.survival(one) or f"{question.label(one)} does not die here: it {reasons.fate(one)}." for one in wrong]
