"""Accepts answers. A submission is accepted when its row is committed; everything after that may die and will be made good.

Attempts, deadlines and repeats are judged here and nowhere else, by the database's time of receipt, under a lock on the student's standing.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, Literal, overload

from django.db import DatabaseError, IntegrityError, connection, transaction

from exercises.clock import database_now
from exercises.courses.windows import Where, Window, window_from, windows
from exercises.formats import FORMATS, AnswerError, Question
from exercises.models import Course, Placement, Revision, User
from exercises.reading.revision import questions_of
from grader.accepting import rows
from grader.accepting.bell import ring
from grader.accepting.group_commit import GroupCommit
from grader.accepting.rows import Ledger
from grader.accepting.standings import Pair
from grader.models import Grading, Submission
from grader.statements import is_locked_elsewhere
from grader.version import GRADER_VERSION

MOST_AT_ONCE = 500
LONGEST_KEY = 100
OF_DIGEST = 24  # characters of the answers' digest that stand in the key of an answer from a page
MOST_NAMED = 20  # of the questions that do not exist; more are counted
COMMIT_SECONDS = 15.0
# Lower is sooner: what is due within the hour, somebody who waits at a page, a program's batch. Regradings come last.
DUE_SOON, INTERACTIVE, BATCH, REGRADE = 0, 10, 20, 90
SOON = timedelta(hours=1)
Key = tuple[int, int, str]  # course id, student id, idempotency key: what one course's programs chose is nothing to another's


class Refused(Exception):
    """An answer that is not accepted: a code for programs, a sentence and a remedy for people."""

    def __init__(self, code: str, message: str, remedy: str, errors: Sequence[AnswerError] = (), unlisted: int = 0) -> None:
        super().__init__(f"{message} {remedy}")
        self.code, self.message, self.remedy, self.errors = code, message, remedy, tuple(errors)
        self.unlisted = unlisted  # further errors that are counted only


@dataclass(frozen=True)
class Accepted:
    submission: Submission
    created: bool
    repeated: str | None = None  # "key": this very request was seen before; "identical": the same answers as in an earlier attempt


@dataclass(frozen=True)
class Edition:
    """What of an exercise decides what is right: somebody who answers says which one they read. None: they did not say."""

    revision: int | None = None  # its number, as pages and the API show it
    python: str | None = None

    @classmethod
    def of(cls, placement: Placement) -> Edition:
        return cls(placement.revision.number, placement.python)

    def __str__(self) -> str:
        said = [f"revision {self.revision}"] if self.revision is not None else []
        return " for ".join([*said, f"Python {self.python}"] if self.python is not None else said)

    def is_of(self, placement: Placement) -> bool:
        return self.revision in (None, placement.revision.number) and self.python in (None, placement.python)


@dataclass(frozen=True)
class Offer:
    """An answer as somebody sends it."""

    student: User
    placement: Placement
    answers: dict[str, Any]
    confidence: dict[str, int] = field(default_factory=dict)
    idempotency_key: str = ""
    channel: str = "api"
    credential: int | None = None
    seen: Edition = Edition()
    window: Window | None = None  # the student's, where it is known already


@dataclass(frozen=True)
class Examined:
    """An offer whose answers can be read. `waiting_since` is this process's steady clock, to take the wait off the time of receipt."""

    student: User
    placement: Placement
    answers: dict[str, Any]
    digest: str
    confidence: dict[str, int]
    key: str
    channel: str
    credential: int | None
    window: Window | None
    waiting_since: float

    @property
    def pair(self) -> Pair:
        return (self.student.pk, self.placement.pk)

    @property
    def scoped_key(self) -> Key:
        return (self.placement.assignment.course_id, self.student.pk, self.key)

    @property
    def identity(self) -> dict[str, Any]:
        """By what it is found again, if it has come before."""
        course, student, key = self.scoped_key
        placement = self.placement
        return {
            "course": course,
            "student": student,
            "key": key,
            "placement": placement.pk,
            "digest": self.digest,
            "revision": placement.revision_id,
            "python": placement.python,
        }


