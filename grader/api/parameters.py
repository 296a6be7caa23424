"""What may stand behind the question mark of an address. Anything else there is refused by name: a filter that is dropped lists all."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from grader.api.problems import Problem, pointer
from grader.api.strict import GREATEST_ID, Text, UserName
from grader.models import Grading

LONGEST_PAGE = 500


class Parameters(serializers.Serializer[Any]):
    """Of an address that takes none."""


class PageParameters(Parameters):
    cursor = Text(required=False, help_text="Where a page begins, as next and previous name it.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=LONGEST_PAGE, help_text="Rows on a page, 100 if not said.")


class PlacementParameters(PageParameters):
    assignment = Text(required=False, help_text="Only those of this assignment (its slug).")


class SubmissionParameters(PageParameters):
    student = UserName(required=False, help_text="Only this student's (user name).")
    placement = serializers.IntegerField(required=False, min_value=0, max_value=GREATEST_ID, help_text="Only those at this placement.")
    state = serializers.ChoiceField(
        required=False,
        choices=[str(one.value) for one in Grading.State],
        help_text="Only those that stand like this now, as their own state says.",
    )


def read_parameters(kind: type[Parameters], sent: QueryDict) -> dict[str, Any]:
    """Raises Problem, with each parameter that is wrong and why."""
    reader = kind(data=sent.dict())
    known = ", ".join(reader.fields)
    remedy = f"The parameters here are: {known}." if known else "This address takes no parameters."
    wrong = {name: f"There is no such parameter. {remedy}" for name in sent if name not in reader.fields}
    wrong |= {name: "Give this parameter once." for name in sent if len(sent.getlist(name)) > 1}
    if not reader.is_valid():
        wrong |= {name: str(said[0]) for name, said in reader.errors.items()}
    if wrong:
        named = ", ".join(f"“{name[:40]}”" for name in list(wrong)[:5])
        errors = [{"pointer": pointer(name), "detail": said} for name, said in wrong.items()]
        raise Problem("invalid", f"The address's parameters are not as they should be: {named}.", errors=errors)
    given: dict[str, Any] = reader.validated_data
    return given
