"""An exercise's text, looked at as a whole: what is wrong and where, what is right in which version, and the rows it would become.

`check` reads and simulates, so it runs behind the wall; what it finds is plain data, so that others may act on it without reading the text.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from exercises.formats import FORMATS, Answer, ExerciseError, Question
from exercises.reading.exercise import ExerciseText, read_exercise, spec_of
from exercises.reading.preview import Preview, in_versions, preview
from exercises.reading.revision import place_probes
from exercises.reading.shown import shown_of


@dataclass(frozen=True)
class Revised:
    """What is stored of an exercise."""

    slug: str
    title: str
    topic: str
    source: str
    spec: dict[str, Any]
    shown: dict[str, Any]

    @property
    def questions(self) -> list[Question]:
        return place_probes([Question.from_json(value, first_probe=0) for value in self.spec["questions"]])


@dataclass(frozen=True)
class Checked:
    path: str
    errors: tuple[ExerciseError, ...]
    exercise: Revised | None  # None where the text could not even be read
    truths: dict[str, str]  # question -> what is right, in words, per version where they differ
    beliefs: dict[str, dict[str, Answer]]  # wrong model -> what it answers to the questions that tell it apart
    unexplained: tuple[str, ...] = ()  # questions whose why names no cause in some version

    def to_json(self) -> dict[str, Any]:
        errors = [{"line": one.line, "message": one.message, "remedy": one.remedy} for one in self.errors]
        exercise = None if self.exercise is None else asdict(self.exercise)
        told = {"truths": self.truths, "beliefs": self.beliefs, "unexplained": list(self.unexplained)}
        return {"path": self.path, "errors": errors, "exercise": exercise, **told}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Checked:
        return cls(
            path=value["path"],
            errors=tuple(ExerciseError(path=value["path"], **one) for one in value["errors"]),
            exercise=None if value["exercise"] is None else Revised(**value["exercise"]),
            truths=value["truths"],
            beliefs=value["beliefs"],
            unexplained=tuple(value["unexplained"]),
        )


def refused(path: str, error: ExerciseError) -> Checked:
    return Checked(path, (error,), None, {}, {})


def check(text: str, path: str, *, beliefs: bool = False) -> Checked:
    """beliefs: try every wrong model, not only the one that the exercise names."""
    try:
        exercise = read_exercise(text, path)
    except ExerciseError as error:
        return refused(path, error)
    return checked(preview(exercise, beliefs=beliefs))


def checked(found: Preview) -> Checked:
    whole = not found.errors
    return Checked(
        path=found.exercise.path,
        errors=tuple(found.errors),
        exercise=revised(found.exercise),
        truths={one.id: in_versions(one, found.truths) for one in found.exercise.questions} if whole else {},
        beliefs=found.beliefs,
        unexplained=tuple(one.id for one in found.exercise.questions if whole and not is_explained(one, found)),
    )


def is_explained(question: Question, found: Preview) -> bool:
    form = FORMATS[question.format]
    return all(
        form.names_cause(form.explain(question, truths[question.id], truths[question.id], found.outcomes[python]))
        for python, truths in found.truths.items()
    )


def revised(exercise: ExerciseText) -> Revised:
    return Revised(exercise.slug, exercise.title, exercise.topic, exercise.text, spec_of(exercise), shown_of(exercise.text))
