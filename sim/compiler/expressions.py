"""Expressions, in CPython's order of stack effects (Python/codegen.c)."""

from __future__ import annotations

import ast

from sim.compiler.blocks import Label
from sim.compiler.calls import visit_call, visit_super_attribute
from sim.compiler.constants import OPERATORS, SliceValue
from sim.compiler.emitter import Emitter, Visitor
from sim.compiler.flow import STACK_GUIDELINE

COMPARISONS: dict[type[ast.cmpop], str] = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
CONTEXTS: dict[type[ast.expr_context], str] = {ast.Load: "load", ast.Store: "store", ast.Del: "delete"}


def how(context: ast.expr_context) -> str:
    return CONTEXTS[type(context)]


def visit_constant(c: Emitter, node: ast.Constant) -> None:
    c.const(node.value, node.lineno)


def visit_name(c: Emitter, node: ast.Name) -> None:
    c.name(node.id, how(node.ctx), node.lineno)


def visit_named(c: Emitter, node: ast.NamedExpr) -> None:
    c.visit(node.value)
    c.op("COPY", 1, node.lineno)
    c.visit(node.target)


def visit_bool(c: Emitter, node: ast.BoolOp) -> None:
    end = Label()
    op = "JUMP_IF_FALSE" if isinstance(node.op, ast.And) else "JUMP_IF_TRUE"
    for value in node.values[:-1]:
        c.visit(value)
        c.jump(op, end, node.lineno)
        c.op("POP_TOP", None, node.lineno)
    c.visit(node.values[-1])
    c.use(end)


def visit_binary(c: Emitter, node: ast.BinOp) -> None:
    c.visit(node.left)
    c.visit(node.right)
    c.op("BINARY_OP", OPERATORS[type(node.op)], node.lineno)


def visit_unary(c: Emitter, node: ast.UnaryOp) -> None:
    c.visit(node.operand)
    if isinstance(node.op, ast.UAdd):
        c.op("CALL_INTRINSIC_1", "INTRINSIC_UNARY_POSITIVE", node.lineno)
    elif isinstance(node.op, ast.Not):
        c.op("TO_BOOL", None, node.lineno)
        c.op("UNARY_NOT", None, node.lineno)
    else:
        c.op("UNARY_INVERT" if isinstance(node.op, ast.Invert) else "UNARY_NEGATIVE", None, node.lineno)


# --- conditions and comparisons ---


def visit_if_expression(c: Emitter, node: ast.IfExp) -> None:
    end, otherwise = Label(), Label()
    jump_if(c, node.test, otherwise, False, node.lineno)
    c.visit(node.body)
    c.jump("JUMP_NO_INTERRUPT", end)
    c.use(otherwise)
    c.visit(node.orelse)
    c.use(end)


