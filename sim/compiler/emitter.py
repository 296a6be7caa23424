"""Writing instructions: the one object that statements and expressions share while a unit is compiled."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from sim.compiler.assembly import assemble
from sim.compiler.blocks import BLOCK_PUSHES, Instr, Label
from sim.compiler.code import Code
from sim.compiler.constants import Pool
from sim.compiler.draft import Draft, Enclosing
from sim.compiler.scopes import CELL, FREE, GLOBAL_EXPLICIT, GLOBAL_IMPLICIT, LOCAL, Scope, mangle
from sim.errors import SourceError, Unsupported
from sim.profiles import Profile

Visitor = Callable[["Emitter", Any], None]
# Every finally block is written once for each way out of it, so nested ones multiply; CPython has no bound here and neither has its memory.
MAX_INSTRUCTIONS = 200_000
FAST_OPS = {"load": "LOAD_FAST", "store": "STORE_FAST", "delete": "DELETE_FAST"}


class Emitter:
    """The compiler's state: the stack of drafts, and where each kind of node is compiled."""

    def __init__(self, filename: str, profile: Profile, scopes: dict[object, Scope], visitors: dict[type[ast.AST], Visitor]) -> None:
        self.filename = filename
        self.profile = profile
        self.scopes = scopes
        self.visitors = visitors
        self.pool = Pool()
        self.drafts: list[Draft] = []
        self.future_annotations = False
        self.written = 0

    @property
    def draft(self) -> Draft:
        return self.drafts[-1]

    @property
    def scope(self) -> Scope:
        return self.draft.scope

    def visit(self, node: ast.AST) -> None:
        visitor = self.visitors.get(type(node))
        if visitor is None:
            raise Unsupported(type(node).__name__, getattr(node, "lineno", None))
        visitor(self, node)

    def visit_all(self, nodes: list[ast.expr] | list[ast.stmt]) -> None:
        for node in nodes:
            self.visit(node)

    def refuse(self, message: str, line: int | None) -> SourceError:
        return SourceError("SyntaxError", message, line)

    # --- drafts ---

    def enter(self, key: object, first_line: int, *, arg_count: int = 0, posonly: int = 0, kwonly: int = 0) -> Draft:
        scope = self.scopes[key]
        draft = Draft(scope, self.pool, self.qualname(scope), first_line, arg_count, posonly, kwonly)
        self.drafts.append(draft)
        self.op("RESUME", 0, first_line if scope.kind != "module" else 0)
        return draft

    def qualname(self, scope: Scope) -> str:
        if not self.drafts or self.drafts[-1].scope.kind == "module":
            return scope.name
        around = self.drafts[-1]
        own = mangle(around.scope.private, scope.name)
        if scope.kind in ("function", "class") and around.scope.means(own) == GLOBAL_EXPLICIT:
            return scope.name
        inside = around.scope.kind in ("function", "lambda")
        return f"{around.qualname}.<locals>.{scope.name}" if inside else f"{around.qualname}.{scope.name}"

    def leave(self, *, returns_none: bool) -> Code:
        """Finish the draft: make sure it returns, optimise, assemble."""
        if returns_none:
            self.const(None, None, arena=False)
        if returns_none:
            self.op("RETURN_VALUE")
        draft = self.drafts.pop()
        return assemble(draft, self.filename, self.profile)

    # --- instructions ---

    def op(self, op: str, arg: object = None, line: int | None = None) -> None:
        self.draft.stream.append(Instr(op, arg, line))
        self.written += 1
        if self.written > MAX_INSTRUCTIONS:
            raise Unsupported(f"code of more than {MAX_INSTRUCTIONS:,} instructions (nested finally blocks are copied)", line)

    def jump(self, op: str, label: Label, line: int | None = None) -> None:
        self.draft.stream.append(Instr(op, None, line, label))

    def use(self, label: Label) -> None:
        self.draft.stream.append(label)

    def const(self, value: object, line: int | None, *, arena: bool = True) -> None:
        self.op("LOAD_CONST", self.draft.add_constant(value, arena), line)

    def protect(self, op: str, handler: Label, line: int | None = None) -> None:
        """Start of a guarded range; POP_BLOCK ends it."""
        assert op in BLOCK_PUSHES
        self.jump(op, handler, line)

    def end_loop(self) -> None:
        """Where an exhausted FOR_ITER lands. Assembly leaves the two out: the machine takes the iterator away itself."""
        self.op("END_FOR")
        self.op("POP_ITER")

    # --- constructs to unwind ---

    def push(self, enclosing: Enclosing) -> None:
        self.draft.enclosing.append(enclosing)

    def pop(self) -> Enclosing:
        return self.draft.enclosing.pop()

    # --- names ---

    def mangled(self, name: str) -> str:
        return mangle(self.scope.private, name)

    def name(self, name: str, how: str, line: int | None) -> None:
        """Load, store or delete a name, wherever the symbol table says it lives."""
        name = self.mangled(name)
        meaning = self.scope.means(name)
        draft = self.draft
        if meaning in (FREE, CELL):
            self.dereference(name, how, line)
        elif meaning == LOCAL and (draft.function_like or name in draft.hidden):
            self.op(FAST_OPS[how], draft.local(name), line)
        elif meaning == GLOBAL_EXPLICIT or (meaning == GLOBAL_IMPLICIT and draft.function_like):
            self.global_name(name, how, line, meaning)
        elif how == "load" and self.scope.kind == "class" and draft.inlined:
            self.op("LOAD_GLOBAL", name, line)
        else:
            self.op(f"{how.upper()}_NAME", name, line)

    def dereference(self, name: str, how: str, line: int | None) -> None:
        if how == "load" and self.scope.kind == "class" and not self.draft.inlined:
            self.op("LOAD_LOCALS", None, line)
            self.op("LOAD_FROM_DICT_OR_DEREF", self.cell(name), line)
        elif how == "load" and self.scope.sees_class and name != "__classdict__":
            self.op("LOAD_DEREF", self.cell("__classdict__"), line)
            self.op("LOAD_FROM_DICT_OR_DEREF", self.cell(name), line)
        else:
            self.op(f"{how.upper()}_DEREF", self.cell(name), line)

    def global_name(self, name: str, how: str, line: int | None, meaning: str) -> None:
        if how == "load" and self.scope.sees_class and meaning == GLOBAL_IMPLICIT:
            self.op("LOAD_DEREF", self.cell("__classdict__"), line)
            self.op("LOAD_FROM_DICT_OR_GLOBALS", name, line)
        else:
            self.op(f"{how.upper()}_GLOBAL", name, line)

    def cell(self, name: str) -> tuple[str, str]:
        """A cell or free variable; assembly turns it into a slot number."""
        return ("cell" if name in self.draft.cells else "free"), name

    def closure(self, code: Code, line: int | None, attributes: list[str]) -> None:
        """Make a function from code; values for `attributes` are on the stack in that order."""
        inner = code.slots[code.free_slots_start :]
        if inner:
            for name in inner:
                self.op("LOAD_CLOSURE", self.cell(name), line)
            self.op("BUILD_TUPLE", len(inner), line)
            attributes = [*attributes, "closure"]
        self.op("LOAD_CONST", self.draft.add_code(code), line)
        self.op("MAKE_FUNCTION", None, line)
        for attribute in reversed(attributes):
            self.op("SET_FUNCTION_ATTRIBUTE", attribute, line)
