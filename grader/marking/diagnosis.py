"""Which wrong models of memory give the answers a student gave.

A misconception is a simulator with one rule changed. What each of them would have answered is worked out once per exercise; a wrong
answer is then explained by every model that gives exactly it. An answer that no model gives may be a slip, or a model nobody has
described yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sim
from exercises.formats import Question
from exercises.misconceptions import MISCONCEPTIONS, Misconception
from exercises.reading.revision import truths_of
from grader.simulating.simulations import TRUTH, Wanted

Answers = Mapping[str, Any]
# A model that never finishes says nothing about the moments after it was stopped; an exception is an ordinary end.
WHOLE = ("finished", "exception")


@dataclass(frozen=True)
class Model:
    """A misconception and what it answers to an exercise's questions; None where its run never came to the moment."""

    misconception: Misconception
    answers: Answers

    @property
    def id(self) -> str:
        return self.misconception.id

    def gives(self, question: str, answer: Any) -> bool:
        return answer is not None and self.answers.get(question) == answer


def models_wanted(truth: Wanted) -> list[tuple[Misconception, Wanted]]:
    return [
        (one, Wanted(truth.source, truth.python, one.belief_id, truth.seed, truth.probes))
        for one in MISCONCEPTIONS.values()
        if one.belief_id != TRUTH and one.belief_id in sim.BELIEFS
    ]


def models_of(questions: Sequence[Question], right: Answers, outcomes: Mapping[str, sim.Outcome], truth: Wanted) -> tuple[Model, ...]:
    """The models that this exercise can tell from CPython, by the outcomes that are there (by digest): one that could not be run says
    nothing, and no grade depends on it.
    """
    models = []
    for misconception, wanted in models_wanted(truth):
        outcome = outcomes.get(wanted.digest)
        if outcome is None or outcome.ending not in WHOLE:
            continue
        answers = truths_of(questions, outcome)
        if any(answers[question.id] is not None and answers[question.id] != right[question.id] for question in questions):
            models.append(Model(misconception, answers))
    return tuple(models)


@dataclass(frozen=True)
class Diagnosed:
    """What the models say to one submission's answers: stored as a Diagnosis."""

    questions: dict[str, dict[str, float]]
    models: list[dict[str, Any]]
    slip: bool


def diagnose(models: Sequence[Model], answers: Answers, wrong: Sequence[str]) -> Diagnosed:
    """For each wrong answer the models that give it, all with the same weight; over the whole submission the models behind all wrong
    answers, those first that also give the right ones. If no model gives any of them, it may be a slip.
    """
    giving = {question: [model.id for model in models if model.gives(question, answers.get(question))] for question in wrong}
    fitting = [model for model in models if all(model.gives(question, answers.get(question)) for question in wrong)]
    fitting.sort(key=lambda model: sum(not model.gives(question, answer) for question, answer in answers.items()))
    return Diagnosed(
        questions={question: {name: round(1 / len(names), 4) for name in names} for question, names in giving.items() if names},
        models=[
            {"id": model.id, "explains_right_answers_too": all(model.gives(question, answer) for question, answer in answers.items())}
            for model in fitting
        ],
        slip=not any(giving.values()),
    )
