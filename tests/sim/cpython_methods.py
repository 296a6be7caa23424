"""CPython's own tests as programs: each self-contained test method of an installed `test` package, with all it needs and no more.

Nothing is copied into this project: the text is read where Python is installed, taken apart with `ast`, and put together again with
the harness of our own in `cpython_harness.py`.
"""

from __future__ import annotations

import ast
import doctest
import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

HARNESS = Path(__file__).with_name("cpython_harness.py")
# What a program may import. The simulator need not have all of it: what it lacks it refuses by name, and the score shows that.
IMPORTABLE = {
    "__future__", "_weakref", "abc", "atexit", "bisect", "builtins", "collections", "collections.abc", "contextlib", "copy",
    "dataclasses", "enum", "functools", "gc", "heapq", "itertools", "keyword", "math", "numbers", "operator", "reprlib", "string", "sys",
    "types", "typing", "weakref",
}  # fmt: skip
# Modules whose names the harness provides; of other modules of these packages it provides nothing.
REPLACED = ("unittest", "unittest.case", "textwrap", "codecs", "test.support", "test.support.import_helper", "test.support.testcase")
# What a test module may define itself although the harness has it under another name.
RENAMED = {"TestCase": "PlainTestCase"}
# Input and output, and what looks at the interpreter's own files.
OUT_OF_REACH = {"open", "input", "__file__", "__spec__", "__loader__", "breakpoint"}
SESSION = "doctest"  # what stands for the class of an interactive session
ALWAYS = {"setUp", "tearDown", "setUpClass", "tearDownClass"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class NotSelfContained(Exception):
    """The method needs something that a program of its own cannot have."""


@dataclass(frozen=True)
class Method:
    """One test method: its file, its class and its name."""

    file: str
    case: str
    name: str

    def __str__(self) -> str:
        return f"{self.file}.{self.case}.{self.name}"


@dataclass
class Rewriter(ast.NodeTransformer):
    """`unittest.X`, `support.X` and `list_tests.X` become names; imports of what the harness provides vanish.

    spaces: how such modules are called in the text, and the other test module that is meant ("" for the harness). home: the other test
    module that is read, "" for the file itself; its classes get its name, since several have a class CommonTest.
    """

    spaces: dict[str, str]
    promised: set[str]
    home: str = ""
    classes: frozenset[str] = frozenset()

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        module = self.spaces.get(ast.unparse(node.value))
        if module is not None:
            name = f"{module}_{node.attr}" if module and node.attr[0].isupper() else RENAMED.get(node.attr, node.attr)
            self.promised.add(name)
            return ast.copy_location(ast.Name(name, node.ctx), node)
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.classes:
            node.id = f"{self.home}_{node.id}"
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        if node.name in self.classes:
            node.name = f"{self.home}_{node.name}"
        self.generic_visit(node)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.stmt]:
        """Names that are taken from elsewhere in the pool under another name become assignments."""
        if not provided(node.module or ""):
            return node
        found: list[ast.stmt] = []
        module = (node.module or "").partition(".")[2]
        for alias in node.names:
            name = RENAMED.get(alias.name, alias.name)
            if node.module and node.module.startswith("test.") and not module.startswith("support") and name[0].isupper():
                name = f"{module}_{name}"
            self.promised.add(name)
            if name != (alias.asname or alias.name):
                target = ast.Name(alias.asname or alias.name, ast.Store())
                found.append(ast.Assign([target], ast.Name(name, ast.Load()), lineno=node.lineno))
        return found

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        node.names = [alias for alias in node.names if not provided(alias.name)]
        return node if node.names else None


def provided(module: str) -> bool:
    return module.split(".")[0] in ("test", "unittest", "textwrap", "codecs")


