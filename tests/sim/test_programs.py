"""Whole programs as students write them: what the simulator prints is what each real interpreter printed, to the byte.

`programs/NAME.py` with `NAME.out`, or `NAME.VERSION.out` where versions print different things; recorded with `python -I NAME.py`.
"""

from pathlib import Path

import pytest

import sim

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


def recorded(program: Path, python: str) -> str:
    of_version = program.with_suffix(f".{python}.out")
    return (of_version if of_version.exists() else program.with_suffix(".out")).read_text(encoding="utf-8")


@pytest.mark.parametrize("python", sim.PYTHONS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_a_student_program_prints_what_the_real_interpreter_printed(program: Path, python: str) -> None:
    """Carol pastes one of last year's programs into the lab and compares with her own terminal."""
    outcome = sim.run(program.read_bytes(), python=python)

    assert outcome.output == recorded(program, python), outcome.reason or outcome.error
    assert outcome.ending == "finished"
