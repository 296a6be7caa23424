"""Fields that take what the description says and nothing like it: no number for a text, no text for a number, no name that nobody reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from grader.api.json_body import flaw

GREATEST_ID = 2**63 - 1


class Text(serializers.CharField):
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "This is not a text."}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class WholeNumber(serializers.IntegerField):
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": "This is not a whole number."}

    def to_internal_value(self, data: Any) -> int:
        # 3.0 is a whole number to JSON, which knows no other kind of number; true is none.
        if isinstance(data, bool) or not isinstance(data, int | float) or (isinstance(data, float) and not data.is_integer()):
            self.fail("invalid")
        return int(data)


class StrictSerializer(serializers.Serializer[Any]):
    """What is misspelt is said, and not dropped: an optional field that nobody reads would be missed only later."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        if unknown:
            known = ", ".join(self.fields) or "none"
            raise serializers.ValidationError({name: [f"There is no such field here. The fields are: {known}."] for name in unknown})
        return super().to_internal_value(data)


def check_storable(value: Any) -> None:
    if found := flaw(value):
        raise serializers.ValidationError(found)
