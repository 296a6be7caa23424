"""Who owns each name: CPython's symbol table (Python/symtable.c), rebuilt over the host's ast nodes.

Two passes. `Collector` walks the tree once and notes, per scope, how each name is used; `resolve` then decides for each whether it is
local, a cell, free or global. Comprehensions that PEP 709 inlines are merged into their owner here.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import IntFlag

from sim.compiler.annotations import annotated_arguments, is_simple
from sim.errors import SourceError
from sim.profiles import Profile


class Use(IntFlag):
    """How a scope mentions a name."""

    GLOBAL = 1
    LOCAL = 2
    PARAM = 4
    NONLOCAL = 8
    USED = 16
    FREE_CLASS = 32
    IMPORT = 64
    ANNOTATED = 128
    ITERATION = 256  # target of a comprehension
    COMP_CELL = 512  # a cell of an inlined comprehension


BOUND = Use.LOCAL | Use.PARAM | Use.IMPORT

LOCAL, CELL, FREE, GLOBAL_IMPLICIT, GLOBAL_EXPLICIT = "local", "cell", "free", "global", "declared global"
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
FUNCTION_LIKE = frozenset({"function", "lambda", "comprehension", "annotations"})


@dataclass(eq=False)
class Scope:
    """One block of the program: module, class, function, lambda, comprehension, or a lazy annotation function."""

    kind: str
    name: str
    line: int
    nested: bool = False
    private: str | None = None  # class whose private names are mangled here
    comprehension: str = ""  # "", "generator", "list", "set", "dict"
    symbols: dict[str, Use] = field(default_factory=dict)
    meaning: dict[str, str] = field(default_factory=dict)  # after resolve: name -> LOCAL, CELL, ...
    arguments: list[str] = field(default_factory=list)
    children: list[Scope] = field(default_factory=list)
    annotations: Scope | None = None
    generator: bool = False
    coroutine: bool = False  # an async def, or a comprehension that awaits
    varargs: bool = False
    varkw: bool = False
    docstring: bool = False
    inlined: bool = False
    child_free: bool = False
    needs_class_cell: bool = False
    needs_class_dict: bool = False
    sees_class: bool = False
    annotations_used: bool = False
    conditional_annotations: bool = False
    owner: Scope | None = None
    declared: dict[str, int] = field(default_factory=dict)  # line of a name's first global or nonlocal statement

    @property
    def function_like(self) -> bool:
        return self.kind in FUNCTION_LIKE

    @property
    def suspends(self) -> bool:
        """Calling it makes a generator, a coroutine or an asynchronous generator."""
        return self.generator or self.coroutine

    def means(self, name: str) -> str:
        return self.meaning.get(name, "")

    def sorted_names(self, meaning: str, flag: Use) -> list[str]:
        """Names of one meaning (or carrying a flag) in CPython's deterministic order."""
        return sorted(name for name, use in self.symbols.items() if self.meaning.get(name) == meaning or use & flag)


def mangle(private: str | None, name: str) -> str:
    """`__spam` inside class Ham is `_Ham__spam`."""
    if private is None or not name.startswith("__") or name.endswith("__") or "." in name:
        return name
    stripped = private.lstrip("_")
    return f"_{stripped}{name}" if stripped else name


FUTURES = (
    "nested_scopes", "generators", "division", "absolute_import", "with_statement", "print_function", "unicode_literals", "barry_as_FLUFL",
    "generator_stop", "annotations",
)  # fmt: skip


