from __future__ import annotations

import sim
from exercises.formats.known import ObjectsFormat, chosen
from exercises.formats.moments import span
from exercises.formats.naming import first_deaths
from exercises.formats.question import Question
from exercises.formats.reasons import Reasons


class Alive(ObjectsFormat):
    """Which objects are alive after a line. Answer: a set of objects."""

    name = "alive"

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"Which of these objects are alive after line {line}?"

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> list[str] | None:
        during = span(question, outcome, probe_offset)
        if during is None:
            return None
        born = {known.serial for known in outcome.objects if known.at < during.left}
        dead = {serial for serial, death in first_deaths(outcome).items() if death.at < during.left}
        return chosen(question, outcome, born - dead)

    def explain(self, question: Question, answer: list[str], truth: list[str], outcome: sim.Outcome) -> list[str]:
        reasons = Reasons(question, outcome)
        sentences = [f"After line {question.line} these are alive: {self.show(question, truth)}."]
        others = [one for one in question.option_ids() if one not in truth and reasons.serial(one) is not None]
        gone = [f"{question.label(one)} is not: it {reasons.fate(one)}." for one in others if reasons.is_born(one)]
        return sentences + reasons.survivors(truth) + gone
