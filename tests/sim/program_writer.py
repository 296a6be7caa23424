"""Random programs from the tables in grammar/*.txt: valid, deterministic, of one seed one text.

In the tables `== name` begins a list of productions; a production is a weight and a template, which may run over several lines. A star
after the weight: no program leaves it out (every program drops a random part of the others, so that programs differ in kind, not only in
detail). A colon and names after the weight: protocols; the program's classes then get those methods. In templates

    <kind>  an expression of a kind              <~kind>  a variable of it              <-kind>  a variable that is gone afterwards
    <=kind> a variable, new or bound again, known when its line ends       <.kind>  a variable of the template's own (a parameter,
            a comprehension's), unknown to <^kind>, an expression outside of it         <!>      a name that nothing else uses
    <+kind> a variable to bind again             <@kind>  what a walrus binds           <#kind>  the count of what is no atom
    <0>     the template's first own variable    <g>      getrefcount                   #        a number that nothing else has

and a line <block> or <body> stands for statements. Kinds of values: list, dict, set (of ints), tuple, deque, inst (of the program's
classes), plain, cls, int, str, exc, ref, gen, bound, part, func0 to func2, genfunc, ctxfunc, iterable, any. Iterables are bounded: no loop
runs over a list that it may lengthen. Only names and counts are printed, never an address, and never the count of what may be immortal.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "grammar"
PRODUCTION = re.compile(r"(?P<weight>\d+)(?P<star>\*?)(?::(?P<needs>[\w,]+))? (?P<template>.*)", re.DOTALL)
MARK = re.compile(r"<(?P<how>[=~+.^#@!-]?)(?P<kind>[a-z_0-9]*)>")
MODULES = ("gc", "sys", "weakref", "collections", "copy", "functools", "itertools", "operator", "contextlib")
PRELUDE = ("kept", "registry", "ignored", "PLAIN", "SLOTS", "Meta", "Base", "Mixin", "Plain", "Other", "Failure", "Point", "traced")
FUNCTIONS = ("func0", "func1", "func1", "func2", "genfunc", "ctxfunc")
PARAMETERS = {"self": "inst", "a": "any", "x": "any", "value": "any", "key": "any", "other": "any"}
ATOMS = {"int", "str"}
NOT_ANY = {"int", "str", "func0", "func1", "func2", "genfunc", "ctxfunc", "cls", "plaincls"}
ONCE = {"func0", "func1", "func2", "genfunc", "ctxfunc", "cls", "plaincls", "gen"}  # never bound again: no recursion by accident
CLASSES = ("Node", "Leaf", "Item")
DEEPEST, NESTED = 3, 3
QUIET = ["def print(*_): pass"]
ALL_GONE = ["for n in list(globals()):", "    if n[1:].isdigit(): del globals()[n]"]


class Impossible(Exception):
    """No production of a table can be written here."""


@dataclass(frozen=True)
class Production:
    weight: int
    template: str
    needs: tuple[str, ...]
    always: bool

    @property
    def marks(self) -> list[tuple[str, str]]:
        return [(mark["how"], mark["kind"]) for mark in MARK.finditer(self.template)]

    @property
    def leaf(self) -> bool:
        """No expression or block inside."""
        return all(how not in ("", "^") or kind.isdigit() or kind in ("g", "name") for how, kind in self.marks)


@cache
def grammar() -> dict[str, tuple[Production, ...]]:
    """Every table by its name."""
    tables: dict[str, list[str]] = {}
    for path in sorted(TABLES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                rows = tables.setdefault(line[3:], [])
            elif PRODUCTION.fullmatch(line):
                rows.append(line)
            elif line:
                rows[-1] += "\n" + line
    return {name: tuple(production(row) for row in rows) for name, rows in tables.items()}


def production(text: str) -> Production:
    found = PRODUCTION.fullmatch(text)
    assert found, text
    needs = tuple(found["needs"].split(",")) if found["needs"] else ()
    return Production(int(found["weight"]), found["template"], needs, bool(found["star"]))


@dataclass
class Variable:
    name: str
    kind: str
    function: object  # whose local it is
    pinned: bool = False  # an inner function names it: it must stay


@dataclass
class Scope:
    """What a block, a function or an expression sees."""

    parent: Scope | None
    function: object
    depth: int = 0  # of blocks
    walrus: bool = True
    protocols: bool = True  # whether expressions may use the classes' methods
    own: list[Variable] = field(default_factory=list)

    def inner(self, *, function: object = None, deeper: int = 0, walrus: bool = True) -> Scope:
        return Scope(self, function or self.function, self.depth + deeper, self.walrus and walrus, self.protocols)

    def visible(self, kind: str) -> list[Variable]:
        here: list[Variable] = []
        scope: Scope | None = self
        while scope is not None:
            here += [v for v in scope.own if v.kind == kind or (kind == "any" and v.kind not in NOT_ANY)]
            scope = scope.parent
        return here

    def rebindable(self, kind: str) -> list[Variable]:
        return [v for v in self.visible(kind) if v.kind == kind and v.function is self.function]

    def deletable(self, kind: str) -> list[Variable]:
        found = self.visible(kind)
        return [v for v in self.own if v in found and not v.pinned and v.function is self.function]


class Writer:
    """Writes one program."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.share = 30 + self.below(70)
        self.active: dict[Production, bool] = {}
        self.numbers = 0
        self.left = 6 + self.below(40)  # statements still to be written
        self.needs: set[str] = set()
        self.count = ""

    def below(self, bound: int) -> int:
        return int(self.chance.random() * bound)

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    # --- choosing

    def is_active(self, one: Production) -> bool:
        if one not in self.active:
            self.active[one] = one.always or self.below(100) < self.share
        return self.active[one]

    def possible(self, one: Production, scope: Scope, depth: int) -> bool:
        if not self.is_active(one) or (one.needs and not scope.protocols):
            return False
        if depth >= DEEPEST and not one.leaf and not one.always:
            return False
        if "<block>" in one.template and scope.depth >= NESTED:
            return False
        known = {"~": scope.visible, "#": scope.visible, "-": scope.deletable, "+": scope.rebindable}
        return all(known[how](kind) for how, kind in one.marks if how in known)

    def choose(self, table: str, scope: Scope, depth: int = 0) -> Production:
        found = [one for one in grammar()[table] if self.possible(one, scope, depth)]
        if depth >= DEEPEST and any(one.leaf for one in found):
            found = [one for one in found if one.leaf]
        if not found:
            raise Impossible(table)
        ticket = self.below(sum(one.weight for one in found))
        for one in found:
            ticket -= one.weight
            if ticket < 0:
                self.needs.update(one.needs)
                return one
        raise AssertionError

    def variable(self, found: list[Variable], scope: Scope) -> Variable:
        if not found:
            raise Impossible
        one = found[self.below(len(found))]
        if one.function is not scope.function:
            one.pinned = True
        return one

    # --- names

    def fresh(self, kind: str, function: object, pinned: bool = False) -> Variable:
        letter = "x" if kind == "inst" else kind[:1] or "n"
        return Variable(f"{letter}{self.number()}", kind, function, pinned)

    def allot(self, template: str, scope: Scope) -> list[Variable]:
        """The template's own variables, in the order of the text. Those that its later lines may use stay."""
        lasting = "\n" in template
        defines = re.search(r"^\s*(def|class) ", template, re.MULTILINE)
        own = []
        for mark in MARK.finditer(template):
            if mark["how"] == "=" and not defines and mark["kind"] not in ONCE and self.below(10) < 3:
                old = scope.rebindable(mark["kind"])
                own.append(old[self.below(len(old))] if old else self.fresh(mark["kind"], scope.function, lasting))
            elif mark["how"] in ("=", ".", "!"):
                own.append(self.fresh(mark["kind"], scope.function, lasting))
        return own

    # --- writing

    def expression(self, kind: str, scope: Scope, depth: int) -> str:
        """One of the kind; other productions are tried where one turns out to be impossible deeper down."""
        for attempt in range(12):
            one = self.choose(kind, scope, depth if attempt < 8 else DEEPEST)
            try:
                return self.fill(one.template, scope, None, self.allot(one.template, scope), iter(range(99)), depth + 1)
            except Impossible:
                continue
        raise Impossible(kind)

    def fill(self, text: str, scope: Scope, body: Scope | None, own: list[Variable], turn, depth: int = 0) -> str:
        """One line, its marks written out. body: the scope that the line opens, for a header."""
        local = body or scope.inner(
            function=object() if "lambda" in text or (" for " in text and "<." in text) else None, walrus=" for " not in text
        )
        outer = scope if " for " not in text or body else scope.inner(walrus=False)
        late: list[Variable] = []
        marks = list(MARK.finditer(text))
        chosen: dict[int, Variable] = {}
        for mark in marks:
            if mark["how"] in ("=", ".", "!"):
                one = chosen[mark.start()] = own[next(turn)]
                if mark["how"] == ".":
                    one.function = local.function
                    local.own.append(one)
                elif mark["how"] == "=" and one not in scope.visible(one.kind):
                    late.append(one)
        written = MARK.sub(lambda mark: self.mark(mark, chosen, own, scope if body else local, outer, depth), text)
        for one in late:
            target = body or scope
            one.function = target.function
            target.own.append(one)
        while "#" in written:
            written = written.replace("#", str(self.number()), 1)
        return written

    def mark(self, mark: re.Match[str], chosen: dict[int, Variable], own: list[Variable], scope: Scope, outer: Scope, depth: int) -> str:
        how, kind = mark["how"], mark["kind"]
        if mark.start() in chosen:
            return chosen[mark.start()].name
        if kind.isdigit():
            return own[int(kind)].name
        if kind == "g":
            return self.count
        if how == "~":
            return self.variable(scope.visible(kind), scope).name
        if how == "+":
            return self.variable(scope.rebindable(kind), scope).name
        if how == "#":
            name = self.variable(scope.visible(kind), scope).name
            return f'({self.count}({name}) if type({name}) not in PLAIN else "-")'
        if how == "-":
            gone = self.variable(outer.deletable(kind), outer)
            outer.own.remove(gone)
            return gone.name
        if how == "@":
            if not scope.walrus:
                raise Impossible(kind)
            old = scope.rebindable(kind)
            return old[self.below(len(old))].name if old else self.fresh(kind, None).name
        return self.expression("any" if kind == "result" else kind, outer if how == "^" else scope, depth)

    def write(self, template: str, scope: Scope, level: int = 0) -> list[str]:
        """A template of one or more lines, its blocks filled with statements."""
        own, turn = self.allot(template, scope), iter(range(99))
        scopes, written = [scope], []
        for line in template.split("\n"):
            text = line.lstrip()
            inside = (len(line) - len(text)) // 4
            del scopes[inside + 1 :]
            here = scopes[inside]
            if text in ("<block>", "<body>"):
                written += self.block(here, level + inside)
                continue
            body = None
            if text.endswith(":"):
                defines = text.startswith(("def ", "class "))
                body = here.inner(function=object() if defines else None, deeper=1)
                scopes.append(body)
                if defines:
                    parameters = re.findall(r"\b[a-z]+\b", text)[2:]
                    body.own += [Variable(name, PARAMETERS[name], body.function, pinned=True) for name in parameters if name in PARAMETERS]
            written.append("    " * (level + inside) + self.fill(text, here, body, own, turn))
        return written

    def statement(self, scope: Scope, level: int) -> list[str]:
        self.left -= 1
        for _ in range(12):
            try:
                if scope.depth < NESTED and self.left > 0 and self.below(9) == 0:
                    return self.function(scope, level)
                return self.write(self.choose("statement", scope).template, scope, level)
            except Impossible:
                continue
        return ["    " * level + "pass"]

    def function(self, scope: Scope, level: int) -> list[str]:
        kind = FUNCTIONS[self.below(len(FUNCTIONS))]
        made = Variable(f"{kind[0]}{self.number()}", kind, scope.function)
        template = self.choose(f"def {kind}", scope).template.replace("<name>", made.name)
        written = self.write(template, scope, level)
        scope.own.append(made)
        return written

    def block(self, scope: Scope, level: int) -> list[str]:
        """One to three statements; one when the program is long enough."""
        wanted = 1 + self.below(3) if self.left > 0 else 1
        return [line for _ in range(wanted) for line in self.statement(scope, level)]

    # --- the whole

    def class_text(self, name: str, earlier: list[str]) -> list[str]:
        """The root has every method that the program needs, an heir overrides some."""
        methods = ["init", "del", "repr", *sorted(self.needs - {"init", "del", "repr"})]
        if earlier:
            methods = [method for method in methods if self.below(10) < 2]
        function = object()
        nothing = Scope(None, function, 1, protocols=False)
        classes = Scope(None, function, 1, protocols=False, own=[Variable(one, "cls", function) for one in [*earlier, name]])
        method_scope = Scope(None, function, 1, own=[Variable("self", "inst", function)])
        head = self.choose("heir" if earlier else "root", nothing).template
        head = head.replace("<C>", name).replace("<B>", earlier[self.below(len(earlier))] if earlier else "")
        written = head.split("\n")
        for method in methods:
            # A finalizer that made instances would never come to an end.
            member = self.choose(method, method_scope).template
            written += self.write(member, nothing if method == "del" else classes, 1)
        return written if len(written) > 1 else [*written, "    pass"]

    def closing(self, scope: Scope) -> list[str]:
        """A program ends with nothing left, and what dies at the interpreter's exit is not heard: that order is a topic of its own."""
        names = [v.name for v in scope.own if v.kind not in ("cls", "plaincls")]
        ways = ([f"del {', '.join(self.shuffled(names))}"], [f"del {name}" for name in self.shuffled(names)], ALL_GONE)
        way = ways[self.below(len(ways))] if names else []
        return [*way, 'print("collected", gc.collect())', *QUIET]

    def shuffled(self, names: list[str]) -> list[str]:
        left = list(names)
        return [left.pop(self.below(len(left))) for _ in names]

    def program(self) -> str:
        everything = Scope(None, object())
        self.count = self.choose("count", everything).template
        classes = list(CLASSES[: 1 + self.below(len(CLASSES))])
        everything.own += [Variable(name, "cls", everything.function, True) for name in classes]
        everything.own += [Variable(name, "plaincls", everything.function, True) for name in ("Plain", "Other")]
        body: list[str] = self.choose("opening", everything).template.split("\n")
        while self.left > 0:
            body += self.statement(everything, 0)
        if any("gc.callbacks" in line for line in body):
            body.append("gc.callbacks.clear()")
        body += self.closing(everything)
        self.left = 3 + self.below(8)
        for number, name in reversed(list(enumerate(classes))):
            body[:0] = self.class_text(name, classes[:number])
        return "\n".join(self.prelude("\n".join(body)) + body) + "\n"

    def prelude(self, text: str) -> list[str]:
        """Imports and definitions of what the text names."""
        written: list[str] = []
        for name in reversed(PRELUDE):
            if re.search(rf"\b{name}\b", text):
                definition = self.choose(name, Scope(None, None)).template
                text += definition
                written[:0] = definition.split("\n")
        text += "".join(written)
        imports = [f"import {module}" for module in MODULES if re.search(rf"\b{module}\.", text)]
        names = {"g": "from sys import getrefcount as g", "getrefcount": "from sys import getrefcount"}
        return imports + ([names[self.count]] if self.count in names else []) + written


def program(seed: int) -> str:
    """The text of one random program."""
    return Writer(seed).program()
