"""What is asked of the simulator beside grades: by a row and the bell, answered behind the wall, stored once."""

from __future__ import annotations

import gzip
import json
import signal
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

import sim
from exercises.clock import database_now
from exercises.models import User
from exercises.reading.exercise import SHIPPED, exercise_files
from exercises.reading.shown import program_text
from grader.accepting.asking import ask
from grader.models import JobRow, Simulation
from grader.simulating.child import SERVER
from grader.simulating.jobs import IN_ADVANCE, Check, Compare, Job, JobRefused, Program, Replay, Wanted, Why
from grader.simulating.simulations import outcome_for
from grader.working.answering import answer_all_due, answer_due, claim_job, free_left_jobs, store
from grader.working.node import NODE
from tests.exercises.conftest import HEAD
from tests.grader.fleet import DRAIN, Fleet, patient
from tests.grader.school import School

pytestmark = pytest.mark.django_db

RING = """\
import gc
gc.disable()
class Node:
    pass
a = Node()
a.me = a
b = [a]
print(len(b))
b.clear()
del a
"""


def answered(job: Job) -> dict[str, Any]:
    ask(job)
    answer_all_due()
    row = JobRow.objects.get(digest=job.digest)
    assert row.state == "answered", row.reason
    assert row.size == len(json.dumps(row.answer, separators=(",", ":")).encode())
    answer: dict[str, Any] = row.answer
    return answer


# ---------------------------------------------------------------------------------------------- the kinds


def test_a_replay_has_a_picture_for_every_event_and_says_what_each_printed() -> None:
    replay = answered(Replay(RING, "3.13"))
    assert [(one["line"], one.get("printed", "")) for one in replay["steps"] if one.get("leaves")][-4:-1] == [(8, "1\n"), (9, ""), (10, "")]
    shown: dict[int, dict[str, Any]] = {}
    for step in replay["steps"]:
        for number in step.get("gone", ()):
            del shown[number]
        shown |= {replay["boxes"][place]["number"]: replay["boxes"][place] for place in step.get("boxes", ())}
        if step["line"] == 10 and step.get("leaves"):
            (node,) = [box for box in shown.values() if box["kind"] == "Node"]
            assert (node["label"], node["count"], node["states"]) == ("Node a", 1, ["unreachable"])
    assert (replay["version"], replay["ending"], replay["by_event"], replay["lines_left_out"]) == (2, "finished", len(replay["steps"]), 0)


def test_a_replay_of_every_shipped_exercise_is_whole_and_small() -> None:
    """Behind the wall, as for a page."""
    sizes = {}
    for file in exercise_files(SHIPPED):
        job = Replay(program_text(file.read_text()), "3.13")
        replay = SERVER.answer(job)
        sizes[file.stem] = len(gzip.compress(json.dumps(replay, separators=(",", ":")).encode()))
        assert len(replay["steps"]) == replay["by_event"] and not replay["steps_left_out"], file.stem
    assert max(sizes.values()) <= 60_000, sizes


def test_a_replay_that_is_too_long_goes_on_by_line_and_then_stops_and_says_so() -> None:
    replay = answered(Replay("kept = []\nfor i in range(2000):\n    kept.append([i])\n", "3.13"))
    assert 0 < replay["by_event"] < len(replay["steps"]) < 1000 and replay["lines_left_out"] > 3000
    assert replay["ending"] == "finished" and len(gzip.compress(json.dumps(replay).encode())) <= 400_000


def test_a_wrong_model_is_shown_beside_cpython_up_to_where_they_part() -> None:
    found = answered(Compare(RING, "3.13", "del-destroys"))
    assert found["right"]["output"] == found["wrong"]["output"] == "1\n"
    assert [(one["line"], one["text"]) for one in found["parting"]] == [(0, "the list b dies"), (10, "the Node a dies")]


def test_why_names_who_holds_an_object_or_says_what_there_is_instead() -> None:
    found = answered(Why(RING, "3.13", 7, "a"))
    assert [one["text"] for one in found["holders"]] == ["the global a", "item 0 of the list b", "attribute me of the Node a"]
    assert found["count"] == 3 and found["found"]
    missing = answered(Why(RING, "3.13", 99, "a"))
    assert not missing["found"] and "the program has 10 lines" in missing["sentences"][0]


