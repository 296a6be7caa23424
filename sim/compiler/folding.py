"""The optimiser that works on the parser's tree (Python/ast_opt.c; from 3.14 on ast_preprocess.c, which leaves most to the flow graph).

Nodes it makes are new; the tree it got is not touched where a host shares nodes.
"""

from __future__ import annotations

import ast
from typing import TypeVar

from sim.compiler.constants import NOT_FOLDED, OPERATORS, UNARY_OPERATORS, fold_binary, fold_subscript, fold_unary
from sim.profiles import Profile

Node = TypeVar("Node", bound=ast.AST)
INVERTED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}


class Folder(ast.NodeTransformer):
    """One pass, leaves first."""

    def __init__(self, profile: Profile) -> None:
        self.in_tree = not profile.folds_in_flow

    def constant(self, node: ast.AST, value: object) -> ast.Constant:
        return ast.copy_location(ast.Constant(value=value), node)  # type: ignore[arg-type]

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == "__debug__" and isinstance(node.ctx, ast.Load):
            return self.constant(node, True)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if not self.in_tree:
            return node
        operand = node.operand
        if isinstance(operand, ast.Constant):
            value = fold_unary(UNARY_OPERATORS[type(node.op)], operand.value)
            return node if value is NOT_FOLDED else self.constant(node, value)
        if isinstance(node.op, ast.Not) and isinstance(operand, ast.Compare) and len(operand.ops) == 1:
            inverted = INVERTED.get(type(operand.ops[0]))
            if inverted:
                return ast.copy_location(ast.Compare(operand.left, [inverted()], operand.comparators), operand)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        left, right = node.left, node.right
        if not isinstance(left, ast.Constant):
            return node
        if isinstance(node.op, ast.Mod) and isinstance(right, ast.Tuple) and isinstance(left.value, str):
            return formatted(node, left.value, right.elts)
        if not self.in_tree or not isinstance(right, ast.Constant):
            return node
        value = fold_binary(OPERATORS[type(node.op)], left.value, right.value)
        return node if value is NOT_FOLDED else self.constant(node, value)

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        self.generic_visit(node)
        return self.constant_tuple(node, node.elts) if self.in_tree and isinstance(node.ctx, ast.Load) else node

    def constant_tuple(self, node: Node, items: list[ast.expr]) -> Node | ast.Constant:
        if all(isinstance(item, ast.Constant) for item in items):
            return self.constant(node, tuple(item.value for item in items if isinstance(item, ast.Constant)))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if not self.in_tree or not isinstance(node.ctx, ast.Load):
            return node
        if isinstance(node.value, ast.Constant) and isinstance(node.slice, ast.Constant):
            value = fold_subscript(node.value.value, node.slice.value)
            return node if value is NOT_FOLDED else self.constant(node, value)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ops[-1], (ast.In, ast.NotIn)):
            node.comparators[-1] = self.iterated(node.comparators[-1])
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        node.iter = self.iterated(node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.iter = self.iterated(node.iter)
        return node

    def iterated(self, node: ast.expr) -> ast.expr:
        """A display that is only looped over or searched becomes a tuple or frozenset."""
        if not self.in_tree:
            return node
        if isinstance(node, ast.List) and not any(isinstance(item, ast.Starred) for item in node.elts):
            return self.constant_tuple(ast.copy_location(ast.Tuple(node.elts, ast.Load()), node), node.elts)
        if isinstance(node, ast.Set) and all(isinstance(item, ast.Constant) for item in node.elts):
            return self.constant(node, frozenset(item.value for item in node.elts if isinstance(item, ast.Constant)))
        return node

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        node.value = self.pattern_literal(node.value)
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:
        self.generic_visit(node)
        node.keys = [self.pattern_literal(key) for key in node.keys]
        return node

    def pattern_literal(self, node: ast.expr) -> ast.expr:
        """-1 and 1 + 2j in a pattern are constants in every version."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return self.constant(node, fold_unary("-", node.operand.value))
        if isinstance(node, ast.BinOp):
            left, right = self.pattern_literal(node.left), self.pattern_literal(node.right)
            if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
                return self.constant(node, fold_binary(OPERATORS[type(node.op)], left.value, right.value))
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        self.generic_visit(node)
        node.values = _joined(node.values)
        for value in node.values:
            # Hosts place the pieces of a string over several lines differently.
            value.lineno = node.lineno
        return node


def _joined(values: list[ast.expr]) -> list[ast.expr]:
    """Neighbouring pieces of text are one constant, whichever host parsed them."""
    pieces: list[ast.expr] = []
    for value in values:
        last = pieces[-1] if pieces else None
        if isinstance(value, ast.Constant) and isinstance(last, ast.Constant):
            pieces[-1] = ast.copy_location(ast.Constant(value=str(last.value) + str(value.value)), last)
        else:
            pieces.append(value)
    return pieces


def formatted(node: ast.BinOp, template: str, items: list[ast.expr]) -> ast.AST:
    """'%s-%r' % (a, b) compiles as an f-string where only %s, %r and %a with simple widths occur."""
    if any(isinstance(item, ast.Starred) for item in items):
        return node
    values: list[ast.expr] = []
    at, used = 0, 0
    while at < len(template):
        literal, at = _literal(template, at)
        if literal:
            values.append(ast.copy_location(ast.Constant(value=literal), node))
        if at >= len(template):
            break
        if used >= len(items):
            return node
        piece, at = _placeholder(template, at + 1, items[used])
        if piece is None:
            return node
        values.append(piece)
        used += 1
    if used < len(items):
        return node
    return ast.copy_location(ast.JoinedStr(values), node)


def _literal(template: str, at: int) -> tuple[str, int]:
    start = at
    while at < len(template):
        if template[at] != "%":
            at += 1
        elif template[at + 1 : at + 2] == "%":
            at += 2
        else:
            break
    return template[start:at].replace("%%", "%"), at


def _placeholder(template: str, at: int, item: ast.expr) -> tuple[ast.expr | None, int]:
    left = False
    while template[at : at + 1] == "-":
        left, at = True, at + 1
    start = at
    while template[at : at + 1].isdigit():
        at += 1
    width = template[start:at]
    start = at
    if template[at : at + 1] == ".":
        at += 1
        while template[at : at + 1].isdigit():
            at += 1
    precision = template[start:at]
    letter = template[at : at + 1]
    if letter not in ("s", "r", "a") or len(width) > 2 or len(precision) > 3 or width.startswith("0"):
        return None, at
    text = (">" if width and not left else "") + width + (precision if precision != "." else ".0")
    spec = ast.copy_location(ast.Constant(value=text), item) if text else None
    return ast.copy_location(ast.FormattedValue(item, ord(letter), spec), item), at + 1
