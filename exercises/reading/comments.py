"""The question comments of an exercise, read off its text."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass

MARK = "#?"


@dataclass(frozen=True)
class Comment:
    line: int
    column: int
    words: str  # what follows the mark
    alone: bool  # nothing but white space stands before it


def question_comments(text: str) -> list[Comment]:
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and token.string.startswith(MARK):
            line, column = token.start
            found.append(Comment(line, column, token.string[len(MARK) :].strip(), not token.line[:column].strip()))
    return found


def without_questions(text: str) -> str:
    """The program with its question comments blanked: every line keeps its number."""
    lines = text.split("\n")
    for comment in question_comments(text):
        lines[comment.line - 1] = lines[comment.line - 1][: comment.column].rstrip()
    return "\n".join(lines)
