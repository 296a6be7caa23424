"""What a class gets wrong, by first attempts: later ones were made by people who had seen a verdict. Figures are GROUP BYs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Max, Q, QuerySet, Sum

from exercises.models import Placement, Revision
from exercises.reading.identity import question_changes
from exercises.reading.revision import questions_of
from grader.marking.evidence import Evidence
from grader.marking.saying import described
from grader.models import Response, Result, Standing, that_count
from grader.reading.staff import students_of

MOST_BEHIND = 3  # ideas that are named beside an answer
LEAST_BEHIND = 0.3  # students who are thought to hold one, for it to be named


@dataclass(frozen=True)
class Behind:
    belief: str
    students: float


@dataclass
class AnswerCount:
    text: str
    right: bool
    fraction: float
    count: int
    share: float
    ideas: list[Behind]


@dataclass
class ItemQuestion:
    spec: dict[str, Any]
    facility: float | None
    truth_text: str
    answers: list[AnswerCount] = field(default_factory=list)
    confident_wrong: int = 0


@dataclass(frozen=True)
class ItemAnalysis:
    placement: Placement
    students: int
    answered: int
    graded: int
    facility: float | None
    solved_first: int
    solved_ever: int
    attempts: int
    questions: list[ItemQuestion]


def item_analysis(placement: Placement) -> ItemAnalysis:
    """Of today's students alone: whoever has left, or has become staff, is no part of the class. Queries as many as for one student."""
    students = students_of(placement.assignment.course).order_by()
    standings = Standing.objects.filter(placement=placement, student__in=students, attempts__gt=0)
    facts = standings.aggregate(
        answered=Count("pk"), graded=Count("first_fraction"), attempts=Sum("attempts"), solved=Count("pk", filter=Q(best_fraction__gte=1))
    )
    # Before late credit: lateness says nothing about an exercise.
    firsts = that_count(Result.objects.filter(submission__in=standings.values("first_submission"))).defer("evidence")
    marked: list[tuple[int, Decimal]] = list(firsts.values_list("revision_id", "fraction"))
    fractions = [fraction for _, fraction in marked]
    responses = Response.objects.filter(submission__in=standings.values("first_submission"))
    return ItemAnalysis(
        placement=placement,
        students=students.count(),
        answered=facts["answered"],
        graded=facts["graded"],
        facility=float(sum(fractions)) / len(fractions) if fractions else None,
        solved_first=sum(1 for one in fractions if one >= 1),
        solved_ever=facts["solved"],
        attempts=facts["attempts"] or 0,
        questions=_questions(placement, responses, Counter(revision for revision, _ in marked)),
    )


def _questions(placement: Placement, responses: QuerySet[Response], graded: Counter[int]) -> list[ItemQuestion]:
    """Answers under other revisions are answers to the same questions where these ask the same (and to no question here, where not).
    `graded`: first attempts by the revision they were marked against.
    """
    grouped = responses.values("revision_id", "question", "answer_digest", "right").annotate(
        count=Count("pk"),
        fraction=Avg("fraction"),
        text=Max("answer_text"),
        certain=Count("pk", filter=Q(confidence__gte=4)),
        one=Max("pk"),
    )
    rows: list[dict[str, Any]] = [dict(row) for row in grouped.order_by("-count", "one")]
    names = _names_here(placement, set(graded))
    held = _held(responses)
    truths = _truths(placement, names)
    found = []
    for spec in placement.revision.spec["questions"]:
        mine = [row for row in rows if names.get((row["revision_id"], row["question"])) == spec["id"]]
        asked = sum(many for revision, many in graded.items() if spec["id"] in _asked_under(names, revision))
        answers = [_answer(several, asked, held) for several in _alike(mine)]
        left_out = asked - sum(one.count for one in answers)
        if left_out > 0:
            answers.append(AnswerCount("no answer", False, 0.0, left_out, left_out / asked, []))
        found.append(
            ItemQuestion(
                spec=spec,
                facility=sum(one.fraction * one.count for one in answers) / asked if asked else None,
                truth_text=truths.get(spec["id"], ""),
                answers=answers,
                confident_wrong=sum(row["certain"] for row in mine if not row["right"]),
            )
        )
    return found


def _asked_under(names: dict[tuple[int, str], str], revision: int) -> set[str]:
    return {here for (other, _), here in names.items() if other == revision}


def _alike(rows: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The same answer under several revisions is one, as long as it is equally right under them."""
    groups: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["answer_digest"], row["right"]), []).append(row)
    return sorted(groups.values(), key=lambda several: -sum(row["count"] for row in several))


def _answer(several: list[dict[str, Any]], asked: int, held: dict[tuple[int, str, str], dict[str, float]]) -> AnswerCount:
    count = sum(row["count"] for row in several)
    keys = {(row["revision_id"], row["question"], row["answer_digest"]) for row in several}
    models: dict[str, float] = {}
    for key in keys:
        for name, students in held.get(key, {}).items():
            models[name] = models.get(name, 0.0) + students
    likeliest = sorted(models.items(), key=lambda one: (-one[1], one[0]))[:MOST_BEHIND]
    return AnswerCount(
        text=several[0]["text"],
        right=several[0]["right"],
        fraction=float(several[0]["fraction"]),
        count=count,
        share=count / asked if asked else 0.0,
        ideas=[Behind(described(name)["belief"], students) for name, students in likeliest if students >= LEAST_BEHIND],
    )


def _held(responses: QuerySet[Response]) -> dict[tuple[int, str, str], dict[str, float]]:
    """(revision, question, answer) to how many of those who gave it are thought to hold each model that gives it."""
    found: dict[tuple[int, str, str], dict[str, float]] = {}
    rows = responses.exclude(models={}).order_by().values_list("revision_id", "question", "answer_digest", "models")
    for revision, question, digest, models in rows:
        mine = found.setdefault((revision, question, digest), {})
        for name, weight in models.items():
            mine[name] = mine.get(name, 0.0) + weight
    return found


def _names_here(placement: Placement, revisions: set[int]) -> dict[tuple[int, str], str]:
    """(revision, question) -> the id under which the pinned revision asks the same."""
    pinned = questions_of(placement.revision)
    names = {(placement.revision_id, one.id): one.id for one in pinned}
    for other in Revision.objects.filter(pk__in=revisions - {placement.revision_id}):
        kept = question_changes(questions_of(other), pinned).kept
        names |= {(other.pk, before): after for before, after in kept.items()}
    return names


def _truths(placement: Placement, names: dict[tuple[int, str], str]) -> dict[str, str]:
    """What is right, in words, by one result: under the pinned revision if there is one."""
    results = Result.objects.filter(submission__placement=placement, revision__in={revision for revision, _ in names})
    one = results.filter(revision=placement.revision_id).order_by("-pk").first() or results.order_by("-pk").first()
    if one is None:
        return {}
    marked = Evidence.from_json(one.evidence).questions
    return {names[one.revision_id, question.id]: question.truth_text for question in marked if (one.revision_id, question.id) in names}
