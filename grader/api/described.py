"""The published description of a body, derived from its type.

A body is a TypedDict, written out in one place (bodies.py): the type checker holds what is sent, and this what is said about it. The
serializer made of its type is for the OpenAPI document alone; nothing is serialized by it.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict
from uuid import UUID

from rest_framework import serializers
from rest_framework.fields import Field

PLAIN: dict[Any, type[Field[Any, Any, Any, Any]]] = {
    str: serializers.CharField,
    int: serializers.IntegerField,
    float: serializers.FloatField,
    bool: serializers.BooleanField,
    UUID: serializers.UUIDField,
    datetime: serializers.DateTimeField,
    Any: serializers.JSONField,
}


@cache
def described(body: type) -> type[serializers.Serializer[Any]]:
    fields: dict[str, Any] = {name: field(hint) for name, hint in get_type_hints(body, include_extras=True).items()}
    return type(body.__name__, (serializers.Serializer,), {**fields, "__doc__": body.__doc__})


def field(hint: Any, **options: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is NotRequired:
        return field(arguments[0], required=False, **options)
    if origin is Annotated:
        return field(arguments[0], help_text=arguments[1], **options)
    if origin in (Union, UnionType):
        (kind,) = (one for one in arguments if one is not NoneType)
        return field(kind, allow_null=True, **options)
    if origin is Literal:
        return serializers.ChoiceField(choices=list(arguments), **options)
    if origin is list:
        return described(arguments[0])(many=True, **options) if is_typeddict(arguments[0]) else _list_of(arguments[0], options)
    if origin is dict:
        return serializers.DictField(**options)
    return described(hint)(**options) if is_typeddict(hint) else PLAIN[hint](**options)


def _list_of(kind: Any, options: dict[str, Any]) -> Any:
    return serializers.ListField(child=field(kind), **options)
