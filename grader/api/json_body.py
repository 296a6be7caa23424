"""Reads a body of JSON: never more of it than its address takes, and nothing but UTF-8."""

from __future__ import annotations

import json
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
            body = json.loads(raw.decode(), parse_constant=refuse_constant)
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


def flaw(value: Any) -> str:
    """What keeps this from being stored, in a sentence; "" if nothing does. JSON can spell more than a database and UTF-8 can hold."""
    layer = [value]
    for _ in range(MOST_NESTED):
        below: list[Any] = []
        for one in layer:
            if isinstance(one, str):
                if "\x00" in one or (not one.isascii() and any("\ud800" <= letter <= "\udfff" for letter in one)):
                    return "This contains a NUL character or half of a surrogate pair, which cannot be stored."
            elif isinstance(one, dict):
                below += [*one.keys(), *one.values()]
            elif isinstance(one, list):
                below += one
            elif isinstance(one, float) and one in (float("inf"), float("-inf")):
                return "This contains a number too large to be stored."
        if not below:
            return ""
        layer = below
    return f"This is nested too deeply. Nothing here needs more than {MOST_NESTED} levels."
