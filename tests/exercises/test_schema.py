"""An editor that knows the published schema agrees with what we accept."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

import exercises
from exercises.formats import ExerciseError
from exercises.reading.exercise import SHIPPED, exercise_files
from exercises.reading.metadata import metadata_block, read_metadata
from tests.exercises.conftest import HEAD
from tests.exercises.test_author_mistakes import HEAD_MISTAKES

SCHEMA = json.loads((Path(exercises.__file__).parent / "exercise.schema.json").read_text())
READABLE = {
    name: text
    for name, (text, *_) in HEAD_MISTAKES.items()
    if name.startswith(("a field", "the title", "a version", "the versions", "the topic", "diff", "a claim"))
}


def values(text: str) -> dict[str, object]:
    return tomllib.loads(metadata_block(text)[1])


def test_the_schema_accepts_every_shipped_exercise() -> None:
    for path in exercise_files(SHIPPED):
        jsonschema.validate(values(path.read_text()), SCHEMA)


def test_the_schema_accepts_a_good_block() -> None:
    jsonschema.validate(values(HEAD), SCHEMA)
    read_metadata(HEAD)


@pytest.mark.parametrize("mistake", READABLE)
def test_the_schema_refuses_what_the_reader_refuses(mistake: str) -> None:
    with pytest.raises(ExerciseError):
        read_metadata(READABLE[mistake])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values(READABLE[mistake]), SCHEMA)
