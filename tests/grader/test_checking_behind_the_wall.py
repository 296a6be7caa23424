"""Whoever writes an exercise may be as wrong as anybody: it is read and tried where a program can harm nobody."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exercises.models import Exercise
from grader.simulating.child import SERVER
from tests.exercises.conftest import HEAD

PROGRAM = HEAD + "a = []\nb = a  #? count a id=first\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a_list.py"
    path.write_text(PROGRAM)
    return path


def test_a_program_on_which_the_simulator_dies_ends_in_a_sentence_and_not_with_the_command(file: Path) -> None:
    good = file.with_name("good.py")
    good.write_text(PROGRAM + "c = b\n")
    SERVER.failpoints[PROGRAM] = "segfault"
    out, errors = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 of 2 exercises cannot be used"):
        call_command("check_exercises", str(file.parent), stdout=out, stderr=errors)
    said = "a_list.py:1: The simulator breaks down on this program (the simulator died (SIGSEGV)). Write it in another way."
    assert said in errors.getvalue()
    assert "good.py: A list and its names" in out.getvalue()


def test_a_program_that_takes_too_long_for_this_machine_is_no_mistake_of_the_author(file: Path) -> None:
    SERVER.failpoints[PROGRAM] = "hang"
    with pytest.raises(CommandError, match=r"cannot be tried on this machine just now: .* Run the command again\."):
        call_command("check_exercises", str(file))


@pytest.mark.django_db
def test_loading_goes_the_same_way_and_loads_nothing_in_half(file: Path) -> None:
    SERVER.failpoints[PROGRAM] = "raise"
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_exercises", str(file), stderr=StringIO())
    assert not Exercise.objects.exists()
    SERVER.failpoints.clear()
    call_command("load_exercises", str(file), stdout=StringIO())
    assert Exercise.objects.get().slug == "a-list"


def test_a_program_without_end_is_stopped_in_every_version_and_named(file: Path) -> None:
    file.write_text(HEAD + "a = []\nwhile True:\n    pass\nb = a  #? count a\n")
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("check_exercises", str(file), stderr=errors)
    assert "a_list.py:7: On Python 3.12 the simulator stops" in errors.getvalue()
