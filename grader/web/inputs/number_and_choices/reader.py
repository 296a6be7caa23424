from __future__ import annotations

from typing import Any

from django.http import QueryDict

from exercises.formats import Question
from grader.web.inputs.field import Filled, PageInput, boxes, name_of, ticked


class NumberAndChoicesInput(PageInput):
    template = "inputs/number_and_choices/field.html"
    missing = "Half of the answer is missing. Type what the call returns, and tick what it frees, or “None of them”."

    def raw(self, question: Question, form: QueryDict) -> Any:
        found, freed = form.get(name_of(question, "found"), ""), ticked(name_of(question, "freed"), form)
        return {"found": found, "freed": freed} if found.strip() and freed is not None else None

    def filled(self, question: Question, form: QueryDict) -> Filled:
        return boxes(question, name_of(question, "freed"), form, form.get(name_of(question, "found"), ""))
