"""After the grade: which wrong models give the wrong answers. Behind all due grading, and one simulation at a time, so that whoever
hands in an answer meanwhile waits for one simulation of a model at most.

What waits is a Diagnosis row without an answer. Nobody claims it: two nodes that look for the same run different models, chosen by chance,
and what they store is the same.
"""

from __future__ import annotations

import logging
import random
from collections import Counter

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from exercises.models import Revision
from grader.accepting import standings
from grader.marking.diagnosis import diagnose
from grader.marking.evidence import Evidence
from grader.marking.marking import AnswerKey, Ungradable, key_for
from grader.marking.responses import rewrite
from grader.models import Diagnosis
from grader.simulating.child import SimulatorCrashed, SimulatorUnavailable
from grader.simulating.simulations import Wanted, run_and_keep

log = logging.getLogger(__name__)

AT_ONCE = 50
TRIES = 3  # a model that the machine does not manage in so many says nothing here


class Diagnosing:
    def __init__(self) -> None:
        self.failures: Counter[str] = Counter()

    def step(self) -> bool:
        """Runs one model, or writes what the models say. False if nothing waits."""
        waiting = Diagnosis.objects.filter(found_at=None).order_by("result")
        first = waiting.values_list("result__revision_id", "result__python").first()
        if first is None:
            return False
        revision, python = first
        try:
            key = key_for(Revision.objects.get(pk=revision), python)
            if key.models is None and (missing := key.models_missing()):
                self.run(key, random.choice(missing))
                return True
            key.learn_models()
        except Ungradable:
            # Its truth was another's, of an earlier simulator: nothing can be said of it any more.
            waiting.filter(result__revision=revision, result__python=python).update(found_at=Now())
            return True
        chosen = waiting.filter(result__revision=revision, result__python=python).select_related("result__submission")
        store(key, list(chosen[:AT_ONCE]))
        return True

    def run(self, key: AnswerKey, wanted: Wanted) -> None:
        try:
            run_and_keep(wanted)
        except (SimulatorCrashed, SimulatorUnavailable) as error:
            self.failures[wanted.digest] += 1
            if self.failures[wanted.digest] >= TRIES or isinstance(error, SimulatorCrashed):
                key.cannot_run.add(wanted.digest)
            log.warning("a wrong model could not be run", extra={"belief": wanted.belief, "error": str(error)})


def store(key: AnswerKey, waiting: list[Diagnosis]) -> None:
    for one in waiting:
        said(key, one)
    pairs = {(one.result.submission.student_id, one.result.submission.placement_id) for one in waiting}
    with transaction.atomic():
        standings.lock(pairs)
        Diagnosis.objects.bulk_update(waiting, ["found_at", "questions", "models", "slip"])
        rewrite([one.result.submission_id for one in waiting])


def said(key: AnswerKey, one: Diagnosis) -> None:
    marked = Evidence.from_json(one.result.evidence).questions
    answers = {question.id: question.answer for question in marked if question.answer is not None}
    one.found_at = Now()
    try:
        found = diagnose(key.learn_models(), answers, [question.id for question in marked if question.id in answers and not question.right])
    except DatabaseError:
        raise
    except Exception:
        # The grade stands without it; tried again, it would hold up all that waits behind it.
        log.exception("a result cannot be diagnosed", extra={"result": one.pk})
        return
    one.questions, one.models, one.slip = found.questions, found.models, found.slip


def diagnose_all() -> None:
    diagnosing = Diagnosing()
    while diagnosing.step():
        pass
