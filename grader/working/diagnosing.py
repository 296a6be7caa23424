"""After the grade: what all of a student's answers say about the wrong model behind them. Behind all due grading, and one simulation at a
time, so that whoever hands in an answer meanwhile waits for one simulation of a model at most.

What waits is a Diagnosis row: not looked at yet, or found by an earlier METHOD. Nobody claims it: two nodes that look for the same run
different models, chosen by chance, and what they store is the same.
"""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from exercises.models import Revision
from grader.accepting import standings
from grader.accepting.asking import ask
from grader.marking.diagnosis import BOTH, METHOD, NONE, OTHER, Item, Observed, Weighed, priors, weigh
from grader.marking.evidence import Evidence
from grader.marking.items import Edition, known_items, work_out
from grader.marking.marking import Ungradable, key_for
from grader.marking.responses import rewrite
from grader.marking.saying import CRUMB, MOST_EITHER, REST, expected, models_in
from grader.models import Diagnosis, Response, Result, latest, that_count
from grader.simulating.child import SimulatorCrashed, SimulatorUnavailable
from grader.simulating.jobs import IN_ADVANCE, Compare, JobRefused
from grader.simulating.simulations import Wanted, run_and_keep

log = logging.getLogger(__name__)

AT_ONCE = 50
TRIES = 3  # a model that the machine does not manage in so many says nothing here
MOST_EARLIER = 30  # submissions: what is older counts for less than a hundredth
CLASS_HOLDS_SECONDS = 300.0
FOUND = ("found_at", "method", "idea", "models", "weights", "explains", "contradicts", "untold", "rests_on")
Given = dict[str, tuple[Any, int | None]]  # question id -> answer, confidence


@dataclass(frozen=True)
class Sheet:
    """One submission's answers, and what they were marked against."""

    result: int
    edition: Edition
    given: Given
    all_right: bool


@dataclass
class Case:
    """A diagnosis that waits, and what it rests on: the student's answers up to then, the latest first."""

    diagnosis: Diagnosis
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def course(self) -> int:
        return int(self.diagnosis.result.submission.course_id)

    @property
    def student(self) -> int:
        return int(self.diagnosis.result.submission.student_id)

    @property
    def nothing_wrong(self) -> bool:
        return all(one.all_right for one in self.sheets)


