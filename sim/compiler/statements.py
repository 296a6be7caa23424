"""Statements other than definitions, try and match."""

from __future__ import annotations

import ast

from sim.compiler.annotations import is_simple
from sim.compiler.blocks import Label
from sim.compiler.constants import OPERATORS
from sim.compiler.dialect import tests_at_bottom
from sim.compiler.draft import Enclosing
from sim.compiler.emitter import Emitter, Visitor
from sim.compiler.expressions import await_top, jump_if, next_awaited, slice_parts, two_part_slice
from sim.compiler.functions import annotation
from sim.compiler.unwinding import exit_with, unwind, unwind_all


def visit_expression(c: Emitter, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Constant):
        c.op("NOP", None, node.lineno)
        return
    c.visit(node.value)
    c.op("POP_TOP")


def visit_pass(c: Emitter, node: ast.Pass) -> None:
    c.op("NOP", None, node.lineno)


def visit_declaration(c: Emitter, node: ast.Global | ast.Nonlocal) -> None:
    """The symbol table has taken note; nothing to run."""


def visit_assign(c: Emitter, node: ast.Assign) -> None:
    c.visit(node.value)
    for target in node.targets[:-1]:
        c.op("COPY", 1, node.lineno)
        c.visit(target)
    c.visit(node.targets[-1])


def visit_delete(c: Emitter, node: ast.Delete) -> None:
    c.visit_all(node.targets)


def visit_augmented(c: Emitter, node: ast.AugAssign) -> None:
    target, line = node.target, node.target.lineno
    parts: ast.Slice | None = None
    if isinstance(target, ast.Attribute):
        c.visit(target.value)
        c.op("COPY", 1, line)
        line = target.end_lineno or line
        c.op("LOAD_ATTR", c.mangled(target.attr), line)
    elif isinstance(target, ast.Subscript):
        c.visit(target.value)
        parts = two_part_slice(c, target.slice)
        _load_item(c, target, parts, line)
    else:
        c.name(target.id, "load", line)
    c.visit(node.value)
    c.op("BINARY_OP", OPERATORS[type(node.op)] + "=", node.lineno)
    if isinstance(target, ast.Attribute):
        c.op("SWAP", 2, line)
        c.op("STORE_ATTR", c.mangled(target.attr), line)
    elif isinstance(target, ast.Subscript):
        for count in (4, 3, 2) if parts is not None else (3, 2):
            c.op("SWAP", count, line)
        c.op("STORE_SLICE" if parts is not None else "STORE_SUBSCR", None, line)
    else:
        c.name(target.id, "store", line)


def _load_item(c: Emitter, target: ast.Subscript, parts: ast.Slice | None, line: int) -> None:
    if parts is not None:
        slice_parts(c, parts)
        for _ in range(3):
            c.op("COPY", 3, line)
        c.op("BINARY_SLICE", None, line)
        return
    c.visit(target.slice)
    c.op("COPY", 2, line)
    c.op("COPY", 2, line)
    c.op("BINARY_SUBSCR", None, line)


def visit_annotated(c: Emitter, node: ast.AnnAssign) -> None:
    target, line = node.target, node.lineno
    if node.value is not None:
        c.visit(node.value)
        c.visit(target)
    at_top = c.scope.kind in ("module", "class")
    lazy = c.profile.lazy_annotations and not c.future_annotations
    if is_simple(node) and at_top:
        assert isinstance(target, ast.Name)
        if lazy:
            _defer(c, node)
        else:
            annotation(c, node.annotation)
            c.op("LOAD_NAME", "__annotations__", line)
            c.const(c.mangled(target.id), line)
            c.op("STORE_SUBSCR", None, line)
    elif isinstance(target, (ast.Attribute, ast.Subscript)) and node.value is None:
        _evaluate(c, target.value)
        if isinstance(target, ast.Subscript):
            _evaluate(c, target.slice)
    if not is_simple(node) and at_top and not c.profile.lazy_annotations and not c.future_annotations:
        _evaluate(c, node.annotation)


def _defer(c: Emitter, node: ast.AnnAssign) -> None:
    """3.14+: remember the annotation; where a run may not reach it, note that it did."""
    draft = c.draft
    conditional = draft.scope.kind == "module" or bool(draft.conditional)
    index = len([1 for _, known in draft.deferred if known is not None]) if conditional else None
    draft.deferred.append((node, index))
    if index is None:
        return
    if draft.scope.kind == "class":
        c.op("LOAD_DEREF", c.cell("__conditional_annotations__"), node.lineno)
    else:
        c.op("LOAD_NAME", "__conditional_annotations__", node.lineno)
    c.const(index, node.lineno, arena=False)
    c.op("SET_ADD", 1, node.lineno)
    c.op("POP_TOP", None, node.lineno)


def _evaluate(c: Emitter, node: ast.expr) -> None:
    if isinstance(node, ast.Tuple):
        for item in node.elts:
            _evaluate(c, item)
    elif isinstance(node, ast.Slice):
        for part in (node.lower, node.upper, node.step):
            if part is not None:
                _evaluate(c, part)
    else:
        c.visit(node)
        c.op("POP_TOP", None, node.lineno)


