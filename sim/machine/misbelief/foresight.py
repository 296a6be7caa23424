"""Rules about the program's text: what is used later, what ends with a loop, what is let go before an assignment.

They put *releases* into the tree: `del name` on a line below zero, which the seams make an instruction of its own. It unbinds the name
quietly if it is bound (or, for one belief, marks it). A release stands between statements, so no value of an expression is lost.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.machine.frames import Frame, NativeFrame
from sim.machine.instructions.stack import close_ref
from sim.machine.misbelief.linking import Variable, variable
from sim.machine.misbelief.seams import RELEASES, STORES, Seams
from sim.machine.misbelief.waiting import replace_collect
from sim.objects.containers import Cell
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.machine.machine import Machine

Names = frozenset[str]
SCOPES = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.GeneratorExp)
LOOPS = (ast.For, ast.While)
# A program that looks its own names up by text may use any of them later.
REFLECTION = frozenset({"globals", "locals", "vars", "dir", "eval", "exec", "__dict__", "_getframe"})
NOTHING: Names = frozenset()


def release(name: str, line: int) -> ast.stmt:
    """The marked `del`."""
    target = ast.Name(name, ast.Del(), lineno=-line, col_offset=0, end_lineno=-line, end_col_offset=0)
    return ast.Delete([target], lineno=-line, col_offset=0, end_lineno=-line, end_col_offset=0)


def unbind(m: Machine, place: Variable) -> None:
    """`del` without complaint: the variable may be unbound already, or gone."""
    home, key = place.home, place.key
    if isinstance(home, Frame):
        if home.slots:
            old, home.slots[key] = home.slots[key], None  # type: ignore[index]
            close_ref(m, old)
    elif isinstance(home, Cell):
        old, home.content = home.content, None
        close_ref(m, old)
    elif isinstance(home, Dict):
        m.heap.dict_delete(home, key)


def releasing(seams: Seams, act: Any) -> None:
    """A release does act(m, variable)."""

    def handler(m: Machine, frame: Frame, argument: Any) -> None:
        place = variable(m, frame, frame.code.code.instructions[frame.pc - 1][0], argument)
        if place is not None:
            act(m, place)

    for name in RELEASES.values():
        seams.table[name] = handler


# --- the four beliefs ---------------------------------------------------------------------------------------------------------------------


def old_goes_first(seams: Seams) -> None:
    """`a = N()` lets go of what a held, then evaluates N(): unless the right side mentions a."""
    seams.rewrite(lambda tree: in_every_block(tree, before_assignments))
    releasing(seams, unbind)


def loops_end_names(seams: Seams) -> None:
    """A name that a loop binds, and nothing in its scope bound before, ends with the loop."""
    seams.rewrite(end_names_with_loops)
    releasing(seams, unbind)


def last_use_frees(seams: Seams) -> None:
    """A name lets go of its object behind the last statement that uses it."""
    seams.rewrite(release_after_last_use)
    releasing(seams, unbind)


def collect_frees_unused(seams: Seams) -> None:
    """gc.collect() makes every name let go whose object the program will not use again, then collects."""
    m = seams.m
    doomed: dict[Variable, None] = {}

    def bound(m: Machine, frame: Frame, argument: Any) -> None:
        place = variable(m, frame, frame.code.code.instructions[frame.pc - 1][0], argument)
        if place is not None:
            doomed.pop(place, None)

    def let_go(m: Machine, frame: NativeFrame) -> Any:
        for place in list(doomed):
            if not isinstance(place.home, Frame) or not place.home.done:
                unbind(m, place)
                yield None
        doomed.clear()
        return 0

    close_frame = m.close_frame

    def forgetting(frame: Frame) -> None:
        for index in range(len(frame.slots)):
            doomed.pop(Variable(frame, index), None)
        close_frame(frame)

    def doom(m: Machine, place: Variable) -> None:
        doomed[place] = None

    m.close_frame = forgetting  # type: ignore[method-assign]
    seams.rewrite(release_after_last_use)
    seams.before(STORES, bound)
    releasing(seams, doom)
    replace_collect(seams, let_go)


# --- in the tree ------------------------------------------------------------------------------------------------------------------------


def blocks_of(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements directly in a node."""
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value, list):
            for part in value:
                if isinstance(part, ast.ExceptHandler | ast.match_case):
                    yield part.body


