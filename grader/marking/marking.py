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
from grader.marking.diagnosis import WHOLE, models_wanted
from grader.marking.evidence import Evidence, MarkedQuestion
from grader.marking.responses import Answered, answered
from grader.points import as_fraction
from grader.simulating.simulations import Wanted, kept_outcomes, outcome_for, which_are_kept

MOST_KEYS = 512
MOST_ASSESSMENTS = 4096


class Ungradable(Exception):
    """The exercise has no truth to mark against. Ours to mend, never the student's loss."""


@dataclass(frozen=True)
class Assessment:
    fraction: Decimal
    evidence: str  # JSON, as it will be stored
    responses: tuple[Answered, ...]


@dataclass
class AnswerKey:
    """An exercise's questions and their truth, for one revision under one version of Python.

    The truth is enough to mark. The wrong models are run later (working/diagnosing.py).
    """

    wanted: Wanted
    questions: list[Question]
    outcome: sim.Outcome
    truths: dict[str, Any]
    cannot_run: set[str] = field(default_factory=set)  # digests of models that this process tried in vain
    assessments: OrderedDict[str, Assessment] = field(default_factory=OrderedDict)

    @property
    def total(self) -> float:
        return sum(question.points for question in self.questions)

    def models_missing(self) -> list[Wanted]:
        """The runs of wrong models that nobody has made yet."""
        every = [one for _, one in models_wanted(self.wanted) if one.digest not in self.cannot_run]
        kept = which_are_kept(every)
        return [one for one in every if one.digest not in kept]

    def outcomes_of_models(self) -> dict[str, sim.Outcome]:
        """Of the runs that are stored."""
        return kept_outcomes([one for _, one in models_wanted(self.wanted)])

    def assess(self, answers: Mapping[str, Any]) -> Assessment:
        """Equal answers earn equal results, so a class that answers alike is marked once."""
        same = json.dumps(answers, sort_keys=True)
        known = self.assessments.get(same)
        if known is None:
            known = self.assessments[same] = self._assess(answers)
            if len(self.assessments) > MOST_ASSESSMENTS:
                self.assessments.popitem(last=False)
        return known

    def _assess(self, answers: Mapping[str, Any]) -> Assessment:
        marked = [self._mark(question, answers.get(question.id)) for question in self.questions]
        earned = sum(one.fraction * question.points for one, question in zip(marked, self.questions, strict=True))
        evidence = Evidence(tuple(marked))
        return Assessment(
            fraction=as_fraction(earned / self.total),
            # PostgreSQL's JSON holds no NUL; a program's output may.
            evidence=json.dumps(evidence.to_json()).replace("\\u0000", "\\u2400"),
            responses=answered(evidence),
        )

    def _mark(self, question: Question, answer: Any) -> MarkedQuestion:
        form, truth = FORMATS[question.format], self.truths[question.id]
        mark = Mark(fraction=0.0, right=False) if answer is None else form.mark(question, answer, truth)
        return MarkedQuestion(
            id=question.id,
            format=question.format,
            line=question.line,
            share=question.points / self.total,
            right=mark.right,
            fraction=mark.fraction,
            answer=answer,
            answer_text="no answer" if answer is None else form.show(question, answer),
            parts=list(mark.parts),
            why=form.explain(question, truth if answer is None else answer, truth, self.outcome),
            truth=truth,
            truth_text=form.show(question, truth),
        )


KEYS: OrderedDict[tuple[int, str], AnswerKey] = OrderedDict()


def wanted_for(revision: Revision, python: str) -> tuple[Wanted, list[Question]]:
    questions = questions_of(revision)
    probes = probes_of(questions)
    return Wanted(revision.source, python, probes=probes), questions


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
