"""claim -> simulate -> mark -> store: one function for whoever woke it, a message, the drain, or a person at a prompt."""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, transaction

import sim
from exercises.formats import Question
from exercises.models import Course, Revision
from exercises.reading.identity import carried_over, question_changes
from exercises.reading.revision import questions_of
from grader.accepting import standings
from grader.accepting.bell import ring
from grader.marking.marking import Ungradable, key_for, known_key
from grader.models import AuditEvent, Regrading
from grader.simulating.child import SERVER, SimulatorCrashed, SimulatorUnavailable
from grader.working import claims
from grader.working.claims import Claim
from grader.working.keeping import Sheet, Verdict, keep
from grader.working.node import GradingNode

log = logging.getLogger(__name__)

CRASHES_ALLOWED = 3
SUSPICIOUS = 2
# The first soon: most of what goes wrong with a machine is over by then.
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 300.0


def grade_due(node: GradingNode, *, older_than: float = 0.0, most: int = claims.LARGEST_CLAIM) -> int:
    """Claims one batch and deals with all of it. Returns how many rows it claimed: 0 means that nothing was due."""
    with node.turn:
        if node.in_doubt:
            claims.hand_back_all(node.name)
            node.in_doubt = False
        if node.rests or node.stopping.is_set():
            return 0
        try:
            # After a fault, one at a time: a node that is broken spoils one row instead of a batch.
            batch = claims.claim(node.name, most=1 if node.faults_in_a_row else most, older_than=older_than)
            if not batch:
                return 0
            node.claimed()
            with node.holding(batch):
                grade_batch(node, alone(batch))
        except BaseException:
            # Perhaps the claim is there and only its answer was lost; perhaps part of the batch is stored. Once the database is back, all
            # that is still leased to this node falls due at once, not when the lease has run out.
            node.in_doubt = True
            raise
    return len(batch)


def alone(batch: list[Claim]) -> list[Claim]:
    """A row whose holders keep vanishing may be what ends them: it is tried by itself, so that its neighbours are not blamed."""
    suspects = [one for one in batch if one.vanished >= SUSPICIOUS]
    if not suspects or len(batch) == 1:
        return batch
    claims.hand_back([one for one in batch if one is not suspects[0]])
    return suspects[:1]


def grade_batch(node: GradingNode, batch: list[Claim]) -> None:
    groups = by_sheet(batch)
    cold = [sheet for sheet in groups if known_key(sheet.revision, sheet.python) is None]
    if len(cold) > 1:
        # A simulation may take seconds. Whoever waits for another than the first is not locked in meanwhile: any node may take them.
        claims.hand_back([one for sheet in cold[1:] for one in node.still_ours(groups.pop(sheet))])
        ring()
    # What needs no simulation first: nobody waits for a program that is not theirs.
    mark_and_keep(node, {sheet: listed for sheet, listed in groups.items() if sheet not in cold})
    mark_and_keep(node, {sheet: listed for sheet, listed in groups.items() if sheet in cold})


def mark_and_keep(node: GradingNode, groups: dict[Sheet, list[Claim]]) -> None:
    verdicts: list[Verdict] = []
    for sheet, listed in groups.items():
        mine = node.still_ours(listed)
        node.fenced += len(listed) - len(mine)
        if node.stopping.is_set():
            claims.hand_back(mine)
        elif mine:
            verdicts += verdicts_on(node, sheet, mine)
    if verdicts:
        keep_what_can_be(node, verdicts)


def keep_what_can_be(node: GradingNode, verdicts: Sequence[Verdict]) -> None:
    try:
        kept = keep(verdicts)
    except (DataError, IntegrityError) as error:
        # The database is well and refuses a row: that is one submission's fault, and no reason for its neighbours to wait.
        if len(verdicts) > 1:
            for one in verdicts:
                keep_what_can_be(node, [one])
            return
        log.exception("a result cannot be stored", extra={"submission": str(verdicts[0].claim.submission)})
        node.went_wrong(describe(error))
        try_later(verdicts[0].claim, error)
        return
    node.fenced += len(verdicts) - kept
    node.went_well(kept)


def by_sheet(batch: Iterable[Claim]) -> dict[Sheet, list[Claim]]:
    batch = list(batch)
    again = {one.regrading for one in batch if one.regrading is not None}
    terms = {one.pk: one.terms for one in Regrading.objects.filter(pk__in=again, to_pinned_revision=True)} if again else {}
    pinned = [(one, terms[one.regrading][str(one.placement)]) for one in batch if one.regrading in terms]
    read = questions_by_revision({one.revision for one, _ in pinned} | {term["revision"] for _, term in pinned})
    carried = {one.id: under(one, term, read) for one, term in pinned}
    groups: dict[Sheet, list[Claim]] = {}
    for one in batch:
        one = carried.get(one.id, one)
        groups.setdefault(Sheet(one.revision, one.python, one.regrading), []).append(one)
    return groups


