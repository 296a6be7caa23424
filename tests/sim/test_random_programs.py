"""Random programs, one a seed: what the simulator prints is what the real interpreters printed when their digests were recorded.

Recorded with `python -m tests.sim.random_programs --count N --record tests/sim/random_programs.jsonl`; `--seed N --whole` shows a
difference where real interpreters are at hand.
"""

import json
from pathlib import Path

import pytest

import sim
from tests.sim import differential
from tests.sim.minimising import minimised
from tests.sim.program_writer import program
from tests.sim.random_programs import digest

ROWS = [json.loads(line) for line in (Path(__file__).parent / "random_programs.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"seed{row['seed']}")
def test_a_random_program_prints_what_the_real_interpreters_printed(row: dict[str, str]) -> None:
    source = program(int(row["seed"]))
    for python in sim.PYTHONS:
        ran = differential.run_simulated(python, source.encode())
        assert digest(f"{ran.output}{ran.error}") == row[python], f"{python}:\n{source}"


def test_a_seed_gives_the_same_program_on_every_machine() -> None:
    assert [digest(program(int(row["seed"]))) for row in ROWS] == [row["program"] for row in ROWS]


def test_every_program_is_valid_and_no_two_are_the_same() -> None:
    programs = [program(seed) for seed in range(100)]
    for text in programs:
        compile(text, "program.py", "exec", dont_inherit=True)
    assert len(set(programs)) == 100


def test_a_difference_tells_the_first_line_that_differs() -> None:
    found = differential.difference("3.13", differential.Ran("a\nb\n"), differential.Ran("a\nc\n", "KeyError"))
    assert found is not None
    assert (found.line, found.cpython, found.simulated, found.before) == (2, "'b'", "'c'", ("a",))
    assert differential.difference("3.13", differential.Ran("a", "KeyError: 1"), differential.Ran("a", "KeyError: 1")) is None


def test_what_a_finalizer_raised_is_not_the_end_of_a_program() -> None:
    stderr = "Exception ignored in: <x>\nTraceback (most recent call last):\n  File\nValueError: a\n"
    assert differential.last_line(f"{stderr}Traceback (most recent call last):\n  File\nKeyError: 1\n{stderr}") == "KeyError: 1"


def test_a_program_is_made_smaller_while_it_still_shows_what_matters() -> None:
    source = "a = 1\nif a:\n    b = [a, (a, 2)]\n    print(b)\nfor x in b:\n    a += 1\nprint(a)\n"
    assert minimised(source, lambda text: "print(b)" in text) == "print(b)\n"
