"""Functions, lambdas and classes: defaults, annotations, closures, the class body, decorators."""

from __future__ import annotations

import ast

from sim.compiler.annotations import annotated_arguments
from sim.compiler.blocks import Instr, Label
from sim.compiler.calls import call_with
from sim.compiler.code import Code
from sim.compiler.dialect import cleans_docstrings
from sim.compiler.draft import Enclosing
from sim.compiler.emitter import Emitter, Visitor
from sim.compiler.scopes import FunctionNode


def visit_function(c: Emitter, node: FunctionNode) -> None:
    c.visit_all(node.decorator_list)
    line = node.lineno
    first_line = node.decorator_list[0].lineno if node.decorator_list else line
    attributes = _defaults(c, node.args, line)
    attributes += _annotations(c, node, line)
    code = _function_code(c, node, first_line)
    c.closure(code, line, attributes)
    _decorate(c, node.decorator_list)
    c.name(node.name, "store", line)


def visit_lambda(c: Emitter, node: ast.Lambda) -> None:
    attributes = _defaults(c, node.args, node.lineno)
    args = node.args
    c.enter(node, node.lineno, arg_count=len(args.args), posonly=len(args.posonlyargs), kwonly=len(args.kwonlyargs))
    if not c.profile.folds_in_flow:
        c.draft.add_constant(None, arena=False)
    c.visit(node.body)
    c.op("RETURN_VALUE", None, node.body.lineno)
    code = c.leave(returns_none=False)
    c.closure(code, node.lineno, attributes)


def _decorate(c: Emitter, decorators: list[ast.expr]) -> None:
    for decorator in reversed(decorators):
        c.op("CALL", 0, decorator.lineno)


def _defaults(c: Emitter, args: ast.arguments, line: int) -> list[str]:
    found = []
    if args.defaults:
        c.visit_all(args.defaults)
        c.op("BUILD_TUPLE", len(args.defaults), line)
        found.append("defaults")
    named = [(argument.arg, value) for argument, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value is not None]
    if not named:
        return found
    if c.profile.folds_in_flow:
        for name, value in named:
            c.const(c.mangled(name), line)
            c.visit(value)
        c.op("BUILD_MAP", len(named), line)
    else:
        for _, value in named:
            c.visit(value)
        c.const(tuple(c.mangled(name) for name, _ in named), line, arena=False)
        c.op("BUILD_CONST_KEY_MAP", len(named), line)
    return [*found, "kwdefaults"]


# --- annotations ---


def _annotations(c: Emitter, node: FunctionNode, line: int) -> list[str]:
    found = annotated_arguments(node)
    if not found:
        return []
    if c.profile.lazy_annotations and not c.future_annotations:
        enter_annotate(c, ("annotations", node), line)
        for name, value in found:
            c.const(c.mangled(name), line)
            _annotation_value(c, value)
        c.op("BUILD_MAP", len(found), line)
        leave_annotate(c, line)
        return ["annotate"]
    for name, value in found:
        c.const(c.mangled(name), line)
        annotation(c, value)
    c.op("BUILD_TUPLE", len(found) * 2, line)
    return ["annotations"]


def annotation(c: Emitter, value: ast.expr) -> None:
    """An annotation evaluated where it stands, or its text under the future import."""
    if c.future_annotations:
        c.const(ast.unparse(value), value.lineno)
    else:
        _annotation_value(c, value)


def _annotation_value(c: Emitter, value: ast.expr) -> None:
    if isinstance(value, ast.Starred):
        c.visit(value.value)
        c.op("UNPACK_SEQUENCE", 1, value.lineno)
    else:
        c.visit(value)


def enter_annotate(c: Emitter, key: object, line: int) -> None:
    """The start of an __annotate__ function (PEP 649): it answers only the formats it knows."""
    c.enter(key, line, posonly=1)
    body = Label()
    c.op("LOAD_FAST", 0, line)
    c.const(2, line, arena=False)
    c.op("COMPARE_OP", (">", False), line)
    c.jump("POP_JUMP_IF_FALSE", body, line)
    c.op("LOAD_GLOBAL", "NotImplementedError", line)
    c.op("RAISE_VARARGS", 1, line)
    c.use(body)


def leave_annotate(c: Emitter, line: int) -> None:
    c.op("RETURN_VALUE", None, line)
    c.closure(c.leave(returns_none=False), line, [])


def variable_annotations(c: Emitter, line: int) -> None:
    """3.14+: what `x: int` statements of a module or class left behind becomes one __annotate__ function."""
    draft = c.draft
    if not draft.deferred:
        return
    module = draft.scope.kind == "module"
    main, setup = draft.stream, []  # type: ignore[var-annotated]
    if module:
        draft.stream = setup
    enter_annotate(c, ("variables", draft.scope), line)
    c.op("BUILD_MAP", 0, line)
    for node, condition in draft.deferred:
        _deferred(c, node, condition, line, module)
    leave_annotate(c, line)
    c.name("__annotate__" if module else "__annotate_func__", "store", line)
    if module:
        # A module can be left half-way, so its function is there from the first instruction on.
        draft.stream = main
        main[1:1] = setup


