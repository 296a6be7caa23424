"""What is filled in on the page says the same as what the API is sent; nothing filled in is no answer."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from exercises.formats import FORMATS, AnswerError, Question
from exercises.formats.inputs import INPUTS
from exercises.formats.question import Option
from exercises.reading.exercise import ExerciseText
from grader.web.fields import fields_of
from grader.web.inputs import PAGE_INPUTS
from tests.exercises.test_answers import RIGHT, exercise, question

__all__ = ["exercise"]

# kind: (filled in, not all of it). `@` stands for the question's own name.
FORMS = {
    "same": ("@.c=A&@.d[0]=a&@.d=B", "@.c=A&@.d=B"),
    "count": ("@=3", "@= "),
    "holders": ("@=the global c&@=item 0 of the list d&@=item 1 of the list d", ""),
    "prints": ("@=4 2", ""),
    "alive": ("@=a&@=b&@=c&@=d", ""),
    "collect": ("@.found=2&@.freed=a&@.freed=b", "@.found=2"),
    "dies": ("@=-", ""),
    "order": ("@.c=1&@.a=&@.b=", "@.c="),
}


def sent(asked: Question, text: str) -> QueryDict:
    return QueryDict(text.replace("@", f"answer.{asked.id}"))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_form_says_the_same_as_the_api_and_an_empty_form_is_no_answer(kind: str, exercise: ExerciseText) -> None:
    asked = question(exercise, kind)
    full, empty = (sent(asked, text) for text in FORMS[kind])
    page = PAGE_INPUTS[asked.input]
    assert FORMATS[kind].read(asked, page.raw(asked, full)) == RIGHT[kind]
    assert page.raw(asked, empty) is None


def test_two_first_places_are_refused(exercise: ExerciseText) -> None:
    asked = question(exercise, "order")
    with pytest.raises(AnswerError, match="Two have the same place"):
        PAGE_INPUTS["order"].raw(asked, sent(asked, "@.a=1&@.b=1"))


def test_every_shape_of_answers_has_its_part_of_the_page() -> None:
    assert set(PAGE_INPUTS) == set(INPUTS) == {form.input for form in FORMATS.values()}


def test_an_object_may_be_called_what_a_part_of_the_form_is_called() -> None:
    """Options named none, found, freed, confidence; a question named key: no field is taken for another."""
    options = tuple(Option(name, name) for name in ("none", "found", "freed", "confidence"))
    asked = Question(id="key", format="order", line=1, names=(), prompt="?", points=1, input="order", options=options)
    page = PAGE_INPUTS["order"]
    assert page.raw(asked, QueryDict("key=abc&confidence.key=4")) is None
    assert page.raw(asked, QueryDict("answer.key.none=1")) == ["none"]
    assert page.raw(asked, QueryDict("answer.key=yes")) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_what_was_filled_in_is_still_there_and_a_mistake_is_said_beside_it(kind: str, exercise: ExerciseText) -> None:
    asked = question(exercise, kind)
    form = sent(asked, FORMS[kind][0])
    (field,) = fields_of([asked], worth=2, form=form, errors={asked.id: "Look again."})  # type: ignore[arg-type]
    html = render_to_string("web/parts/question.html", {"field": field})
    assert f'id="error-{asked.id}"' in html and f'aria-describedby="error-{asked.id}"' in html and "Look again." in html
    assert html.count(f'id="question-{asked.id}"') == 1
    kept = {"order": " selected", "text": ">4 2</textarea>", "number": 'value="3"'}
    assert kept.get(asked.input, " checked") in html
