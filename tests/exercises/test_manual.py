"""The manual's examples are what it says they are."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

import exercises
from exercises.formats import FORMATS
from exercises.reading.metadata import fields

ROOM = Path(exercises.__file__).parent
MANUAL = (ROOM / "README.md").read_text()
EXAMPLES = dict(re.findall(r"### (\w+): .*?```python\n(.*?)```\n\n```text\n", MANUAL, re.S))
ANSWERS = dict(re.findall(r"### (\w+): .*?```text\n(.*?)```", MANUAL, re.S))


def test_every_kind_of_question_has_an_example() -> None:
    assert set(EXAMPLES) == set(ANSWERS) == set(FORMATS)


@pytest.mark.parametrize("kind", FORMATS)
def test_an_example_gives_the_answers_printed_below_it(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text(EXAMPLES[kind])
    out = StringIO()
    call_command("check_exercises", str(path), no_beliefs=True, stdout=out)
    assert f"#? {kind}" in EXAMPLES[kind]
    assert ANSWERS[kind] in out.getvalue()


def test_the_manual_names_every_field_of_the_block() -> None:
    for field in fields():
        assert f"`{field.name}`" in MANUAL
        for word in field.among if field.name in {"topic", "python"} else ():
            assert word in MANUAL


def test_the_published_schema_is_what_the_command_prints() -> None:
    out = StringIO()
    call_command("exercise_schema", stdout=out)
    stale = "Publish it again: python3 manage.py exercise_schema > exercises/exercise.schema.json"
    assert json.loads((ROOM / "exercise.schema.json").read_text()) == json.loads(out.getvalue()), stale