def jump_if(c: Emitter, node: ast.expr, target: Label, when: bool, line: int) -> None:
    """Jump to target if the expression's truth is `when`."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        jump_if(c, node.operand, target, not when, line)
    elif isinstance(node, ast.BoolOp):
        _jump_if_bool(c, node, target, when, line)
    elif isinstance(node, ast.IfExp):
        end, otherwise = Label(), Label()
        jump_if(c, node.test, otherwise, False, line)
        jump_if(c, node.body, target, when, line)
        c.jump("JUMP_NO_INTERRUPT", end)
        c.use(otherwise)
        jump_if(c, node.orelse, target, when, line)
        c.use(end)
    elif isinstance(node, ast.Compare) and len(node.ops) > 1:
        _jump_if_chain(c, node, target, when)
    else:
        c.visit(node)
        c.op("TO_BOOL", None, node.lineno)
        c.jump("POP_JUMP_IF_TRUE" if when else "POP_JUMP_IF_FALSE", target, node.lineno)


def _jump_if_bool(c: Emitter, node: ast.BoolOp, target: Label, when: bool, line: int) -> None:
    decides = isinstance(node.op, ast.Or)
    early = target if decides == when else Label()
    for value in node.values[:-1]:
        jump_if(c, value, early, decides, line)
    jump_if(c, node.values[-1], target, when, line)
    if early is not target:
        c.use(early)


def _jump_if_chain(c: Emitter, node: ast.Compare, target: Label, when: bool) -> None:
    cleanup, end, line = Label(), Label(), node.lineno
    c.visit(node.left)
    for op, right in zip(node.ops[:-1], node.comparators[:-1], strict=True):
        c.visit(right)
        c.op("SWAP", 2, line)
        c.op("COPY", 2, line)
        compare(c, op, line)
        c.op("TO_BOOL", None, line)
        c.jump("POP_JUMP_IF_FALSE", cleanup, line)
    c.visit(node.comparators[-1])
    compare(c, node.ops[-1], line)
    c.op("TO_BOOL", None, line)
    c.jump("POP_JUMP_IF_TRUE" if when else "POP_JUMP_IF_FALSE", target, line)
    c.jump("JUMP_NO_INTERRUPT", end)
    c.use(cleanup)
    c.op("POP_TOP", None, line)
    if not when:
        c.jump("JUMP_NO_INTERRUPT", target)
    c.use(end)


def compare(c: Emitter, op: ast.cmpop, line: int) -> None:
    if isinstance(op, (ast.Is, ast.IsNot)):
        c.op("IS_OP", isinstance(op, ast.IsNot), line)
    elif isinstance(op, (ast.In, ast.NotIn)):
        c.op("CONTAINS_OP", isinstance(op, ast.NotIn), line)
    else:
        c.op("COMPARE_OP", (COMPARISONS[type(op)], False), line)


def visit_compare(c: Emitter, node: ast.Compare) -> None:
    line = node.lineno
    c.visit(node.left)
    if len(node.ops) == 1:
        c.visit(node.comparators[0])
        compare(c, node.ops[0], line)
        return
    cleanup, end = Label(), Label()
    for op, right in zip(node.ops[:-1], node.comparators[:-1], strict=True):
        c.visit(right)
        c.op("SWAP", 2, line)
        c.op("COPY", 2, line)
        compare(c, op, line)
        c.op("COPY", 1, line)
        c.op("TO_BOOL", None, line)
        c.jump("POP_JUMP_IF_FALSE", cleanup, line)
        c.op("POP_TOP", None, line)
    c.visit(node.comparators[-1])
    compare(c, node.ops[-1], line)
    c.jump("JUMP_NO_INTERRUPT", end)
    c.use(cleanup)
    c.op("SWAP", 2, line)
    c.op("POP_TOP", None, line)
    c.use(end)


# --- attributes and subscripts ---


def visit_attribute(c: Emitter, node: ast.Attribute) -> None:
    if isinstance(node.ctx, ast.Load) and visit_super_attribute(c, node):
        return
    note_static_attribute(c, node)
    c.visit(node.value)
    c.op(f"{how(node.ctx).upper()}_ATTR", c.mangled(node.attr), node.end_lineno or node.lineno)


def note_static_attribute(c: Emitter, node: ast.Attribute) -> None:
    """3.13+: a class lists the names its methods set on `self`."""
    if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == "self":
        owner = next((draft for draft in reversed(c.drafts) if draft.scope.kind == "class"), None)
        if owner is not None:
            owner.static_attributes[c.mangled(node.attr) if c.scope.kind == "class" else node.attr] = None


def _is_constant_slice(node: ast.expr) -> bool:
    return isinstance(node, ast.Slice) and all(
        part is None or isinstance(part, ast.Constant) for part in (node.lower, node.upper, node.step)
    )


def two_part_slice(c: Emitter, node: ast.expr) -> ast.Slice | None:
    """The slice, if it goes without a slice object."""
    if not isinstance(node, ast.Slice) or node.step is not None or not c.profile.binary_slices:
        return None
    return None if c.profile.folds_in_flow and _is_constant_slice(node) else node


def slice_parts(c: Emitter, node: ast.Slice) -> None:
    for part in (node.lower, node.upper):
        if part is None:
            c.const(None, node.lineno, arena=False)
        else:
            c.visit(part)


def visit_slice(c: Emitter, node: ast.Slice) -> None:
    if c.profile.folds_in_flow and _is_constant_slice(node):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in (node.lower, node.upper, node.step)]
        c.const(SliceValue(*parts), node.lineno, arena=False)
        return
    slice_parts(c, node)
    if node.step is not None:
        c.visit(node.step)
    c.op("BUILD_SLICE", 2 if node.step is None else 3, node.lineno)


def visit_subscript(c: Emitter, node: ast.Subscript) -> None:
    line = node.lineno
    c.visit(node.value)
    parts = two_part_slice(c, node.slice) if not isinstance(node.ctx, ast.Del) else None
    if parts is not None:
        slice_parts(c, parts)
        c.op("BINARY_SLICE" if isinstance(node.ctx, ast.Load) else "STORE_SLICE", None, line)
        return
    c.visit(node.slice)
    c.op({"load": "BINARY_SUBSCR", "store": "STORE_SUBSCR", "delete": "DELETE_SUBSCR"}[how(node.ctx)], None, line)


# --- displays ---


def unpack(c: Emitter, items: list[ast.expr], line: int) -> None:
    """Spread the top of the stack for an assignment to these targets, then assign."""
    starred = [index for index, item in enumerate(items) if isinstance(item, ast.Starred)]
    if len(starred) > 1:
        raise c.refuse("multiple starred expressions in assignment", line)
    if starred:
        c.op("UNPACK_EX", (starred[0], len(items) - starred[0] - 1), line)
    else:
        c.op("UNPACK_SEQUENCE", len(items), line)
    for item in items:
        c.visit(item.value if isinstance(item, ast.Starred) else item)


def collect(c: Emitter, items: list[ast.expr], line: int, ops: tuple[str, str, str], *, to_tuple: bool = False, pushed: int = 0) -> None:
    """Build a container from items of which some may be starred; ops build, add and extend it."""
    build, add, extend = ops
    starred = any(isinstance(item, ast.Starred) for item in items)
    if not c.profile.folds_in_flow and not pushed and len(items) > 2 and all(isinstance(item, ast.Constant) for item in items):
        _load_as_one(c, items, line, ops, to_tuple)
        return
    big = len(items) + pushed > STACK_GUIDELINE
    if not starred and not big:
        c.visit_all(items)
        c.op("BUILD_TUPLE" if to_tuple else build, len(items) + pushed, line)
        return
    built = big
    if big:
        c.op(build, pushed, line)
    for index, item in enumerate(items):
        if isinstance(item, ast.Starred):
            if not built:
                c.op(build, index + pushed, line)
                built = True
            c.visit(item.value)
            c.op(extend, 1, line)
        else:
            c.visit(item)
            if built:
                c.op(add, 1, line)
    if to_tuple:
        c.op("LIST_TO_TUPLE", None, line)


def _load_as_one(c: Emitter, items: list[ast.expr], line: int, ops: tuple[str, str, str], to_tuple: bool) -> None:
    """Up to 3.13 three constants or more are one tuple, made by the compiler and so without a parser's reference."""
    values = tuple(item.value for item in items if isinstance(item, ast.Constant))
    if to_tuple:
        c.const(values, line, arena=False)
        return
    c.op(ops[0], 0, line)
    c.const(frozenset(values) if ops[0] == "BUILD_SET" else values, line, arena=False)
    c.op(ops[2], 1, line)


