"""Calls: plain, of methods, of super(), with keywords and with stars."""

from __future__ import annotations

import ast

from sim.compiler.emitter import Emitter
from sim.compiler.flow import STACK_GUIDELINE
from sim.compiler.scopes import GLOBAL_IMPLICIT, Use


def visit_call(c: Emitter, node: ast.Call) -> None:
    check_keywords(c, node.keywords)
    if _method_call(c, node):
        return
    c.visit(node.func)
    c.op("PUSH_NULL", None, node.func.lineno)
    call_with(c, node.args, node.keywords, node.lineno)


def check_keywords(c: Emitter, keywords: list[ast.keyword]) -> None:
    seen: set[str] = set()
    for keyword in keywords:
        if keyword.arg in seen:
            raise c.refuse(f"keyword argument repeated: {keyword.arg}", keyword.value.lineno)
        if keyword.arg is not None:
            seen.add(keyword.arg)


def _is_plain(args: list[ast.expr], keywords: list[ast.keyword]) -> bool:
    return not any(isinstance(arg, ast.Starred) for arg in args) and all(keyword.arg is not None for keyword in keywords)


def _method_call(c: Emitter, node: ast.Call) -> bool:
    """owner.name(...) without a bound method in between."""
    method = node.func
    if not isinstance(method, ast.Attribute) or _is_imported(c, method.value):
        return False
    count = len(node.args) + len(node.keywords)
    if count + bool(node.keywords) >= STACK_GUIDELINE or not _is_plain(node.args, node.keywords):
        return False
    line = method.end_lineno or method.lineno
    if _is_super_call(c, method):
        _load_super(c, method.value)
        c.op("LOAD_SUPER_ATTR", (c.mangled(method.attr), True, _has_two(method.value)), method.lineno)
        c.op("NOP", None, line)
    else:
        c.visit(method.value)
        c.op("LOAD_METHOD", c.mangled(method.attr), line)
    c.visit_all(node.args)
    # The call's line is where the method's name stands, if the chain of dots spans lines.
    call_line = node.lineno if node.lineno == line else line
    _finish(c, len(node.args), node.keywords, call_line)
    return True


def _finish(c: Emitter, count: int, keywords: list[ast.keyword], line: int) -> None:
    for keyword in keywords:
        c.visit(keyword.value)
    if keywords:
        c.op("CALL_KW", (count + len(keywords), tuple(keyword.arg for keyword in keywords)), line)
    else:
        c.op("CALL", count, line)


def _is_imported(c: Emitter, node: ast.expr) -> bool:
    if c.draft.inlined and c.scope.kind == "module":
        return False  # inside an inlined comprehension CPython's table has forgotten the import
    return isinstance(node, ast.Name) and bool(c.drafts[0].scope.symbols.get(node.id, Use(0)) & Use.IMPORT)


def visit_super_attribute(c: Emitter, node: ast.Attribute) -> bool:
    """super().name, read without making the super object. False: an ordinary attribute."""
    if not _is_super_call(c, node):
        return False
    _load_super(c, node.value)
    c.op("LOAD_SUPER_ATTR", (c.mangled(node.attr), False, _has_two(node.value)), node.lineno)
    c.op("NOP", None, node.end_lineno)
    return True


def _has_two(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and bool(node.args)


def _is_super_call(c: Emitter, node: ast.Attribute) -> bool:
    call = node.value
    if not c.profile.load_super_attr or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "super":
        return False
    if node.attr == "__class__" or call.keywords:
        return False
    if c.scope.means("super") != GLOBAL_IMPLICIT or c.drafts[0].scope.means("super"):
        return False
    if len(call.args) == 2:
        return not any(isinstance(arg, ast.Starred) for arg in call.args)
    takes_arguments = c.draft.arg_count or c.draft.posonly_count
    return not call.args and bool(takes_arguments) and "__class__" in c.draft.frees


def _load_super(c: Emitter, node: ast.expr) -> None:
    assert isinstance(node, ast.Call)
    c.name("super", "load", node.func.lineno)
    if node.args:
        c.visit_all(node.args)
        return
    c.name("__class__", "load", node.lineno)
    c.name(next(iter(c.draft.locals)), "load", node.lineno)


def call_with(c: Emitter, args: list[ast.expr], keywords: list[ast.keyword], line: int, pushed: int = 0) -> None:
    """The arguments and the call itself; callable and NULL are on the stack, and `pushed` arguments after them."""
    check_keywords(c, keywords)
    if len(args) + len(keywords) * 2 <= STACK_GUIDELINE and _is_plain(args, keywords):
        c.visit_all(args)
        _finish(c, pushed + len(args), keywords, line)
        return
    if not pushed and len(args) == 1 and isinstance(args[0], ast.Starred):
        c.visit(args[0].value)
    else:
        _positional(c, args, line, pushed)
    _keywords(c, keywords, line)
    c.op("CALL_FUNCTION_EX", bool(keywords), line)


def _positional(c: Emitter, args: list[ast.expr], line: int, pushed: int) -> None:
    """One tuple of all positional arguments."""
    big = len(args) + pushed > STACK_GUIDELINE
    if not c.profile.folds_in_flow and not pushed and len(args) > 2 and all(isinstance(arg, ast.Constant) for arg in args):
        c.const(tuple(arg.value for arg in args if isinstance(arg, ast.Constant)), line, arena=False)
        return
    if not big and not any(isinstance(arg, ast.Starred) for arg in args):
        c.visit_all(args)
        c.op("BUILD_TUPLE", len(args) + pushed, line)
        return
    built = big
    if big:
        c.op("BUILD_LIST", pushed, line)
    for index, arg in enumerate(args):
        if isinstance(arg, ast.Starred) and not built:
            c.op("BUILD_LIST", index + pushed, line)
            built = True
        c.visit(arg.value if isinstance(arg, ast.Starred) else arg)
        if built:
            c.op("LIST_EXTEND" if isinstance(arg, ast.Starred) else "LIST_APPEND", 1, line)
    c.op("LIST_TO_TUPLE", None, line)


def _keywords(c: Emitter, keywords: list[ast.keyword], line: int) -> None:
    have_dict = False
    waiting: list[ast.keyword] = []

    def flush() -> None:
        nonlocal have_dict
        if waiting:
            _keyword_dict(c, waiting, line)
            if have_dict:
                c.op("DICT_MERGE", 1, line)
            have_dict = True
            waiting.clear()

    for keyword in keywords:
        if keyword.arg is not None:
            waiting.append(keyword)
            continue
        flush()
        if not have_dict:
            c.op("BUILD_MAP", 0, line)
            have_dict = True
        c.visit(keyword.value)
        c.op("DICT_MERGE", 1, line)
    flush()


def _keyword_dict(c: Emitter, keywords: list[ast.keyword], line: int) -> None:
    big = len(keywords) * 2 > STACK_GUIDELINE
    if not c.profile.folds_in_flow and len(keywords) > 1 and not big:
        for keyword in keywords:
            c.visit(keyword.value)
        c.const(tuple(keyword.arg for keyword in keywords), line, arena=False)
        c.op("BUILD_CONST_KEY_MAP", len(keywords), line)
        return
    if big:
        c.op("BUILD_MAP", 0)
    for keyword in keywords:
        c.const(keyword.arg, line)
        c.visit(keyword.value)
        if big:
            c.op("MAP_ADD", 1)
    if not big:
        c.op("BUILD_MAP", len(keywords), line)