# --- control flow ---


def visit_if(c: Emitter, node: ast.If) -> None:
    c.draft.conditional += 1
    end = Label()
    otherwise = Label() if node.orelse else end
    jump_if(c, node.test, otherwise, False, node.lineno)
    c.visit_all(node.body)
    if node.orelse:
        c.jump("JUMP_NO_INTERRUPT", end)
        c.use(otherwise)
        c.visit_all(node.orelse)
    c.use(end)
    c.draft.conditional -= 1


def visit_for(c: Emitter, node: ast.For) -> None:
    c.draft.conditional += 1
    start, cleanup, end = Label(), Label(), Label()
    c.push(Enclosing("for", start, end))
    c.visit(node.iter)
    line = node.iter.lineno
    c.op("GET_ITER", None, line)
    c.use(start)
    c.jump("FOR_ITER", cleanup, line)
    c.op("NOP", None, node.target.lineno)
    c.visit(node.target)
    c.visit_all(node.body)
    c.jump("JUMP", start)
    c.use(cleanup)
    c.end_loop()
    c.pop()
    c.visit_all(node.orelse)
    c.use(end)
    c.draft.conditional -= 1


def visit_async_for(c: Emitter, node: ast.AsyncFor) -> None:
    if not c.scope.coroutine:
        raise c.refuse("'async for' outside async function", node.lineno)
    c.draft.conditional += 1
    start, end = Label(), Label()
    line = node.iter.lineno
    c.visit(node.iter)
    c.op("GET_AITER", None, line)
    c.use(start)
    c.push(Enclosing("for", start, end))
    exhausted = next_awaited(c, line)
    c.visit(node.target)
    c.visit_all(node.body)
    c.jump("JUMP", start)
    c.pop()
    c.use(exhausted)
    c.op("END_ASYNC_FOR", None, line)
    c.visit_all(node.orelse)
    c.use(end)
    c.draft.conditional -= 1


def visit_while(c: Emitter, node: ast.While) -> None:
    c.draft.conditional += 1
    loop, end, anchor = Label(), Label(), Label()
    c.use(loop)
    c.push(Enclosing("while", loop, end))
    jump_if(c, node.test, anchor, False, node.lineno)
    body = Label()
    c.use(body)
    c.visit_all(node.body)
    if tests_at_bottom(c.profile):
        jump_if(c, node.test, body, True, node.lineno)
    else:
        c.jump("JUMP", loop)
    c.pop()
    c.use(anchor)
    c.visit_all(node.orelse)
    c.use(end)
    c.draft.conditional -= 1


def visit_return(c: Emitter, node: ast.Return) -> None:
    line: int | None = node.lineno
    if not c.draft.function_like:
        raise c.refuse("'return' outside function", line)
    value = node.value
    keeps_value = value is not None and not isinstance(value, ast.Constant)
    if value is not None and keeps_value:
        c.visit(value)
    elif value is not None:
        line = value.lineno
        c.op("NOP", None, line)
    if value is None or value.lineno != node.lineno:
        line = node.lineno
        c.op("NOP", None, line)
    _, line = unwind_all(c, line, keeps_value, to_loop=False)
    if value is None:
        c.const(None, line, arena=False)
    elif isinstance(value, ast.Constant):
        c.const(value.value, line)
    c.op("RETURN_VALUE", None, line)


def visit_break(c: Emitter, node: ast.Break) -> None:
    c.op("NOP", None, node.lineno)
    loop, line = unwind_all(c, node.lineno, False, to_loop=True)
    if loop is None or loop.exit is None:
        raise c.refuse("'break' outside loop", node.lineno)
    line = unwind(c, loop, line, False)
    c.jump("JUMP", loop.exit, line)


def visit_continue(c: Emitter, node: ast.Continue) -> None:
    c.op("NOP", None, node.lineno)
    loop, line = unwind_all(c, node.lineno, False, to_loop=True)
    if loop is None or loop.start is None:
        raise c.refuse("'continue' not properly in loop", node.lineno)
    c.jump("JUMP", loop.start, line)


def visit_raise(c: Emitter, node: ast.Raise) -> None:
    given = [value for value in (node.exc, node.cause) if value is not None]
    c.visit_all(given)
    c.op("RAISE_VARARGS", len(given), node.lineno)


def visit_assert(c: Emitter, node: ast.Assert) -> None:
    end = Label()
    jump_if(c, node.test, end, True, node.lineno)
    c.op("LOAD_ASSERTION_ERROR", None, node.lineno)
    if node.msg is not None:
        c.visit(node.msg)
        c.op("CALL", 0, node.lineno)
    c.op("RAISE_VARARGS", 1, node.test.lineno)
    c.use(end)


# --- imports ---


