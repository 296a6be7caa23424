"""The contract of a kind of question.

A format is one instance of one class, listed in `exercises.formats.FORMATS`. It does five things and knows nothing of rows, pages, grades:

    parse     the author's words after `#?`          -> a Question, or an ExerciseError that names line and remedy
    options   what a student may choose from         (found once, when the exercise is loaded)
    read      what a student sent                    -> a canonical answer, or an AnswerError (the rules are its input's: inputs.py)
    truth     what the simulator saw                 -> the canonical answer that is right
    mark, explain, show                              -> points, reasons, words

An answer and a truth of one question have the same shape, plain JSON, so that they can be stored, compared and diagnosed by `==`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sim
from exercises.formats.inputs import INPUTS
from exercises.formats.question import Answer, AnswerError, ExerciseError, Option, Question

LONGEST_ID = 40  # characters of a question's id


@dataclass(frozen=True)
class Mark:
    fraction: float
    right: bool
    parts: tuple[dict[str, Any], ...] = ()  # per option or line; as secret as the truth


@dataclass(frozen=True)
class Statement:
    line: int
    block: tuple[int, ...]
    header: bool  # the first line of an if, for, def ...
    leaves: bool  # return, raise, break, continue
    calls: frozenset[str]  # "print", "gc.collect", ...
    counted: tuple[str, ...]  # what the line gives to sys.getrefcount, where that is a plain path


@dataclass(frozen=True)
class Program:
    """What a format may know of the program when it parses a question."""

    statements: dict[int, Statement]  # by line; only statements that begin and end on one line, and headers
    names: frozenset[str]  # every name the program binds
    variables: frozenset[str]  # those that are bound by assignment, not by def, class or import
    lines: int
    long: dict[int, int] = field(default_factory=dict)  # line inside a statement of several lines -> its first line


PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[-?\d+\]|\[(?:'[^']*'|\"[^\"]*\")\])*")


class Format:
    name: ClassVar[str]
    input: ClassVar[str]
    fewest_names: ClassVar[int] = 0
    most_names: ClassVar[int] = 0
    visited_once: ClassVar[bool] = True  # a question about a moment needs a moment; `prints` collects over all visits
    causes_follow: ClassVar[bool] = True
    example: ClassVar[str]  # an answer in words, for whoever sent something else

    # The author's side

    def parse(self, question_text: str, line: int, program: Program) -> Question:
        asked = split_question(question_text, line)
        self.check_names(asked.names, line, program)
        statement = self.statement_at(line, program)
        return Question(
            id=asked.id,
            format=self.name,
            line=line,
            names=asked.names,
            prompt=asked.prompt or self.prompt(asked.names, line),
            points=asked.points,
            input=self.input,
            block=statement.block,
        )

    def statement_at(self, line: int, program: Program) -> Statement:
        statement = program.statements.get(line)
        if statement is None:
            first = program.long.get(line, line)
            raise ExerciseError(line, f"The statement that begins on line {first} runs over several lines.", "Write it on one line.")
        if self.visited_once and statement.header:
            raise ExerciseError(
                line,
                f"`{self.name}` asks about the moment after a line, and this line opens a block.",
                "Put the question beside a statement inside the block, or after it.",
            )
        if self.visited_once and statement.leaves:
            raise ExerciseError(
                line,
                f"`{self.name}` asks about the moment after a line, and this line leaves the block.",
                "Put the question beside the line before it, or beside the call.",
            )
        return statement

    def check_names(self, names: tuple[str, ...], line: int, program: Program) -> None:
        wanted = f"{self.fewest_names}" if self.fewest_names == self.most_names else f"{self.fewest_names} to {self.most_names}"
        if not self.fewest_names <= len(names) <= self.most_names:
            raise ExerciseError(
                line, f"`{self.name}` takes {wanted} names, and {len(names)} stand here.", f"Write it like this: #? {self.usage()}"
            )
        for name in names:
            check_path(name, line, program)
        if len(set(names)) < len(names):
            raise ExerciseError(line, "A name stands here twice.", "Give each name once.")

    def usage(self) -> str:
        return " ".join([self.name, *"abcdef"[: max(self.fewest_names, min(self.most_names, 1))]])

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        raise NotImplementedError

    def probes(self, question: Question) -> tuple[sim.Probe, ...]:
        """Where the simulator must look, each time the line is left."""
        return ()

    def survey(self, question: Question, program: Program) -> tuple[sim.Probe, ...]:
        """Further looks, made only while loading, from which `options` draws."""
        return ()

    def options(self, question: Question, outcomes: Sequence[sim.Outcome], survey: range) -> tuple[Option, ...] | None:
        return None

    def complaint(self, question: Question, outcome: sim.Outcome) -> tuple[str, str] | None:
        """Why this truth cannot be asked for (what, remedy), or None."""
        return None

    # The student's side

    def read(self, question: Question, raw: Any) -> Answer:
        try:
            return INPUTS[self.input].read(question, raw)
        except AnswerError as error:
            # What this kind of question wants to hear is a better example than what its shape allows.
            raise error if error.remedy else AnswerError(question.id, error.message, f"Send {self.example}.") from None

    def schema(self, question: Question) -> dict[str, Any]:
        """The JSON Schema of a canonical answer."""
        return {"description": self.example, **INPUTS[self.input].schema(question)}

    # The grader's side

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> Answer | None:
        """None: this run never came to a moment the question is about (a wrong model may well not)."""
        raise NotImplementedError

    def mark(self, question: Question, answer: Answer, truth: Answer) -> Mark:
        right = answer == truth
        return Mark(fraction=1.0 if right else 0.0, right=right)

    def explain(self, question: Question, answer: Answer, truth: Answer, outcome: sim.Outcome) -> list[str]:
        """What is right, and then why: see reasons.py."""
        raise NotImplementedError

    def names_cause(self, sentences: Sequence[str]) -> bool:
        """Whether a why says more than what is right. `causes_follow` says where a cause stands: after the first sentence, or within it."""
        return len(sentences) > 1 or (not self.causes_follow and ": " in sentences[0])

    def show(self, question: Question, value: Answer) -> str:
        return str(value)


@dataclass(frozen=True)
class Asked:
    """The author's words, taken apart: `count a points=2 id=first -- How many references?`"""

    kind: str
    names: tuple[str, ...]
    prompt: str  # "" where the author leaves it to us
    points: float
    id: str  # "" where the author gives none


