"""The shipped exercises, held against what real interpreters were seen to do."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import sim
from exercises.formats import FORMATS, Answer, Question
from exercises.reading.exercise import SHIPPED, ExerciseText, exercise_files, read_exercise
from exercises.reading.metadata import TOPICS
from exercises.reading.preview import Preview, preview

RECORDED = Path(__file__).parent / "recorded"
FILES = {path.stem: path for path in exercise_files(SHIPPED)}


@cache
def exercise(name: str) -> ExerciseText:
    return read_exercise(FILES[name].read_text(), f"{name}.py")


@cache
def previewed(name: str) -> Preview:
    return preview(exercise(name))


def test_there_are_six_topics_of_six_exercises_each_with_one_claim_to_check() -> None:
    every = [exercise(name) for name in FILES]
    assert Counter(one.topic for one in every) == dict.fromkeys(TOPICS, 6)
    assert Counter(one.topic for one in every if one.claim) == dict.fromkeys(TOPICS, 1)
    assert {question.format for one in every for question in one.questions} == set(FORMATS)


def test_every_topic_begins_easily_and_grows_harder() -> None:
    for topic in TOPICS:
        levels = {exercise(name).metadata.difficulty for name in FILES if exercise(name).topic == topic}
        assert levels >= {1, 2}, topic


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_wrong_with(name: str) -> None:
    assert [str(error) for error in previewed(name).errors] == []


@pytest.mark.parametrize("python", sim.PYTHONS)
@pytest.mark.parametrize("name", FILES)
def test_the_simulator_prints_what_python_printed(name: str, python: str) -> None:
    outcome = sim.run(exercise(name).text, python=python)
    assert outcome.output == (RECORDED / f"{exercise(name).slug}.{python}.out").read_text()


@pytest.mark.parametrize("python", sim.PYTHONS)
@pytest.mark.parametrize("name", FILES)
def test_the_right_answers_are_what_a_witness_saw_under_python(name: str, python: str) -> None:
    found = previewed(name)
    seen = json.loads((RECORDED / f"{exercise(name).slug}.truths.json").read_text())[python]
    for question in found.exercise.questions:
        truth = found.truths[python][question.id]
        if question.format == "holders":
            # A witness cannot name every holder in our words: it knows how many there are, and which of them are globals.
            assert len(truth) == seen[question.id]["count"], question
            assert [one for one in truth if one.startswith("the global ")] == seen[question.id]["globals"], question
        else:
            assert truth == among_choices(question, seen[question.id]), question


def among_choices(question: Question, seen: Any) -> Answer:
    """A witness saw every object; the question offers some."""
    if question.format == "collect":
        return {"found": seen["found"], "freed": among_choices_of(question, seen["freed"])}
    return among_choices_of(question, seen) if question.format in {"dies", "alive", "order"} else seen


def among_choices_of(question: Question, seen: list[str]) -> list[str]:
    return [one for one in seen if one in question.option_ids()]


@pytest.mark.parametrize("name", [name for name in FILES if 'claim = "' in FILES[name].read_text()])
def test_the_model_behind_each_claim_gives_an_answer_that_cpython_refutes(name: str) -> None:
    found = previewed(name)
    belief = found.exercise.metadata.belief
    assert belief is not None
    assert found.beliefs[belief]
