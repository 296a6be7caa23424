"""Exercises go from files to the database, again and again, and nothing anybody answered is ever changed."""

from __future__ import annotations

import importlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from exercises.models import Exercise, Revision, RevisionIsFrozen
from exercises.reading.revision import program_of, questions_of
from tests.exercises.conftest import Desk

PROGRAM = "a = []\nb = a  #? count a id=q1\n#? holders a id=q2\n"

pytestmark = pytest.mark.django_db


def load(path: Path) -> str:
    out = StringIO()
    call_command("load_exercises", str(path), stdout=out)
    return out.getvalue()


def test_ines_loads_a_file_and_finds_an_exercise_with_its_first_revision(desk: Desk) -> None:
    said = load(desk.write(PROGRAM))
    assert "1 exercises: 1 new, 0 revised, 0 unchanged." in said and "a-list: asks q1, q2\n" in said
    exercise = Exercise.objects.get(slug="a-list")
    assert (exercise.title, exercise.topic) == ("A list and its names", "reference counting")
    revision = exercise.latest_revision()
    assert revision is not None
    assert (revision.number, revision.pythons) == (1, ["3.12", "3.13"])


def test_loading_the_same_file_again_does_nothing(desk: Desk) -> None:
    path = desk.write(PROGRAM)
    load(path)
    assert "0 new, 0 revised, 1 unchanged" in load(path)
    assert Revision.objects.count() == 1


def test_a_changed_file_adds_a_revision_and_leaves_the_first_as_it_was(desk: Desk) -> None:
    path = desk.write(PROGRAM)
    load(path)
    before = Revision.objects.get().source
    desk.write(PROGRAM.replace("b = a", "b = [a]"))
    said = load(path)
    assert "0 new, 1 revised" in said and "a-list: 0 questions kept; changed q1, q2" in said
    assert Revision.objects.get(number=1).source == before
    assert Revision.objects.get(number=2).source != before


def test_a_question_added_above_leaves_the_ids_of_the_others(desk: Desk) -> None:
    path = desk.write("a = []\nb = a  #? count a\n#? holders a\n")
    load(path)
    desk.write("a = []  #? count a id=new\nb = a  #? count a\n#? holders a\n")
    assert "a-list: 2 questions kept; added new\n" in load(path)


def test_going_back_to_an_old_text_makes_no_third_revision(desk: Desk) -> None:
    path = desk.write(PROGRAM)
    load(path)
    desk.write(PROGRAM.replace("b = a", "b = [a]"))
    load(path)
    desk.write(PROGRAM)
    load(path)
    assert Revision.objects.count() == 2


def test_a_revision_cannot_be_changed_by_any_door(desk: Desk) -> None:
    load(desk.write(PROGRAM))
    revision = Revision.objects.get()
    revision.source = "print('cheat')"
    with pytest.raises(RevisionIsFrozen, match="adds a revision"):
        revision.save()
    with pytest.raises(RevisionIsFrozen):
        Revision.objects.update(source="print('cheat')")
    assert "cheat" not in Revision.objects.get().source


def test_one_bad_file_among_good_ones_loads_nothing_and_is_named(desk: Desk) -> None:
    desk.write(PROGRAM)
    desk.write("a = []  #? cuont a\n", name="bad.py")
    errors = StringIO()
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_exercises", str(desk.folder), stderr=errors)
    assert "bad.py:6: “cuont” is not a kind of question." in errors.getvalue()
    assert not Exercise.objects.exists()


def test_two_files_with_one_name_are_refused(desk: Desk) -> None:
    desk.write(PROGRAM)
    (desk.folder / "more").mkdir()
    desk.write(PROGRAM, name="more/a_list.py")
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("load_exercises", str(desk.folder), stderr=errors)
    assert "has the same name. Rename one of the two files." in errors.getvalue()


def test_students_see_the_program_with_its_line_numbers_and_without_questions(desk: Desk) -> None:
    load(desk.write('a = []\nb = a  #? count a\n#? holders a\nprint("#? stays")  # a remark\n'))
    text = program_of(Revision.objects.get())
    assert text.split("\n")[5:] == ["a = []", "b = a", "", 'print("#? stays")  # a remark', ""]
    assert text.split("\n")[:5] == [""] * 5


def test_the_program_is_stored_with_its_colours_so_that_no_page_reads_a_program(desk: Desk) -> None:
    load(desk.write('def f(n=1):\n    return """a\n<b>"""\ng = f  # a "remark"\n#? same f g\n'))
    shown = Revision.objects.get().shown
    assert shown["version"] == 1
    assert shown["lines"][5:] == [
        [["k", "def"], " f(n=", ["n", "1"], "):"],
        ["    ", ["k", "return"], " ", ["s", '"""a']],
        [["s", '<b>"""']],
        ["g = f  ", ["c", '# a "remark"']],
    ]


def test_a_revision_stored_before_programs_were_is_shown_as_it_was(desk: Desk) -> None:
    load(desk.write(PROGRAM))
    loaded = Revision.objects.get()
    other = Exercise.objects.create(slug="stored-before", title="Stored before", topic="reference counting")
    old = Revision.objects.create(exercise=other, number=1, source=loaded.source, digest="0" * 64, spec=loaded.spec, pythons=["3.13"])
    bare = Revision.objects.create(exercise=other, number=2, source="x = 1\n", digest="1" * 64, spec=loaded.spec, pythons=["3.13"])
    historical = MigrationExecutor(connection).loader.project_state([("exercises", "0005_revision_shown")])
    importlib.import_module("exercises.migrations.0005_revision_shown").fill_shown(historical.apps, None)
    assert program_of(Revision.objects.get(pk=old.pk)) == program_of(loaded)
    assert program_of(Revision.objects.get(pk=bare.pk)).strip() == "x = 1"


def test_what_pages_get_to_see_holds_no_answer(desk: Desk) -> None:
    load(desk.write("import sys\na = ['wonder' + 'land']\nprint(a[0] * 2, 7 * 191)  #? prints id=q1\n"))
    revision = Revision.objects.get()
    assert "wonderlandwonderland" not in str(revision.spec)
    assert "1337" not in str(revision.spec)
    (question,) = revision.spec["questions"]
    assert {"id": "q1", "format": "prints", "line": 8, "options": None, "input": "text", "points": 1.0}.items() <= question.items()
    assert question["prompt"] == "What does line 8 print?"


def test_questions_come_back_from_a_revision_as_they_were_loaded(desk: Desk) -> None:
    load(desk.write(PROGRAM))
    count, holders = questions_of(Revision.objects.get())
    assert (count.id, count.format, count.line, count.first_probe) == ("q1", "count", 7, 1)
    assert (holders.id, holders.format, holders.line, holders.first_probe) == ("q2", "holders", 7, 4)
    assert {"the global a", "the global b"} <= set(holders.option_ids())
