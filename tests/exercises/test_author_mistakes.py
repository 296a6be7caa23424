"""Ines writes exercises and makes mistakes. Each is named with its line and with what to do about it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.exercises.conftest import HEAD, Desk

GOOD = "a = []\nb = a  #? count a\n"

HEAD_MISTAKES = {
    "there is no block": ("a = []  #? count a\n", 1, "no block about the exercise", "# /// exercise"),
    "the block is never closed": (HEAD.replace("# ///\n", "") + "# end\n", 1, "never closed", "# ///"),
    "the block breaks off": (HEAD.replace("# ///\n", "") + GOOD, 5, "ends before it is closed", "# ///"),
    "the TOML is broken": (HEAD.replace('= "reference', "= reference") + GOOD, 3, "not TOML", 'name = "text"'),
    "a field is misspelt": (HEAD.replace("title", "titel") + GOOD, 2, "“titel” is not a field", "Did you mean title?"),
    "the title is missing": (HEAD.replace('# title = "A list and its names"\n', "") + GOOD, 1, "no title", "# title ="),
    "a version is unknown": (HEAD.replace("3.12", "2.7") + GOOD, 4, "“2.7”", "3.11"),
    "the versions are text": (HEAD.replace('["3.12", "3.13"]', '"3.12"') + GOOD, 4, "wrong kind", '# python = ["3.11"]'),
    "the topic is misspelt": (
        HEAD.replace("counting", "countings") + GOOD,
        3,
        "“reference countings”",
        "Did you mean “reference counting”?",
    ),
    "difficulty is too high": (HEAD.replace("# ///\n", "# difficulty = 4\n# ///\n") + GOOD, 5, "difficulty", "# difficulty = 2"),
    "a claim has no belief": (HEAD.replace("# ///\n", '# claim = "x"\n# ///\n') + GOOD, 1, "belief is missing", "# belief ="),
}


@pytest.mark.parametrize("mistake", HEAD_MISTAKES)
def test_a_mistake_in_the_block_is_named_with_its_line_and_remedy(mistake: str, desk: Desk) -> None:
    text, line, message, remedy = HEAD_MISTAKES[mistake]
    assert_refused(desk, text, line, message, remedy)


# mistake: (program, line below the block, what is said, remedy)
QUESTION_MISTAKES = {
    "nothing is asked": ("a = []\n", 0, "asks nothing", "#? prints"),
    "the kind is misspelt": ("a = []  #? cuont a\n", 1, "“cuont” is not a kind", "count"),
    "no kind at all": ("a = []  #?\n", 1, "No kind of question", "prints"),
    "count has no name": ("a = []  #? count\n", 1, "`count` takes 1 names", "#? count a"),
    "the name is never bound": ("long = []  #? count lang\n", 1, "never binds the name lang", "Did you mean long?"),
    "the path is an expression": ("a = []  #? count a+a\n", 1, "`a+a` does not say which object", "a.next"),
    "a name stands twice": ("a = []  #? same a a\n", 1, "twice", "once"),
    "the setting is unknown": ("a = []  #? count a marks=2\n", 1, "`marks=`", "points=2"),
    "a setting stands twice": ("a = []  #? count a id=one id=two\n", 1, "`id=` stands here twice", "once"),
    "the id has a space's worth": ("a = []  #? count a id=\n", 1, "id= cannot name", "id=first"),
    "the id has other signs": ("a = []  #? count a id=größe.1\n", 1, "id=größe.1 cannot name", "letters (A to Z), digits, - and _"),
    "the id begins with a sign": ("a = []  #? count a id=-one\n", 1, "id=-one cannot name", "beginning with a letter"),
    "the id is long": (f"a = []  #? count a id={'x' * 41}\n", 1, "cannot name", "up to 40"),
    "two questions have one id": ("a = []  #? count a id=one\nb = a  #? count b id=one\n", 2, "about line 6 already", "its own id"),
    "the id is what another's content gives": (
        "a = []  #? count a\nb = a  #? count b id=count-0e3f5c\n",
        2,
        "another question has by its content",
        "another id",
    ),
    "points are no number": ("a = []  #? count a points=two\n", 1, "points=two", "above 0"),
    "nothing is printed there": ("a = []  #? prints\n", 1, "no print(...)", "the call"),
    "nothing is collected there": ("a = []  #? collect\n", 1, "no gc.collect()", "beside the call"),
    "the statement is long": ("a = [\n    1,\n]  #? count a\n", 3, "several lines", "one line"),
    "the line opens a block": ("a = []\nif a == []:  #? count a\n    pass\n", 2, "opens a block", "inside the block"),
    "the line leaves the block": ("def f(x):\n    return x  #? count x\nf([])\n", 2, "leaves the block", "before it"),
    "no statement stands above": ("#? count a\na = []\n", 1, "no statement", "end of a statement"),
    "the program is not Python": ("a = = 1  #? count a\n", 1, "Python cannot read this", "Mend"),
}


@pytest.mark.parametrize("mistake", QUESTION_MISTAKES)
def test_a_mistake_in_a_question_is_named_with_its_line_and_remedy(mistake: str, desk: Desk) -> None:
    program, line, message, remedy = QUESTION_MISTAKES[mistake]
    assert_refused(desk, HEAD + program, 5 + line, message, remedy)


# mistakes that show only when the program runs
RUN_MISTAKES = {
    "the line runs twice": ("for i in range(2):\n    a = []  #? count a\n", 2, "the line runs 2 times", "exactly once"),
    "the line never runs": ("a = []\nif a:\n    b = a  #? count a\n", 3, "the line runs never", "exactly once"),
    "the name is gone by then": ("a = []\ndel a  #? count a\n", 2, "means nothing at that moment", "bound after the line"),
    "the program fails": ("a = []  #? count a\na.b = 1\n", 2, "AttributeError", "Catch the exception"),
    "there is no object to choose": ("a = 1  #? dies\n", 1, "no object with a name", "Bind the objects"),
    "nothing has a finaliser": ("a = []  #? order\n", 1, "has a finaliser", "__del__"),
    "the printing line is not reached": ("a = []\nif a:\n    print(a)  #? prints\n", 3, "prints nothing", "runs and prints"),
}


@pytest.mark.parametrize("mistake", RUN_MISTAKES)
def test_a_mistake_that_shows_when_the_program_runs_is_named_too(mistake: str, desk: Desk) -> None:
    program, line, message, remedy = RUN_MISTAKES[mistake]
    assert_refused(desk, HEAD + program, 5 + line, message, remedy)


LENT = """\
import sys
def f(x):
    print(sys.getrefcount(x))  #? prints