class Diagnosing:
    def __init__(self) -> None:
        self.failures: Counter[str] = Counter()
        self.silent: set[Edition] = set()  # nothing can be said of them: they have no truth any more
        self.items: dict[Edition, tuple[Item, ...]] = {}
        self.classes: dict[int, tuple[float, dict[int, dict[str, float]]]] = {}

    def step(self) -> bool:
        """Runs one model, or writes what the answers say. False if nothing waits."""
        waiting = list(first_waiting())
        if not waiting:
            return False
        cases = cases_of(waiting)
        simple = [case for case in cases if case.nothing_wrong]
        wanted = {sheet.edition for case in cases if not case.nothing_wrong for sheet in case.sheets} - self.silent - set(self.items)
        self.items |= known_items(wanted) if wanted else {}
        ready = [case for case in cases if self.knows_all_of(case)]
        if simple or ready:
            self.store([*simple, *ready])
        else:
            self.learn(next(one.edition for one in cases[0].sheets if one.edition not in self.items and one.edition not in self.silent))
        return True

    def knows_all_of(self, case: Case) -> bool:
        return not case.nothing_wrong and all(one.edition in self.items or one.edition in self.silent for one in case.sheets)

    def learn(self, edition: Edition) -> None:
        """One step towards what the models answer there."""
        try:
            revision = Revision.objects.get(pk=edition[0])
            key = key_for(revision, edition[1])
            if missing := key.models_missing():
                wanted = random.choice(missing)
                if self.gave_up(wanted):
                    key.cannot_run.add(wanted.digest)
            else:
                self.items[edition] = work_out(revision, key)
        except Ungradable:
            # Its truth was another's, of an earlier simulator: nothing can be said of it any more.
            self.silent.add(edition)
        except (SimulatorCrashed, SimulatorUnavailable) as error:
            log.warning("a truth could not be worked out again", extra={"revision": edition[0], "error": str(error)})
            self.failures[repr(edition)] += 1
            if self.failures[repr(edition)] >= TRIES:
                self.silent.add(edition)

    def gave_up(self, wanted: Wanted) -> bool:
        """Runs it, or says that it is hopeless."""
        try:
            run_and_keep(wanted)
            return False
        except (SimulatorCrashed, SimulatorUnavailable) as error:
            self.failures[wanted.digest] += 1
            log.warning("a wrong model could not be run", extra={"belief": wanted.belief, "error": str(error)})
            return self.failures[wanted.digest] >= TRIES or isinstance(error, SimulatorCrashed)

    def store(self, cases: Sequence[Case]) -> None:
        for case in cases:
            self.find(case)
        found = [case.diagnosis for case in cases]
        erred = [case.diagnosis.result.submission for case in cases if not case.sheets[0].all_right]
        with transaction.atomic():
            standings.lock({(one.student_id, one.placement_id) for one in erred})
            Diagnosis.objects.bulk_update(found, FOUND)
            rewrite([one.pk for one in erred])
        prepare_partings(found)

    def find(self, case: Case) -> None:
        one = case.diagnosis
        one.found_at, one.method = Now(), METHOD
        one.rests_on = [sheet.result for sheet in case.sheets]
        one.idea, one.models, one.weights, one.explains, one.contradicts, one.untold = "", [], {NONE: 1.0}, {}, {}, []
        if case.nothing_wrong:
            return
        try:
            keep(one, weigh(self.observed(case), self.prior(case)), wrong=not case.sheets[0].all_right)
        except DatabaseError:
            raise
        except Exception:
            # The grade stands without it; tried again, it would hold up all that waits behind it.
            log.exception("a result cannot be diagnosed", extra={"result": one.pk})

    def observed(self, case: Case) -> list[Observed]:
        found = []
        for age, sheet in enumerate(case.sheets):
            for item in self.items.get(sheet.edition, ()):
                if item.question.id in sheet.given:
                    answer, confidence = sheet.given[item.question.id]
                    found.append(Observed(item, item.meant(answer), age, confidence))
        return found

    def prior(self, case: Case) -> dict[str, float]:
        """By what the others of the course are thought to hold."""
        looked, weights = self.classes.get(case.course, (-CLASS_HOLDS_SECONDS, {}))
        if time.monotonic() - looked >= CLASS_HOLDS_SECONDS:
            weights = latest_weights(case.course)
            self.classes[case.course] = (time.monotonic(), weights)
        others = [mine for student, mine in weights.items() if student != case.student]
        return priors(expected(others))


def first_waiting() -> Iterable[Diagnosis]:
    """Those that were never looked at come before those that an earlier method found."""
    rows = Diagnosis.objects.select_related("result__submission").order_by("result")
    return rows.filter(found_at=None)[:AT_ONCE] or rows.filter(method__lt=METHOD)[:AT_ONCE]


def cases_of(waiting: Sequence[Diagnosis]) -> list[Case]:
    """Three queries, however many they are."""
    mine = [one.result.submission for one in waiting]
    whose = Q(submission__student__in={one.student_id for one in mine}, submission__course__in={one.course_id for one in mine})
    rows = that_count(Result.objects.filter(whose)).values_list(
        "pk", "submission_id", "revision_id", "python", "submission__student_id", "submission__course_id", "submission__received_at"
    )
    history: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    for pk, submission, revision, python, student, course, received in rows:
        history.setdefault((student, course), []).append((received, submission, pk, (revision, python)))
    for listed in history.values():
        listed.sort(reverse=True)
    earlier = {
        one.pk: [row for row in history.get((by.student_id, by.course_id), []) if row[:2] < (by.received_at, by.pk)][:MOST_EARLIER]
        for one, by in zip(waiting, mine, strict=True)
    }
    given, right = answers_of({row[1] for listed in earlier.values() for row in listed})
    cases = []
    for one in waiting:
        sheets = [own_sheet(one)]
        sheets += [Sheet(pk, edition, given.get(submission, {}), submission in right) for _, submission, pk, edition in earlier[one.pk]]
        cases.append(Case(one, sheets))
    return cases


