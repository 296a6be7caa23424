"""Which result counts, and whether the attempt was given back, in every situation there is: the rule is asked for in Python, by the ORM and
in SQL of our own, and all of them must say the same.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from grader.accepting import standings
from grader.clock import uuid_out
from grader.models import Grading, Regrading, Result, Standing, Submission, that_count
from grader.reading.attention import failed_in
from grader.reading.progress import progress_of_all, that_stand
from tests.grader.school import RIGHT, School, open_school

FIRST = ("waiting", "graded", "failed")
AGAIN = ("waiting", "graded", "failed")  # how far a regrading came with this submission
DECIDED = ("asked for", "applied", "undone")


@dataclass(frozen=True)
class Again:
    came: str
    decided: str

    @property
    def possible(self) -> bool:
        return self.decided == "asked for" or self.came != "waiting"  # whoever applies one waits until all is graded


@dataclass(frozen=True)
class Situation:
    first: str
    again: tuple[Again, ...]
    second_applied_first: bool

    @property
    def counting(self) -> str | None:
        """In words: "first", "1", "2", or nothing."""
        order = [1, 0] if self.second_applied_first else [0, 1]
        standing = [str(number + 1) for number in order if number < len(self.again) and self.again[number] == Again("graded", "applied")]
        return standing[-1] if standing else "first" if self.first == "graded" else None

    @property
    def given_back(self) -> bool:
        return self.first == "failed" and self.counting is None


def situations() -> Iterator[Situation]:
    one = [again for again in itertools.starmap(Again, itertools.product(AGAIN, DECIDED)) if again.possible]
    for first in FIRST:
        yield Situation(first, (), False)
        yield from (Situation(first, (again,), False) for again in one)
        yield from (Situation(first, pair, turned) for pair in itertools.product(one, one) for turned in (False, True))


STATES = {"waiting": Grading.State.RECEIVED, "graded": Grading.State.GRADED, "failed": Grading.State.FAILED_PERMANENT}
FRACTIONS = {"first": Decimal("0.25"), "1": Decimal("0.5"), "2": Decimal("0.75")}


def add(submission: Submission, name: str, came: str, regrading: Regrading | None = None) -> None:
    version = regrading.grader_version if regrading else "first"
    Grading.objects.create(submission=submission, grader_version=version, regrading=regrading, state=STATES[came], next_at=timezone.now())
    if came == "graded":
        Result.objects.create(
            submission=submission, grader_version=version, regrading=regrading, fence=1, fraction=FRACTIONS[name], worth=4,
            evidence={"version": 2, "questions": []}, revision_id=submission.revision_id, python="3.13", sim_version="0",
        )  # fmt: skip


def come_about(school: School, one: Situation, answers: dict[str, str]) -> Submission:
    """The rows as they stand when all that has happened."""
    submission = school.answer(school.alice, answers, key=uuid.uuid4().hex).submission
    Grading.objects.filter(submission=submission).delete()
    add(submission, "first", one.first)
    start = timezone.now()
    for number, again in enumerate(one.again, start=1):
        applied = start + timedelta(minutes=-number if one.second_applied_first else number)
        regrading = Regrading.objects.create(
            course=school.course,
            grader_version=uuid.uuid4().hex,
            applied_at=None if again.decided == "asked for" else applied,
            undone_at=start + timedelta(hours=1) if again.decided == "undone" else None,
        )
        add(submission, str(number), again.came, regrading)
    return submission


@pytest.fixture
def school(db: None) -> School:
    return open_school(max_attempts=0)


def given_back_in_sql() -> set[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT s.id FROM grader_submission s WHERE {standings.given_back_sql('s.id')}")
        return {uuid_out(row[0]) for row in cursor.fetchall()}


def test_what_counts_and_what_is_given_back_is_the_same_wherever_it_is_asked(school: School) -> None:
    # Equal answers would be known again: each situation has an answer of its own.
    made = {come_about(school, one, {**RIGHT, "q1": str(number)}).pk: one for number, one in enumerate(situations())}
    counting = {pk: one.counting for pk, one in made.items() if one.counting}
    given_back = {pk for pk, one in made.items() if one.given_back}
    assert len(made) > 200 and len(given_back) > 20

    found = dict(that_count(Result.objects.all()).values_list("submission_id", "fraction"))
    assert found == {pk: FRACTIONS[name] for pk, name in counting.items()}
    assert given_back_in_sql() == given_back
    assert set(failed_in(school.course).values_list("submission_id", flat=True)) == given_back
    assert set(that_stand(Submission.objects.all(), "failed_permanent").values_list("pk", flat=True)) == given_back
    assert set(that_stand(Submission.objects.all(), "graded").values_list("pk", flat=True)) == set(counting)
    for progress in progress_of_all(list(Submission.objects.all())):
        one = made[progress.submission.pk]
        assert (progress.result.fraction if progress.result else None) == FRACTIONS.get(one.counting or ""), one
        assert (progress.state == "failed_permanent") == one.given_back, one
    standings.recompute([(school.alice.pk, school.placement.pk)])
    standing = Standing.objects.get()
    assert (standing.attempts, standing.returned) == (len(made) - len(given_back), len(given_back))
