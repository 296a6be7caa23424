"""Exercises are read and tried behind the wall too: whoever writes one may be as wrong, or as ill-meaning, as anybody."""

from __future__ import annotations

from exercises.formats import ExerciseError
from exercises.reading.checking import Checked, refused
from grader.simulating.child import SERVER, SimulatorCrashed
from grader.simulating.jobs import Check


def check_behind_the_wall(text: str, path: str, *, beliefs: bool = False) -> Checked:
    """Raises SimulatorUnavailable where this machine does not let it finish."""
    try:
        return Checked.from_json(SERVER.answer(Check(text, path, beliefs)))
    except SimulatorCrashed as error:
        return refused(path, ExerciseError(1, f"The simulator breaks down on this program ({error}).", "Write it in another way.", path))
