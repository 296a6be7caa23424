"""A question as a part of the page's form: what its template shows, and what its reader takes out of what was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from exercises.formats import Question

# Before each name of an answer's fields: an author may call a question "key", and the page has fields of its own.
ANSWER = "answer."
NONE_OF_THEM = "-"  # ticked to say "none", which is an answer; no tick at all is none
CONFIDENCES = ((1, "Guessing"), (2, "Unsure"), (3, "Fairly sure"), (4, "Certain"))


def name_of(question: Question, part: str = "") -> str:
    return f"{ANSWER}{question.id}.{part}" if part else ANSWER + question.id


def confidence_name(question: Question) -> str:
    return f"confidence.{question.id}"


class PageInput:
    """How one shape of answers is asked for on the page. The shape itself is a contract of exercises/formats/inputs.py."""

    template: str
    missing: str  # said where nothing was filled in

    def raw(self, question: Question, form: QueryDict) -> Any:
        """What was filled in, as the API would have sent it; None where (a part of) the answer is missing. May raise AnswerError."""
        raise NotImplementedError

    def filled(self, question: Question, form: QueryDict) -> Filled:
        """What the template shows of an earlier try."""
        raise NotImplementedError


@dataclass(frozen=True)
class FieldOption:
    id: str
    label: str
    name: str
    value: str  # "on" for a ticked box, a place, a letter; "" for nothing


@dataclass(frozen=True)
class Filled:
    value: str = ""
    options: list[FieldOption] = field(default_factory=list)
    places: list[str] = field(default_factory=list)  # what an option may be given: 1, 2, 3 or A, B, C
    choices_name: str = ""
    nothing: bool = False


@dataclass(frozen=True)
class QuestionField:
    number: int
    question: Question
    template: str
    filled: Filled
    points: float  # of the placement's points, not of the exercise's own
    confidence: int = 0
    error: str = ""

    confidences = CONFIDENCES

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def name(self) -> str:
        return name_of(self.question)

    @property
    def confidence_name(self) -> str:
        return confidence_name(self.question)

    @property
    def anchor(self) -> str:
        return f"question-{self.question.id}"

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
    def rows(self) -> int:
        return min(8, max(2, self.filled.value.count("\n") + 1))


def ticked(field_name: str, form: QueryDict) -> list[str] | None:
    """None when nothing was ticked at all, which is no answer."""
    values = form.getlist(field_name)
    return [value for value in values if value != NONE_OF_THEM] if values else None


def boxes(question: Question, field_name: str, form: QueryDict, value: str = "") -> Filled:
    """A box for each option and one for none of them."""
    given = form.getlist(field_name)
    options = [FieldOption(one.id, one.label, field_name, "on" if one.id in given else "") for one in question.options or ()]
    return Filled(value=value, options=options, choices_name=field_name, nothing=NONE_OF_THEM in given)


def one_each(question: Question, form: QueryDict) -> list[FieldOption]:
    """A field of its own for each option."""
    return [
        FieldOption(one.id, one.label, name, form.get(name, "")) for one in question.options or () for name in [name_of(question, one.id)]
    ]