def test_a_check_says_what_check_exercises_prints() -> None:
    good = answered(Check(HEAD + "a = [1]\nb = a\na = None  #? dies id=first\n", "a_list.py", beliefs=True))
    assert good["errors"] == [] and good["truths"] == {"first": "none of them"} and "none-frees" in good["beliefs"]
    bad = answered(Check(HEAD + "a = []\n#? cuont a\n", "a_list.py"))
    assert bad["errors"][0] == {
        "line": 7,
        "message": "“cuont” is not a kind of question.",
        "remedy": "The kinds are: prints, count, dies, alive, collect, order, same, holders.",
    }
    assert bad["exercise"] is None


def test_sams_program_passes_the_checks_that_its_author_asked_for_or_is_told_why_not() -> None:
    checks = [
        {"check": "output", "equals": "1"},
        {"check": "count", "name": "a", "line": 7, "equals": 3},
        {"check": "dies", "name": "a", "line": 10},
        {"check": "nothing unreachable"},
    ]
    found = answered(Program(RING, "3.13", checks))
    assert [one["passed"] for one in found["checks"]] == [True, True, False, False] and not found["passed"]
    assert found["checks"][2]["sentence"] == "a does not die on line 10: it dies when the program ends."
    assert found["checks"][3]["sentence"] == "After its last line, nothing leads to Node a any more, and it is not freed."
    mended = answered(Program(RING.replace("del a\n", "del a.me\ndel a\n"), "3.13", [*checks[:2], {**checks[2], "line": 11}, checks[3]]))
    assert mended["passed"]


def test_a_program_that_fails_or_never_ends_passes_nothing_and_hears_how_it_ended() -> None:
    checks = [{"check": "nothing unreachable"}, {"check": "output", "equals": ""}]
    failing = answered(Program("x = 1 / 0\n", "3.13", checks))
    assert failing["said"] == "The program ends with ZeroDivisionError: division by zero on line 1."
    endless = answered(Program("while True:\n    pass\n", "3.13", checks))
    assert not endless["passed"] and "instructions" in endless["checks"][0]["sentence"]
    assert "module os" in answered(Program("import os\n", "3.13", checks))["said"]