def bound_names(statement: ast.stmt) -> set[str]:
    """What a statement of a module binds or changes: `C.x = 1` belongs to C."""
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return {statement.name}
    names = set()
    for node in shallow(statement):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            base = node.value
            while isinstance(base, ast.Attribute | ast.Subscript):
                base = base.value
            if isinstance(base, ast.Name):
                names.add(base.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update(imported_names(node))
    return names


def imported_names(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        return {name for name in dir(importlib.import_module(node.module or "")) if name[0] != "_"} if node.module in IMPORTABLE else set()
    return {alias.asname or alias.name.split(".")[0] for alias in node.names}


def shallow(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those inside functions and classes."""
    yield node
    if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
        for child in ast.iter_child_nodes(node):
            yield from shallow(child)


@dataclass
class Uses:
    """What a piece of text asks for."""

    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)

    def add(self, node: ast.AST) -> None:
        own: set[str] = set()
        names: set[str] = set()
        declared: set[str] = set()
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name):
                (own if isinstance(inner.ctx, ast.Store) else names).add(inner.id)
            elif isinstance(inner, ast.arg):
                own.add(inner.arg)
            elif isinstance(inner, ast.Global):
                declared.update(inner.names)
            elif isinstance(inner, ast.Attribute):
                self.attributes.add(inner.attr)
            elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.isidentifier():
                self.attributes.add(inner.value)  # getattr(self, "name")
            elif isinstance(inner, ast.Import):
                self.modules.update(alias.name for alias in inner.names)
            elif isinstance(inner, ast.ImportFrom):
                self.modules.add("." * inner.level + (inner.module or ""))
            elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id.startswith("import_"):
                self.modules.update(str(argument.value) for argument in inner.args if isinstance(argument, ast.Constant))
        if isinstance(node, FUNCTIONS):
            names -= own
        self.names |= names | own | declared if not isinstance(node, FUNCTIONS) else names | declared


class Pool:
    """All definitions of a test module, of the test modules it takes classes from, and of the harness."""

    def __init__(self, directory: Path, file: str) -> None:
        self.directory = directory
        self.statements: list[ast.stmt] = []
        self.binders: dict[str, list[int]] = {}
        self.homes: dict[str, str] = {}
        self.promised: set[str] = set()
        self.loaded: set[str] = set()
        self.file = file
        self.add(HARNESS.read_text(encoding="utf-8"), "harness")
        self.load(file)

    def load(self, file: str) -> None:
        if file not in self.loaded:
            self.loaded.add(file)
            self.add(source_of(self.directory, file).read_text(encoding="utf-8"), file)

    def add(self, text: str, home: str) -> None:
        tree = ast.parse(text)
        self.documentation = ast.get_docstring(tree)  # the file itself comes last
        spaces = dict.fromkeys(("support", *REPLACED), "")
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "test":
                self.note_import(node, spaces)
        other = home if home not in ("harness", self.file) else ""
        classes = frozenset(node.name for node in tree.body if isinstance(node, ast.ClassDef)) if other else frozenset()
        for statement in tree.body:
            for single in singles(statement):
                rewritten = Rewriter(spaces, self.promised, other, classes).visit(single)
                for each in rewritten if isinstance(rewritten, list) else [rewritten]:
                    if each is not None:
                        self.bind(ast.fix_missing_locations(each), home)

    def note_import(self, node: ast.ImportFrom, spaces: dict[str, str]) -> None:
        """`from test import list_tests`: its definitions join the pool. `from test.support import testcase`: a name of the harness's."""
        assert node.module is not None
        for alias in node.names:
            if f"{node.module}.{alias.name}" in REPLACED:
                spaces[alias.asname or alias.name] = ""
            elif node.module == "test" and self.exists(alias.name):
                spaces[alias.asname or alias.name] = alias.name
                self.load(alias.name)
        rest = node.module.partition(".")[2]
        if rest and self.exists(rest):
            self.load(rest)

    def exists(self, file: str) -> bool:
        return file != "support" and source_of(self.directory, file).exists()

    def bind(self, statement: ast.stmt, home: str) -> None:
        importing = isinstance(statement, ast.Import | ast.ImportFrom)
        for name in bound_names(statement):
            if self.homes.get(name, home) != home and not importing:
                self.binders[name] = []  # what is defined nearer to the test wins
            self.homes[name] = home
            self.binders.setdefault(name, []).append(len(self.statements))
        self.statements.append(statement)

    def definition(self, name: str) -> ast.ClassDef | None:
        for index in self.binders.get(name, []):
            for node in shallow(self.statements[index]):
                if isinstance(node, ast.ClassDef) and node.name == name:
                    return node
        return None

    def ancestors(self, name: str) -> list[str]:
        """The class and all its bases that the pool knows, nearest first."""
        found = [name]
        definition = self.definition(name)
        for base in definition.bases if definition else []:
            if isinstance(base, ast.Name) and base.id != name:
                found += [other for other in self.ancestors(base.id) if other not in found]
        return found

    def sessions(self) -> dict[str, list[doctest.Example]]:
        """The interactive sessions of a file: texts of the module, and documentation of its functions and classes."""
        found = {}
        if ">>>" in (self.documentation or ""):
            found["module"] = doctest.DocTestParser().get_examples(self.documentation or "")
        for statement, name in ((self.statements[indices[-1]], name) for name, indices in self.binders.items() if indices):
            text = None
            if self.homes[name] == self.file and isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
                text = statement.value.value
            elif self.homes[name] == self.file and isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
                text = ast.get_docstring(statement)
            if isinstance(text, str) and ">>>" in text:
                found[name] = doctest.DocTestParser().get_examples(text)
        return found

    @cached_property
    def case_parts(self) -> set[str]:
        """Every class that is a test case, or that one inherits from: of these only what is used is copied."""
        return {part for name in list(self.binders) if "PlainTestCase" in (line := self.ancestors(name)) for part in line}

    def methods(self) -> list[Method]:
        """The file's test methods, each class with those it inherits."""
        found = [Method(self.file, SESSION, name) for name in self.sessions()]
        for name, home in self.homes.items():
            if home != self.file or self.definition(name) is None or "PlainTestCase" not in self.ancestors(name):
                continue
            tests: dict[str, None] = {}
            for part in self.ancestors(name):
                definition = self.definition(part)
                for member in definition.body if definition else []:
                    tests.update(dict.fromkeys(each for each in bound_names(member) if each.startswith("test")))
            found += [Method(self.file, name, test) for test in tests]
        return found


def singles(statement: ast.stmt) -> Iterator[ast.stmt]:
    """`import a, b` as two statements, so that a program imports only what it needs."""
    if isinstance(statement, ast.Import):
        yield from (ast.Import([alias]) for alias in statement.names)
    elif isinstance(statement, ast.ImportFrom):
        yield from (ast.ImportFrom(statement.module, [alias], statement.level) for alias in statement.names)
    else:
        yield statement


def source_of(directory: Path, file: str) -> Path:
    """A test module, or the package that took its place."""
    package = directory / file / "__init__.py"
    return package if package.exists() else directory / f"{file}.py"


def program(pool: Pool, method: Method) -> str:
    """A program that runs one test method, or one session, and prints ok."""
    if method.case == SESSION:
        return session_program(pool, pool.sessions()[method.name])
    uses = Uses(names={method.case, "run_method"}, attributes={method.name, *ALWAYS})
    return f"{text_for(pool, uses)}\nrun_method({method.case}, {method.name!r})\n"


def session_program(pool: Pool, examples: list[doctest.Example]) -> str:
    """What stands behind `>>>`, one after the other; values and exceptions are printed as the interactive interpreter would."""
    uses = Uses(names={"show_value", "show_exception"})
    steps: list[ast.stmt] = []
    for example in examples:
        try:
            body = ast.parse(example.source).body
        except SyntaxError:
            continue  # it shows that this is no Python
        for statement in body:
            rewritten = Rewriter(dict.fromkeys(("support", *REPLACED), ""), pool.promised).visit(statement)
            for each in rewritten if isinstance(rewritten, list) else [rewritten]:
                if each is not None:
                    uses.add(each)
                    steps.append(shown(each, caught=example.exc_msg is not None))
    text = ast.unparse(ast.fix_missing_locations(ast.Module(steps, [])))
    return f"{text_for(pool, uses)}\n{text}\nprint('ok')\n"


def shown(statement: ast.stmt, caught: bool) -> ast.stmt:
    if isinstance(statement, ast.Expr):
        statement = ast.Expr(ast.Call(ast.Name("show_value", ast.Load()), [statement.value], []))
    if not caught:
        return statement
    told = ast.Expr(ast.Call(ast.Name("show_exception", ast.Load()), [ast.Name("problem", ast.Load())], []))
    return ast.Try([statement], [ast.ExceptHandler(ast.Name("BaseException", ast.Load()), "problem", [told])], [], [])


def text_for(pool: Pool, uses: Uses) -> str:
    """All definitions that are used, and what they use."""
    chosen: set[int] = set()
    members: set[tuple[str, int]] = set()
    size = -1
    while size != len(chosen) + len(members):
        size = len(chosen) + len(members)
        for name in sorted(uses.names & pool.binders.keys()):
            for index in pool.binders[name]:
                if index not in chosen:
                    chosen.add(index)
                    choose_statement(pool, pool.statements[index], uses)
        for part in sorted(pool.case_parts & uses.names):
            choose_members(pool, part, uses, members)
    check_uses(pool, uses)
    kept = [pruned(pool, pool.statements[index], members) for index in sorted(chosen)]
    return ast.unparse(ast.Module(kept, []))


def choose_statement(pool: Pool, statement: ast.stmt, uses: Uses) -> None:
    if isinstance(statement, ast.ClassDef) and statement.name in pool.case_parts:
        for part in (*statement.bases, *statement.keywords, *statement.decorator_list):
            uses.add(part)
    else:
        uses.add(statement)


def choose_members(pool: Pool, part: str, uses: Uses, members: set[tuple[str, int]]) -> None:
    definition = pool.definition(part)
    for index, member in enumerate(definition.body if definition else []):
        if (part, index) in members:
            continue
        names = bound_names(member)
        if names & uses.attributes or names & uses.names or any(is_special(name) for name in names):
            members.add((part, index))
            uses.add(member)


def is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def pruned(pool: Pool, statement: ast.stmt, members: set[tuple[str, int]]) -> ast.stmt:
    if not (isinstance(statement, ast.ClassDef) and statement.name in pool.case_parts):
        return statement
    body = [member for index, member in enumerate(statement.body) if (statement.name, index) in members]
    copy = ast.ClassDef(statement.name, statement.bases, statement.keywords, body or [ast.Pass()], statement.decorator_list)
    if "type_params" in ast.ClassDef._fields:
        copy.type_params = statement.type_params  # type: ignore[attr-defined]
    return ast.fix_missing_locations(ast.copy_location(copy, statement))


def check_uses(pool: Pool, uses: Uses) -> None:
    for module in sorted(uses.modules):
        if module not in IMPORTABLE and not provided(module):
            raise NotSelfContained(f"module {module}")
    for name in sorted(uses.names):
        if name in OUT_OF_REACH or (name in pool.promised and name not in pool.binders):
            raise NotSelfContained(name)
