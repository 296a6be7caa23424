"""Marks answers against what the simulator says.

The key to an exercise is worked out once per process and revision; from then on every answer is a comparison.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sim
from exercises.formats import FORMATS, Mark, Question
from exercises.models import Revision
from exercises.reading.revision import probes_of, questions_of, truths_of
from grader.marking.diagnosis import WHOLE, Model, diagnose, explaining, models_of, models_wanted
from grader.points import as_fraction
from grader.simulating.simulations import Wanted, outcome_for, which_are_kept

MOST_KEYS = 512
MOST_ASSESSMENTS = 4096


class Ungradable(Exception):
    """The exercise has no truth to mark against. Ours to mend, never the student's loss."""


@dataclass(frozen=True)
class Assessment:
    fraction: Decimal
    evidence: str  # JSON, as it will be stored


@dataclass
class AnswerKey:
    """An exercise's questions and their truth, for one revision under one version of Python."""

    wanted: Wanted
    questions: list[Question]
    outcome: sim.Outcome
    truths: dict[str, Any]
    models: tuple[Model, ...] | None = None
    assessments: OrderedDict[tuple[str, Decimal], Assessment] = field(default_factory=OrderedDict)

    @property
    def total(self) -> float:
        return sum(question.points for question in self.questions)

    def known_models(self) -> tuple[Model, ...]:
        """Worked out at the first wrong answer, or before it by an idle node."""
        if self.models is None:
            self.models = models_of(self.wanted, self.questions, self.truths)
        return self.models

    def assess(self, answers: Mapping[str, Any], worth: Decimal) -> Assessment:
        """Equal answers earn equal results, so a class that answers alike is marked once."""
        same = (json.dumps(answers, sort_keys=True), worth)
        known = self.assessments.get(same)
        if known is None:
            known = self.assessments[same] = self._assess(answers, worth)
            if len(self.assessments) > MOST_ASSESSMENTS:
                self.assessments.popitem(last=False)
        return known

    def _assess(self, answers: Mapping[str, Any], worth: Decimal) -> Assessment:
        scale = float(worth) / self.total
        questions, wrong, earned = [], [], 0.0
        for question in self.questions:
            marked = self._mark(question, answers.get(question.id), scale)
            questions.append(marked)
            earned += marked["fraction"] * question.points
            if not marked["right"] and question.id in answers:
                wrong.append(question.id)
        evidence = {"questions": questions, **diagnose(self.known_models() if wrong else (), answers, wrong)}
        return Assessment(
            fraction=as_fraction(earned / self.total),
            # PostgreSQL's JSON holds no NUL; a program's output may.
            evidence=json.dumps(evidence).replace("\\u0000", "\\u2400"),
        )

    def _mark(self, question: Question, answer: Any, scale: float) -> dict[str, Any]:
        form, truth = FORMATS[question.format], self.truths[question.id]
        mark = Mark(fraction=0.0, right=False) if answer is None else form.mark(question, answer, truth)
        wrong = answer is not None and not mark.right
        return {
            "id": question.id,
            "format": question.format,
            "line": question.line,
            "right": mark.right,
            "fraction": mark.fraction,
            "points": round(mark.fraction * question.points * scale, 2),
            "max_points": round(question.points * scale, 2),
            "answer": answer,
            "answer_text": "no answer" if answer is None else form.show(question, answer),
            "parts": list(mark.parts),
            "why": form.explain(question, truth if answer is None else answer, truth, self.outcome),
            "truth": truth,
            "truth_text": form.show(question, truth),
            "misconceptions": explaining(self.known_models(), question.id, answer) if wrong else [],
        }


KEYS: OrderedDict[tuple[int, str], AnswerKey] = OrderedDict()


def wanted_for(revision: Revision, python: str) -> tuple[Wanted, list[Question]]:
    questions = questions_of(revision)
    probes, _ = probes_of(questions)
    return Wanted(revision.source, python, probes=tuple(probes)), questions


def known_key(revision_id: int, python: str) -> AnswerKey | None:
    return KEYS.get((revision_id, python))


def key_for(revision: Revision, python: str) -> AnswerKey:
    """Raises Ungradable, SimulatorCrashed or SimulatorUnavailable."""
    known = known_key(revision.pk, python)
    if known is not None:
        return known
    wanted, questions = wanted_for(revision, python)
    outcome = outcome_for(wanted)
    if outcome.ending not in WHOLE:
        raise Ungradable(f"The simulator stopped before this exercise's program had ended: {outcome.reason or outcome.ending}")
    truths = truths_of(questions, outcome)
    silent = [question.id for question in questions if truths[question.id] is None]
    if silent:
        raise Ungradable(f"Under Python {python} the program never comes to the moment that {', '.join(silent)} asks about.")
    key = AnswerKey(wanted, questions, outcome, truths)
    KEYS[(revision.pk, python)] = key
    if len(KEYS) > MOST_KEYS:
        KEYS.popitem(last=False)
    return key


def runs_missing(revision: Revision, python: str) -> list[Wanted]:
    """The simulations of this exercise, models included, that nobody has run yet."""
    wanted, _ = wanted_for(revision, python)
    every = [wanted, *(one for _, one in models_wanted(wanted))]
    kept = which_are_kept(every)
    return [one for one in every if one.digest not in kept]
