from __future__ import annotations

from typing import Any

from django.http import QueryDict

from exercises.formats import AnswerError, Question
from grader.web.inputs.field import Filled, PageInput, name_of, one_each


class OrderInput(PageInput):
    """Each option has a field with its place, 1, 2, 3 ..., or nothing where it does not run; a box says that none does."""

    template = "inputs/order/field.html"
    missing = "No answer yet. Put what runs in order, or tick “None of them runs here”."

    def raw(self, question: Question, form: QueryDict) -> Any:
        places: list[tuple[int, str]] = []
        for option in question.option_ids():
            place = form.get(name_of(question, option), "")
            if not place:
                continue
            if not (place.isascii() and place.isdigit()) or int(place[:4]) == 0:
                raise AnswerError(question.id, f"The place of {option} is not a number from 1 on.", "Choose a place from the list.")
            places.append((int(place[:4]), option))
        if len({place for place, _ in places}) < len(places):
            raise AnswerError(question.id, "Two have the same place.", "Give each a place of its own.")
        if not places and not form.get(name_of(question)):
            return None
        return [option for _, option in sorted(places)]

    def filled(self, question: Question, form: QueryDict) -> Filled:
        options = one_each(question, form)
        places = [str(place) for place in range(1, len(options) + 1)]
        return Filled(options=options, places=places, choices_name=name_of(question), nothing=name_of(question) in form)
