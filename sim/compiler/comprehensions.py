"""Comprehensions: functions of their own up to 3.11, inlined from 3.12 on (PEP 709); generator expressions always a function."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from sim.compiler.blocks import Label
from sim.compiler.dialect import iterates_late, iterates_twice
from sim.compiler.emitter import Emitter, Visitor
from sim.compiler.expressions import await_top, give, jump_if, next_awaited
from sim.compiler.functions import wrap_stop_iteration
from sim.compiler.scopes import CELL, FREE, Comprehension, Scope, Use
from sim.profiles import Profile

BUILDERS: dict[type[ast.expr], str] = {ast.ListComp: "BUILD_LIST", ast.SetComp: "BUILD_SET", ast.DictComp: "BUILD_MAP"}
ADDERS: dict[type[ast.expr], str] = {ast.ListComp: "LIST_APPEND", ast.SetComp: "SET_ADD", ast.DictComp: "MAP_ADD"}


@dataclass
class Isolation:
    """What an inlined comprehension changed in its owner, to be put back."""

    saved: list[str] = field(default_factory=list)  # locals whose old value waits on the stack
    meanings: dict[str, str] = field(default_factory=dict)  # meanings the comprehension overrides
    hidden: set[str] = field(default_factory=set)
    cleanup: Label = field(default_factory=Label)


def visit_comprehension(c: Emitter, node: Comprehension) -> None:
    line = node.lineno
    scope = c.scopes[node]
    outermost = node.generators[0]
    get_iter = "GET_AITER" if outermost.is_async else "GET_ITER"
    awaited = scope.coroutine and not isinstance(node, ast.GeneratorExp)
    if awaited and not c.scope.coroutine and not c.scope.comprehension:
        raise c.refuse("asynchronous comprehension outside of an asynchronous function", line)
    if scope.inlined:
        c.visit(outermost.iter)
        late = iterates_late(c.profile)
        if not late:
            c.op(get_iter, None, outermost.iter.lineno)
        isolation = _isolate(c, scope, line)
        c.op(BUILDERS[type(node)], 0, line)
        c.op("SWAP", 2, line)
        if late:
            c.op(get_iter, None, outermost.iter.lineno)
        _loop(c, node, 0, 0, on_stack=True)
        _restore(c, isolation, line)
        return
    c.enter(node, line, arg_count=1)
    if isinstance(node, ast.GeneratorExp):
        _loop(c, node, 0, 0, on_stack=False)
        wrap_stop_iteration(c)
    else:
        c.op(BUILDERS[type(node)], 0, line)
        _loop(c, node, 0, 0, on_stack=False)
        c.op("RETURN_VALUE", None, line)
    code = c.leave(returns_none=False)
    c.closure(code, line, [])
    c.visit(outermost.iter)
    if not iterates_inside(c.profile, node):
        c.op(get_iter, None, line if isinstance(node, ast.GeneratorExp) else outermost.iter.lineno)
    c.op("CALL", 0, line)
    if awaited:
        await_top(c, 0, line)


def iterates_inside(profile: Profile, node: Comprehension) -> bool:
    """3.15: a generator expression gets the iterable itself and makes the iterator before it returns the generator."""
    return iterates_late(profile) and isinstance(node, ast.GeneratorExp) and not node.generators[0].is_async


def _loop(c: Emitter, node: Comprehension, index: int, depth: int, *, on_stack: bool) -> None:
    """One `for` clause and everything inside it. `depth` counts iterators above the container being built."""
    clause = node.generators[index]
    if clause.is_async:
        _async_loop(c, node, index, depth, on_stack=on_stack)
        return
    start, skip, anchor = Label(), Label(), Label()
    looping = True
    if not on_stack:
        if index == 0:
            c.op("LOAD_FAST", 0, node.lineno)
            if iterates_inside(c.profile, node):
                c.op("GET_ITER", None, clause.iter.lineno)
        else:
            looping = not _single_value(c, clause.iter)
    if looping:
        depth += 1
        if iterates_twice(c.profile):
            c.op("GET_ITER", None, clause.iter.lineno)
        c.use(start)
        c.jump("FOR_ITER", anchor, clause.iter.lineno)
    c.visit(clause.target)
    for condition in clause.ifs:
        jump_if(c, condition, skip, False, node.lineno)
    if index + 1 < len(node.generators):
        _loop(c, node, index + 1, depth, on_stack=False)
    else:
        _element(c, node, depth)
    c.use(skip)
    if looping:
        c.jump("JUMP", start, _element_line(node))
        c.use(anchor)
        c.end_loop()


def _async_loop(c: Emitter, node: Comprehension, index: int, depth: int, *, on_stack: bool) -> None:
    """One `async for` clause and everything inside it."""
    clause = node.generators[index]
    start, skip = Label(), Label()
    line = clause.iter.lineno
    if not on_stack and index == 0:
        c.op("LOAD_FAST", 0, node.lineno)
    elif not on_stack:
        c.visit(clause.iter)
        c.op("GET_AITER", None, line)
    c.use(start)
    exhausted = next_awaited(c, line)
    c.visit(clause.target)
    for condition in clause.ifs:
        jump_if(c, condition, skip, False, node.lineno)
    if index + 1 < len(node.generators):
        _loop(c, node, index + 1, depth + 1, on_stack=False)
    else:
        _element(c, node, depth + 1)
    c.use(skip)
    c.jump("JUMP", start, _element_line(node))
    c.use(exhausted)
    c.op("END_ASYNC_FOR", None, line)


def _element_line(node: Comprehension) -> int:
    return node.key.lineno if isinstance(node, ast.DictComp) else node.elt.lineno


def _single_value(c: Emitter, iterable: ast.expr) -> bool:
    """`for y in [f(x)]`, the idiom for a variable: no loop at all. Otherwise the iterator is made."""
    if isinstance(iterable, (ast.List, ast.Tuple)) and len(iterable.elts) == 1 and not isinstance(iterable.elts[0], ast.Starred):
        c.visit(iterable.elts[0])
        return True
    c.visit(iterable)
    c.op("GET_ITER", None, iterable.lineno)
    return False


def _element(c: Emitter, node: Comprehension, depth: int) -> None:
    line = _element_line(node)
    if isinstance(node, ast.DictComp):
        c.visit(node.key)
        c.visit(node.value)
        c.op("MAP_ADD", depth + 1, line)
        return
    c.visit(node.elt)
    if isinstance(node, ast.GeneratorExp):
        give(c, line)
        c.op("POP_TOP", None, line)
    else:
        c.op(ADDERS[type(node)], depth + 1, line)


def _isolate(c: Emitter, inner: Scope, line: int) -> Isolation:
    """Give the comprehension's names their own meaning and keep the old values of locals it shares on the stack."""
    isolation = Isolation()
    draft, outer = c.draft, c.scope
    in_class = outer.kind == "class" and not draft.inlined
    draft.inlined += 1
    for name, use in inner.symbols.items():
        meaning, outside = inner.meaning[name], outer.means(name)
        if (meaning != outside and meaning != FREE and not (meaning == CELL and outside == FREE)) or in_class:
            isolation.meanings[name] = outside
            outer.meaning[name] = meaning
        own = bool(use & Use.LOCAL and not use & Use.NONLOCAL)
        if not own and (name == ".0" or not in_class or c.profile.folds_in_flow):
            continue
        if not draft.function_like and name not in draft.hidden:
            isolation.hidden.add(name)
        isolation.saved.append(name)
    draft.hidden |= isolation.hidden
    draft.once_hidden |= isolation.hidden
    for name in isolation.saved:
        c.op("LOAD_FAST_AND_CLEAR", draft.local(name), line)
        if inner.meaning[name] == CELL:
            c.op("MAKE_CELL", c.cell(name), line)
    if isolation.saved:
        c.op("SWAP", len(isolation.saved) + 1, line)
        c.protect("SETUP_FINALLY", isolation.cleanup, line)
    return isolation


def _restore(c: Emitter, isolation: Isolation, line: int) -> None:
    if isolation.saved:
        end = Label()
        c.op("POP_BLOCK")
        c.jump("JUMP_NO_INTERRUPT", end)
        c.use(isolation.cleanup)
        c.op("SWAP", 2)
        c.op("POP_TOP")
        _put_back(c, isolation, line)
        c.op("RERAISE", 0)
        c.use(end)
        _put_back(c, isolation, line)
    draft = c.draft
    draft.inlined -= 1
    draft.hidden -= isolation.hidden
    for name, meaning in isolation.meanings.items():
        if meaning:
            c.scope.meaning[name] = meaning
        else:
            c.scope.meaning.pop(name, None)


def _put_back(c: Emitter, isolation: Isolation, line: int) -> None:
    c.op("SWAP", len(isolation.saved) + 1, line)
    for name in reversed(isolation.saved):
        c.op("STORE_FAST_MAYBE_NULL", c.draft.local(name), line)


VISITORS: dict[type[ast.AST], Visitor] = dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), visit_comprehension)