def questions_by_revision(revisions: set[int]) -> dict[int, list[Question]]:
    return {pk: questions_of(one) for pk, one in Revision.objects.in_bulk(revisions).items()} if revisions else {}


def under(one: Claim, terms: dict[str, Any], questions: dict[int, list[Question]]) -> Claim:
    """As it is marked under other terms than those of its receipt."""
    revision, python, worth = terms["revision"], terms["python"], Decimal(terms["worth"])
    answers = one.answers if revision == one.revision else answers_under(one.answers, questions[one.revision], questions[revision])
    return replace(one, revision=revision, python=python, worth=worth, answers=answers)


def answers_under(answers: dict[str, Any], before: Sequence[Question], after: Sequence[Question]) -> dict[str, Any]:
    """A question may have another name in the other revision: its answer goes with it. Where one id asks for another kind of answer now,
    the old one says nothing.
    """
    was, now = ({one.id: one.format for one in questions} for questions in (before, after))
    sensible = {identity: value for identity, value in answers.items() if now.get(identity, was.get(identity)) == was.get(identity)}
    return carried_over(sensible, question_changes(before, after))


def verdicts_on(node: GradingNode, sheet: Sheet, batch: Sequence[Claim]) -> list[Verdict]:
    """On claims with the same key. What goes wrong with the key goes wrong for all of them; with one answer, for that one alone."""
    try:
        key = known_key(sheet.revision, sheet.python) or key_for(Revision.objects.get(pk=sheet.revision), sheet.python)
    except Ungradable as error:
        for one in batch:
            fail_for_good(one, str(error))
        return []
    except SimulatorCrashed as error:
        for one in batch:
            after_crash(node, one, str(error))
        return []
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("an exercise cannot be marked")
        node.went_wrong(describe(error))
        for one in batch:
            try_later(one, error)
        return []
    verdicts = []
    for one in batch:
        try:
            verdicts.append(Verdict(one, sheet, key, key.assess(one.answers)))
        except DatabaseError:
            raise
        except Exception as error:
            log.exception("marking failed", extra={"submission": str(one.submission)})
            node.went_wrong(describe(error))
            try_later(one, error)
    return verdicts


# ---------------------------------------------------------------------------------------------- when it does not work out


def try_later(one: Claim, error: Exception) -> None:
    """Our machinery failed. Tried again for as long as it takes, ever more slowly."""
    seconds = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(one.infra_errors, 10)) * random.uniform(0.75, 1.25)
    claims.give_up_for_now(one, describe(error), seconds)


def after_crash(node: GradingNode, one: Claim, detail: str) -> None:
    """The simulator's child died. Once it has died often enough, here or elsewhere, and yet works for other programs, it is the program."""
    crashes = one.crashes + 1
    if crashes >= CRASHES_ALLOWED and (len({*one.crash_nodes, node.name}) > 1 or still_works()):
        fail_for_good(one, f"The simulator broke down {crashes} times on this exercise's program ({detail}). The staff have been told.")
        return
    if not still_works():
        # Broken for everything: this node's fault, and none of the program's.
        node.went_wrong(detail)
        try_later(one, SimulatorUnavailable(detail))
        return
    claims.give_up_for_now(
        one, f"The simulator broke down ({detail}); it will be tried again.", FIRST_PAUSE * crashes, crashed_on=node.name
    )


def still_works() -> bool:
    """Whether the simulator, started afresh, manages a program that it is known to manage."""
    try:
        outcome = SERVER.simulate("x = [1]\nprint(x)\n", sim.PYTHONS[0], "cpython", 0, ())
    except (SimulatorCrashed, SimulatorUnavailable):
        return False
    return bool(outcome["output"] == "[1]\n")


def fail_for_good(one: Claim, reason: str) -> None:
    """Visible to the student with its reason, and the attempt is theirs again."""
    with transaction.atomic():
        if not claims.fail(one, reason):
            return
        if one.regrading is None:
            standings.recompute([(one.student, one.placement)])
        gave_up(one.submission, one.placement, one.student, reason, one.grader_version)
    log.error("a submission cannot be graded", extra={"submission": str(one.submission), "reason": reason})


def gave_up(submission: uuid.UUID, placement: int, student: int, reason: str, grader_version: str) -> None:
    """On record, for the staff of the course."""
    course = Course.objects.get(assignments__placements=placement)
    detail = {"whom": student, "reason": reason, "grader_version": grader_version}
    AuditEvent.record(None, "grading.failed", course=course, target=str(submission), **detail)


def describe(error: Exception) -> str:
    """For staff, in the row: what kind of thing went wrong, without paths or values."""
    if isinstance(error, SimulatorUnavailable):
        return str(error)
    return f"Grading stopped with {type(error).__name__}; it will be tried again."