def own_sheet(one: Diagnosis) -> Sheet:
    result = one.result
    marked = Evidence.from_json(result.evidence).questions
    sure = result.submission.confidence
    given = {question.id: (question.answer, sure.get(question.id)) for question in marked if question.answer is not None}
    all_right = all(question.right for question in marked if question.answer is not None)
    return Sheet(result.pk, (result.revision_id, result.python), given, all_right)


def answers_of(submissions: set[uuid.UUID]) -> tuple[dict[uuid.UUID, Given], set[uuid.UUID]]:
    """What was answered, and the submissions in which all that was answered was right."""
    given: dict[uuid.UUID, Given] = {}
    erred = set()
    rows = Response.objects.filter(submission__in=submissions)
    for submission, question, answer, confidence, right in rows.values_list("submission_id", "question", "answer", "confidence", "right"):
        given.setdefault(submission, {})[question] = (answer, confidence)
        if not right:
            erred.add(submission)
    return given, submissions - erred


def keep(one: Diagnosis, found: Weighed, *, wrong: bool) -> None:
    """What of it is stored."""
    one.weights = told_weights(found)
    kept = models_in(one.weights)
    one.explains = {model: list(questions) for model, questions in found.explains.items() if model in kept}
    one.contradicts = {model: list(questions) for model, questions in found.contradicts.items() if model in kept}
    one.untold = [list(group) for group in found.untold if kept.intersection(group)]
    if wrong:
        # Where nothing that was asked shows any model, nothing can be said, not even that it was a slip.
        one.idea, one.models = found.idea.kind if found.told else "open", list(found.idea.models)


def told_weights(found: Weighed) -> dict[str, float]:
    """Without models of which nothing is known: two models of which only one is told are that one; what then names none, and crumbs, are
    one number.
    """
    shares: dict[str, float] = {}
    for name, weight in found.weights.items():
        told = [model for model in name.split(BOTH) if model in found.told or model in (NONE, OTHER)]
        shares[BOTH.join(told) or REST] = shares.get(BOTH.join(told) or REST, 0.0) + weight
    ranked = sorted(shares.items(), key=lambda one: (-one[1], one[0]))
    kept = {name: round(weight, 4) for name, weight in ranked if weight >= CRUMB and name != REST}
    kept[REST] = round(max(0.0, 1 - sum(kept.values())), 4)
    return kept


def latest_weights(course: int) -> dict[int, dict[str, float]]:
    """By student: what their latest diagnosis of the course says."""
    rows = latest(Diagnosis.objects.filter(result__submission__course=course))
    return dict(rows.values_list("result__submission__student_id", "weights"))


def prepare_partings(found: Iterable[Diagnosis]) -> None:
    """Where CPython and the ideas that will be named part in this program: asked for now, so that nobody waits for it at the page."""
    wanted = {(one.result.revision_id, one.result.python, model) for one in found if len(one.models) <= MOST_EITHER for model in one.models}
    sources = Revision.objects.in_bulk({revision for revision, _, _ in wanted})
    for revision, python, model in sorted(wanted):
        try:
            ask(Compare(sources[revision].source, python, model), priority=IN_ADVANCE)
        except JobRefused:
            log.warning("a parting cannot be asked for", extra={"revision": revision, "belief": model})


def find_again(course: int | None = None) -> int:
    """All that was found, of one course or of all, is found again when there is nothing else to do. No grade is touched."""
    rows = Diagnosis.objects.filter(method__gt=0)
    if course is not None:
        rows = rows.filter(result__submission__course=course)
    return rows.update(method=0)


def diagnose_all() -> None:
    diagnosing = Diagnosing()
    while diagnosing.step():
        pass
