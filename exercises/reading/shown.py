"""The program as students see it, worked out once when an exercise is loaded and stored with the revision (`Revision.shown`).

    {"version": 1, "lines": [[["k", "import"], " sys"], [], ...]}

A line is a row of pieces: text, or [class, text]. By characters alone, so that the same is stored on every Python that loads.
"""

from __future__ import annotations

import keyword
import re
from typing import Any

from exercises.reading.comments import without_questions
from exercises.reading.metadata import read_metadata

VERSION = 1
CLASSES = {"s": "text in quotes", "c": "a comment", "k": "a word of the language", "n": "a number"}
_WORDS = "|".join(sorted(keyword.kwlist, key=len, reverse=True))
_TOKEN = re.compile(
    r"(?P<s>[rbfuRBFU]{0,2}(?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))"
    r"|(?P<c>#[^\n]*)"
    rf"|(?P<k>\b(?:{_WORDS})\b)"
    r"|(?P<n>\b\d[\w.]*)"
)


def program_text(source: str) -> str:
    """No block, no question comments, and every line with its number."""
    lines = without_questions(source).split("\n")
    first, last = read_metadata(source).lines
    lines[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(lines).rstrip() + "\n"


def shown_of(source: str) -> dict[str, Any]:
    text = program_text(source)
    lines: list[list[Any]] = [[]]
    end = 0
    for found in _TOKEN.finditer(text):
        add(lines, "", text[end : found.start()])
        add(lines, found.lastgroup or "", found.group())
        end = found.end()
    add(lines, "", text[end:].removesuffix("\n"))
    return {"version": VERSION, "lines": lines}


def add(lines: list[list[Any]], kind: str, text: str) -> None:
    """A piece over several lines is closed and opened again at each line's end."""
    for number, part in enumerate(text.split("\n")):
        if number:
            lines.append([])
        if part:
            lines[-1].append([kind, part] if kind else part)
