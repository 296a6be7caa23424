"""Programs that mean harm end as they must, each in a process that may use 1 GiB and 10 seconds of CPU.

The budget of steps is lowered, so that all of them fit into a minute; `python -m tests.sim.hostile` runs them with the full one.
"""

from __future__ import annotations

import re

import pytest

from sim import Limits, run
from tests.sim.hostile import ENDLESS, LARGE, Hostile, everything, run_apart
from tests.sim.hostile_texts import nested, noise

STEPS = 25_000
FULL = ("a_dict_of_a_range", "a_deep_list_dropped", "a_quadratic_join", "keys_that_collide", "wide_nested_tuple_hash", "maketrans")
HOST_TEXT = re.compile(r"Traceback|site-packages|/usr/|/home/|/root/|\.py\"|<frozen|sim\.(?:machine|library)|HeapObject|NativeFrame")
ENDINGS = {"limit", "exception", "finished", "refused"}


def rows(programs: list[Hostile], steps: int) -> list[tuple[Hostile, dict]]:
    return list(zip(programs, run_apart(programs, "3.13", steps), strict=True))


pytestmark = pytest.mark.xdist_group("hostile")  # what they share is costly: made once, in one process


@pytest.fixture(scope="module")
def ended():
    return rows(everything(), STEPS)


def test_every_hostile_program_ends_as_it_must(ended):
    assert not [(one.kind, one.name, row["ending"], row.get("reason")) for one, row in ended if row["ending"] not in one.endings]


def test_every_stop_tells_its_reason_and_its_line(ended):
    stopped = [(one, row) for one, row in ended if row["ending"] in ("limit", "refused")]
    assert stopped
    assert not [one.name for one, row in stopped if not row["reason"]]
    assert not [one.name for one, row in stopped if one.kind != "text" and "program text" not in row["reason"] and row["line"] is None]


def test_no_hostile_program_is_shown_the_host(ended):
    shown = [(one.name, text) for one, row in ended for text in [row.get(part) or "" for part in ("output", "stderr", "error", "reason")]]
    assert not [(name, HOST_TEXT.search(text)) for name, text in shown if HOST_TEXT.search(text) and name != "an_exception_named_oddly"]


def test_what_is_told_stays_small(ended):
    assert not [(one.name, row["json"]) for one, row in ended if row.get("json", 0) > 4_000_000]


def test_the_most_costly_programs_end_within_the_full_budget():
    chosen = [one for one in everything() if one.name in FULL]
    assert len(chosen) == len(FULL)
    assert not [(one.name, row["ending"]) for one, row in rows(chosen, Limits().steps) if row["ending"] not in one.endings]


@pytest.mark.parametrize("name", ["a_long_string", "a_tower_of_powers", "a_list_of_a_range"])
def test_what_was_printed_before_a_stop_is_kept(name):
    outcome = run(f"print('before')\n{LARGE[name]}\nprint('after')")
    assert (outcome.ending, outcome.output, outcome.line) == ("limit", "before\n", 2)


def test_no_guest_code_runs_after_a_stop():
    program = f"class A:\n    def __del__(self): print('no')\na = A()\ntry:\n    {ENDLESS['a_loop']}\nfinally:\n    print('no')"
    assert run(program, limits=Limits(steps=1000)).output == ""


@pytest.mark.parametrize("python", ["3.11", "3.15"])
def test_random_and_nested_texts_are_never_a_fault_of_ours(python):
    limits = Limits(steps=2000)
    for name, text in [*nested(1, 150), *noise(2, 60)]:
        outcome = run(text, python=python, limits=limits)
        assert outcome.ending in ENDINGS, name
        assert not HOST_TEXT.search(outcome.reason or ""), name