LIST_OPS = ("BUILD_LIST", "LIST_APPEND", "LIST_EXTEND")
SET_OPS = ("BUILD_SET", "SET_ADD", "SET_UPDATE")


def visit_sequence(c: Emitter, node: ast.List | ast.Tuple) -> None:
    if isinstance(node.ctx, ast.Store):
        unpack(c, node.elts, node.lineno)
    elif isinstance(node.ctx, ast.Del):
        c.visit_all(node.elts)
    else:
        collect(c, node.elts, node.lineno, LIST_OPS, to_tuple=isinstance(node, ast.Tuple))


def visit_set(c: Emitter, node: ast.Set) -> None:
    collect(c, node.elts, node.lineno, SET_OPS)


def visit_starred(c: Emitter, node: ast.Starred) -> None:
    if isinstance(node.ctx, ast.Store):
        raise c.refuse("starred assignment target must be in a list or tuple", node.lineno)
    raise c.refuse("can't use starred expression here", node.lineno)


def visit_dict(c: Emitter, node: ast.Dict) -> None:
    line = node.lineno
    have_dict = False
    waiting: list[tuple[ast.expr, ast.expr]] = []

    def flush() -> None:
        nonlocal have_dict
        if waiting:
            pairs(c, waiting, line)
            if have_dict:
                c.op("DICT_UPDATE", 1, line)
            have_dict = True
            waiting.clear()

    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            flush()
            if not have_dict:
                c.op("BUILD_MAP", 0, line)
                have_dict = True
            c.visit(value)
            c.op("DICT_UPDATE", 1, line)
            continue
        waiting.append((key, value))
        if (len(waiting) - 1) * 2 > STACK_GUIDELINE:
            flush()
    flush()
    if not have_dict:
        c.op("BUILD_MAP", 0, line)


def pairs(c: Emitter, items: list[tuple[ast.expr, ast.expr]], line: int) -> None:
    """One dict from keys and values."""
    big = len(items) * 2 > STACK_GUIDELINE
    if not c.profile.folds_in_flow and len(items) > 1 and not big and all(isinstance(key, ast.Constant) for key, _ in items):
        for _, value in items:
            c.visit(value)
        c.const(tuple(key.value for key, _ in items if isinstance(key, ast.Constant)), line, arena=False)
        c.op("BUILD_CONST_KEY_MAP", len(items), line)
        return
    if big:
        c.op("BUILD_MAP", 0, line)
    for key, value in items:
        c.visit(key)
        c.visit(value)
        if big:
            c.op("MAP_ADD", 1, line)
    if not big:
        c.op("BUILD_MAP", len(items), line)


# --- f-strings ---


