"""The twin of an exercise: the same program with its questions answered by a witness that looks on, under a real CPython.

Every line keeps its number: the witness comes in on the lines of the block at the head, and looks from the ends of lines.
"""

from __future__ import annotations

import ast

from exercises.formats import Question
from exercises.reading.exercise import ExerciseText
from exercises.reading.program import Compound, Leaving
from exercises.reading.shown import program_text


def twin_of(exercise: ExerciseText) -> str:
    text = program_text(exercise.text)
    tree = ast.parse(text)
    lines = text.split("\n")
    before: dict[int, list[str]] = {}
    after: dict[int, list[str]] = {}
    in_classes = {line.lineno for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for line in node.body}
    in_finalisers = {line.lineno for one in finalisers(tree) for line in ast.walk(one) if isinstance(line, ast.stmt)}
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno not in in_classes]
    for node in statements:
        if not isinstance(node, (*Compound, *Leaving, ast.Import, ast.ImportFrom)):
            looks = [f"_w.named({name!r}, {name})" for name in targets(node)]
            # Not inside a finaliser: there the collector has cleared weak references of objects that are still to be finalised.
            after.setdefault(node.lineno, []).extend(looks if node.lineno in in_finalisers else [*looks, "_w.tick()"])
    for question in exercise.questions:
        if question.format != "prints":
            before.setdefault(question.line, []).append(f"_w.enter({question.id!r})")
            after.setdefault(question.line, []).append(look(question))
    for one in finalisers(tree):
        before.setdefault(one.body[0].lineno, []).append(f"_w.finalized({one.args.args[0].arg})")
    columns = {node.lineno: node.col_offset for node in ast.walk(tree) if isinstance(node, ast.stmt)}
    for number in before.keys() | after.keys():
        line, column = lines[number - 1], columns[number]
        first = "; ".join([*before.get(number, []), line[column:].rstrip(), *after.get(number, [])])
        lines[number - 1] = line[:column] + first
    lines[0] = "import sys; sys.path.insert(0, sys.argv[2]); import witness as _w; del sys.path[0], sys"
    return "\n".join([*lines, "_w.finish()", ""])


def finalisers(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "__del__"]


def targets(node: ast.stmt) -> list[str]:
    own = {inner for one in ast.walk(node) if isinstance(one, ast.comprehension) for inner in ast.walk(one.target)}
    stored = [one for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one not in own]
    return [one.id for one in sorted(stored, key=lambda one: one.col_offset)]


def look(question: Question) -> str:
    names = question.names
    if question.format == "count":
        return f"_w.count({question.id!r}, _w.g({names[0]}))"
    if question.format == "holders":
        return f"_w.holders({question.id!r}, _w.g({names[0]}), {names[0]})"
    if question.format == "same":
        places = ", ".join(f"{name!r}: id({name})" for name in names)
        return f"_w.same({question.id!r}, **{{{places}}})"
    return f"_w.{question.format}({question.id!r})"