f([])
"""


def test_an_answer_that_differs_between_versions_is_refused_unless_the_block_says_so(desk: Desk) -> None:
    head = HEAD.replace('"3.13"]', '"3.13", "3.14"]')
    assert_refused(desk, head + LENT, 8, "3.12, 3.13: 2; 3.14: 1", "# differs = true")
    out, _ = check(desk, head.replace("# ///\n", "# differs = true\n# ///\n") + LENT)
    assert "3.12, 3.13: 2; 3.14: 1" in out


def test_differs_is_refused_where_nothing_differs(desk: Desk) -> None:
    assert_refused(desk, HEAD.replace("# ///\n", "# differs = true\n# ///\n") + GOOD, 1, "the same in every version", "Take the line out")


def test_a_claim_is_refused_when_its_model_answers_as_cpython_does(desk: Desk) -> None:
    head = HEAD.replace("# ///\n", '# claim = "None frees."\n# belief = "none-frees"\n# ///\n')
    assert_refused(desk, head + GOOD, 1, "answers every question as CPython does", "another belief")


def test_a_good_exercise_shows_its_answers_and_the_models_it_tells_apart(desk: Desk) -> None:
    out, _ = check(desk, HEAD + "a = [1]\nb = a\na = None  #? dies id=first-name\nb = 0  #? dies\n")
    assert "line 8   first-name   dies     none of them" in out
    assert "line 9   dies-c31a45  dies     a (list, line 6)" in out
    assert "none-frees (first-name, dies-c31a45)" in out
    assert "1 exercise: nothing is wrong; every why names a cause." in out


def test_a_path_that_does_not_exist_is_a_sentence_and_not_a_traceback(desk: Desk) -> None:
    with pytest.raises(CommandError, match="There is no file or folder"):
        call_command("check_exercises", str(desk.folder / "nowhere"))


def test_a_folder_without_exercises_says_so(desk: Desk) -> None:
    with pytest.raises(CommandError, match="has no exercises"):
        call_command("check_exercises", str(desk.folder))


def test_a_file_that_is_not_text_is_named(desk: Desk) -> None:
    (desk.folder / "odd.py").write_bytes(b"\xff\xfe\x00")
    errors = StringIO()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("check_exercises", str(desk.folder), stderr=errors)
    assert "odd.py:1: The file is not UTF-8 text." in errors.getvalue()


def check(desk: Desk, text: str) -> tuple[str, str]:
    path = desk.write(text, head="")
    out, errors = StringIO(), StringIO()
    try:
        call_command("check_exercises", str(path), stdout=out, stderr=errors)
    except CommandError as error:
        assert "1 of 1 exercises cannot be used" in str(error)
    return out.getvalue(), errors.getvalue()


def assert_refused(desk: Desk, text: str, line: int, message: str, remedy: str) -> None:
    _, errors = check(desk, text)
    assert f"a_list.py:{line}: " in errors
    assert message in errors
    assert remedy in errors