def visit_import(c: Emitter, node: ast.Import) -> None:
    line = node.lineno
    for alias in node.names:
        c.const(0, line, arena=False)
        c.const(None, line, arena=False)
        c.op("IMPORT_NAME", alias.name, line)
        first, *rest = alias.name.split(".")
        if alias.asname is None:
            c.name(first, "store", line)
            continue
        for index, attribute in enumerate(rest):
            c.op("IMPORT_FROM", attribute, line)
            if index + 1 < len(rest):
                c.op("SWAP", 2, line)
                c.op("POP_TOP", None, line)
        c.name(alias.asname, "store", line)
        if rest:
            c.op("POP_TOP", None, line)


def visit_import_from(c: Emitter, node: ast.ImportFrom) -> None:
    line = node.lineno
    c.const(node.level, line, arena=False)
    c.const(tuple(alias.name for alias in node.names), line, arena=False)
    c.op("IMPORT_NAME", node.module or "", line)
    for alias in node.names:
        if alias.name == "*":
            c.op("IMPORT_STAR", None, line)
            c.op("POP_TOP")
            return
        c.op("IMPORT_FROM", alias.name, line)
        c.name(alias.asname or alias.name, "store", line)
    c.op("POP_TOP", None, line)


# --- with ---


def visit_async_with(c: Emitter, node: ast.AsyncWith) -> None:
    if not c.scope.coroutine:
        raise c.refuse("'async with' outside async function", node.lineno)
    visit_with(c, node)


def visit_with(c: Emitter, node: ast.With | ast.AsyncWith) -> None:
    c.draft.conditional += 1
    _with_item(c, node, 0)
    c.draft.conditional -= 1


def _enter(c: Emitter, line: int, asynchronous: bool) -> None:
    """The manager on the stack gives way to its exit function and what its enter function returned."""
    enter, leave = ("__aenter__", "__aexit__") if asynchronous else ("__enter__", "__exit__")
    if c.profile.with_uses_bound_methods:
        c.op("BEFORE_ASYNC_WITH" if asynchronous else "BEFORE_WITH", None, line)
    else:
        c.op("COPY", 1, line)
        c.op("LOAD_SPECIAL", leave, line)
        c.op("SWAP", 2, line)
        c.op("SWAP", 3, line)
        c.op("LOAD_SPECIAL", enter, line)
        c.op("CALL", 0, line)
    if asynchronous:
        await_top(c, 1, line)


def _with_item(c: Emitter, node: ast.With | ast.AsyncWith, index: int) -> None:
    item = node.items[index]
    asynchronous = isinstance(node, ast.AsyncWith)
    line = item.context_expr.lineno
    start, final, done, cleanup = Label(), Label(), Label(), Label()
    c.visit(item.context_expr)
    _enter(c, line, asynchronous)
    c.protect("SETUP_WITH", final, line)
    c.use(start)
    c.push(Enclosing("async_with" if asynchronous else "with", start, final, line))
    if item.optional_vars is not None:
        c.visit(item.optional_vars)
    else:
        c.op("POP_TOP", None, line)
    if index + 1 < len(node.items):
        _with_item(c, node, index + 1)
    else:
        c.visit_all(node.body)
    c.op("POP_BLOCK")
    c.pop()
    exit_with(c, line)
    if asynchronous:
        await_top(c, 2, line)
    c.op("POP_TOP", None, line)
    c.jump("JUMP", done, line)
    c.use(final)
    c.protect("SETUP_CLEANUP", cleanup, line)
    c.op("PUSH_EXC_INFO", None, line)
    c.op("WITH_EXCEPT_START", None, line)
    if asynchronous:
        await_top(c, 2, line)
    _after_exit(c, cleanup)
    c.use(done)


def _after_exit(c: Emitter, cleanup: Label) -> None:
    """__exit__ has answered: swallow the exception or raise it again."""
    suppress, done = Label(), Label()
    c.op("TO_BOOL")
    c.jump("POP_JUMP_IF_TRUE", suppress)
    c.op("RERAISE", 2)
    c.use(suppress)
    c.op("POP_TOP")
    c.op("POP_BLOCK")
    c.op("POP_EXCEPT")
    for _ in range(2 if c.profile.with_uses_bound_methods else 3):
        c.op("POP_TOP")
    c.jump("JUMP_NO_INTERRUPT", done)
    c.use(cleanup)
    c.op("COPY", 3)
    c.op("POP_EXCEPT")
    c.op("RERAISE", 1)
    c.use(done)


VISITORS: dict[type[ast.AST], Visitor] = {
    ast.Expr: visit_expression, ast.Pass: visit_pass, ast.Global: visit_declaration, ast.Nonlocal: visit_declaration,
    ast.Assign: visit_assign, ast.AugAssign: visit_augmented, ast.AnnAssign: visit_annotated, ast.Delete: visit_delete, ast.If: visit_if,
    ast.For: visit_for, ast.While: visit_while, ast.Return: visit_return, ast.Break: visit_break, ast.Continue: visit_continue,
    ast.Raise: visit_raise, ast.Assert: visit_assert, ast.Import: visit_import, ast.ImportFrom: visit_import_from, ast.With: visit_with,
    ast.AsyncFor: visit_async_for, ast.AsyncWith: visit_async_with,
}  # fmt: skip