REFUSED: dict[str, tuple[Any, str, str]] = {
    "an unknown version": (lambda: Replay("x = 1\n", "2.7"), "python", "Known are: 3.11"),
    "an unknown model": (lambda: Compare("x = 1\n", "3.13", "magic"), "belief", "Known are: "),
    "a long program": (lambda: Replay("x = 1\n" * 4000, "3.13"), "source", "Show one thing at a time."),
    "a line that is none": (lambda: Why("x = 1\n", "3.13", 0, "x"), "line", "from 1"),
    "a name that is an expression": (lambda: Why("x = 1\n", "3.13", 1, "x + 1"), "name", "a.next"),
    "an unknown check": (lambda: Program("x = 1\n", "3.13", [{"check": "leaks"}]), "checks/0/check", "output, count, dies"),
    "a check that lacks a field": (lambda: Program("x = 1\n", "3.13", [{"check": "dies", "name": "x"}]), "checks/0", '"line": 7'),
    "a check with a wrong value": (
        lambda: Program("x = 1\n", "3.13", [{"check": "output", "equals": "1"}, {"check": "dies", "name": "x", "line": "7"}]),
        "checks/1/line",
        '"line": 7',
    ),
    "too many checks": (lambda: Program("x = 1\n", "3.13", [{"check": "nothing unreachable"}] * 21), "checks", "Send ["),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_a_job_is_refused_with_place_and_remedy(what: str) -> None:
    make, place, remedy = REFUSED[what]
    with pytest.raises(JobRefused) as refused:
        make()
    assert refused.value.place == place and remedy in refused.value.remedy
    assert not JobRow.objects.exists()


def test_a_run_is_not_asked_for_from_a_page_but_grades_rest_on_it() -> None:
    with pytest.raises(JobRefused, match="Ask for one of: replay"):
        ask(Wanted("x = 1\n", "3.13"))


def test_outcomes_that_were_stored_before_there_were_kinds_of_jobs_are_found() -> None:
    """The digest of a run is part of what is stored: it must not move."""
    assert Wanted("x = 1\n", "3.13").digest == Wanted("x = 1\n", "3.13", "cpython", 0, ()).digest
    outcome_for(Wanted("print('\\x00', '\\ud800')\n", "3.13"))
    stored = Simulation.objects.get()
    assert stored.outcome["output"] == "␀ \ufffd\n", "what no database takes is shown by a sign, when it is new as when it was kept"
    SERVER.stop()
    SERVER.failpoints["print('\\x00', '\\ud800')\n"] = "segfault"
    assert outcome_for(Wanted("print('\\x00', '\\ud800')\n", "3.13")).output == "␀ \ufffd\n"


TEXTS = {
    "names that are not ASCII": "größe = [1]\nprint(größe)\n",
    "characters by their names": 'print("\\N{BULLET}")\n',
    "letters beyond Latin": 'print("ſ".upper(), "ß".casefold())\n',
    "half of a surrogate pair": 'print(ascii("\\ud800"))\n',
    "every codec": "".join(
        f'print(len("a•".encode("{name}")))\n' for name in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
    ),
    "bytes": 'print(b"\\xe9".decode("latin-1"), "é".encode("ascii", "backslashreplace"))\n',
}


@pytest.mark.parametrize("what", TEXTS)
def test_a_program_with_any_text_runs_behind_the_wall_as_it_does_before_it(what: str) -> None:
    """The host loads tables of characters and codecs from files when they are first used, and behind the wall there are no files."""
    SERVER.stop()
    assert SERVER.simulate(TEXTS[what], "3.13", "cpython", 0, ())["output"] == sim.run(TEXTS[what], python="3.13").output


# ---------------------------------------------------------------------------------------------- the row


def test_equal_jobs_share_one_row_and_one_answer() -> None:
    one, other = ask(Replay(RING, "3.13")), ask(Replay(RING, "3.13"))
    assert one.pk == other.pk and ask(Replay(RING, "3.12")).pk != one.pk
    answer_all_due()
    again = ask(Replay(RING, "3.13"))
    assert again.state == "answered" and again.tries == 1
    assert JobRow.objects.count() == 2


def test_nothing_runs_where_it_is_asked() -> None:
    SERVER.failpoints[RING] = "segfault"
    row = ask(Replay(RING, "3.13"))
    assert (row.state, row.tries) == ("waiting", 0)


def test_somebody_who_waits_comes_before_what_is_worked_out_in_advance() -> None:
    early = [ask(Why(RING, "3.13", line, "a"), priority=IN_ADVANCE) for line in (5, 6)]
    waiting = ask(Why(RING, "3.13", 7, "a"))
    ask(Why(RING, "3.13", 6, "a"))  # somebody now waits for this one too
    order = []
    while (claimed := claim_job("node", 0.0)) is not None:
        order.append(claimed.id)
    assert order == [early[1].pk, waiting.pk, early[0].pk]


def test_a_job_on_which_the_simulator_dies_ends_after_three_tries_with_a_reason_and_others_are_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("grader.working.answering.PAUSE_SECONDS", 0.0)
    SERVER.failpoints[RING] = "segfault"
    bad, good = ask(Replay(RING, "3.13")), ask(Replay("x = [1]\n", "3.13"))
    answer_all_due()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.tries, good.state) == ("failed", 3, "answered")
    assert bad.reason == "The simulator breaks down on this program (the simulator died (SIGSEGV))."
    SERVER.failpoints.clear()
    assert ask(Replay(RING, "3.13")).state == "failed", "not at once again"
    JobRow.objects.filter(pk=bad.pk).update(answered_at=database_now() - timedelta(minutes=2))
    assert ask(Replay(RING, "3.13")).state == "waiting"
    answer_all_due()
    bad.refresh_from_db()
    assert bad.state == "answered" and bad.reason == ""


def test_an_answer_that_is_too_large_is_a_reason_and_not_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.working.answering.PAUSE_SECONDS", 0.0)
    SERVER.failpoints[RING] = "flood"
    row = ask(Replay(RING, "3.13"))
    answer_all_due()
    row.refresh_from_db()
    assert row.state == "failed" and "too large to hand over" in row.reason