def split_question(text: str, line: int) -> Asked:
    head, _, prompt = text.partition(" -- ")
    words: list[str] = []
    settings: dict[str, str] = {}
    for word in head.split():
        key, equals, value = word.partition("=")
        if not equals:
            words.append(word)
        elif key not in ("points", "id"):
            raise ExerciseError(
                line, f"`{key}=` is not a setting of a question.", "The settings are points= and id=, for example points=2 id=first."
            )
        elif key in settings:
            raise ExerciseError(line, f"`{key}=` stands here twice.", "Give it once.")
        else:
            settings[key] = value
    return Asked(
        kind=words[0] if words else "",
        names=tuple(words[1:]),
        prompt=prompt.strip(),
        points=read_points(settings["points"], line) if "points" in settings else 1.0,
        id=read_id(settings["id"], line) if "id" in settings else "",
    )


def read_id(value: str, line: int) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", value) or len(value) > LONGEST_ID:
        raise ExerciseError(
            line,
            f"id={value} cannot name a question.",
            f"Use up to {LONGEST_ID} letters (A to Z), digits, - and _, beginning with a letter or digit, for example id=first.",
        )
    return value


def read_points(value: str, line: int) -> float:
    try:
        points = float(value)
    except ValueError:
        points = 0.0
    if not 0 < points <= 100:
        raise ExerciseError(line, f"points={value} is not a number of points.", "Use a number above 0 and up to 100.")
    return points


def check_path(path: str, line: int, program: Program) -> None:
    if not PATH.fullmatch(path):
        raise ExerciseError(line, f"`{path}` does not say which object.", "Use a name, an attribute or an item: a, a.next, a[0].")
    root = re.split(r"[.\[]", path, maxsplit=1)[0]
    if root in program.names:
        return
    near = difflib.get_close_matches(root, sorted(program.names), n=1)
    remedy = f"Did you mean {near[0]}?" if near else f"It binds: {', '.join(sorted(program.names)) or 'nothing'}."
    raise ExerciseError(line, f"The program never binds the name {root}.", remedy)
