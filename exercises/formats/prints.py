from __future__ import annotations

import sim
from exercises.formats.format import Format, Mark, Program, Statement, split_question
from exercises.formats.inputs import tidy
from exercises.formats.question import ExerciseError, Question
from exercises.formats.reading_alike import reads_alike
from exercises.formats.reasons import Reasons


class Prints(Format):
    """What a line prints, over all its visits. Answer: the text."""

    name = "prints"
    input = "text"
    visited_once = False
    example = 'the text the line prints, for example "3"'

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"What does line {line} print?"

    def parse(self, question_text: str, line: int, program: Program) -> Question:
        asked = split_question(question_text, line)
        if asked.names:
            raise ExerciseError(line, f"`prints` takes no names, and {asked.names[0]} stands here.", "Write it like this: #? prints")
        statement = self.statement_at(line, program)
        return Question(
            id=asked.id,
            format=self.name,
            line=line,
            names=statement.counted,
            prompt=asked.prompt or self.prompt((), line),
            points=asked.points,
            input=self.input,
            block=statement.block,
        )

    def statement_at(self, line: int, program: Program) -> Statement:
        statement = super().statement_at(line, program)
        if "print" not in statement.calls:
            raise ExerciseError(line, "There is no print(...) on this line.", "Put the question beside the line that has the call.")
        return statement

    def probes(self, question: Question) -> tuple[sim.Probe, ...]:
        return (sim.Probe("mark", question.line, ()),)

    def complaint(self, question: Question, outcome: sim.Outcome) -> tuple[str, str] | None:
        if self.truth(question, outcome, question.first_probe) is not None:
            return None
        return "This line prints nothing in the run.", "Ask about a line that runs and prints."

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> str | None:
        pieces = [printed.text for printed in outcome.printed if printed.line == question.line]
        return tidy("".join(pieces)) or None

    def mark(self, question: Question, answer: str, truth: str) -> Mark:
        given, wanted = answer.split("\n"), truth.split("\n")
        hits = [reads_alike(one, other) for one, other in zip(given, wanted, strict=False)]
        parts = tuple({"id": str(number), "right": hit} for number, hit in enumerate(hits, start=1))
        return Mark(fraction=sum(hits) / max(len(given), len(wanted)), right=len(given) == len(wanted) and all(hits), parts=parts)

    def explain(self, question: Question, answer: str, truth: str, outcome: sim.Outcome) -> list[str]:
        sentences = [
            f"Line {question.line} prints {truth}."
            if "\n" not in truth
            else f"Line {question.line} prints, in turn: {truth.replace(chr(10), ', ')}."
        ]
        if answer != truth and self.mark(question, answer, truth).right:
            sentences[0] = f"Right. Python writes it like this: {truth.replace(chr(10), ' / ')}."
        return sentences + Reasons(question, outcome).printed()
