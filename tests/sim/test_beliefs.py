"""Wrong models of memory run: each answers as somebody who holds it does, any two part somewhere, and none breaks the machine."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields

import pytest

import sim
from sim.errors import SimulationEnd
from sim.limits import Limits
from sim.machine.misbelief import RULES
from sim.machine.world import main_frame, new_world
from sim.profiles import PROFILES
from tests.sim import corpus
from tests.sim.auditing import AuditingMachine
from tests.sim.belief_consequences import CONSEQUENCES
from tests.sim.belief_matrix import Matrix, matrix, unresolved
from tests.sim.belief_programs import OWN, PROGRAMS, Program, answer

WRONG = [belief for belief in sim.BELIEFS if belief != "cpython"]
PROJECT_PROGRAMS = sorted((corpus.HERE / "programs").glob("*.py"))
TRUTH_PROGRAMS = sorted(corpus.PROGRAMS.glob("*/*.py"))


pytestmark = pytest.mark.xdist_group("beliefs")  # what they share is costly: made once, in one process


@pytest.fixture(scope="module")
def answers() -> Matrix:
    return matrix()


def test_every_rule_of_a_belief_can_be_wired_and_every_wired_rule_is_held_by_some_belief() -> None:
    flags = {field.name for field in fields(sim.Belief)} - {"id", "rule"}
    assert flags == set(RULES)
    held = {flag for belief in sim.BELIEFS.values() for flag in flags if getattr(belief, flag)}
    assert held == flags


def test_every_belief_has_one_rule_that_differs_but_for_the_whole_models_and_says_it_in_a_sentence() -> None:
    for belief in sim.BELIEFS.values():
        flags = [flag for flag in RULES if getattr(belief, flag)]
        assert len(flags) == {"cpython": 0, "article": 3}.get(belief.id, 1), belief.id
        assert belief.rule.endswith("."), belief.id


def test_cpython_answers_every_program_as_listed(answers: Matrix) -> None:
    assert answers["cpython"] == {name: program.right for name, program in PROGRAMS.items()}


def test_every_belief_answers_its_own_program_as_was_worked_out_by_hand(answers: Matrix) -> None:
    assert set(OWN) == set(WRONG)
    assert {belief: answers[belief][belief] for belief in OWN} == {belief: program.wrong for belief, program in OWN.items()}


def test_any_two_beliefs_and_the_truth_are_told_apart_by_some_program(answers: Matrix) -> None:
    assert unresolved(answers) == []


@pytest.mark.parametrize(("belief", "text", "expected"), CONSEQUENCES, ids=[row[0] for row in CONSEQUENCES])
def test_a_belief_is_a_rule_with_consequences(belief: str, text: str, expected: str) -> None:
    assert answer(Program(text.strip("\n"), ""), belief) == expected


def test_where_locals_really_die_last_made_first_the_belief_is_the_truth() -> None:
    program = OWN["scope-reverse"]
    assert answer(program, "cpython", "3.14") == answer(program, "scope-reverse", "3.14") == program.wrong


@pytest.mark.parametrize("version", ["3.11", "3.15"])
@pytest.mark.parametrize("belief", WRONG)
def test_a_belief_runs_on_every_version(belief: str, version: str) -> None:
    """Counts and sharing differ between versions, so a few programs are for 3.13 only; elsewhere belief and CPython must part."""
    told = answer(OWN[belief], belief, version)
    if belief not in ("scope-reverse", "count-holders", "store-copies-in", "all-ints-shared", "no-ints-shared"):
        assert told != answer(OWN[belief], "cpython", version)


def sample(belief: str) -> list[bytes]:
    """Other programs for each belief, so that all of them together meet many."""
    place = WRONG.index(belief)
    short = [TRUTH_PROGRAMS[(place * 37 + step * 101) % len(TRUTH_PROGRAMS)] for step in range(2)]
    return [path.read_bytes() for path in (PROJECT_PROGRAMS[place % len(PROJECT_PROGRAMS)], *short)]


def audited_under(belief: str, source: bytes, version: str) -> str | None:
    """The first count, at a hundred-odd moments, that is not the number of holders found."""
    m = new_world(PROFILES[version], sim.BELIEFS[belief], Limits(steps=8_000), AuditingMachine)
    assert isinstance(m, AuditingMachine)
    m.every = 101
    with suppress(SimulationEnd):
        m.push(main_frame(m, source, "<program>"))
        m.run()
    return m.complaint


@pytest.mark.parametrize("belief", WRONG)
def test_a_belief_runs_any_program_to_an_end_and_keeps_the_books(belief: str) -> None:
    for number, source in enumerate(sample(belief)):
        version = sim.PYTHONS[(WRONG.index(belief) + number) % len(sim.PYTHONS)]
        outcome = sim.run(source, python=version, belief=belief, limits=Limits(steps=40_000), record=True)
        assert outcome.ending in ("finished", "exception", "limit", "refused")
        complaint = audited_under(belief, source, version)
        assert complaint is None or audited_under("cpython", source, version) is not None, complaint


def test_what_a_library_module_relies_on_holds_under_every_belief() -> None:
    """dataclasses, enum and functools are written in Python here; a belief about the program must not break them."""
    text = """
import dataclasses, enum, functools
@dataclasses.dataclass
class Point:
    x: int
    tags: list = dataclasses.field(default_factory=list)
class Colour(enum.Enum):
    RED = 1
@functools.lru_cache
def double(n): return 2 * n
print(Point(1), Point(1) == Point(1), Colour.RED, Colour(1) is Colour.RED, double(2), double(2), double.cache_info().hits)
"""
    right = sim.run(text).output
    for belief in WRONG:
        assert sim.run(text, belief=belief).output == right, belief
