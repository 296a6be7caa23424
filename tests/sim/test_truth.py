"""The judge of the simulator is CPython: what every truth program printed under five real interpreters, to the byte."""

import pytest

import sim
from tests.sim import corpus
from tests.sim.corpus import Case

REFUSED = corpus.refused()
DIFFERENT = corpus.known_differences()
CASES = corpus.cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_program_prints_what_cpython_printed(case: Case) -> None:
    outcome = sim.run(case.source(), python=case.version)
    recording = case.recording()
    if case in REFUSED:
        assert outcome.ending == "refused", f"{case} is no longer refused: strike it from refused.tsv"
        assert corpus.refused_feature(outcome) == REFUSED[case]
        return
    assert outcome.ending in ("finished", "exception"), f"{case}: {outcome.reason}"
    if case in DIFFERENT:
        assert outcome.output != recording, f"{case} now prints what CPython prints: strike it from known_differences.tsv"
        return
    assert outcome.output == recording, outcome.error or ""


def test_the_lists_name_only_programs_with_a_recording() -> None:
    assert (REFUSED.keys() | DIFFERENT.keys()) <= set(CASES)
    assert not REFUSED.keys() & DIFFERENT.keys()


def test_only_three_programs_are_too_fragile_to_judge_by() -> None:
    assert len([program for program in corpus.programs() if corpus.fragile(program)]) == 3
    assert len(corpus.programs()) == 451


def test_the_index_lists_every_program() -> None:
    rows = (corpus.PROGRAMS / "INDEX.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split("\t")[0] for row in rows] == corpus.programs()
