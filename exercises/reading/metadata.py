"""The block at the head of an exercise, written as in PEP 723: what it may say, and the JSON Schema that says the same to editors."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import sim
from exercises.formats import ExerciseError

TOPICS = (
    "allocation and names",
    "reference counting",
    "the cycle collector",
    "reclamation and sweeping",
    "pooling and reuse",
    "small-object optimisations",
)
OPENING, CLOSING = "# /// exercise", "# ///"
LONGEST = 400  # characters of one text


@dataclass(frozen=True)
class Field:
    name: str
    kind: str  # "text" | "texts" | "flag" | "level"
    about: str
    required: bool = False
    among: tuple[str, ...] = ()


def fields() -> tuple[Field, ...]:
    """The one table. The reader, the schema and the manual's test all follow it."""
    return (
        Field("title", "text", "What the exercise is called.", required=True),
        Field("topic", "text", "Which part of the memory story it belongs to.", required=True, among=TOPICS),
        Field("python", "texts", "The versions of Python it may be set for.", required=True, among=sim.PYTHONS),
        Field("summary", "text", "One sentence about what it shows, for instructors."),
        Field("difficulty", "level", "1 (first steps), 2 or 3 (for those who know the rules). Left out: 1."),
        Field("differs", "flag", "true when the right answers are known to differ between the versions. Left out: false."),
        Field("claim", "text", "A statement often read about memory, which this exercise holds against CPython."),
        Field(
            "belief",
            "text",
            "The model that follows the claim: it must answer some question differently.",
            among=tuple(one for one in sim.BELIEFS if one != "cpython"),
        ),
    )


@dataclass(frozen=True)
class Metadata:
    title: str
    topic: str
    pythons: tuple[str, ...]
    summary: str
    difficulty: int
    differs: bool
    claim: str | None
    belief: str | None
    lines: tuple[int, int]  # the first and the last line of the block


def json_schema() -> dict[str, Any]:
    properties = {field.name: field_schema(field) for field in fields()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Heaplab exercise: the block at the head of the file",
        "type": "object",
        "properties": properties,
        "required": [field.name for field in fields() if field.required],
        "dependentRequired": {"claim": ["belief"], "belief": ["claim"]},
        "additionalProperties": False,
    }


def field_schema(field: Field) -> dict[str, Any]:
    text: dict[str, Any] = (
        {"type": "string", "enum": list(field.among)} if field.among else {"type": "string", "minLength": 1, "maxLength": LONGEST}
    )
    shapes: dict[str, dict[str, Any]] = {
        "text": text,
        "texts": {"type": "array", "items": text, "minItems": 1, "uniqueItems": True},
        "flag": {"type": "boolean"},
        "level": {"type": "integer", "minimum": 1, "maximum": 3},
    }
    return {"description": field.about, **shapes[field.kind]}


def read_metadata(text: str) -> Metadata:
    first, toml = metadata_block(text)
    lines = toml.split("\n")
    values = parse_toml(toml, first)
    place = {name: first + 1 + number for number, row in enumerate(lines) for name in re.findall(r"^\s*(\w+)\s*=", row)}
    known = {field.name: field for field in fields()}
    for name, value in values.items():
        line = place.get(name, first)
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise ExerciseError(
                line,
                f"“{name}” is not a field of the block.",
                f"Did you mean {near[0]}?" if near else f"The fields are: {', '.join(known)}.",
            )
        check_value(known[name], value, line)
    for field in known.values():
        if field.required and field.name not in values:
            raise ExerciseError(first, f"The block has no {field.name}.", f"Add a line: # {field.name} = {sample(field)}")
    if ("claim" in values) != ("belief" in values):
        missing = "belief" if "claim" in values else "claim"
        raise ExerciseError(
            first, f"A claim and the belief that follows it go together, and {missing} is missing.", f'Add a line: # {missing} = "..."'
        )
    pythons = tuple(sorted(values["python"], key=sim.PYTHONS.index))
    return Metadata(
        title=values["title"],
        topic=values["topic"],
        pythons=pythons,
        summary=values.get("summary", ""),
        difficulty=values.get("difficulty", 1),
        differs=values.get("differs", False),
        claim=values.get("claim"),
        belief=values.get("belief"),
        lines=(first, first + len(lines) + 1),
    )


def metadata_block(text: str) -> tuple[int, str]:
    """The line of its opening, and the TOML between opening and closing."""
    lines = text.rstrip("\n").split("\n")
    opening = next((number for number, line in enumerate(lines, start=1) if line.rstrip() == OPENING), None)
    if opening is None:
        raise ExerciseError(
            1,
            "There is no block about the exercise.",
            f'Begin the file with a line “{OPENING}”, then “# title = "..."” and so on, then “{CLOSING}”.',
        )
    rows: list[str] = []
    for number, line in enumerate(lines[opening:], start=opening + 1):
        if line.rstrip() == CLOSING:
            return opening, "\n".join(rows)
        if line.rstrip() != "#" and not line.startswith("# "):
            raise ExerciseError(
                number,
                "The block about the exercise ends before it is closed.",
                f"Begin every line of it with “# ”, and end it with “{CLOSING}”.",
            )
        rows.append(line[2:])
    raise ExerciseError(opening, "The block about the exercise is never closed.", f"End it with a line “{CLOSING}”.")


def parse_toml(toml: str, first: int) -> dict[str, Any]:
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = first + int(found[1]) if found else first
        said = re.sub(r"\s*\(at .*\)", "", str(error))
        raise ExerciseError(
            line, f"This is not TOML: {said}.", 'Write fields as name = "text", name = ["text", "text"] or name = true.'
        ) from None


def check_value(field: Field, value: Any, line: int) -> None:
    wanted = sample(field)
    if field.kind == "texts":
        right = isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value) and len(set(value)) == len(value)
    elif field.kind == "flag":
        right = isinstance(value, bool)
    elif field.kind == "level":
        right = not isinstance(value, bool) and value in (1, 2, 3)
    else:
        right = isinstance(value, str) and 0 < len(value) <= LONGEST
    if not right:
        raise ExerciseError(line, f"{field.name} has a value of the wrong kind.", f"Write: # {field.name} = {wanted}")
    for one in value if isinstance(value, list) else [value]:
        if field.among and one not in field.among:
            near = difflib.get_close_matches(one, field.among, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"Known are: {', '.join(field.among)}."
            raise ExerciseError(line, f"{field.name} names “{one}”, which is not known.", hint)


def sample(field: Field) -> str:
    first = f'"{field.among[0]}"' if field.among else '"..."'
    return {"text": first, "texts": f"[{first}]", "flag": "true", "level": "2"}[field.kind]
