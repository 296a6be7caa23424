"""Reads a body of JSON: never more of it than its address takes, nothing but UTF-8, and no name that stands in one object twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.http import UnreadablePostError
from rest_framework.parsers import BaseParser

from grader.api.problems import Problem

MOST_NESTED = 32
# Python's own reader gives up somewhere beyond, at a depth that differs from version to version: so that all say the same, we do before.
DEEPEST_READ = 800


class BoundedJSONParser(BaseParser):
    """`most_bytes` of the view is the bound."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        context = parser_context or {}
        headers, most = context["request"].headers, context["view"].most_bytes
        check_coding(headers, context["request"].content_type or "")
        if int(headers.get("Content-Length") or 0) > most:
            raise too_large(most)
        try:
            raw = stream.read(most + 1)
        except UnreadablePostError:
            raise Problem("malformed", "The connection ended before the body did.") from None
        if len(raw) > most:
            raise too_large(most)
        try:
            body = json.loads(raw.decode(), parse_constant=refuse_constant, object_pairs_hook=as_object)
        except RecursionError:
            raise too_deep() from None
        except UnicodeDecodeError as error:
            raise Problem("malformed", f"The body is not UTF-8: byte {error.start} cannot be read.") from None
        except json.JSONDecodeError as error:
            raise Problem("malformed", f"The body is not JSON: {error}.") from None
        except ValueError:  # what Python says here speaks of its own settings
            raise Problem("malformed", "The body contains a number of more digits than are ever read.") from None
        if raw.count(b"[") + raw.count(b"{") > DEEPEST_READ and is_deeper(body, DEEPEST_READ):
            raise too_deep()
        return body


class Repeating(dict[str, Any]):
    """An object with names that stand there twice. Whoever reads it refuses it by its place, for nobody knows which was meant."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counted = Counter(name for name, _ in pairs)
        self.repeated = [name for name, times in counted.items() if times > 1]

    def errors(self) -> dict[str, list[str]]:
        return {name: ["This name stands here twice. Give it once."] for name in self.repeated}


def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    return read if len(read) == len(pairs) else Repeating(pairs)


def is_deeper(value: Any, levels: int) -> bool:
    layer = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        layer = [inner for one in layer for inner in (one.values() if isinstance(one, dict) else one) if isinstance(inner, dict | list)]
        if not layer:
            return False
    return True


def too_deep() -> Problem:
    return Problem("malformed", f"The body is nested too deeply. Nothing here needs more than {MOST_NESTED} levels.")


def too_large(most: int) -> Problem:
    return Problem("too_large", f"The body is larger than the {most:,} bytes this address takes. Send it in several requests.", limit=most)


def check_coding(headers: Mapping[str, str], content_type: str) -> None:
    _, _, parameters = content_type.partition(";")
    charset = next((one.partition("=")[2] for one in parameters.split(";") if one.strip().lower().startswith("charset=")), "utf-8")
    if charset.strip(' "').lower() not in ("utf-8", "utf8"):
        raise Problem("unsupported_media_type", f"JSON is read as UTF-8 only, and the header says “{charset.strip()[:40]}”.")
    if headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Problem("unsupported_media_type", "The body is compressed. Send it as it is.")


def refuse_constant(name: str) -> NoReturn:
    raise Problem("malformed", f"The body is not JSON: {name} is no number of JSON.")
