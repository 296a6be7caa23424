from __future__ import annotations

from typing import Any

from django.http import QueryDict

from exercises.formats import Question
from grader.web.inputs.field import Filled, PageInput, name_of


class TextInput(PageInput):
    template = "inputs/text/field.html"
    missing = "No answer yet. Type what the line prints."

    def raw(self, question: Question, form: QueryDict) -> Any:
        value = form.get(name_of(question), "")
        return value if value.strip() else None

    def filled(self, question: Question, form: QueryDict) -> Filled:
        return Filled(value=form.get(name_of(question), ""))