def test_who_comes_back_after_the_lease_was_lost_writes_nothing() -> None:
    row = ask(Replay(RING, "3.13"))
    slept = claim_job("a node that sleeps", 0.0)
    assert slept is not None
    JobRow.objects.filter(pk=row.pk).update(lease_until=database_now() - timedelta(seconds=1))
    assert free_left_jobs() == 1
    assert answer_due(NODE.begin()) == 1
    before = JobRow.objects.get(pk=row.pk).answer
    store(slept, {"late": True})
    row.refresh_from_db()
    assert (row.state, row.answer, row.fence) == ("answered", before, 2)


def test_a_worker_that_ended_with_a_job_leaves_it_to_others_three_times() -> None:
    row = ask(Replay(RING, "3.13"))
    for _ in range(3):
        assert claim_job("gone", 0.0)
        JobRow.objects.filter(pk=row.pk).update(lease_until=database_now() - timedelta(seconds=1))
        assert free_left_jobs() == 1
    row.refresh_from_db()
    assert row.state == "failed" and "ended, several times" in row.reason


def test_what_another_release_asked_is_not_answered_with_ours() -> None:
    row = ask(Replay(RING, "3.13"))
    JobRow.objects.filter(pk=row.pk).update(digest="0" * 64)
    answer_all_due()
    row.refresh_from_db()
    assert row.state == "failed" and row.reason == "The simulator has changed since this was asked. Ask again."


# Gone through for every version and every wrong model: longer than any job may take.
SLOW = HEAD + "n = 0\nwhile n < 600_000:\n    n += 1\nprint(n)  #? prints\n"


def test_a_grade_does_not_wait_for_a_job_of_a_minute_and_a_node_that_stops_hands_it_back(open_to_all: School, tmp_path: Path) -> None:
    school, job = open_to_all, Check(SLOW, "slow.py", beliefs=True)
    with Fleet(school, tmp_path) as fleet:
        fleet.start_worker("worker", DRAIN)
        row = ask(job)
        assert patient(lambda: JobRow.objects.get(pk=row.pk).state == "working")
        alices = school.answer(school.alice).submission
        assert patient(alices.results.exists)
        row.refresh_from_db()
        assert (row.state, row.tries) == ("working", 1), "graded by the same node, which is still at its job"
        worker = fleet.processes["worker"]
        worker.send_signal(signal.SIGTERM)
        assert patient(lambda: worker.poll() is not None)
        row.refresh_from_db()
        assert (row.state, row.tries, row.lease_owner) == ("waiting", 0, "")


def test_who_looks_after_the_machines_sees_what_was_asked_and_what_failed(client: Client) -> None:
    row = ask(Replay(RING, "3.13"))
    JobRow.objects.filter(pk=row.pk).update(state="failed", reason="It could not be worked out.")
    client.force_login(User.objects.create_superuser("root"))
    assert "It could not be worked out." in client.get("/admin/grader/jobrow/").content.decode()
    assert client.get(f"/admin/grader/jobrow/{row.pk}/change/").status_code == 200
    assert client.get("/admin/grader/jobrow/add/").status_code == 403


# ---------------------------------------------------------------------------------------------- retention


def test_what_nobody_asked_for_lately_is_dropped_and_what_something_rests_on_stays() -> None:
    old, kept, fresh = Replay(RING, "3.11"), Program(RING, "3.13", []), Replay(RING, "3.13")
    for job in (old, fresh):
        answered(job)
    ask(kept, keep=True)
    answer_all_due()
    waiting = ask(Why(RING, "3.13", 7, "a"))
    long_ago = database_now() - timedelta(days=40)
    JobRow.objects.exclude(digest=fresh.digest).update(last_asked_at=long_ago)
    out = StringIO()
    call_command("jobs", stdout=out)
    assert "replay     answered        2" in out.getvalue() and "why        waiting         1" in out.getvalue()
    assert "4 jobs, 1 of them kept; 0 runs that grades rest on." in out.getvalue()
    out = StringIO()
    call_command("drop_recomputable", older_than=30, stdout=out)
    assert out.getvalue().startswith("1 answers dropped")
    assert set(JobRow.objects.values_list("digest", flat=True)) == {kept.digest, fresh.digest, waiting.digest}
    assert answered(old)["ending"] == "finished", "and is worked out anew when somebody asks"
    with pytest.raises(CommandError, match="number of days from 0 on"):
        call_command("drop_recomputable", older_than=-1)