def accept(
    *,
    student: User,
    placement: Placement,
    answers: dict[str, Any],
    confidence: dict[str, int] | None = None,
    idempotency_key: str = "",
    channel: str = "web",
    credential: int | None = None,
    seen: Edition = Edition(),  # frozen, and without a value
    window: Window | None = None,
) -> Accepted:
    """Raises Refused. When it returns, the answer is safely stored."""
    offer = Offer(student, placement, answers, confidence or {}, idempotency_key, channel, credential, seen, window)
    try:
        examined = examine_if_open(offer)
        # Inside somebody else's transaction they decide when this commits.
        outcome = store([examined], patient=True)[0] if connection.in_atomic_block else store_in_a_group(examined)
    except Refused as refused:
        outcome = refused
    if isinstance(outcome, Refused):
        outcome = known_before([offer], [outcome])[0]
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def accept_many(offers: Sequence[Offer]) -> list[Accepted | Refused]:
    """All in one commit, one outcome for each, in order. What is refused does not hold up the rest."""
    if len(offers) > MOST_AT_ONCE:
        raise Refused("bad_answer", f"{len(offers)} answers came in one request.", f"Send at most {MOST_AT_ONCE} at once.")
    outcomes: dict[int, Accepted | Refused] = {}
    examined: list[tuple[int, Examined]] = []
    for number, offer in enumerate(offers):
        try:
            examined.append((number, examine_if_open(offer)))
        except Refused as refused:
            outcomes[number] = refused
    good = [one for _, one in examined]
    try:
        stored = store_many(good)
    except IntegrityError:
        # Another request with one of these keys committed in between; now it can be seen.
        stored = store_many(good)
    except DatabaseError as error:
        raise unavailable() from error
    outcomes.update(zip((number for number, _ in examined), stored, strict=True))
    return known_before(offers, [outcomes[number] for number in range(len(offers))])


def unavailable() -> Refused:
    return Refused("unavailable", "The answer could not be stored just now.", "Send it again with the same key: it will count once.")


# ---------------------------------------------------------------------------------------------- reading what was sent


@lru_cache(maxsize=2048)
def questions_by_id(revision_id: int, revision: Revision) -> dict[str, Question]:
    # Revisions never change, so what was read of one can be kept. Model instances compare by primary key.
    return {question.id: question for question in questions_of(revision)}


def changed_since(placement: Placement, seen: Edition) -> Refused | None:
    """Answers to another edition are not marked against this one: a correction, or another Python, changes what is right."""
    if seen.is_of(placement):
        return None
    return Refused(
        "stale_revision",
        f"These are answers to {seen}, and the exercise is {Edition.of(placement)} now; no attempt was used.",
        "Read the exercise again, and answer what it asks now.",
    )


def examine_if_open(offer: Offer) -> Examined:
    """Before it opens nothing is said about an exercise, not even what is wrong with an answer: that would name its questions."""
    try:
        return examine(offer)
    except Refused:
        window = window_from(offer.placement.assignment)
        if window.published and window.opens is None:
            raise
        now = database_now()
        early = None if window.has_opened(now) else refused_by_time(offer.placement.assignment.course, window, now)
        if early is not None:
            raise early from None
        raise


def examine(offer: Offer) -> Examined:
    """Raises Refused. Reads data only: nothing a student sends is ever parsed as a program here."""
    if changed := changed_since(offer.placement, offer.seen):
        raise changed
    return examine_for(offer, offer.placement.revision)


