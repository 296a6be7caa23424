"""A question keeps its id while it is the same question, wherever it stands; what asks something else is another question."""

from __future__ import annotations

import importlib

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from exercises.formats import Question
from exercises.models import Exercise, Revision
from exercises.reading.exercise import read_exercise
from exercises.reading.identity import question_changes
from exercises.reading.revision import questions_of
from tests.exercises.conftest import HEAD, Desk

PROGRAM = """\
import sys
a = []
b = a  #? count a
#? holders a
print(sys.getrefcount(a))  #? prints
"""


def asked(program: str, head: str = HEAD) -> tuple[Question, ...]:
    return read_exercise(head + program, "a_list.py").questions


def ids(program: str, head: str = HEAD) -> list[str]:
    return [one.id for one in asked(program, head)]


def test_an_id_names_the_kind_and_is_the_same_on_every_machine() -> None:
    assert ids(PROGRAM) == ["count-b939e5", "holders-0736f0", "prints-063146"]


@pytest.mark.parametrize(
    "program",
    [
        PROGRAM.replace("a = []", "a = []  #? count a"),
        PROGRAM.replace("import sys\n", "import sys\n\n\n# A remark of two\n# lines.\n"),
        PROGRAM.replace("b = a  #? count a", "b  =  a   # one more\n#? count  a points=3"),
        PROGRAM.replace("print(sys", "print( sys"),
    ],
    ids=["a question is added above", "lines move", "it stands below, between other spaces, for other points", "the line is spaced anew"],
)
def test_a_question_keeps_its_id_when(program: str) -> None:
    assert ids(program)[-3:] == ids(PROGRAM)


@pytest.mark.parametrize(
    "program",
    [
        PROGRAM.replace("b = a  #?", "b = [a]  #?"),
        PROGRAM.replace("count a", "count b"),
        PROGRAM.replace("count a", "dies"),
        PROGRAM.replace("count a", "count a -- How many hold it?"),
        PROGRAM.replace("b = a  #?", "b = a, 'x  y'  #?"),
    ],
    ids=["the statement changes", "the name changes", "the kind changes", "the words change", "a text is added"],
)
def test_a_question_gets_another_id_when(program: str) -> None:
    assert ids(program)[0] not in ids(PROGRAM)
    assert ids(program)[2] == ids(PROGRAM)[2], "the others keep theirs"


def test_white_space_inside_a_text_is_part_of_the_statement() -> None:
    one, two = ids('print("a  b")  #? prints\n'), ids('print("a b")  #? prints\n')
    assert one != two


def test_the_same_question_asked_twice_has_a_number_behind_it() -> None:
    assert ids("a = 1\nprint(a)  #? prints\na = 2\nprint(a)  #? prints\n") == ["prints-a51a77", "prints-a51a77-2"]


def test_an_author_names_a_question_and_the_name_stays_when_the_question_changes() -> None:
    before, after = asked("a = []\nb = a  #? count a id=The_first-1\n"), asked("a = []\nb = [a, a]  #? count a id=The_first-1\n")
    assert before[0].id == after[0].id == "The_first-1"
    assert before[0].digest != after[0].digest


def test_between_two_revisions_questions_are_kept_changed_added_or_gone() -> None:
    before = asked("a = []\nb = a  #? count a id=first\nc = a  #? count a\nd = a  #? count a\ne = a  #? holders a\n")
    after = asked("z = []\na = [z]  #? dies\nb = [a]  #? count a id=first\nc = a  #? count a\ne = a  #? holders a id=who\n")
    changes = question_changes(before, after)
    _, second, third, fourth = (one.id for one in before)
    assert changes.kept == {second: second, fourth: "who"}
    assert (changes.changed, changes.added, changes.gone) == (("first",), (after[0].id,), (third,))


def test_of_equal_questions_nobody_can_say_which_was_added() -> None:
    line = "print(1)  #? prints\n"
    changes = question_changes(asked(line * 2), asked(line * 3))
    first, second, third = (one.id for one in asked(line * 3))
    assert (changes.kept, changes.changed, changes.added) == ({}, (first, second), (third,))
    assert question_changes(asked(line * 2), asked("a = []\n" + line * 2)).kept == {first: first, second: second}


def test_named_twins_stay_apart_when_one_more_is_added() -> None:
    line = "print(1)  #? prints id={}\n"
    before, after = asked(line.format("one") + line.format("two")), asked(line.format("new") + line.format("one") + line.format("two"))
    changes = question_changes(before, after)
    assert (changes.kept, changes.added) == ({"one": "one", "two": "two"}, ("new",))


@pytest.mark.django_db
def test_a_revision_stored_before_questions_had_digests_is_matched_by_its_source(desk: Desk) -> None:
    """Stored by an earlier release: ids by position, no digest. Answers refer to these ids, so they stay."""
    call_command("load_exercises", str(desk.write(PROGRAM)), verbosity=0)
    loaded = Revision.objects.get()
    spec = {**loaded.spec, "questions": [{**one, "id": f"q{n}"} for n, one in enumerate(loaded.spec["questions"], start=1)]}
    for one in spec["questions"]:
        del one["digest"]
    other = Exercise.objects.create(slug="stored-before", title="Stored before", topic="reference counting")
    old = Revision.objects.create(exercise=other, number=1, source=loaded.source, digest="0" * 64, spec=spec, pythons=["3.13"])
    historical = MigrationExecutor(connection).loader.project_state([("exercises", "0001_first")])
    importlib.import_module("exercises.migrations.0002_question_digests").fill_digests(historical.apps, None)
    before = questions_of(Revision.objects.get(pk=old.pk))
    assert [one.id for one in before] == ["q1", "q2", "q3"]
    moved = asked("import sys\nz = []  #? holders z\na = []\nb = a  #? count a\n#? holders a\nprint(sys.getrefcount(a))  #? prints\n")
    assert question_changes(before, moved).kept == dict(zip(["q1", "q2", "q3"], [one.id for one in moved[1:]], strict=True))
