from __future__ import annotations

import string
from typing import Any

from django.http import QueryDict

from exercises.formats import Question
from grader.web.inputs.field import Filled, PageInput, name_of, one_each


class GroupsInput(PageInput):
    """Each name has a letter; names with the same letter are one object."""

    template = "inputs/groups/field.html"
    missing = "Not every name has a letter yet. Give each name one."

    def raw(self, question: Question, form: QueryDict) -> Any:
        groups: dict[str, list[str]] = {}
        for name in question.option_ids():
            letter = form.get(name_of(question, name), "").strip().lower()
            if not letter:
                return None
            groups.setdefault(letter, []).append(name)
        return list(groups.values())

    def filled(self, question: Question, form: QueryDict) -> Filled:
        options = one_each(question, form)
        return Filled(options=options, places=list(string.ascii_uppercase[: len(options)]))
