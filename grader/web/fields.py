"""The questions of a page: as fields of its form, and a sent form as answers. And the program that they stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from exercises.formats import AnswerError, Question
from exercises.models import Revision
from exercises.reading import revision as stored
from grader.web.inputs import PAGE_INPUTS
from grader.web.inputs.field import QuestionField, confidence_name


@dataclass(frozen=True)
class Line:
    number: int
    html: SafeString
    fields: list[Any]


def fields_of(questions: list[Question], worth: Decimal, form: QueryDict, errors: Mapping[str, str]) -> list[QuestionField]:
    share = float(worth) / sum(one.points for one in questions)
    sure = confidences(questions, form)
    return [
        QuestionField(
            number=number,
            question=one,
            template=PAGE_INPUTS[one.input].template,
            filled=PAGE_INPUTS[one.input].filled(one, form),
            points=one.points * share,
            confidence=sure.get(one.id, 0),
            error=errors.get(one.id, ""),
        )
        for number, one in enumerate(questions, start=1)
    ]


def raw_answers(questions: list[Question], form: QueryDict) -> tuple[dict[str, Any], dict[str, str]]:
    """(answers as the API would have sent them, errors by question). What the answers say is read where all answers are read."""
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for question in questions:
        page = PAGE_INPUTS[question.input]
        try:
            raw = page.raw(question, form)
        except AnswerError as error:
            errors[question.id] = error.message
            continue
        if raw is None:
            errors[question.id] = page.missing
        else:
            answers[question.id] = raw
    return answers, errors


def confidences(questions: list[Question], form: QueryDict) -> dict[str, int]:
    given = {one.id: form.get(confidence_name(one), "") for one in questions}
    return {name: int(value) for name, value in given.items() if value in ("1", "2", "3", "4")}


def lines_of(revision: Revision, beside: Mapping[int, list[Any]]) -> list[Line]:
    """The program line by line, with what stands beside each. Blank lines at the top, where the metadata was, are left out."""
    listed = [
        Line(number, format_html_join("", "{}", ((coloured(kind, text),) for kind, text in line)), beside.get(number, []))
        for number, line in enumerate(stored.lines_of(revision), start=1)
    ]
    first = next((place for place, one in enumerate(listed) if one.html.strip() or one.fields), 0)
    return listed[first:]


def coloured(kind: str, text: str) -> SafeString:
    return format_html('<span class="{}">{}</span>', kind, text) if kind else format_html("{}", text)
