"""What students send, from a form or through the API, and what it earns."""

from __future__ import annotations

import itertools
from typing import Any

import jsonschema
import pytest

from exercises.formats import FORMATS, AnswerError, Question
from exercises.reading.exercise import ExerciseText, read_exercise, with_choices
from exercises.reading.revision import truths_of
from tests.exercises.conftest import HEAD

PROGRAM = """\
import gc, sys, weakref
class Thing:
    def __del__(self):
        pass
gc.disable()
gc.collect()
a, b = Thing(), Thing()
a.other = b
b.other = a
c = Thing()
d = [c, c]  #? same c d[0] d
#? count c
#? holders c
print(sys.getrefcount(c), len(d))  #? prints
del a, b  #? alive
gc.collect()  #? collect
d.clear()  #? dies
e = [Thing]
del c  #? order
"""


@pytest.fixture(scope="module")
def exercise() -> ExerciseText:
    return with_choices(read_exercise(HEAD + PROGRAM, "things.py"))[0]


def question(exercise: ExerciseText, kind: str) -> Question:
    return next(one for one in exercise.questions if one.format == kind)


RIGHT = {
    "same": [["c", "d[0]"], ["d"]],
    "count": 3,
    "holders": ["item 0 of the list d", "item 1 of the list d", "the global c"],
    "prints": "4 2",
    "alive": ["a", "b", "c", "d"],
    "collect": {"found": 2, "freed": ["a", "b"]},
    "dies": [],
    "order": ["c"],
}


def test_the_truths_are_what_one_would_work_out_by_hand(exercise: ExerciseText) -> None:
    truths = truths_of(exercise.questions, with_choices(exercise)[1]["3.13"])
    assert {one.format: truths[one.id] for one in exercise.questions} == RIGHT


# kind: answers as they come, and what they are worth
WORTH: dict[str, list[tuple[Any, float]]] = {
    "same": [([["d"], ["d[0]", "c"]], 1), ([["c"], ["d[0]"], ["d"]], 2 / 3), ([["c", "d[0]", "d"]], 1 / 3)],
    "count": [(3, 1), ("3", 1), (4, 0)],
    "holders": [(["the global c", "item 1 of the list d", "item 0 of the list d"], 1), (["the global c"], 1 / 3), ([], 0)],
    "prints": [("4 2", 1), ("4 2  \r\n", 1), ("4  2", 1), ("4 2\n5", 1 / 2), ("42", 0)],
    "alive": [(["d", "c", "b", "a"], 1), (["c", "d"], 1 / 2), ([], 0)],
    "collect": [({"found": 2, "freed": ["b", "a"]}, 1), ({"found": 2, "freed": []}, 1 / 2), ({"found": "0", "freed": ["a"]}, 1 / 4)],
    "dies": [([], 1), (["c"], 0)],
    "order": [(["c"], 1), ([], 0), (["a", "c"], 1 / 2)],
}


@pytest.mark.parametrize("kind", FORMATS)
def test_sam_earns_what_his_answer_shares_with_the_truth(kind: str, exercise: ExerciseText) -> None:
    form, asked = FORMATS[kind], question(exercise, kind)
    for raw, worth in WORTH[kind]:
        mark = form.mark(asked, form.read(asked, raw), RIGHT[kind])
        assert mark.fraction == pytest.approx(worth), raw
        assert mark.right == (worth == 1), raw


NONSENSE: dict[str, list[Any]] = {
    "same": [None, "c", [["c"]], [["c", "d[0]"], ["d"], ["c"]], [["c", "d[0]", "d"], []], [[1, 2, 3]], {"c": 1}],
    "count": [None, "three", -1, 2.5, True, [3], "9" * 40, "٣"],
    "holders": [None, "the global c", ["nobody"], ["the global c", "the global c"], [1]],
    "prints": [None, 4, "", "  \n", "x" * 5000, ["4 2"]],
    "alive": [None, "a", ["z"], ["a", "a"], [["a"]], {}],
    "collect": [None, 2, {"found": 2}, {"found": 2, "freed": "a"}, {"found": None, "freed": []}, {"found": 1, "freed": ["z"]}],
    "dies": [None, 0, ["z"]],
    "order": [None, "c", ["c", "c"], ["z"]],
}


