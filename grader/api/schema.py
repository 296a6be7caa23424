"""What the description says beyond what drf-spectacular reads off the code: of the very fields that refuse what is not so."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema

from grader.api.parameters import Parameters
from grader.api.scopes import ANY


class Description(AutoSchema):
    """Of every address: the parameters that it reads, and the scope that it asks for."""

    def get_override_parameters(self) -> list[Any]:
        read: type[Parameters] = getattr(self.view, "parameters", Parameters)
        return [read] if read._declared_fields else []

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation and (scope := getattr(self.view, "scopes", {}).get(self.method, ANY)):
            operation["description"] += f"\n\nNeeds the scope {scope}."
        return operation


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # found by its target, never called by us
    target_class = "grader.api.authentication.CredentialAuthentication"
    name = "courseToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A course's token, with the scopes read, submit and results as they were given.",
        }


class TextOfStrict(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "grader.api.strict.Text"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> Any:
        plain = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)  # type: ignore[no-untyped-call]
        return {**plain, "minLength": 1, "pattern": self.target.pattern}


class ListOfItems(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "grader.api.bodies.ItemByItem"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> Any:
        plain = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)  # type: ignore[no-untyped-call]
        least = self.target.min_length or int(not self.target.allow_empty)
        return {**plain, "minItems": least, "maxItems": self.target.max_length}


class NothingElse(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    target_class = "grader.api.strict.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> Any:
        plain = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # type: ignore[no-untyped-call]
        return {**plain, "additionalProperties": False}
