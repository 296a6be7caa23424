from __future__ import annotations

from typing import Any

import sim
from exercises.formats.format import Mark, Program, Statement
from exercises.formats.known import ObjectsFormat, chosen, overlap
from exercises.formats.moments import Span, span
from exercises.formats.naming import first_deaths
from exercises.formats.question import ExerciseError, Question
from exercises.formats.reasons import Reasons


class Collect(ObjectsFormat):
    """What gc.collect() returns and which objects it frees. Answer: {"found": a number, "freed": a set of objects}."""

    name = "collect"
    input = "number_and_choices"
    example = 'what it returns and what it frees, for example {"found": 2, "freed": ["a", "b"]}'

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"What does the collection on line {line} return, and which of these objects does it free?"

    def statement_at(self, line: int, program: Program) -> Statement:
        statement = super().statement_at(line, program)
        if "gc.collect" not in statement.calls:
            raise ExerciseError(line, "There is no gc.collect() on this line.", "Put the question beside the call.")
        return statement

    def complaint(self, question: Question, outcome: sim.Outcome) -> tuple[str, str] | None:
        during = span(question, outcome, question.first_probe)
        if during is not None and len(collections_in(outcome, during)) != 1:
            return (
                "This line does not collect exactly once.",
                "Call gc.collect() once on the line, and turn automatic collections off before it.",
            )
        return super().complaint(question, outcome)

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> dict[str, Any] | None:
        during = span(question, outcome, probe_offset)
        collections = collections_in(outcome, during) if during else []
        if during is None or len(collections) != 1:
            return None
        freed = [serial for serial, death in first_deaths(outcome).items() if during.holds(death.at) and death.cause == "collector"]
        return {"found": collections[0].found, "freed": chosen(question, outcome, freed)}

    def mark(self, question: Question, answer: dict[str, Any], truth: dict[str, Any]) -> Mark:
        found = answer["found"] == truth["found"]
        fraction = (found + overlap(answer["freed"], truth["freed"])) / 2
        parts = ({"id": "found", "right": found}, {"id": "freed", "right": answer["freed"] == truth["freed"]})
        return Mark(fraction=fraction, right=answer == truth, parts=parts)

    def explain(self, question: Question, answer: dict[str, Any], truth: dict[str, Any], outcome: sim.Outcome) -> list[str]:
        reasons, found = Reasons(question, outcome), truth["found"]
        sentences = [
            f"The collection on line {question.line} returns {found}, the number of unreachable objects it had to take apart."
            if found
            else f"The collection on line {question.line} returns 0: it finds no group of objects that only hold one another."
        ]
        freed = {reasons.serial(one) for one in truth["freed"]}
        sentences += [f"{question.label(one)} {reasons.fate(one)}." for one in truth["freed"]]
        left = [one for one in question.option_ids() if reasons.serial(one) not in freed and reasons.is_born(one)]
        wrong = [one for one in answer["freed"] if one not in truth["freed"]]
        kept = [one for one in left if not reasons.is_dead(one)]
        old = [sentence for one in kept if (sentence := reasons.too_old(one))]
        others = [one for one in kept if not reasons.too_old(one)]
        others = [one for one in others if one in wrong or not truth["freed"] or reasons.is_lost(one)]
        gone = [f"{question.label(one)} is not freed by it: it {reasons.fate(one)}." for one in left if reasons.is_dead(one)]
        return sentences + old + reasons.survivors(others) + [one for one in gone if not sentences[1:] or wrong]

    def show(self, question: Question, value: dict[str, Any]) -> str:
        return f"returns {value['found']}; frees {super().show(question, value['freed'])}"


def collections_in(outcome: sim.Outcome, during: Span) -> list[sim.Collection]:
    return [one for one in outcome.collections if during.holds(one.at)]