def future_features(tree: ast.Module) -> set[str]:
    """What `from __future__ import ...` at the top asks for; anywhere else it is an error."""
    found: set[str] = set()
    at_top = True
    for index, node in enumerate(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__" and not node.level:
            if not at_top:
                raise SourceError("SyntaxError", "from __future__ imports must occur at the beginning of the file", node.lineno)
            for alias in node.names:
                if alias.name not in FUTURES:
                    message = "not a chance" if alias.name == "braces" else f"future feature {alias.name} is not defined"
                    raise SourceError("SyntaxError", message, node.lineno)
                found.add(alias.name)
        elif index or not _has_docstring(tree.body):
            at_top = False
    return found


class Collector:
    """The first pass. `scopes` maps a node (by identity) to its Scope; annotation scopes hang under ("annotations", node)."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.scopes: dict[object, Scope] = {}
        self.future_annotations = False
        self.conditional = 0
        self.iterating = 0  # inside an iterable of a comprehension, where := is refused
        self.targeting = False
        self.scope = self.module = Scope("module", "<module>", 0)

    def collect(self, tree: ast.Module) -> Scope:
        self.scopes[tree] = self.module
        self.future_annotations = "annotations" in future_features(tree)
        self.module.docstring = _has_docstring(tree.body)
        self.statements(tree.body)
        return self.module

    # --- entering and leaving ---

    def enter(self, kind: str, name: str, node: object, line: int, comprehension: str = "") -> Scope:
        outer = self.scope
        scope = Scope(kind, name, line, comprehension=comprehension, owner=outer, private=outer.private)
        scope.nested = outer.nested or outer.function_like
        scope.sees_class = kind == "annotations" and outer.kind == "class"
        self.scopes[node] = scope
        outer.children.append(scope)
        self.scope = scope
        return scope

    def leave(self) -> None:
        if self.scope.owner is not None:
            self.scope = self.scope.owner

    def add(self, name: str, use: Use, line: int, scope: Scope | None = None) -> None:
        scope = scope or self.scope
        name = mangle(scope.private, name)
        known = scope.symbols.get(name, Use(0))
        if name == "__debug__" and use & BOUND:
            raise SourceError("SyntaxError", "cannot assign to __debug__", line)
        if use & Use.PARAM and known & Use.PARAM:
            raise SourceError("SyntaxError", f"duplicate argument '{name}' in function definition", line)
        if self.targeting and scope is self.scope and use & Use.LOCAL:
            if known & (Use.GLOBAL | Use.NONLOCAL):
                raise SourceError("SyntaxError", f"comprehension inner loop cannot rebind assignment expression target '{name}'", line)
            use |= Use.ITERATION
        scope.symbols[name] = known | use
        if use & Use.PARAM:
            scope.arguments.append(name)
        elif use & Use.GLOBAL and scope is not self.module:
            self.module.symbols[name] = self.module.symbols.get(name, Use(0)) | Use.GLOBAL

    # --- statements ---

    def statements(self, body: list[ast.stmt]) -> None:
        for node in body:
            self.visit(node)

    def visit(self, node: ast.AST) -> None:
        method = getattr(self, "visit_" + type(node).__name__, None)
        if method is None:
            for child in ast.iter_child_nodes(node):
                self.visit(child)
        else:
            method(node)

    def conditionally(self, node: ast.AST) -> None:
        self.conditional += 1
        for child in ast.iter_child_nodes(node):
            self.visit(child)
        self.conditional -= 1

    visit_If = visit_While = visit_With = visit_AsyncWith = visit_Try = visit_TryStar = visit_Match = conditionally

    def visit_For(self, node: ast.For) -> None:
        self.conditional += 1
        self.visit(node.target)
        self.visit(node.iter)
        self.statements(node.body)
        self.statements(node.orelse)
        self.conditional -= 1

    visit_AsyncFor = visit_For

    def visit_FunctionDef(self, node: FunctionNode) -> None:
        self.add(node.name, Use.LOCAL, node.lineno)
        self.defaults(node.args)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.signature_annotations(node)
        scope = self.enter("function", node.name, node, node.lineno)
        scope.docstring = _has_docstring(node.body)
        scope.coroutine = isinstance(node, ast.AsyncFunctionDef)
        self.parameters(node.args)
        conditional, self.conditional = self.conditional, 0
        self.statements(node.body)
        self.conditional = conditional
        self.leave()

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.defaults(node.args)
        self.enter("lambda", "<lambda>", node, node.lineno)
        self.parameters(node.args)
        self.visit(node.body)
        self.leave()

    def defaults(self, args: ast.arguments) -> None:
        for value in [*args.defaults, *args.kw_defaults]:
            if value is not None:
                self.visit(value)

    def parameters(self, args: ast.arguments) -> None:
        for argument in [*args.posonlyargs, *args.args, *args.kwonlyargs]:
            self.add(argument.arg, Use.PARAM, argument.lineno)
        if args.vararg:
            self.add(args.vararg.arg, Use.PARAM, args.vararg.lineno)
            self.scope.varargs = True
        if args.kwarg:
            self.add(args.kwarg.arg, Use.PARAM, args.kwarg.lineno)
            self.scope.varkw = True

    def signature_annotations(self, node: FunctionNode) -> None:
        found = [value for _, value in annotated_arguments(node)]
        if self.future_annotations:
            found = []
        if not self.profile.lazy_annotations:
            for value in found:
                self.visit(value)
            return
        # Even an empty one counts: it is why every class with a method has a __classdict__ cell.
        self.enter_annotations(("annotations", node), node.lineno)
        for value in found:
            self.visit(value)
        self.leave()

    def enter_annotations(self, key: object, line: int) -> Scope:
        owner = self.scope
        scope = self.enter("annotations", "__annotate__", key, line)
        self.add(".format", Use.PARAM, line)
        scope.annotations_used = True
        if owner.kind == "class":
            self.add("__classdict__", Use.USED, line)
        return scope

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.add(node.name, Use.LOCAL, node.lineno)
        for expression in [*node.bases, *(keyword.value for keyword in node.keywords), *node.decorator_list]:
            self.visit(expression)
        scope = self.enter("class", node.name, node, node.lineno)
        scope.private = node.name
        scope.docstring = _has_docstring(node.body)
        conditional, self.conditional = self.conditional, 0
        self.statements(node.body)
        self.conditional = conditional
        self.leave()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name):
            name = mangle(self.scope.private, node.target.id)
            known = self.scope.symbols.get(name, Use(0))
            if known & (Use.GLOBAL | Use.NONLOCAL) and self.scope is not self.module and node.simple:
                word = "global" if known & Use.GLOBAL else "nonlocal"
                raise SourceError("SyntaxError", f"annotated name '{node.target.id}' can't be {word}", node.lineno)
            if node.simple:
                self.add(node.target.id, Use.ANNOTATED | Use.LOCAL, node.lineno)
            elif node.value is not None:
                self.add(node.target.id, Use.LOCAL, node.lineno)
        else:
            self.visit(node.target)
        self.variable_annotation(node)
        if node.value is not None:
            self.visit(node.value)

    def variable_annotation(self, node: ast.AnnAssign) -> None:
        self.scope.annotations_used |= is_simple(node)
        if self.future_annotations:
            return
        if not self.profile.lazy_annotations:
            self.visit(node.annotation)
            return
        owner = self.scope
        if is_simple(node) and (owner.kind == "module" or (self.conditional and owner.kind == "class")):
            owner.conditional_annotations = True
            self.add("__conditional_annotations__", Use.USED, node.lineno)
        if owner.annotations is None:
            owner.annotations = self.enter_annotations(("variables", owner), node.lineno)
        else:
            self.scope = owner.annotations
        self.visit(node.annotation)
        self.scope = owner

    def visit_Global(self, node: ast.Global) -> None:
        self.declare(node, Use.GLOBAL, "global")

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.declare(node, Use.NONLOCAL, "nonlocal")

    def declare(self, node: ast.Global | ast.Nonlocal, use: Use, word: str) -> None:
        for name in node.names:
            known = self.scope.symbols.get(mangle(self.scope.private, name), Use(0))
            if known & Use.PARAM:
                raise SourceError("SyntaxError", f"name '{name}' is parameter and {word}", node.lineno)
            if known & Use.USED:
                raise SourceError("SyntaxError", f"name '{name}' is used prior to {word} declaration", node.lineno)
            if known & Use.ANNOTATED:
                raise SourceError("SyntaxError", f"annotated name '{name}' can't be {word}", node.lineno)
            if known & Use.LOCAL:
                raise SourceError("SyntaxError", f"name '{name}' is assigned to before {word} declaration", node.lineno)
            self.scope.declared.setdefault(mangle(self.scope.private, name), node.lineno)
            self.add(name, use, node.lineno)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.add(alias.asname or alias.name.split(".")[0], Use.IMPORT, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                self.add(alias.asname or alias.name, Use.IMPORT, node.lineno)
            elif self.scope is not self.module:
                raise SourceError("SyntaxError", "import * only allowed at module level", node.lineno)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        if node.name:
            self.add(node.name, Use.LOCAL, node.lineno)
        self.statements(node.body)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.pattern is not None:
            self.visit(node.pattern)
        if node.name:
            self.add(node.name, Use.LOCAL, node.lineno)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.add(node.name, Use.LOCAL, node.lineno)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        for child in [*node.keys, *node.patterns]:
            self.visit(child)
        if node.rest:
            self.add(node.rest, Use.LOCAL, node.lineno)

    # --- expressions ---

    def visit_Name(self, node: ast.Name) -> None:
        loads = isinstance(node.ctx, ast.Load)
        self.add(node.id, Use.USED if loads else Use.LOCAL, node.lineno)
        if loads and node.id == "super" and self.scope.function_like:
            self.add("__class__", Use.USED, node.lineno)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr == "__debug__" and not isinstance(node.ctx, ast.Load):
            raise SourceError("SyntaxError", "cannot assign to __debug__", node.lineno)
        self.visit(node.value)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg == "__debug__":
            raise SourceError("SyntaxError", "cannot assign to __debug__", node.value.lineno)
        self.visit(node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        if self.iterating:
            raise SourceError("SyntaxError", "assignment expression cannot be used in a comprehension iterable expression", node.lineno)
        if self.scope.kind == "annotations":
            raise SourceError("SyntaxError", "named expression cannot be used within an annotation", node.lineno)
        if self.scope.comprehension and isinstance(node.target, ast.Name):
            self.extend_named_scope(node.target)
        self.visit(node.value)
        self.visit(node.target)

    def extend_named_scope(self, target: ast.Name) -> None:
        """PEP 572: := in a comprehension binds in the nearest function or module around it."""
        name = mangle(self.scope.private, target.id)
        scope: Scope | None = self.scope
        while scope is not None:
            if scope.comprehension:
                if scope.symbols.get(name, Use(0)) & Use.ITERATION:
                    message = f"assignment expression cannot rebind comprehension iteration variable '{target.id}'"
                    raise SourceError("SyntaxError", message, target.lineno)
            elif scope.kind == "class":
                raise SourceError(
                    "SyntaxError", "assignment expression within a comprehension cannot be used in a class body", target.lineno
                )
            elif scope.function_like:
                declared = scope.symbols.get(name, Use(0)) & Use.GLOBAL
                self.add(target.id, Use.GLOBAL if declared else Use.NONLOCAL, target.lineno)
                self.add(target.id, Use.LOCAL, target.lineno, scope) if not declared else None
                return
            else:
                self.add(target.id, Use.GLOBAL, target.lineno)
                self.add(target.id, Use.GLOBAL, target.lineno, scope)
                return
            scope = scope.owner

    def visit_Yield(self, node: ast.Yield | ast.YieldFrom) -> None:
        if self.scope.comprehension:
            words = {"generator": "a generator expression", "list": "a list comprehension", "set": "a set comprehension"}
            raise SourceError(
                "SyntaxError", f"'yield' inside {words.get(self.scope.comprehension, 'a dict comprehension')[2:]}", node.lineno
            )
        if self.scope.kind == "annotations":
            raise SourceError("SyntaxError", "yield expression cannot be used within an annotation", node.lineno)
        if node.value is not None:
            self.visit(node.value)
        self.scope.generator = True

    visit_YieldFrom = visit_Yield

    def visit_Await(self, node: ast.Await) -> None:
        if self.scope.kind == "annotations":
            raise SourceError("SyntaxError", "await expression cannot be used within an annotation", node.lineno)
        self.visit(node.value)
        if self.scope.comprehension:
            self.scope.coroutine = True

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self.comprehend(node, "list", "<listcomp>", [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self.comprehend(node, "set", "<setcomp>", [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self.comprehend(node, "dict", "<dictcomp>", [node.value, node.key])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self.comprehend(node, "generator", "<genexpr>", [node.elt])

    def comprehend(self, node: Comprehension, what: str, name: str, made: list[ast.expr]) -> None:
        outermost = node.generators[0]
        self.iterating += 1
        self.visit(outermost.iter)
        self.iterating -= 1
        scope = self.enter("comprehension", name, node, node.lineno, what)
        scope.generator = what == "generator"
        scope.coroutine = any(clause.is_async for clause in node.generators)
        iterating, self.iterating = self.iterating, 0
        self.add(".0", Use.PARAM, node.lineno)
        for index, clause in enumerate(node.generators):
            self.targeting = True
            self.visit(clause.target)
            self.targeting = False
            if index:
                self.iterating += 1
                self.visit(clause.iter)
                self.iterating -= 1
            for condition in clause.ifs:
                self.visit(condition)
        for expression in made:
            self.visit(expression)
        self.iterating = iterating
        self.leave()
        if scope.coroutine and what != "generator" and self.scope.comprehension:
            self.scope.coroutine = True


def _has_docstring(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str)
