"""The compiler's front: a tree in, a unit out."""

from __future__ import annotations

import ast

from sim.compiler import comprehensions, expressions, functions, handlers, patterns, statements
from sim.compiler.code import Code, Constant, Unit
from sim.compiler.emitter import Emitter, Visitor
from sim.compiler.folding import Folder
from sim.compiler.resolution import resolve
from sim.compiler.scopes import Collector
from sim.profiles import Profile

VISITORS: dict[type[ast.AST], Visitor] = {
    **expressions.VISITORS, **functions.VISITORS, **comprehensions.VISITORS,
    **statements.VISITORS, **handlers.VISITORS, **patterns.VISITORS,
}  # fmt: skip


def compile_program(tree: ast.Module, *, filename: str, profile: Profile) -> Unit:
    """Compile a module as the profile's CPython would. Raises SourceError and Unsupported, nothing else, for what the text can do."""
    tree = Folder(profile).visit(tree)
    collector = Collector(profile)
    resolve(collector.collect(tree), profile)
    emitter = Emitter(filename, profile, collector.scopes, VISITORS)
    emitter.future_annotations = collector.future_annotations
    emitter.enter(tree, 1)
    line = tree.body[0].lineno if tree.body else 0
    if emitter.scope.conditional_annotations:
        emitter.op("BUILD_SET", 0, line)
        emitter.op("STORE_NAME", "__conditional_annotations__", line)
    functions.body(emitter, tree.body, line)
    code = emitter.leave(returns_none=True)
    return Unit(code, _compact(code, emitter.pool.constants))


def _compact(code: Code, pool: list[Constant]) -> list[Constant]:
    """Drop what no code object holds: folded literals, constants of dead branches."""
    moved: dict[int, int] = {}
    kept: list[Constant] = []

    def keep(index: int) -> int:
        if index not in moved:
            constant = pool[index]
            value = constant.value
            if constant.kind in ("tuple", "frozenset", "slice") and isinstance(value, tuple):
                value = tuple(keep(item) for item in value)
            moved[index] = len(kept)
            kept.append(Constant(constant.kind, value, constant.arena, constant.interned))
        return moved[index]

    def walk(code: Code) -> None:
        for constant in code.constants:
            if isinstance(constant, Code):
                walk(constant)
        code.constants = tuple(constant if isinstance(constant, Code) else keep(constant) for constant in code.constants)

    walk(code)
    return kept
