"""The contract of an answer's shape: what may be sent, what is stored, and the JSON Schema that says so to programs.

Formats share shapes; pages have one reader and one template for each (grader/web/inputs). An answer is plain JSON, in one canonical form,
so that equal answers are equal text: objects are sorted, texts are tidied.
"""

from __future__ import annotations

import re
from typing import Any

from exercises.formats.question import Answer, AnswerError, Question

LONGEST_TEXT = 4000  # characters a student may type into one answer
BIGGEST = 10**12
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and halves of surrogate pairs: no database takes them
STORABLE = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"  # and something that can be seen


class Input:
    """One shape of answers. `read` raises AnswerError; where it leaves the remedy empty, the format knows a better example."""

    def read(self, question: Question, raw: Any) -> Answer:
        raise NotImplementedError

    def schema(self, question: Question) -> dict[str, Any]:
        raise NotImplementedError


class Text(Input):
    def read(self, question: Question, raw: Any) -> str:
        if not isinstance(raw, str):
            raise AnswerError(question.id, "The answer is not text.", "")
        if len(raw) > LONGEST_TEXT:
            raise AnswerError(question.id, f"The answer is longer than {LONGEST_TEXT} characters.", "")
        if UNSTORABLE.search(raw):
            raise AnswerError(question.id, "The answer contains a character that cannot be stored.", "Type it anew.")
        if not tidy(raw):
            raise AnswerError(question.id, "The answer is empty.", "")
        return tidy(raw)

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": STORABLE}


def tidy(text: str) -> str:
    """White space at the ends of lines and empty lines around cannot be seen on a page, so they do not count."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip("\n")


class Number(Input):
    def read(self, question: Question, raw: Any) -> int:
        return read_number(question, raw)

    def schema(self, question: Question) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": BIGGEST}


def read_number(question: Question, raw: Any) -> int:
    if isinstance(raw, str) and re.fullmatch(r"\s*[0-9]{1,12}\s*", raw):
        raw = int(raw)
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)  # 3.0 is a whole number to JSON, which knows no other kind of number
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= BIGGEST:
        raise AnswerError(question.id, "The answer is not a whole number of zero or more.", "")
    return raw


class Order(Input):
    """Options in an order; what does not belong is left out."""

    def read(self, question: Question, raw: Any) -> list[str]:
        return read_ids(question, raw)

    def schema(self, question: Question) -> dict[str, Any]:
        options = question.option_ids()
        return {"type": "array", "items": {"enum": options} if options else False, "uniqueItems": True}


def read_ids(question: Question, raw: Any, key: str = "") -> list[str]:
    what = f"“{key}”" if key else "The answer"
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise AnswerError(question.id, f"{what} is not a list of names.", "")
    unknown = [one for one in raw if one not in question.option_ids()]
    if unknown:
        offered = ", ".join(question.option_ids()) or "none"
        said = f"{what} names {unknown[0][:40]!r}, which is not among the choices."
        raise AnswerError(question.id, said, f"The choices are: {offered}.")
    if len(set(raw)) < len(raw):
        raise AnswerError(question.id, f"{what} names something twice.", "Name each once.")
    return list(raw)


class Choices(Order):
    """A set of options."""

    def read(self, question: Question, raw: Any) -> list[str]:
        return sorted(read_ids(question, raw))


class NumberAndChoices(Input):
    """What a call returns and what it frees."""

    def read(self, question: Question, raw: Any) -> dict[str, Any]:
        if not isinstance(raw, dict) or set(raw) != {"found", "freed"}:
            raise AnswerError(question.id, "The answer needs “found” and “freed”, and nothing else.", "")
        return {"found": read_number(question, raw["found"]), "freed": sorted(read_ids(question, raw["freed"], "freed"))}

    def schema(self, question: Question) -> dict[str, Any]:
        parts = {"found": Number().schema(question), "freed": Choices().schema(question)}
        return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}


class Groups(Input):
    """Every option once, in a group for each object."""

    def read(self, question: Question, raw: Any) -> list[list[str]]:
        listed = isinstance(raw, list) and all(isinstance(group, list) and group for group in raw)
        if not listed or not all(isinstance(name, str) for group in raw for name in group):
            raise AnswerError(question.id, "The answer is not a list of groups of names.", "")
        wanted = question.option_ids()
        if sorted(name for group in raw for name in group) != sorted(wanted):
            raise AnswerError(question.id, f"The groups must have each of {', '.join(wanted)} exactly once.", "")
        return canonical(raw)

    def schema(self, question: Question) -> dict[str, Any]:
        group = {"type": "array", "items": {"enum": question.option_ids()}, "minItems": 1, "uniqueItems": True}
        once = [{"contains": {"contains": {"const": name}}, "maxContains": 1} for name in question.option_ids()]
        return {"type": "array", "items": group, "minItems": 1, "allOf": once}


def canonical(groups: list[list[str]]) -> list[list[str]]:
    return sorted(sorted(group) for group in groups)


INPUTS: dict[str, Input] = {
    "text": Text(),
    "number": Number(),
    "choices": Choices(),
    "order": Order(),
    "groups": Groups(),
    "number_and_choices": NumberAndChoices(),
}
