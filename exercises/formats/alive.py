from __future__ import annotations

import sim
from exercises.formats.known import ObjectsFormat, chosen, fate, first_deaths
from exercises.formats.moments import span
from exercises.formats.question import Question


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
        missed = [f"{question.label(one)} is still alive: it {fate(question, outcome, one)}." for one in truth if one not in answer]
        extra = [
            f"{question.label(one)} is not alive after line {question.line}: it {fate(question, outcome, one)}."
            for one in answer
            if one not in truth
        ]
        return missed + extra or [f"After line {question.line} these are alive: {self.show(question, truth)}."]
