"""What everybody needs of a stored exercise: questions, probes, truths, and the program as students see it.

Data only. Web processes come no further than this: what reads the text of an exercise (exercise.py) runs when one is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import sim
from exercises.formats import FORMATS, Answer, Question

if TYPE_CHECKING:
    # For its name alone: behind the wall, where exercises are checked, there is no Django.
    from exercises.models import Revision


def questions_of(revision: Revision) -> list[Question]:
    return place_probes([Question.from_json(value, first_probe=0) for value in revision.spec["questions"]])


def program_of(revision: Revision) -> str:
    """The program as students see it: no block, no question comments, and every line with its number."""
    return "\n".join("".join(text for _, text in line) for line in lines_of(revision)) + "\n"


def lines_of(revision: Revision) -> list[list[tuple[str, str]]]:
    """Line by line, in pieces: (class, text), the class being that of exercises/reading/shown.py or ""."""
    return [[("", piece) if isinstance(piece, str) else (piece[0], piece[1]) for piece in line] for line in revision.shown.get("lines", [])]


def place_probes(questions: Sequence[Question]) -> list[Question]:
    """Tells each question where its format's probes begin among all. The one before them asks for reasons."""
    placed, first = [], 0
    for question in questions:
        placed.append(replace(question, first_probe=first + 1))
        first += len(all_probes(question))
    return placed


def all_probes(question: Question) -> tuple[sim.Probe, ...]:
    return (sim.Probe("reasons", question.line), *FORMATS[question.format].probes(question))


def probes_of(questions: Sequence[Question]) -> tuple[sim.Probe, ...]:
    """All probes of one run. Where each question's begin, it knows itself."""
    return tuple(probe for question in questions for probe in all_probes(question))


def truths_of(questions: Sequence[Question], outcome: sim.Outcome) -> dict[str, Answer | None]:
    """What this run says to each question; None where it never came to the moment (a wrong model may well not)."""
    return {question.id: FORMATS[question.format].truth(question, outcome, question.first_probe) for question in questions}