def _deferred(c: Emitter, node: ast.AnnAssign, condition: int | None, line: int, module: bool) -> None:
    absent = Label()
    here = node.lineno
    assert isinstance(node.target, ast.Name)
    if condition is not None:
        c.const(condition, here, arena=False)
        if module:
            c.op("LOAD_GLOBAL", "__conditional_annotations__", here)
        else:
            c.op("LOAD_DEREF", c.cell("__conditional_annotations__"), here)
        c.op("CONTAINS_OP", False, here)
        c.jump("POP_JUMP_IF_FALSE", absent, here)
    c.visit(node.annotation)
    c.op("COPY", 2, here)
    c.const(c.mangled(node.target.id), here)
    c.op("STORE_SUBSCR", None, line)
    c.use(absent)


# --- bodies ---


def _function_code(c: Emitter, node: FunctionNode, first_line: int) -> Code:
    args = node.args
    c.enter(node, first_line, arg_count=len(args.args), posonly=len(args.posonlyargs), kwonly=len(args.kwonlyargs))
    body = node.body
    if c.scope.docstring:
        c.draft.add_constant(clean_docstring(c, body[0]), arena=not cleans_docstrings(c.profile))
        body = body[1:]
    elif not c.profile.folds_in_flow:
        c.draft.add_constant(None, arena=False)
    start = Label()
    c.use(start)
    if c.scope.suspends:
        c.push(Enclosing("stop_iteration", start))
    c.visit_all(body)
    if c.scope.suspends:
        wrap_stop_iteration(c)
        return c.leave(returns_none=False)
    return c.leave(returns_none=True)


def clean_docstring(c: Emitter, statement: ast.stmt) -> str:
    """3.13+ stores docstrings without their indentation."""
    assert isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    text = str(statement.value.value)
    if not cleans_docstrings(c.profile):
        return text
    lines = text.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines[1:] if line.strip(" ")), default=0)
    return "\n".join([lines[0].lstrip(" "), *(line[margin:] for line in lines[1:])])


def wrap_stop_iteration(c: Emitter) -> None:
    """A generator's body runs under a handler that turns StopIteration into RuntimeError (PEP 479)."""
    handler = Label()
    c.draft.stream.insert(0, Instr("SETUP_CLEANUP", None, None, handler))
    c.const(None, None, arena=False)
    c.op("RETURN_VALUE")
    c.use(handler)
    c.op("CALL_INTRINSIC_1", "INTRINSIC_STOPITERATION_ERROR")
    c.op("RERAISE", 1)


def visit_class(c: Emitter, node: ast.ClassDef) -> None:
    c.visit_all(node.decorator_list)
    line = node.lineno
    code = _class_code(c, node, node.decorator_list[0].lineno if node.decorator_list else line)
    c.op("LOAD_BUILD_CLASS", None, line)
    c.op("PUSH_NULL", None, line)
    c.closure(code, line, [])
    c.const(node.name, line)
    call_with(c, node.bases, node.keywords, line, pushed=2)
    _decorate(c, node.decorator_list)
    c.name(node.name, "store", line)


def _class_code(c: Emitter, node: ast.ClassDef, first_line: int) -> Code:
    draft = c.enter(node, first_line)
    records = c.profile.class_records_static_attributes
    c.name("__name__", "load", first_line)
    c.name("__module__", "store", first_line)
    c.const(draft.qualname, first_line, arena=False)
    c.name("__qualname__", "store", first_line)
    if records:
        c.const(first_line, first_line, arena=False)
        c.name("__firstlineno__", "store", first_line)
    if draft.scope.needs_class_dict:
        c.op("LOAD_LOCALS", None, first_line)
        c.op("STORE_DEREF", c.cell("__classdict__"), first_line)
    if draft.scope.conditional_annotations:
        c.op("BUILD_SET", 0, first_line)
        c.op("STORE_DEREF", c.cell("__conditional_annotations__"), first_line)
    body(c, node.body, first_line)
    if records:
        c.const(tuple(sorted(draft.static_attributes)), None, arena=False)
        c.name("__static_attributes__", "store", None)
    if draft.scope.needs_class_dict:
        c.op("LOAD_CLOSURE", c.cell("__classdict__"))
        c.name("__classdictcell__", "store", None)
    if draft.scope.needs_class_cell:
        c.op("LOAD_CLOSURE", c.cell("__class__"))
        c.op("COPY", 1)
        c.name("__classcell__", "store", None)
    else:
        c.const(None, None, arena=False)
    c.op("RETURN_VALUE")
    return c.leave(returns_none=False)


def body(c: Emitter, statements: list[ast.stmt], line: int) -> None:
    """The statements of a module or class, its docstring and its annotations."""
    scope = c.scope
    lazy = c.profile.lazy_annotations and not c.future_annotations
    if scope.annotations_used and not lazy:
        c.op("SETUP_ANNOTATIONS", None, line)
    if scope.docstring:
        first = statements[0]
        assert isinstance(first, ast.Expr)
        c.const(clean_docstring(c, first), first.value.lineno, arena=not cleans_docstrings(c.profile))
        c.name("__doc__", "store", None)
        statements = statements[1:]
    c.visit_all(statements)
    if lazy:
        variable_annotations(c, line)


VISITORS: dict[type[ast.AST], Visitor] = {
    ast.FunctionDef: visit_function, ast.AsyncFunctionDef: visit_function, ast.Lambda: visit_lambda, ast.ClassDef: visit_class,
}  # fmt: skip
