"""A code object while it is written: its stream of instructions, its constants, its slots, and the blocks a jump must unwind."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from sim.compiler.blocks import Instr, Label
from sim.compiler.code import Code
from sim.compiler.constants import Pool
from sim.compiler.scopes import CELL, FREE, FUNCTION_LIKE, Scope, Use


@dataclass
class Enclosing:
    """A construct around the current statement that return, break and continue have to leave properly."""

    kind: str  # while for try_except finally_try finally_end with handler pop_value except_star stop_iteration
    start: Label | None = None
    exit: Label | None = None
    line: int | None = None
    name: str | None = None  # handler: the name to unbind
    body: list[ast.stmt] = field(default_factory=list)  # finally_try: what to run on the way out


@dataclass(eq=False)
class Draft:
    """One scope's code."""

    scope: Scope
    pool: Pool
    qualname: str
    first_line: int
    arg_count: int = 0
    posonly_count: int = 0
    kwonly_count: int = 0
    stream: list[Instr | Label] = field(default_factory=list)
    constants: list[int | Code] = field(default_factory=list)
    locals: dict[str, int] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)
    frees: dict[str, int] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    once_hidden: set[str] = field(default_factory=set)
    enclosing: list[Enclosing] = field(default_factory=list)
    inlined: int = 0  # depth of inlined comprehensions around the current expression
    static_attributes: dict[str, None] = field(default_factory=dict)
    deferred: list[tuple[ast.AnnAssign, int | None]] = field(default_factory=list)
    annotation_setup: list[Instr | Label] | None = None
    conditional: int = 0
    position: dict[object, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.scope.arguments:
            self.locals[name] = len(self.locals)
        for name in self.scope.sorted_names(CELL, Use.COMP_CELL):
            self.cells[name] = len(self.cells)
        for implied, needed in (
            ("__class__", self.scope.needs_class_cell),
            ("__classdict__", self.scope.needs_class_dict),
            ("__conditional_annotations__", self.scope.conditional_annotations and self.scope.kind == "class"),
        ):
            if needed:
                self.cells.setdefault(implied, len(self.cells))
        for name in self.scope.sorted_names(FREE, Use.FREE_CLASS):
            self.frees[name] = len(self.frees)

    @property
    def function_like(self) -> bool:
        return self.scope.kind in FUNCTION_LIKE

    # --- constants ---

    def add_constant(self, value: object, arena: bool) -> int:
        index = self.pool.add(value, arena)
        return self._place(("pool", index), index)

    def add_code(self, code: Code) -> int:
        return self._place(("code", id(code)), code)

    def _place(self, key: object, constant: int | Code) -> int:
        if key not in self.position:
            self.position[key] = len(self.constants)
            self.constants.append(constant)
        return self.position[key]

    def constant_value(self, position: int) -> object:
        """The host value of one of our constants; code objects have none."""
        constant = self.constants[position]
        return constant if isinstance(constant, Code) else self.pool.values[constant]

    # --- slots: cells and free variables are numbered from 0 here and moved behind the locals when all are known ---

    def local(self, name: str) -> int:
        return self.locals.setdefault(name, len(self.locals))
