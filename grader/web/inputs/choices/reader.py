from __future__ import annotations

from typing import Any

from django.http import QueryDict

from exercises.formats import Question
from grader.web.inputs.field import Filled, PageInput, boxes, name_of, ticked


class ChoicesInput(PageInput):
    template = "inputs/choices/field.html"
    missing = "No answer yet. Tick what applies, or “None of them”."

    def raw(self, question: Question, form: QueryDict) -> Any:
        return ticked(name_of(question), form)

    def filled(self, question: Question, form: QueryDict) -> Filled:
        return boxes(question, name_of(question), form)