def in_every_block(tree: ast.AST, change: Any) -> None:
    for node in list(ast.walk(tree)):
        if not isinstance(node, ast.ExceptHandler | ast.match_case):
            for block in blocks_of(node):
                change(block)


def mentioned(node: ast.AST) -> Names:
    return frozenset(name for inner in ast.walk(node) for name in names_in(inner))


def names_in(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        return (node.attr,) if node.attr in REFLECTION else ()
    if isinstance(node, ast.Global | ast.Nonlocal):
        return tuple(node.names)
    return ()


def before_assignments(block: list[ast.stmt]) -> None:
    for position in range(len(block) - 1, -1, -1):
        statement = block[position]
        if isinstance(statement, ast.Assign) and not isinstance(statement.value, ast.Name | ast.Constant):
            targets = [target.id for target in statement.targets if isinstance(target, ast.Name)]
            used = mentioned(statement.value)
            block[position:position] = [release(name, statement.lineno) for name in dict.fromkeys(targets) if name not in used]


def own_parts(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all in it that runs in its own scope."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, SCOPES):
            yield from own_parts(child)
        else:
            yield child


def bound_in(node: ast.AST) -> list[str]:
    """Names that a statement binds in its own scope, in order."""
    found: dict[str, None] = {}
    for part in own_parts(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found[part.id] = None
        found.update(dict.fromkeys(definitions(part)))
        if isinstance(part, ast.MatchAs | ast.MatchStar | ast.ExceptHandler) and part.name:
            found[part.name] = None
    return list(found)


def definitions(part: ast.AST) -> tuple[str, ...]:
    if isinstance(part, ast.FunctionDef | ast.ClassDef):
        return (part.name,)
    return ((part.asname or part.name).partition(".")[0],) if isinstance(part, ast.alias) else ()


def end_names_with_loops(tree: ast.Module) -> None:
    for scope in list(ast.walk(tree)):
        if isinstance(scope, ast.Module | ast.FunctionDef):
            arguments = [arg.arg for arg in ast.walk(scope.args) if isinstance(arg, ast.arg)] if isinstance(scope, ast.FunctionDef) else []
            end_names_in(scope.body, set(arguments))


def end_names_in(block: list[ast.stmt], known: set[str]) -> None:
    """known: names bound before, textually."""
    position = 0
    while position < len(block):
        statement = block[position]
        position += 1
        if isinstance(statement, LOOPS):
            mine = [name for name in bound_in(statement) if name not in known]
            target = ast.walk(statement.target) if isinstance(statement, ast.For) else ()
            inside = known | {part.id for part in target if isinstance(part, ast.Name)}
            for inner in blocks_of(statement):
                end_names_in(inner, inside)
            block[position:position] = [release(name, statement.lineno) for name in mine]
            position += len(mine)
        elif not isinstance(statement, SCOPES):
            for inner in blocks_of(statement):
                end_names_in(inner, set(known))
            known.update(bound_in(statement))
        else:
            known.add(statement.name)


def release_after_last_use(tree: ast.Module) -> None:
    if mentioned(tree) & REFLECTION:
        return
    for scope in list(ast.walk(tree)):
        if isinstance(scope, ast.Module | ast.FunctionDef):
            local = frozenset(bound_in_scope(scope)) - shared(scope)
            if isinstance(scope, ast.FunctionDef) and "super" in mentioned(scope):
                local -= {arg.arg for arg in scope.args.args[:1]}  # super() uses it unnamed
            Foresight(local).block(scope.body, NOTHING)


def bound_in_scope(scope: ast.Module | ast.FunctionDef) -> list[str]:
    """Without functions, classes and modules: a program is made of them, it does not use them up."""
    scenery = {name for statement in scope.body for part in own_parts(statement) for name in definitions(part)}
    found = [name for statement in scope.body for name in bound_in(statement) if not name.startswith("__") and name not in scenery]
    if isinstance(scope, ast.FunctionDef):
        found += [arg.arg for arg in ast.walk(scope.args) if isinstance(arg, ast.arg)]
    return found


def shared(scope: ast.Module | ast.FunctionDef) -> Names:
    """Names that functions, classes and generators inside use, too, or that belong to a scope further out: nobody can tell from the text
    when such a name is used last."""
    found: set[str] = set()
    for statement in scope.body:
        for part in own_parts(statement):
            if isinstance(part, SCOPES):
                found |= mentioned(part)
            elif isinstance(part, ast.Global | ast.Nonlocal):
                found.update(part.names)
    return frozenset(found)


class Foresight:
    """Which names of a scope are used again, from the last statement backwards; releases are put in on the way."""

    def __init__(self, local: Names) -> None:
        self.local = local

    def block(self, statements: list[ast.stmt], after: Names) -> Names:
        """Names in use before the block, when those `after` are in use behind it."""
        live = after
        for position in range(len(statements) - 1, -1, -1):
            statement = statements[position]
            before = self.statement(statement, live)
            over = ((mentioned(statement) | frozenset(bound_in(statement)) | before) & self.local) - live
            if over and not isinstance(statement, ast.Return | ast.Raise | ast.Break | ast.Continue):
                statements[position + 1 : position + 1] = [release(name, statement.lineno) for name in sorted(over)]
            live = before
        return live

    def statement(self, statement: ast.stmt, after: Names) -> Names:
        """Names in use before it. Leaving by return or raise counts as going on: `after` has what handlers, a `finally` and the code behind
        a `with` use."""
        if isinstance(statement, ast.If):
            return self.used(statement.test) | self.block(statement.body, after) | self.block(statement.orelse, after)
        if isinstance(statement, LOOPS):
            return self.loop(statement, after)
        if isinstance(statement, ast.Try | ast.TryStar):
            return self.attempt(statement, after)
        if isinstance(statement, ast.With):
            return self.block(statement.body, after) | frozenset().union(*(self.used(item.context_expr) for item in statement.items))
        if isinstance(statement, ast.Match):
            live = after
            for case in statement.cases:
                live |= self.block(case.body, after) | self.used(case.pattern) | (self.used(case.guard) if case.guard else NOTHING)
            return live | self.used(statement.subject)
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            return after | self.used(statement)
        bound = NOTHING if isinstance(statement, ast.AugAssign | ast.Delete) else self.rebound(statement)
        return (after - bound) | self.used(statement)

    def loop(self, statement: ast.For | ast.While, after: Names) -> Names:
        """What the loop uses anywhere may be used in the next round."""
        head = statement.iter if isinstance(statement, ast.For) else statement.test
        again = after | self.used_in(statement.body) | (self.used(head) if isinstance(statement, ast.While) else NOTHING)
        self.block(statement.orelse, after)
        self.block(statement.body, again)
        return again | self.used_in(statement.orelse) | self.used(head)

    def attempt(self, statement: ast.Try | ast.TryStar, after: Names) -> Names:
        """Whatever a handler uses may be used from anywhere in the body."""
        behind = after | self.used_in(statement.finalbody)
        handlers = frozenset().union(*(self.used(handler) for handler in statement.handlers)) | self.used_in(statement.orelse)
        self.block(statement.finalbody, after)
        self.block(statement.orelse, behind)
        for handler in statement.handlers:
            self.block(handler.body, behind)
        self.block(statement.body, behind | handlers)
        return behind | handlers | self.used_in(statement.body)

    def used(self, node: ast.AST) -> Names:
        found = set()
        for part in ast.walk(node):
            name = part.target if isinstance(part, ast.AugAssign) else part
            if isinstance(name, ast.Name) and (name is not part or not isinstance(name.ctx, ast.Store)):
                found.add(name.id)
        return frozenset(found) & self.local

    def used_in(self, statements: list[ast.stmt]) -> Names:
        return frozenset().union(*(self.used(statement) for statement in statements))

    def rebound(self, statement: ast.stmt) -> Names:
        return frozenset(bound_in(statement)) & self.local
