"""What an author sees before a class does: what is wrong, what is right in which version, and which wrong models would be found out."""

from __future__ import annotations

from dataclasses import dataclass, field

import sim
from exercises.formats import FORMATS, Answer, ExerciseError, Question
from exercises.reading.exercise import ExerciseText, simulate, with_choices
from exercises.reading.revision import truths_of

Truths = dict[str, Answer | None]


@dataclass(frozen=True)
class Preview:
    exercise: ExerciseText  # with its choices
    outcomes: dict[str, sim.Outcome]  # by version
    truths: dict[str, Truths]  # by version, then by question
    errors: list[ExerciseError]
    beliefs: dict[str, dict[str, Answer]] = field(default_factory=dict)  # belief -> question -> what it would answer instead


def preview(exercise: ExerciseText, *, beliefs: bool = False) -> Preview:
    exercise, outcomes = with_choices(exercise)
    truths = {python: truths_of(exercise.questions, outcome) for python, outcome in outcomes.items()}
    errors = [error for python, outcome in outcomes.items() for error in run_errors(exercise, python, outcome)]
    if not errors:
        errors = [error for question in exercise.questions for error in question_errors(exercise, question, outcomes, truths)]
        errors += difference_errors(exercise, truths)
    told: dict[str, dict[str, Answer]] = {}
    if not errors and (beliefs or exercise.metadata.belief):
        wanted = [one for one in sim.BELIEFS if one != "cpython" and (beliefs or one == exercise.metadata.belief)]
        told = told_apart(exercise, truths, wanted)
        errors += claim_errors(exercise, told)
    return Preview(exercise, outcomes, truths, errors, told)


def run_errors(exercise: ExerciseText, python: str, outcome: sim.Outcome) -> list[ExerciseError]:
    if outcome.ending == "finished":
        return []
    line = outcome.line or 1
    if outcome.ending == "exception":
        return [
            ExerciseError(
                line, f"On Python {python} the program ends with {outcome.error}.", "Catch the exception in the program.", exercise.path
            )
        ]
    return [
        ExerciseError(
            line,
            f"On Python {python} the simulator stops: {outcome.reason}",
            "Write it in another way, or leave the version out.",
            exercise.path,
        )
    ]


def question_errors(
    exercise: ExerciseText, question: Question, outcomes: dict[str, sim.Outcome], truths: dict[str, Truths]
) -> list[ExerciseError]:
    form = FORMATS[question.format]
    for python, outcome in outcomes.items():
        visits = sum(seen.probe == question.first_probe for seen in outcome.observations)
        if form.visited_once and visits != 1:
            how_often = "never" if visits == 0 else f"{visits} times"
            return [
                ExerciseError(
                    question.line,
                    f"`{question.format}` asks about the moment after this line, and the line runs {how_often} (Python {python}).",
                    "Ask about a line that runs exactly once.",
                    exercise.path,
                )
            ]
        complaint = form.complaint(question, outcome)
        if complaint:
            return [ExerciseError(question.line, *complaint, exercise.path)]
        if truths[python][question.id] is None:
            return [
                ExerciseError(
                    question.line,
                    f"On Python {python} one of the names means nothing at that moment.",
                    "Ask about names that are bound after the line.",
                    exercise.path,
                )
            ]
    return []


def difference_errors(exercise: ExerciseText, truths: dict[str, Truths]) -> list[ExerciseError]:
    differing = [question for question in exercise.questions if len({repr(truths[python][question.id]) for python in truths}) > 1]
    if exercise.metadata.differs:
        if differing or len(truths) == 1:
            return []
        return [
            ExerciseError(
                exercise.metadata.lines[0],
                "The block says differs = true, and the answers are the same in every version it names.",
                "Take the line out.",
                exercise.path,
            )
        ]
    return [
        ExerciseError(
            question.line,
            f"The right answer differs between versions: {in_versions(question, truths)}.",
            "Name fewer versions, or add a line: # differs = true",
            exercise.path,
        )
        for question in differing
    ]


def told_apart(exercise: ExerciseText, truths: dict[str, Truths], beliefs: list[str]) -> dict[str, dict[str, Answer]]:
    """Which models answer some question otherwise, in the newest version the exercise names."""
    python = exercise.pythons[-1]
    told = {}
    for belief in beliefs:
        outcome = simulate(exercise, python, belief=sim.BELIEFS[belief])
        if outcome.ending not in ("finished", "exception"):
            continue  # a model that never comes to an end says nothing
        others = truths_of(exercise.questions, outcome)
        differing = {identity: answer for identity, answer in others.items() if answer is not None and answer != truths[python][identity]}
        if differing:
            told[belief] = differing
    return told


def claim_errors(exercise: ExerciseText, told: dict[str, dict[str, Answer]]) -> list[ExerciseError]:
    belief = exercise.metadata.belief
    if belief is None or belief in told:
        return []
    return [
        ExerciseError(
            exercise.metadata.lines[0],
            f"The model “{belief}” answers every question as CPython does, so the claim is not put to a test.",
            "Ask where the two part, or name another belief.",
            exercise.path,
        )
    ]


def in_versions(question: Question, truths: dict[str, Truths]) -> str:
    """`3.11 to 3.13: 3; 3.14, 3.15: 2`, or the answer alone where there is one."""
    form = FORMATS[question.format]
    groups: dict[str, list[str]] = {}
    for python, answers in truths.items():
        groups.setdefault(form.show(question, answers[question.id]), []).append(python)
    if len(groups) == 1:
        return next(iter(groups)).replace("\n", " / ")
    return "; ".join(f"{', '.join(pythons)}: {shown}" for shown, pythons in groups.items()).replace("\n", " / ")
