"""What can be read off the text of a program without running it: its statements and its names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from exercises.formats import ExerciseError, Program
from exercises.formats.format import PATH, Statement

LONGEST_SOURCE = 20_000  # characters; far above any exercise, far below what the parser minds

Compound = (
    ast.If,
    ast.For,
    ast.While,
    ast.With,
    ast.Try,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Match,
    ast.AsyncFor,
    ast.AsyncWith,
    ast.TryStar,
)
OwnBody = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Leaving = (ast.Return, ast.Raise, ast.Break, ast.Continue)


def parse(text: str) -> ast.Module:
    if len(text) > LONGEST_SOURCE:
        raise ExerciseError(1, f"The exercise is longer than {LONGEST_SOURCE} characters.", "Show one thing at a time.")
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise ExerciseError(error.lineno or 1, f"Python cannot read this: {error.msg}.", "Mend the program.") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExerciseError(1, f"Python cannot read this: {error or type(error).__name__}.", "Mend the program.") from None


def analyse(text: str) -> Program:
    tree = parse(text)
    names = frozenset(bound_names(tree))
    calls, counted = calls_by_line(tree, names)
    statements: dict[int, Statement] = {}
    long: dict[int, int] = {}
    for body in bodies(tree):
        members = list(statements_of(body))
        long.update({line: node.lineno for node in members if is_long(node) for line in range(node.lineno, (node.end_lineno or 0) + 1)})
        block = tuple(sorted({node.lineno for node in members if not is_long(node)}))
        for node in members:
            if is_long(node) or node.lineno in statements:
                continue
            here = [other for other in members if other.lineno == node.lineno]
            statements[node.lineno] = Statement(
                line=node.lineno,
                block=block,
                header=any(isinstance(one, Compound) for one in here),
                leaves=any(isinstance(one, Leaving) for one in here),
                calls=frozenset(calls.get(node.lineno, ())),
                counted=tuple(counted.get(node.lineno, ())),
            )
    variables = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return Program(statements=statements, names=names, variables=variables, lines=text.count("\n") + 1, long=long)


def bodies(tree: ast.Module) -> Iterator[ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Outer bodies before inner ones, so that a one-line `def` belongs to the body that it stands in."""
    yield tree
    for node in ast.walk(tree):
        if isinstance(node, OwnBody):
            yield node


def statements_of(node: ast.AST) -> Iterator[ast.stmt]:
    """Every statement that runs in the frame of this body."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        if not isinstance(child, (*OwnBody, ast.expr)):
            yield from statements_of(child)


def is_long(node: ast.stmt) -> bool:
    return not isinstance(node, Compound) and node.end_lineno != node.lineno


def bound_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, OwnBody):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def calls_by_line(tree: ast.Module, names: frozenset[str]) -> tuple[dict[int, set[str]], dict[int, list[str]]]:
    calls: dict[int, set[str]] = {}
    counted: dict[int, list[str]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        calls.setdefault(node.lineno, set()).add(called)
        if called.split(".")[-1] == "getrefcount" and len(node.args) == 1:
            path = ast.unparse(node.args[0])
            known = re.split(r"[.\[]", path, maxsplit=1)[0] in names
            if PATH.fullmatch(path) and known and path not in counted.setdefault(node.lineno, []):
                counted[node.lineno].append(path)
    return calls, counted
