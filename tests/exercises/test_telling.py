"""Before a class answers, an author sees what a set of exercises can tell: which wrong models, from what, and by which questions."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.exercises.conftest import HEAD

NONE_STORED = "a = [1]\nb = a\na = None  #? dies id=first\nb = 0  #? dies id=second\n"
COPIED = "a = [1]\nb = a\nb.append(2)\nprint(a)  #? prints id=said\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "none_stored.py").write_text(HEAD + NONE_STORED)
    (tmp_path / "copied.py").write_text(HEAD + COPIED)
    return tmp_path


def told(*paths: Path, **options: object) -> str:
    out = StringIO()
    call_command("check_exercises", *[str(one) for one in paths], stdout=out, **options)
    return out.getvalue()


def test_one_exercise_says_which_models_it_cannot_tell_from_each_other(folder: Path) -> None:
    out = told(folder / "none_stored.py")
    assert "  but not from each other: " in out
    groups = next(line for line in out.splitlines() if "but not from each other" in line)
    assert "assign-copies = names-linked" in groups
    assert "Together" not in out, "one exercise is no set"


def test_several_say_together_what_is_told_by_what_and_what_is_not(folder: Path) -> None:
    out = told(folder / "none_stored.py", folder / "copied.py")
    assert "wrong models from CPython." in out
    assert any(line.split() == ["assign-copies", "3", "questions", "in", "none-stored,", "copied"] for line in out.splitlines())
    assert any(line.split() == ["none-frees", "2", "questions", "in", "none-stored"] for line in out.splitlines())
    by_none = next(line for line in out.splitlines() if line.startswith("By no question: "))
    assert "default-fresh" in by_none and "assign-copies" not in by_none
    apart = next(line for line in out.splitlines() if line.startswith("Not told from each other: "))
    assert "assign-copies = names-linked" not in apart, "the second exercise tells them apart"
    assert "would do to tell each from CPython: " in out


def test_two_models_are_held_side_by_side_question_by_question(folder: Path) -> None:
    out = told(folder, between=["assign-copies", "names-linked"])
    assert "assign-copies and names-linked part at 1 question:" in out
    assert "  copied said: [1] | as CPython" in out
    assert "No question tells assign-copies from names-linked." in told(
        folder / "none_stored.py", between=["assign-copies", "names-linked"]
    )
    with pytest.raises(CommandError, match=r"“names-linkd” is no wrong model\. Did you mean names-linked\?"):
        told(folder, between=["assign-copies", "names-linkd"])


def test_programs_read_the_same_as_one_document(folder: Path) -> None:
    found = json.loads(told(folder, json=True))
    assert [one["slug"] for one in found["exercises"]] == ["copied", "none-stored"]
    assert found["exercises"][0]["truths"] == {"said": "[1, 2]"}
    assert found["exercises"][0]["beliefs"]["assign-copies"] == {"said": "[1]"}
    assert any({"assign-copies", "names-linked"} <= set(group) for group in found["exercises"][1]["not_told_from_each_other"])
    together = found["together"]
    assert ["copied", "said"] in together["told"]["assign-copies"]
    assert "default-fresh" in together["not_told"]
    left = set(together["told"])
    for asked in together["enough"]:
        left -= {model for model, questions in together["told"].items() if asked in questions}
    assert not left, "these few questions tell every model"
