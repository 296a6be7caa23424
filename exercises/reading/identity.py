"""What makes a question the same question: not where it stands, but what is asked about which statement.

A question's id is what answers, results and figures refer to. An author may give one (`id=first`); otherwise it is made from the content,
so that it survives questions added above it and lines that move, and a question that asks something else is another question.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exercises.formats import ExerciseError, Question
from exercises.formats.format import split_question

# Text in quotes is kept as it is; a comment and the white space around signs say nothing.
_PIECE = re.compile(
    r"(?P<text>\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|(?P<comment>#.*)|(?P<space>\s+)|(?P<word>\w+)|."
)


def statement_text(line: str) -> str:
    """A line's program text without its comment, spaced in one way. By its characters alone: the same on every Python that reads it."""
    pieces: list[str] = []
    spaced = False
    for found in _PIECE.finditer(line):
        if found.lastgroup == "space":
            spaced = True
        elif found.lastgroup != "comment":
            # A space matters only between two words.
            apart = spaced and found.lastgroup == "word" and bool(pieces) and pieces[-1][-1:].isidentifier()
            pieces.append(f" {found.group()}" if apart else found.group())
            spaced = False
    return "".join(pieces)


def content_digest(words: str, line: str) -> str:
    """Of a question comment's words and the line they are about. Points and the id itself are no part of it."""
    asked = split_question(words, 0)
    content = [asked.kind, asked.names, statement_text(line), asked.prompt]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()[:32]


def with_ids(questions: Sequence[Question]) -> list[Question]:
    """Questions without an author's id get KIND-xxxxxx from their content, and a number behind it where two ask the very same."""
    given: dict[str, int] = {}
    for question in questions:
        if question.id in given:
            raise ExerciseError(
                question.line, f"id={question.id} names the question about line {given[question.id]} already.", "Give each its own id."
            )
        if question.id:
            given[question.id] = question.line
    seen: set[str] = set()
    named = []
    for question in questions:
        if not question.id:
            derived = derived_id(question)
            identity, number = derived, 1
            while identity in seen:
                number += 1
                identity = f"{derived}-{number}"
            if identity in given:
                raise ExerciseError(
                    given[identity], f"id={identity} is the id that another question has by its content.", "Choose another id."
                )
            seen.add(identity)
            question = replace(question, id=identity)
        named.append(question)
    return named


def derived_id(question: Question) -> str:
    return f"{question.format}-{question.digest[:6]}"


@dataclass(frozen=True)
class Changes:
    """What became of the questions of one revision in another."""

    kept: dict[str, str]  # id before -> id after; the same but where an author has named it since
    changed: tuple[str, ...]  # one id, and something else is asked
    added: tuple[str, ...]
    gone: tuple[str, ...]

    def in_words(self) -> str:
        """`2 questions kept; changed first; added count-1a2b3c`"""
        named = [("changed", self.changed), ("added", self.added), ("gone", self.gone)]
        told = [f"{word} {', '.join(ids)}" for word, ids in named if ids]
        return "; ".join([f"{len(self.kept)} question{'' if len(self.kept) == 1 else 's'} kept", *told])


def question_changes(before: Sequence[Question], after: Sequence[Question]) -> Changes:
    now = {one.id: one for one in after}
    unclear = unclear_twins(before, after)
    kept = {}
    for one in before:
        same = now.get(one.id)
        if same is not None and same.digest == one.digest and not (one.digest in unclear and one.id.startswith(derived_id(one))):
            kept[one.id] = one.id
    free = [one for one in after if one.id not in kept]
    for one in before:
        if one.id not in kept and one.digest not in unclear:
            found = next((other for other in free if other.digest == one.digest), None)
            if found is not None:
                kept[one.id] = found.id
                free.remove(found)
    left = [one.id for one in before if one.id not in kept]
    new = [one.id for one in free]
    return Changes(
        kept=kept,
        changed=tuple(identity for identity in left if identity in new),
        added=tuple(identity for identity in new if identity not in left),
        gone=tuple(identity for identity in left if identity not in new),
    )


def carried_over(answers: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """Answers by the ids of the later revision. Where an id stays and its question has changed, so does its answer stay: the author says
    that it is the same question.
    """
    others = {identity: answer for identity, answer in answers.items() if identity not in changes.kept}
    return others | {changes.kept[identity]: answer for identity, answer in answers.items() if identity in changes.kept}


def unclear_twins(before: Sequence[Question], after: Sequence[Question]) -> set[str]:
    """Digests that were asked another number of times: with nothing but their number to go by, nobody can say which one was added."""
    was, now = Counter(one.digest for one in before), Counter(one.digest for one in after)
    return {digest for digest, many in was.items() if now[digest] not in (0, many) and max(many, now[digest]) > 1}