def visit_joined(c: Emitter, node: ast.JoinedStr) -> None:
    line = node.lineno
    if len(node.values) > STACK_GUIDELINE:
        c.const("", line, arena=False)
        c.op("LOAD_METHOD", "join", line)
        c.op("BUILD_LIST", 0, line)
        for value in node.values:
            c.visit(value)
            c.op("LIST_APPEND", 1, line)
        c.op("CALL", 1, line)
        return
    c.visit_all(node.values)
    if len(node.values) > 1:
        c.op("BUILD_STRING", len(node.values), line)
    elif not node.values:
        c.const("", line, arena=False)


def visit_formatted(c: Emitter, node: ast.FormattedValue) -> None:
    c.visit(node.value)
    if node.conversion != -1:
        c.op("CONVERT_VALUE", chr(node.conversion), node.lineno)
    if node.format_spec is None:
        c.op("FORMAT_SIMPLE", None, node.lineno)
    else:
        c.visit(node.format_spec)
        c.op("FORMAT_WITH_SPEC", None, node.lineno)


# --- generators ---


def visit_yield(c: Emitter, node: ast.Yield) -> None:
    if not c.draft.function_like:
        raise c.refuse("'yield' outside function", node.lineno)
    if node.value is None:
        c.const(None, node.lineno, arena=False)
    else:
        c.visit(node.value)
    give(c, node.lineno)


def give(c: Emitter, line: int) -> None:
    if c.scope.coroutine:
        c.op("CALL_INTRINSIC_1", "INTRINSIC_ASYNC_GEN_WRAP", line)
    c.op("YIELD_VALUE", None, line)
    c.op("RESUME", 1, line)


def visit_yield_from(c: Emitter, node: ast.YieldFrom) -> None:
    line = node.lineno
    if not c.draft.function_like:
        raise c.refuse("'yield from' outside function" if c.profile.folds_in_flow else "'yield' outside function", line)
    if c.scope.coroutine:
        raise c.refuse("'yield from' inside async function", line)
    c.visit(node.value)
    c.op("GET_YIELD_FROM_ITER", None, line)
    delegate(c, line, 2)


def delegate(c: Emitter, line: int, place: int) -> None:
    """The loop that passes on what the iterator on the stack yields (ADD_YIELD_FROM). place: 2 for `yield from`, 3 for `await`."""
    c.const(None, line, arena=False)
    send, fail, done = Label(), Label(), Label()
    c.use(send)
    c.jump("SEND", done, line)
    c.protect("SETUP_FINALLY", fail, line)
    c.op("YIELD_VALUE", None, line)
    c.op("POP_BLOCK")
    c.op("RESUME", place, line)
    c.jump("JUMP_NO_INTERRUPT", send, line)
    c.use(fail)
    c.op("CLEANUP_THROW", None, line)
    c.use(done)
    c.op("END_SEND", None, line)


def next_awaited(c: Emitter, line: int) -> Label:
    """`async for`: the next item of the asynchronous iterator on the stack. Returns the label of the handler that ends the loop."""
    exhausted = Label()
    c.protect("SETUP_FINALLY", exhausted, line)
    c.op("GET_ANEXT", None, line)
    delegate(c, line, 3)
    c.op("POP_BLOCK")
    return exhausted


def visit_await(c: Emitter, node: ast.Await) -> None:
    line = node.lineno
    if not c.draft.function_like:
        raise c.refuse("'await' outside function", line)
    if not c.scope.coroutine and not c.scope.comprehension:
        raise c.refuse("'await' outside async function", line)
    c.visit(node.value)
    await_top(c, 0, line)


def await_top(c: Emitter, where: int, line: int) -> None:
    """Await what is on top of the stack. where: 1 for `__aenter__`, 2 for `__aexit__`, which word errors otherwise."""
    c.op("GET_AWAITABLE", where, line)
    delegate(c, line, 3)


VISITORS: dict[type[ast.AST], Visitor] = {
    ast.Constant: visit_constant, ast.Name: visit_name, ast.NamedExpr: visit_named, ast.BoolOp: visit_bool, ast.BinOp: visit_binary,
    ast.UnaryOp: visit_unary, ast.IfExp: visit_if_expression, ast.Compare: visit_compare, ast.Attribute: visit_attribute,
    ast.Subscript: visit_subscript, ast.Slice: visit_slice, ast.List: visit_sequence, ast.Tuple: visit_sequence, ast.Set: visit_set,
    ast.Dict: visit_dict, ast.Starred: visit_starred, ast.JoinedStr: visit_joined, ast.FormattedValue: visit_formatted,
    ast.Yield: visit_yield, ast.YieldFrom: visit_yield_from, ast.Await: visit_await, ast.Call: visit_call,
}  # fmt: skip
