"""Colour for a program's text. Reads characters, never syntax: the web process parses no program."""

from __future__ import annotations

import keyword
import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_WORDS = "|".join(sorted(keyword.kwlist, key=len, reverse=True))
_TOKEN = re.compile(
    r"(?P<s>[rbfuRBFU]{0,2}(?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))"
    r"|(?P<c>#[^\n]*)"
    rf"|(?P<k>\b(?:{_WORDS})\b)"
    r"|(?P<n>\b\d[\w.]*)"
)


def highlighted_lines(source: str) -> list[SafeString]:
    """One piece of HTML per line. A string over several lines is closed and opened again at each line's end."""
    pieces: list[str] = []
    end = 0
    for found in _TOKEN.finditer(source):
        pieces.append(escape(source[end : found.start()]))
        pieces.append("\n".join(f'<span class="{found.lastgroup}">{escape(line)}</span>' for line in found.group().split("\n")))
        end = found.end()
    pieces.append(escape(source[end:]))
    # Safe: every character of the source went through escape() above.
    return [mark_safe(line) for line in "".join(pieces).rstrip("\n").split("\n")]
