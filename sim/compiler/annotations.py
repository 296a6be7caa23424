"""Which annotations a statement carries, in the order CPython evaluates them."""

from __future__ import annotations

import ast


def annotated_arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[tuple[str, ast.expr]]:
    """Name and annotation of each annotated argument, then of the result."""
    args = node.args
    arguments = [*args.args, *args.posonlyargs]
    arguments += [args.vararg] if args.vararg else []
    arguments += args.kwonlyargs
    arguments += [args.kwarg] if args.kwarg else []
    found = [(argument.arg, argument.annotation) for argument in arguments if argument.annotation is not None]
    return [*found, ("return", node.returns)] if node.returns is not None else found


def is_simple(node: ast.AnnAssign) -> bool:
    """`x: int` without parentheses: the only kind that reaches __annotations__."""
    return isinstance(node.target, ast.Name) and bool(node.simple)
