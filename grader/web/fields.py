"""A question as fields of a form, and a sent form as raw answers."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

from exercises.formats import FORMATS, AnswerError, Question
from exercises.formats.known import NONE_OF_THEM
from exercises.models import Revision
from exercises.reading.exercise import program_text
from grader.web.highlight import highlighted_lines

# Before each name of an answer's fields: an author may call a question "key", and the page has fields of its own.
ANSWER = "answer."
CONFIDENCES = ((1, "Guessing"), (2, "Unsure"), (3, "Fairly sure"), (4, "Certain"))


@dataclass(frozen=True)
class FieldOption:
    id: str
    label: str
    name: str
    value: str  # "on" for a ticked box, a place, a letter; "" for nothing


@dataclass(frozen=True)
class QuestionField:
    number: int
    question: Question
    options: list[FieldOption] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    value: str = ""
    nothing: bool = False
    confidence: int = 0
    error: str = ""
    points: float = 0.0  # of the placement's points, not of the exercise's own

    confidences = CONFIDENCES

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def anchor(self) -> str:
        return f"question-{self.question.id}"

    @property
    def name(self) -> str:
        return ANSWER + self.question.id

    @property
    def input_id(self) -> str:
        # Words before the question's id, never behind it: one id may begin with another.
        return f"input-{self.question.id}"

    @property
    def error_id(self) -> str:
        return f"error-{self.question.id}"

    @property
    def line(self) -> int:
        return self.question.line

    @property
    def prompt(self) -> str:
        return self.question.prompt

    @property
    def input(self) -> str:
        return self.question.input

    @property
    def rows(self) -> int:
        return min(8, max(2, self.value.count("\n") + 1))

    @property
    def confidence_name(self) -> str:
        return confidence_name(self.question)

    @property
    def choices_name(self) -> str:
        return choices_name(self.question)


@dataclass(frozen=True)
class Line:
    number: int
    html: SafeString
    fields: list[Any]


def confidence_name(question: Question) -> str:
    return f"confidence.{question.id}"


def choices_name(question: Question) -> str:
    return f"{ANSWER}{question.id}.freed" if question.input == "number_and_choices" else ANSWER + question.id


def fields_of(questions: list[Question], worth: Decimal, form: QueryDict, errors: Mapping[str, str]) -> list[QuestionField]:
    share = float(worth) / sum(one.points for one in questions)
    return [
        replace(_field(number, one, form, errors.get(one.id, "")), points=one.points * share)
        for number, one in enumerate(questions, start=1)
    ]


def _field(number: int, question: Question, form: QueryDict, error: str) -> QuestionField:
    options = question.options or ()
    confidence = form.get(confidence_name(question), "")
    known: dict[str, Any] = {
        "number": number,
        "question": question,
        "error": error,
        "confidence": int(confidence) if confidence in ("1", "2", "3", "4") else 0,
    }
    match question.input:
        case "choices" | "number_and_choices":
            name = choices_name(question)
            ticked = form.getlist(name)
            listed = [FieldOption(one.id, one.label, name, "on" if one.id in ticked else "") for one in options]
            return QuestionField(
                **known, options=listed, nothing=NONE_OF_THEM in ticked, value=form.get(f"{ANSWER}{question.id}.found", "")
            )
        case "order":
            listed = [FieldOption(one.id, one.label, name := f"{ANSWER}{question.id}.{one.id}", form.get(name, "")) for one in options]
            places = [str(place) for place in range(1, len(options) + 1)]
            return QuestionField(**known, options=listed, places=places, nothing=f"{ANSWER}{question.id}.none" in form)
        case "groups":
            listed = [FieldOption(one.id, one.label, name := f"{ANSWER}{question.id}.{one.id}", form.get(name, "")) for one in options]
            return QuestionField(**known, options=listed, places=list(string.ascii_uppercase[: len(options)]))
        case _:
            return QuestionField(**known, value=form.get(ANSWER + question.id, ""))


MISSING = {
    "text": "No answer yet. Type what the line prints.",
    "number": "No answer yet. Type a whole number, such as 2.",
    "choices": "No answer yet. Tick what applies, or “None of them”.",
    "number_and_choices": "Half of the answer is missing. Type what the call returns, and tick what it frees, or “None of them”.",
    "order": "No answer yet. Put what runs in order, or tick “None of them runs here”.",
    "groups": "Not every name has a letter yet. Give each name one.",
}


def raw_answers(questions: list[Question], form: QueryDict) -> tuple[dict[str, Any], dict[str, str]]:
    """(answers as the API would have sent them, errors by question)."""
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    form = answers_in(form)
    for question in questions:
        try:
            raw = FORMATS[question.format].from_form(question, form)
            if isinstance(raw, str) and "\x00" in raw:
                errors[question.id] = "The answer contains a character that cannot be stored. Type it anew."
                continue
            if _is_missing(raw):
                errors[question.id] = MISSING[question.input]
                continue
            FORMATS[question.format].read(question, raw)
            answers[question.id] = raw
        except AnswerError as error:
            errors[question.id] = error.message
    return answers, errors


def answers_in(form: QueryDict) -> QueryDict:
    """The fields of answers alone, by the names that formats know."""
    found = QueryDict(mutable=True)
    for name, values in form.lists():
        if name.startswith(ANSWER):
            found.setlist(name.removeprefix(ANSWER), values)
    return found


def _is_missing(raw: Any) -> bool:
    if isinstance(raw, dict):
        return any(_is_missing(value) for value in raw.values())
    return raw is None or (isinstance(raw, str) and not raw.strip())


def confidences(questions: list[Question], form: QueryDict) -> dict[str, int]:
    given = {one.id: form.get(confidence_name(one), "") for one in questions}
    return {name: int(value) for name, value in given.items() if value in ("1", "2", "3", "4")}


def lines_of(revision: Revision, beside: Mapping[int, list[Any]]) -> list[Line]:
    """The program line by line, with what stands beside each. Blank lines at the top, where the metadata was, are left out."""
    listed = [Line(number, html, beside.get(number, [])) for number, html in enumerate(_highlighted(revision.source), start=1)]
    first = next((place for place, one in enumerate(listed) if one.html.strip() or one.fields), 0)
    return listed[first:]


@lru_cache(maxsize=512)
def _highlighted(source: str) -> tuple[SafeString, ...]:
    return tuple(highlighted_lines(program_text(source)))
