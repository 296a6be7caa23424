"""Fields that take what the description says and nothing like it: no number for a text, no text for a number, no name that nobody reads.

Whatever they refuse is a problem `invalid`, at its place; schema.py says in the description what they take.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from exercises.models import User
from grader.api.json_body import MOST_NESTED, Repeating

GREATEST_ID = 2**63 - 1
Path = tuple[Any, ...]  # (the path of what it is in, the name there), or empty


class Text(serializers.CharField):
    """Something that can be seen, and no NUL."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "This is not a text."}
    pattern: ClassVar[str] = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class UserName(Text):
    """As accounts are kept and people sign in: one letter is one letter, however it was put together."""

    def to_internal_value(self, data: Any) -> str:
        return str(User.normalize_username(super().to_internal_value(data)))


class WholeNumber(serializers.IntegerField):
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "This is not a whole number."}

    def to_internal_value(self, data: Any) -> int:
        # 3.0 is a whole number to JSON, which knows no other kind of number; true is none.
        if isinstance(data, bool) or not isinstance(data, int | float) or (isinstance(data, float) and not data.is_integer()):
            self.fail("invalid")
        return int(data)


class ByQuestion(serializers.DictField):
    """From a question's id to something. What cannot be stored, or stands there twice, is refused at its place, however deep that is."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, dict) and (found := flaw(data)) is not None:
            raise serializers.ValidationError(found)
        return super().run_validation(data)


class StrictSerializer(serializers.Serializer[Any]):
    """What is misspelt is said, and not dropped: an optional field that nobody reads would be missed only later."""

    def to_internal_value(self, data: Any) -> Any:
        wrong: dict[str, list[str]] = dict(data.errors()) if isinstance(data, Repeating) else {}
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        known = ", ".join(self.fields) or "none"
        wrong |= {name: [f"There is no such field here. The fields are: {known}."] for name in unknown}
        if wrong:
            raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


def flaw(value: Any) -> Any:
    """What keeps this from being stored, or from being understood: DRF's errors, nested as it is. None if nothing does."""
    layer: list[tuple[Path, Any]] = [((), value)]
    for _ in range(MOST_NESTED):
        below: list[tuple[Path, Any]] = []
        for path, one in layer:
            if isinstance(one, str):
                if is_unstorable(one):
                    return placed(path, UNSTORABLE)
            elif isinstance(one, dict):
                if isinstance(one, Repeating):
                    return placed(path, one.errors())
                if any(is_unstorable(name) for name in one):
                    return placed(path, UNSTORABLE)
                below += [((path, name), inner) for name, inner in one.items()]
            elif isinstance(one, list):
                below += [((path, number), inner) for number, inner in enumerate(one)]
            elif isinstance(one, float) and one in (float("inf"), float("-inf")):
                return placed(path, ["This is a number too large to be stored."])
        if not below:
            return None
        layer = below
    return placed(steps(layer[0][0])[:1], [f"This is nested too deeply. Nothing here needs more than {MOST_NESTED} levels."])


UNSTORABLE = ["This contains a NUL character or half of a surrogate pair, which cannot be stored."]


def is_unstorable(text: str) -> bool:
    """JSON can spell more than a database and UTF-8 can hold."""
    return "\x00" in text or (not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text))


def steps(path: Path) -> list[str | int]:
    found: list[str | int] = []
    while path:
        path, name = path
        found.insert(0, name)
    return found


def placed(path: Path | list[str | int], errors: Any) -> Any:
    for name in reversed(path if isinstance(path, list) else steps(path)):
        errors = {str(name): errors}
    return errors