def examine_for(offer: Offer, revision: Revision) -> Examined:
    questions = questions_by_id(revision.pk, revision)
    longest = LONGEST_KEY - OF_DIGEST - 1 if offer.channel == Submission.Channel.WEB else LONGEST_KEY
    if len(offer.idempotency_key) > longest:
        raise Refused("bad_answer", "The idempotency key is too long.", f"Use at most {longest} characters, for example a UUID.")
    answers, errors, unknown = read_answers(questions, offer.answers)
    if not errors and not answers:
        raise Refused("bad_answer", "No question is answered.", "Answer at least one.")
    unsure = [
        question
        for question, value in offer.confidence.items()
        if question not in questions or isinstance(value, bool) or value not in (1, 2, 3, 4)
    ]
    how = "Send a whole number from 1 (guessing) to 4 (certain), for a question that is asked."
    errors += [AnswerError(str(question)[:40], "This confidence cannot be read.", how, "confidence") for question in unsure[:MOST_NAMED]]
    if errors:
        raise Refused("bad_answer", errors[0].message, errors[0].remedy, errors, unlisted=unknown + len(unsure[MOST_NAMED:]))
    confidence = {question: value for question, value in offer.confidence.items() if question in answers}
    canonical = json.dumps([revision.pk, answers], sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return Examined(
        student=offer.student,
        placement=offer.placement,
        answers=answers,
        digest=digest,
        confidence=confidence,
        key=key_for(offer, digest),
        channel=offer.channel,
        credential=offer.credential,
        window=offer.window,
        waiting_since=time.monotonic(),
    )


def key_for(offer: Offer, digest: str) -> str:
    """A program has a key for each answer; a page has one, and whoever goes back to it and answers otherwise makes no mistake."""
    key = offer.idempotency_key or str(uuid.uuid4())
    return f"{key}.{digest[:OF_DIGEST]}" if offer.channel == Submission.Channel.WEB else key


def known_before(offers: Sequence[Offer], outcomes: list[Accepted | Refused]) -> list[Accepted | Refused]:
    """A request that is repeated after the exercise was changed is still the one that was accepted then: its key says so."""
    changing = ("stale_revision", "bad_answer", "key_reused")
    doubtful: dict[tuple[int, int, str], list[int]] = {}
    for number, (offer, one) in enumerate(zip(offers, outcomes, strict=True)):
        if isinstance(one, Refused) and one.code in changing and offer.idempotency_key:
            doubtful.setdefault((offer.student.pk, offer.placement.pk, offer.idempotency_key), []).append(number)
    if not doubtful:
        return outcomes
    students, placements, keys = (set(one) for one in zip(*doubtful, strict=True))
    stored = Submission.objects.filter(student__in=students, placement__in=placements, idempotency_key__in=keys).select_related("revision")
    decided = list(outcomes)
    for one in stored:
        for number in doubtful.get((one.student_id, one.placement_id, one.idempotency_key), ()):
            with suppress(Refused):
                if examine_for(offers[number], one.revision).digest == one.answers_digest:
                    decided[number] = Accepted(one, created=False, repeated="key")
    return decided


def read_answers(questions: dict[str, Question], raw: Any) -> tuple[dict[str, Any], list[AnswerError], int]:
    """Canonical answers, what is wrong with those that cannot be read, and how many more there are to questions that do not exist.

    An answer of null is none: the question counts as not answered, on every channel.
    """
    if not isinstance(raw, dict):
        raise Refused("bad_answer", "The answers are not an object.", 'Send one from question to answer, for example {"q1": "3"}.')
    answers: dict[str, Any] = {}
    unknown = [identity for identity in raw if identity not in questions]
    asked = f"The questions are {', '.join(questions)}."
    errors = [AnswerError(str(identity)[:40], "There is no such question here.", asked) for identity in unknown[:MOST_NAMED]]
    for identity, question in questions.items():
        value = raw.get(identity)
        if value is None:
            continue
        try:
            answers[identity] = FORMATS[question.format].read(question, value)
        except AnswerError as error:
            errors.append(error)
    return answers, errors, len(unknown[MOST_NAMED:])


# ---------------------------------------------------------------------------------------------- storing


class Held(Enum):
    """The outcome of an answer that nothing was decided about: somebody else holds its student's standing just now."""

    ELSEWHERE = "elsewhere"


def store_in_a_group(offer: Examined) -> Accepted | Refused:
    try:
        outcome = GROUP.submit(offer).result(COMMIT_SECONDS)
        # Whoever has to wait for a lock waits alone, in a thread and a transaction of their own.
        return store([offer], patient=True)[0] if isinstance(outcome, Held) else outcome
    except (DatabaseError, TookTooLong) as error:
        raise unavailable() from error


def store_many(offers: Sequence[Examined]) -> list[Accepted | Refused]:
    """At once what can be, then the others in one more go that waits; whoever is held even then has to come again."""
    outcomes = store_readily(offers)
    held = [number for number, one in enumerate(outcomes) if isinstance(one, Held)]
    if held:
        late: Sequence[Accepted | Refused | Held]
        try:
            late = store([offers[number] for number in held], patient=True)
        except DatabaseError as error:
            if not is_locked_elsewhere(error):
                raise
            late = store_readily([offers[number] for number in held])
        for number, one in zip(held, late, strict=True):
            outcomes[number] = one
    return [unavailable() if isinstance(one, Held) else one for one in outcomes]


def store_readily(offers: Sequence[Examined]) -> list[Accepted | Refused | Held]:
    """Without waiting for anybody: what is held elsewhere comes back undecided, and the rest is stored without it."""
    try:
        return store(offers)
    except DatabaseError as error:
        if not is_locked_elsewhere(error):
            raise
    # Something but a standing is held, a row that a foreign key points to, say. Halves find whose it is.
    if len(offers) == 1:
        return [Held.ELSEWHERE]
    middle = len(offers) // 2
    return store_readily(offers[:middle]) + store_readily(offers[middle:])


@overload
def store(offers: Sequence[Examined], *, patient: Literal[True]) -> list[Accepted | Refused]: ...
@overload
def store(offers: Sequence[Examined]) -> list[Accepted | Refused | Held]: ...
def store(offers: Sequence[Examined], *, patient: bool = False) -> Sequence[Accepted | Refused | Held]:
    """Judges and writes the offers in one transaction, in their order."""
    if not offers:
        return []
    with transaction.atomic():
        now = rows.begin(patient=patient)
        moment = time.monotonic()
        ledgers = rows.lock({offer.pair for offer in offers}, patient=patient)
        free = [offer for offer in offers if offer.pair in ledgers]
        found = windows((offer.placement.assignment, offer.student.pk) for offer in free if offer.window is None)
        judge = Judge(ledgers, found)
        known = rows.known_already(one.identity for one in free) if free else []
        decided = [
            judge.decide(offer, now - timedelta(seconds=moment - offer.waiting_since), *before)
            for offer, before in zip(free, known, strict=True)
        ]
        if judge.submissions:
            rows.write(judge.submissions, judge.gradings, ledgers.values())
            transaction.on_commit(ring)
        answers = iter(with_repeats(free, decided))
    return [next(answers) if offer.pair in ledgers else Held.ELSEWHERE for offer in offers]


@dataclass(frozen=True)
class Repeat:
    submission: uuid.UUID
    how: str


class Judge:
    """Decides offers one after the other and remembers what it decided: two of a batch may be the same student's."""

    def __init__(self, ledgers: dict[Pair, Ledger], found: dict[Where, Window]) -> None:
        self.ledgers, self.windows = ledgers, found
        self.submissions: list[Submission] = []
        self.gradings: list[Grading] = []
        self.by_key: dict[Key, uuid.UUID] = {}
        self.by_answers: dict[tuple[Pair, str], uuid.UUID] = {}

    def decide(
        self, offer: Examined, received_at: datetime, same_key: uuid.UUID | None, same_answers: uuid.UUID | None
    ) -> Accepted | Refused | Repeat:
        """`same_key` and `same_answers`: what was stored before this batch."""
        if known := same_key or self.by_key.get(offer.scoped_key):
            return Repeat(known, "key")
        ledger = self.ledgers[offer.pair]
        window = offer.window or self.windows[offer.placement.assignment_id, offer.student.pk]
        refused = refused_by_time(offer.placement.assignment.course, window, received_at)
        if refused is not None:
            return refused
        if known := self.by_answers.get((offer.pair, offer.digest)) or same_answers:
            return Repeat(known, "identical")
        many = window.attempts(offer.placement.max_attempts)
        if 0 < many <= ledger.attempts:
            return Refused(
                "no_attempts", f"All {many} attempts are used." if many > 1 else "The only attempt is used.", "See what they earned."
            )
        return self.admit(offer, ledger, received_at, window)

    def admit(self, offer: Examined, ledger: Ledger, received_at: datetime, window: Window) -> Accepted:
        submission = Submission(
            placement=offer.placement,
            student=offer.student,
            course=offer.placement.assignment.course,
            credential_id=offer.credential,
            revision_id=offer.placement.revision_id,
            python=offer.placement.python,
            worth=offer.placement.points,
            attempt_no=ledger.attempts + ledger.returned + 1,
            answers=offer.answers,
            answers_digest=offer.digest,
            confidence=offer.confidence,
            idempotency_key=offer.key,
            received_at=received_at,
            opens_at_snapshot=window.opens,
            due_at_snapshot=window.due,
            closes_at_snapshot=window.closes,
            credit=window.credit(received_at),
            is_late=window.is_late(received_at),
            channel=offer.channel,
            term=offer.placement.assignment.course.term,
        )
        soon = window.due is not None and window.due - received_at < SOON
        priority = DUE_SOON if soon else INTERACTIVE if offer.channel == Submission.Channel.WEB else BATCH
        self.submissions.append(submission)
        self.gradings.append(Grading(submission=submission, grader_version=GRADER_VERSION, next_at=received_at, priority=priority))
        ledger.attempts += 1
        ledger.last_submission = submission.pk
        self.by_key[offer.scoped_key] = self.by_answers[offer.pair, offer.digest] = submission.pk
        return Accepted(submission, created=True)


def refused_by_time(course: Course, window: Window, received_at: datetime) -> Refused | None:
    def said(when: datetime) -> str:
        return f"{when.astimezone(course.zone()):%Y-%m-%d at %H:%M} ({course.time_zone})"

    if not window.has_opened(received_at):
        if window.opens is None or not window.published:
            return Refused("not_open", "This assignment is not open.", "Ask your instructor when it will be.")
        return Refused("not_open", "This assignment is not open yet.", f"It opens on {said(window.opens)}.")
    if window.is_over(received_at):
        if window.begun and window.sitting_ends and window.due == window.sitting_ends:
            began = f"You began on {said(window.begun)} and had until {said(window.sitting_ends)}."
            return Refused("closed", f"Your time is over. {began}", "What you handed in before counts.")
        closed = f"It was due on {said(window.due)}." if window.due else ""
        return Refused("closed", f"This assignment is closed. {closed}", "Ask your instructor for an extension.")
    if window.waits_to_begin:
        return Refused("not_begun", "This assignment has a time limit, and the student has not begun it.", "Begin it on its page first.")
    return None


def with_repeats(offers: Sequence[Examined], decisions: Sequence[Accepted | Refused | Repeat]) -> list[Accepted | Refused]:
    """Repeats with the submission that they repeat; a key that comes back with anything else is refused."""
    repeats = {one.submission for one in decisions if isinstance(one, Repeat)}
    known = Submission.objects.in_bulk(repeats) if repeats else {}
    outcomes: list[Accepted | Refused] = []
    for offer, one in zip(offers, decisions, strict=True):
        if not isinstance(one, Repeat):
            outcomes.append(one)
            continue
        stored = known[one.submission]
        if stored.placement_id == offer.placement.pk and stored.answers_digest == offer.digest:
            outcomes.append(Accepted(stored, created=False, repeated=one.how))
        else:
            outcomes.append(Refused("key_reused", "This key was used for other answers.", "Use a new key for every new answer."))
    return outcomes


GROUP: GroupCommit[Examined, Accepted | Refused | Held] = GroupCommit(store_readily)
