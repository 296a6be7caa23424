"""From the text of an exercise to what pages, the API and the grader use. An author writes a program and questions, never an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sim
from exercises.formats import FORMATS, ExerciseError, Program, Question
from exercises.reading.comments import Comment, question_comments
from exercises.reading.identity import content_digest, with_ids
from exercises.reading.metadata import Metadata, read_metadata
from exercises.reading.program import analyse
from exercises.reading.revision import place_probes, probes_of

SHIPPED = Path(__file__).resolve().parents[1] / "shipped"


@dataclass(frozen=True)
class ExerciseText:
    slug: str
    path: str
    text: str
    metadata: Metadata
    program: Program
    questions: tuple[Question, ...]

    @property
    def title(self) -> str:
        return self.metadata.title

    @property
    def topic(self) -> str:
        return self.metadata.topic

    @property
    def pythons(self) -> tuple[str, ...]:
        return self.metadata.pythons

    @property
    def claim(self) -> str | None:
        return self.metadata.claim


def read_exercise(text: str, path: str) -> ExerciseText:
    """Raises ExerciseError, which carries path, line, what is wrong and what to do."""
    try:
        metadata = read_metadata(text)
        program = analyse(text)
        lines = text.split("\n")
        questions = place_probes(with_ids([read_question(comment, program, lines) for comment in question_comments(text)]))
        if not questions:
            raise ExerciseError(metadata.lines[1], "The exercise asks nothing.", "Write a question beside a line, for example: #? prints")
    except ExerciseError as error:
        raise ExerciseError(error.line, error.message, error.remedy, path) from None
    return ExerciseText(slug=slug_of(path), path=path, text=text, metadata=metadata, program=program, questions=tuple(questions))


def read_question(comment: Comment, program: Program, lines: Sequence[str]) -> Question:
    kind = comment.words.split(" ", 1)[0]
    if kind not in FORMATS:
        said = f"“{kind}” is not a kind of question." if kind else "No kind of question stands here."
        raise ExerciseError(comment.line, said, f"The kinds are: {', '.join(FORMATS)}.")
    line = comment.line
    if comment.alone:
        line = max((one for one in {*program.statements, *program.long} if one < comment.line), default=0)
    if line not in program.statements and line not in program.long:
        raise ExerciseError(
            comment.line, "There is no statement that this could ask about.", "Write the question at the end of a statement, or below it."
        )
    question = FORMATS[kind].parse(comment.words, line, program)
    return replace(question, digest=content_digest(comment.words, lines[line - 1]))


def slug_of(path: str) -> str:
    slug = Path(path).stem.replace("_", "-").lower()
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug):
        raise ExerciseError(
            1,
            f"“{Path(path).name}” gives no good address for the exercise.",
            "Name the file with letters, digits and _, for example two_names.py.",
            path,
        )
    return slug


def simulate(exercise: ExerciseText, python: str, *, belief: sim.Belief | None = None, survey: Sequence[sim.Probe] = ()) -> sim.Outcome:
    probes = probes_of(exercise.questions)
    return sim.run(exercise.text, python=python, belief=belief or sim.BELIEFS["cpython"], probes=(*probes, *survey))


def with_choices(exercise: ExerciseText) -> tuple[ExerciseText, dict[str, sim.Outcome]]:
    """The exercise with the choices its questions offer, and the runs (one a version) that they were found in."""
    surveys = [FORMATS[question.format].survey(question, exercise.program) for question in exercise.questions]
    survey = tuple(probe for one in surveys for probe in one)
    outcomes = {python: simulate(exercise, python, survey=survey) for python in exercise.pythons}
    offset = len(probes_of(exercise.questions))
    questions = []
    for question, own in zip(exercise.questions, surveys, strict=True):
        options = FORMATS[question.format].options(question, list(outcomes.values()), range(offset, offset + len(own)))
        questions.append(replace(question, options=options))
        offset += len(own)
    return replace(exercise, questions=tuple(questions)), outcomes


def spec_of(exercise: ExerciseText) -> dict[str, Any]:
    """The part of a revision that pages and the API use. `exercise` must have its choices; no truth is in it."""
    about = exercise.metadata
    return {
        "title": about.title,
        "topic": about.topic,
        "pythons": list(about.pythons),
        "summary": about.summary,
        "difficulty": about.difficulty,
        "differs": about.differs,
        "claim": about.claim,
        "belief": about.belief,
        "questions": [question.to_json() for question in exercise.questions],
    }


def exercise_files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(path.rglob("*.py"))
    else:
        yield path
