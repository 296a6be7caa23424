"""Who may see a replay and when, how it is waited for, and that it is worked out once."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.db.models import QuerySet

from exercises.models import Assignment, Placement
from grader.deciding import regrading
from grader.models import JobRow, Submission
from grader.working.answering import answer_all_due
from tests.people import CANARY, School, school

__all__ = ["school"]

pytestmark = pytest.mark.django_db

RING = """\
import gc


gc.disable()
class Node:
    pass
a = Node()
b = Node()
a.peer = b
b.peer = a
box = [a]
single = Node()
del single  #? dies
del b
box.clear()
del a  #? alive
print(gc.collect())  #? prints
"""


NEVER_RUN = """\
a = []
b = a
if not a is b:
    a = None
print(a is b)  #? prints
"""
LONG = """\
kept = []
for i in range(600):
    kept.append([i])
print(len(kept))  #? prints
"""


def finished_ring(school: School) -> Submission:
    """Alice has used her only attempt, and her attempts are all that the truth waits for."""
    Assignment.objects.update(reveal="after_attempts", reveal_together=False)
    placement = school.place("A ring", RING, max_attempts=1)
    first, second, third = (one["id"] for one in placement.revision.spec["questions"])
    return school.graded(school.alice, {first: [], second: [], third: "0"}, placement)


def asked() -> QuerySet[JobRow]:
    return JobRow.objects.filter(kind="replay")


def page(school: School, user: str, path: str, status: int = 200, **headers: str) -> str:
    response = school.browser(getattr(school, user)).get(path, headers=headers)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def steps(school: School, user: str, path: str) -> dict[str, Any]:
    response = school.browser(getattr(school, user)).get(path, headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200 and response.headers["Content-Encoding"] == "gzip"
    answer: dict[str, Any] = json.loads(gzip.decompress(response.content))
    return answer


def test_a_student_who_has_finished_waits_once_and_then_it_is_there(school: School) -> None:
    path = f"/submissions/{finished_ring(school).pk}/replay/"
    assert f'href="{path}"' in page(school, "alice", path.removesuffix("replay/"))
    waiting = page(school, "alice", path)
    assert "It is next." in waiting and f'hx-get="{path}?look=1"' in waiting
    again = page(school, "alice", f"{path}?look=1", **{"HX-Request": "true"})
    assert "<html" not in again and "look=2" in again
    assert school.browser(school.alice).get(f"{path}data/").status_code == 202
    answer_all_due()
    there = page(school, "alice", f"{path}?look=2", **{"HX-Request": "true"})
    assert "<html" not in there and f'data-replay="{path}data/"' in there and "hx-get" not in there
    answer = steps(school, "alice", f"{path}data/")
    assert any("only the cycle" in one.get("words", "") for one in answer["steps"])
    assert asked().get().state == "answered"
    answer_all_due()
    assert page(school, "ivan", path) and asked().get().tries == 1, "worked out once, for everybody"


def test_what_was_graded_again_under_another_python_is_replayed_under_it(school: School) -> None:
    submission = finished_ring(school)
    path = f"/submissions/{submission.pk}/replay/"
    assert "as CPython 3.13 does it" in page(school, "alice", path)
    Placement.objects.filter(pk=submission.placement_id).update(python="3.14")
    again = regrading.request(
        course=school.course, placement=submission.placement, reason="Set for 3.14.", by=school.ivan, to_pinned_revision=True
    )
    school.grade()
    regrading.apply(again, school.ivan)
    assert "as CPython 3.14 does it" in page(school, "alice", path)


def test_whoever_waits_is_told_how_many_come_before(school: School) -> None:
    first = finished_ring(school)
    page(school, "alice", f"/submissions/{first.pk}/replay/")
    waiting = page(school, "ivan", f"/exercises/{school.canary.pk}/replay/")
    assert "1 other comes before it." in waiting


def test_nobody_who_may_still_answer_sees_a_replay(school: School) -> None:
    submission = school.graded(school.alice, {"q1": "42", "q2": []})
    path = f"/submissions/{submission.pk}/replay/"
    for user in ("alice", "bob", "charlie", "dora"):
        page(school, user, path, 404)
        page(school, user, f"{path}data/", 404)
        page(school, user, f"/exercises/{school.canary.pk}/replay/", 404)
        page(school, user, f"/exercises/{school.canary.pk}/replay/data/", 404)
    assert not asked().exists(), "and nothing is worked out for them"
    verdict = page(school, "alice", path.removesuffix("replay/"))
    assert "Show me" not in verdict and "replay" not in verdict
    school.close()
    page(school, "alice", path)
    page(school, "bob", path, 404)


def test_the_staff_always_see_it(school: School) -> None:
    submission = school.graded(school.alice, {"q1": "42", "q2": []})
    for user in ("tara", "ivan"):
        page(school, user, f"/submissions/{submission.pk}/replay/")
        page(school, user, f"/exercises/{school.canary.pk}/replay/")
    answer_all_due()
    assert f'href="/exercises/{school.canary.pk}/replay/"' in page(school, "ivan", f"/exercises/{school.canary.pk}/")
    assert CANARY in page(school, "ivan", f"/exercises/{school.canary.pk}/replay/?step=999")
    assert CANARY in json.dumps(steps(school, "tara", f"/exercises/{school.canary.pk}/replay/data/"))
    page(school, "dora", f"/exercises/{school.canary.pk}/replay/", 404)


def test_show_me_leads_to_the_moment_of_its_question_with_both_answers(school: School) -> None:
    submission = finished_ring(school)
    path = f"/submissions/{submission.pk}/replay/"
    page(school, "alice", path)
    answer_all_due()
    dies, alive, prints = (one["id"] for one in submission.revision.spec["questions"])
    verdict = page(school, "alice", path.removesuffix("replay/"))
    for question in (dies, alive, prints):
        assert f'href="{path}?question={question}"' in verdict
    shown = page(school, "alice", f"{path}?question={dies}")
    assert "The Node single dies: <code>del single</code> closed its last reference" in shown
    assert "You said" in shown and "It is" in shown
    assert "It prints 2." in page(school, "alice", f"{path}?question={prints}")
    assert "count 1, unreachable, not yet freed" in page(school, "alice", f"{path}?question={alive}")


def test_without_scripts_every_step_is_a_link_away(school: School) -> None:
    path = f"/exercises/{school.place('A ring', RING).pk}/replay/"
    page(school, "ivan", path)
    answer_all_due()
    first = page(school, "ivan", path)
    assert "Step 1 of" in first and f'href="{path}?step=1"' in first and f'href="{path}?line=13"' in first
    last = page(school, "ivan", f"{path}?step=100000")
    assert "The program has ended." in last
    for odd in ("step=-1", "step=x", "line=0", "line=9999", "question=nothing", "step=1e9", "look=x"):
        assert "Step 1 of" in page(school, "ivan", f"{path}?{odd}")


def test_what_cannot_be_worked_out_says_so(school: School) -> None:
    submission = finished_ring(school)
    path = f"/submissions/{submission.pk}/replay/"
    page(school, "alice", path)
    now = asked().get().asked_at
    asked().update(state="failed", reason="The simulator breaks down on this program.", answered_at=now)
    asked().update(answered_at=asked().get().last_asked_at)
    assert "The simulator breaks down on this program." in page(school, "alice", path)


def test_a_line_that_never_runs_is_no_link(school: School) -> None:
    path = f"/exercises/{school.place('Never', NEVER_RUN).pk}/replay/"
    page(school, "ivan", path)
    answer_all_due()
    shown = page(school, "ivan", path)
    assert f'href="{path}?line=6"' in shown and f'href="{path}?line=9"' not in shown
    assert "Step 1 of" in page(school, "ivan", f"{path}?line=9")


def test_a_program_that_does_a_lot_is_shown_by_line_after_a_while_and_the_page_says_so(school: School) -> None:
    path = f"/exercises/{school.place('A lot', LONG).pk}/replay/"
    page(school, "ivan", path)
    answer_all_due()
    assert "single events only whole lines are shown, and the last" in page(school, "ivan", path)
