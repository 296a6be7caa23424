"""Ivan changes what an exercise is worth while his class answers it: every score follows by itself, on every page and in every file."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from exercises.models import Placement
from tests.api.client import program
from tests.people import CANARY, School, school

__all__ = ["school"]

RIGHT = {"q1": CANARY, "q2": []}
HALF = {"q1": "42", "q2": []}
EXPORT = "/courses/memory-101/gradebook.csv"


def worth(school: School, points: int) -> None:
    Placement.objects.filter(pk=school.canary.pk).update(points=Decimal(points))


def export(school: School) -> dict[str, dict[str, str]]:
    text = school.browser(school.ivan).get(EXPORT).getvalue().decode("utf-8-sig")
    return {row["user name"]: row for row in csv.DictReader(io.StringIO(text))}


def html(school: School, user: str, path: str) -> str:
    return school.browser(getattr(school, user)).get(path).content.decode()


def test_scores_follow_the_points_up_and_down_again(school: School) -> None:
    alices, bobs = school.graded(school.alice, RIGHT), school.graded(school.bob, HALF)
    for points in (1, 2, 4, 1):
        worth(school, points)
        rows = export(school)
        assert (Decimal(rows["alice"]["total"]), Decimal(rows["bob"]["total"])) == (points, Decimal(points) / 2)
        book = html(school, "ivan", "/courses/memory-101/gradebook/")
        assert f"{points}</a>" in book.split("Alice Example")[1].split("</tr>")[0]
        whole = html(school, "alice", f"/submissions/{alices.pk}/")
        assert f"{points} of {points} point" in whole and "2 of 2 questions right" in whole
        assert f"Solved, {points} of {points}" in html(school, "alice", f"/exercises/{school.canary.pk}/")
        analysis = html(school, "ivan", f"/placements/{school.canary.pk}/analysis/")
        assert "<b>1</b>solved it at once" in analysis and "<b>1</b>solved it by now" in analysis
        body = program(school).get(f"submissions/{bobs.pk}/").body["result"]
        assert (Decimal(body["points"]), Decimal(body["max_points"])) == (Decimal(points) / 2, points)


def test_lowered_points_never_show_more_than_all_of_them(school: School) -> None:
    worth(school, 9)
    school.graded(school.alice, RIGHT)
    worth(school, 1)
    assert Decimal(export(school)["alice"]["total"]) == 1


def test_an_exercise_that_is_worth_nothing_is_solved_all_the_same(school: School) -> None:
    worth(school, 0)
    submission = school.graded(school.alice, HALF)
    assert "1 of 2 questions right" in html(school, "alice", f"/submissions/{submission.pk}/")
    worth(school, 2)
    assert Decimal(export(school)["alice"]["total"]) == 1
