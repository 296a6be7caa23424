"""A question, and what can be wrong with one or with an answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Answer = Any  # plain JSON: str, int, list[str], list[list[str]] or dict; the question's input says which


class ExerciseError(Exception):
    """Something an author can mend: which line, what is wrong, what to do."""

    def __init__(self, line: int, message: str, remedy: str, path: str = "") -> None:
        super().__init__(f"{path}:{line}: {message} {remedy}")
        self.line, self.message, self.remedy, self.path = line, message, remedy, path


class AnswerError(Exception):
    """Something the sender of an answer can mend."""

    def __init__(self, question: str, message: str, remedy: str, part: str = "answers") -> None:
        super().__init__(f"{question}: {message} {remedy}")
        self.question, self.message, self.remedy = question, message, remedy
        self.part = part  # of what was sent: "answers" or "confidence"


@dataclass(frozen=True)
class Option:
    id: str
    label: str


@dataclass(frozen=True)
class Question:
    id: str
    format: str
    line: int
    names: tuple[str, ...]
    prompt: str
    points: float
    input: str  # the shape of the answer: one of exercises.formats.inputs.INPUTS
    options: tuple[Option, ...] | None = None
    block: tuple[int, ...] = ()  # the lines of the same body of code: what a running line is told apart from
    digest: str = ""  # of what is asked, about which statement: two questions with one digest ask the same, wherever they stand
    first_probe: int = 0  # where its format's probes begin among the exercise's; the one before asks for reasons

    def option_ids(self) -> list[str]:
        return [option.id for option in self.options or ()]

    def label(self, option_id: str) -> str:
        return next((option.label for option in self.options or () if option.id == option_id), option_id)

    def to_json(self) -> dict[str, Any]:
        options = None if self.options is None else [{"id": option.id, "label": option.label} for option in self.options]
        return {
            "id": self.id,
            "digest": self.digest,
            "format": self.format,
            "line": self.line,
            "names": list(self.names),
            "options": options,
            "prompt": self.prompt,
            "points": self.points,
            "input": self.input,
            "block": list(self.block),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any], first_probe: int) -> Question:
        options = None if value["options"] is None else tuple(Option(**option) for option in value["options"])
        return cls(
            id=value["id"],
            digest=value["digest"],
            format=value["format"],
            line=value["line"],
            names=tuple(value["names"]),
            options=options,
            prompt=value["prompt"],
            points=value["points"],
            input=value["input"],
            block=tuple(value["block"]),
            first_probe=first_probe,
        )