@pytest.mark.parametrize("kind", FORMATS)
def test_nonsense_is_refused_with_the_question_and_what_to_send(kind: str, exercise: ExerciseText) -> None:
    asked = question(exercise, kind)
    for raw in NONSENSE[kind]:
        with pytest.raises(AnswerError) as refused:
            FORMATS[kind].read(asked, raw)
        assert refused.value.question == asked.id, raw
        assert refused.value.remedy, raw


@pytest.mark.parametrize("kind", FORMATS)
def test_the_schema_of_an_answer_takes_what_is_stored_and_nothing_else(kind: str, exercise: ExerciseText) -> None:
    form, asked = FORMATS[kind], question(exercise, kind)
    schema = form.schema(asked)
    jsonschema.Draft202012Validator.check_schema(schema)
    for raw, _ in WORTH[kind]:
        jsonschema.validate(form.read(asked, raw), schema)
    for raw in NONSENSE[kind]:
        assert not jsonschema.Draft202012Validator(schema).is_valid(raw), raw


def odd_answers(exercise: ExerciseText, kind: str) -> list[Any]:
    """What is nearly an answer of this kind: whole and broken numbers, names that are asked about and not, in lists and lists of lists."""
    names = [*question(exercise, kind).option_ids()[:3], "zebra"]
    plain: list[Any] = [
        None,
        True,
        0,
        3,
        3.0,
        -0.0,
        2.5,
        -1,
        10**12,
        10**12 + 1,
        1e300,
        "",
        " \t",
        "\x00",
        "a\x00",
        "4 2",
        "x" * 4000,
        "x" * 4001,
    ]
    lists: list[Any] = [list(some) for length in range(3) for some in itertools.product(names, repeat=length)]
    groups = [
        list(some)
        for length in range(1, 4)
        for some in itertools.product([[name] for name in names] + [[], names[:2], names[:3]], repeat=length)
    ]
    both = [{"found": found, "freed": freed} for found in plain for freed in (*lists[:6], None, "a")]
    return [*plain, *lists, *groups, *both, {"found": 1}, {"found": 1, "freed": [], "more": 1}, {}, [0], [[0]]]


@pytest.mark.parametrize("kind", FORMATS)
def test_an_answer_is_read_where_its_schema_allows_it_and_nowhere_else(kind: str, exercise: ExerciseText) -> None:
    form, asked = FORMATS[kind], question(exercise, kind)
    allows = jsonschema.Draft202012Validator(form.schema(asked)).is_valid
    both_ways = set()
    for raw in odd_answers(exercise, kind):
        try:
            form.read(asked, raw)
            is_read = True
        except AnswerError:
            is_read = False
        assert is_read == allows(raw), raw
        both_ways.add(is_read)
    assert both_ways == {True, False}


def test_text_that_no_database_stores_is_refused_on_every_channel(exercise: ExerciseText) -> None:
    asked = question(exercise, "prints")
    for text in ("a\x00b", "half \ud83d of a pair"):
        with pytest.raises(AnswerError, match=r"cannot be stored\. Type it anew\."):
            FORMATS["prints"].read(asked, text)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_answer_and_its_reason_can_be_told_in_words(kind: str, exercise: ExerciseText) -> None:
    exercise, outcomes = with_choices(exercise)
    form, asked = FORMATS[kind], question(exercise, kind)
    for raw, _ in WORTH[kind]:
        answer = form.read(asked, raw)
        assert form.show(asked, answer)
        reasons = form.explain(asked, answer, RIGHT[kind], outcomes["3.13"])
        assert reasons
        assert all(one[0].isupper() or one[0].isdigit() or one[0].isalpha() for one in reasons)
        assert all(one.endswith(".") for one in reasons)


def test_the_reason_for_a_count_names_every_holder(exercise: ExerciseText) -> None:
    exercise, outcomes = with_choices(exercise)
    (_, reason, *_) = FORMATS["count"].explain(question(exercise, "count"), 4, 3, outcomes["3.13"])
    for holder in RIGHT["holders"]:
        assert holder.removeprefix("the ") in reason
