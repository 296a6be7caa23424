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
from grader.simulating.child import SimulatorCrashed, SimulatorUnavailable
from grader.simulating.simulations import TRUTH, Wanted, outcome_for

Answers = Mapping[str, Any]
# A model that never finishes says nothing about the moments after it was stopped; an exception is an ordinary end.
WHOLE = ("finished", "exception")


@dataclass(frozen=True)
class Model:
    """A misconception and what it answers to an exercise's questions; None where its run never came to the moment."""

    misconception: Misconception
    answers: Answers

    def gives(self, question: str, answer: Any) -> bool:
        return answer is not None and self.answers.get(question) == answer


def models_wanted(truth: Wanted) -> list[tuple[Misconception, Wanted]]:
    return [
        (one, Wanted(truth.source, truth.python, one.belief_id, truth.seed, truth.probes))
        for one in MISCONCEPTIONS.values()
        if one.belief_id != TRUTH and one.belief_id in sim.BELIEFS
    ]


def models_of(truth: Wanted, questions: Sequence[Question], right: Answers) -> tuple[Model, ...]:
    """The models that this exercise can tell from CPython."""
    models = []
    for misconception, wanted in models_wanted(truth):
        try:
            outcome = outcome_for(wanted)
        except (SimulatorCrashed, SimulatorUnavailable):
            # A model that cannot be run explains nothing; the grade does not depend on it.
            continue
        if outcome.ending not in WHOLE:
            continue
        answers = truths_of(questions, outcome)
        if any(answers[question.id] is not None and answers[question.id] != right[question.id] for question in questions):
            models.append(Model(misconception, answers))
    return tuple(models)


def explaining(models: Sequence[Model], question: str, answer: Any) -> list[dict[str, str]]:
    """The models that give this wrong answer to this question."""
    return [described(model) for model in models if model.gives(question, answer)]


def diagnose(models: Sequence[Model], answers: Answers, wrong: Sequence[str]) -> dict[str, Any]:
    """Over the whole submission: the models behind all wrong answers, those first that also give the right ones; or a slip."""
    if not wrong:
        return {"misconceptions": [], "slip": False}
    fitting = [model for model in models if all(model.gives(question, answers.get(question)) for question in wrong)]
    fitting.sort(key=lambda model: sum(not model.gives(question, answer) for question, answer in answers.items()))
    entries = [
        {**described(model), "explains_right_answers_too": all(model.gives(question, answer) for question, answer in answers.items())}
        for model in fitting
    ]
    anything = any(model.gives(question, answers.get(question)) for model in models for question in wrong)
    return {"misconceptions": entries, "slip": not anything}


def described(model: Model) -> dict[str, str]:
    return {"id": model.misconception.id, "belief": model.misconception.belief, "refutation": model.misconception.refutation}
