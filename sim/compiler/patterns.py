"""match: patterns take their subject from the stack and jump away, with the right number of items popped, when they fail."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sim.compiler.blocks import Label
from sim.compiler.emitter import Emitter, Visitor
from sim.compiler.expressions import jump_if


@dataclass
class Matching:
    """How one case stands: captured names (their values wait below the subject) and what a failure has to pop."""

    stores: list[str] = field(default_factory=list)
    may_be_irrefutable: bool = True
    on_top: int = 0
    fail: list[Label] = field(default_factory=list)

    def fail_label(self, pops: int) -> Label:
        while len(self.fail) <= pops:
            self.fail.append(Label())
        return self.fail[pops]


def _fail(c: Emitter, m: Matching, op: str, line: int) -> None:
    c.jump(op, m.fail_label(m.on_top + len(m.stores)), line)


def _emit_failures(c: Emitter, m: Matching, line: int) -> None:
    if not m.fail:
        return
    for label in reversed(m.fail[1:]):
        c.use(label)
        c.op("POP_TOP", None, line)
    c.use(m.fail[0])
    m.fail = []


def _is_wildcard(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and pattern.name is None and pattern.pattern is None


def visit_match(c: Emitter, node: ast.Match) -> None:
    c.draft.conditional += 1
    c.visit(node.subject)
    end = Label()
    cases = node.cases
    default = cases[-1] if _is_wildcard(cases[-1].pattern) and len(cases) > 1 else None
    tried = cases[:-1] if default is not None else cases
    for index, case in enumerate(tried):
        _case(c, case, end, last=index == len(tried) - 1, may_be_irrefutable=case.guard is not None or case is cases[-1])
    if default is not None:
        line = default.pattern.lineno
        c.op("NOP", None, line)
        if default.guard is not None:
            jump_if(c, default.guard, end, False, line)
        c.visit_all(default.body)
    c.use(end)
    c.draft.conditional -= 1


def _case(c: Emitter, case: ast.match_case, end: Label, *, last: bool, may_be_irrefutable: bool) -> None:
    line = case.pattern.lineno
    if not last:
        c.op("COPY", 1, line)
    m = Matching(may_be_irrefutable=may_be_irrefutable)
    _pattern(c, case.pattern, m)
    for name in m.stores:
        c.name(name, "store", line)
    if case.guard is not None:
        jump_if(c, case.guard, m.fail_label(0), False, line)
    if not last:
        c.op("POP_TOP", None, case.body[0].lineno)
    c.visit_all(case.body)
    c.jump("JUMP", end)
    _emit_failures(c, m, line)


def _pattern(c: Emitter, pattern: ast.pattern, m: Matching) -> None:
    PATTERNS[type(pattern)](c, pattern, m)


def _subpattern(c: Emitter, pattern: ast.pattern, m: Matching) -> None:
    allowed, m.may_be_irrefutable = m.may_be_irrefutable, True
    _pattern(c, pattern, m)
    m.may_be_irrefutable = allowed


def _rotate(c: Emitter, count: int, line: int) -> None:
    for swap in range(count, 1, -1):
        c.op("SWAP", swap, line)


def _store(c: Emitter, name: str | None, m: Matching, line: int) -> None:
    if name is None:
        c.op("POP_TOP", None, line)
        return
    if name in m.stores:
        raise c.refuse(f"multiple assignments to name '{name}' in pattern", line)
    _rotate(c, m.on_top + len(m.stores) + 1, line)
    m.stores.append(name)


def _value(c: Emitter, pattern: ast.MatchValue, m: Matching) -> None:
    line = pattern.lineno
    if not isinstance(pattern.value, (ast.Constant, ast.Attribute, ast.JoinedStr)):
        raise c.refuse("patterns may only match literals and attribute lookups", line)
    c.visit(pattern.value)
    c.op("COMPARE_OP", ("==", False), line)
    c.op("TO_BOOL", None, line)
    _fail(c, m, "POP_JUMP_IF_FALSE", line)


def _singleton(c: Emitter, pattern: ast.MatchSingleton, m: Matching) -> None:
    c.const(pattern.value, pattern.lineno)
    c.op("IS_OP", False, pattern.lineno)
    _fail(c, m, "POP_JUMP_IF_FALSE", pattern.lineno)


def _capture(c: Emitter, pattern: ast.MatchAs, m: Matching) -> None:
    line = pattern.lineno
    if pattern.pattern is None:
        if not m.may_be_irrefutable:
            what = f"name capture '{pattern.name}'" if pattern.name else "wildcard"
            raise c.refuse(f"{what} makes remaining patterns unreachable", line)
        _store(c, pattern.name, m, line)
        return
    m.on_top += 1
    c.op("COPY", 1, line)
    _pattern(c, pattern.pattern, m)
    m.on_top -= 1
    _store(c, pattern.name, m, line)


def _star(c: Emitter, pattern: ast.MatchStar, m: Matching) -> None:
    _store(c, pattern.name, m, pattern.lineno)


def _check_length(c: Emitter, m: Matching, op: str, length: int, line: int) -> None:
    c.op("GET_LEN", None, line)
    c.const(length, line, arena=False)
    c.op("COMPARE_OP", (op, False), line)
    _fail(c, m, "POP_JUMP_IF_FALSE", line)


def _sequence(c: Emitter, pattern: ast.MatchSequence, m: Matching) -> None:
    line, items = pattern.lineno, pattern.patterns
    stars = [index for index, item in enumerate(items) if isinstance(item, ast.MatchStar)]
    if len(stars) > 1:
        raise c.refuse("multiple starred names in sequence pattern", line)
    star = stars[0] if stars else -1
    star_item = items[star] if stars else None
    wild_star = isinstance(star_item, ast.MatchStar) and star_item.name is None
    only_wildcards = all(_is_wildcard(item) or (isinstance(item, ast.MatchStar) and item.name is None) for item in items)
    m.on_top += 1
    c.op("MATCH_SEQUENCE", None, line)
    _fail(c, m, "POP_JUMP_IF_FALSE", line)
    if star < 0:
        _check_length(c, m, "==", len(items), line)
    elif len(items) > 1:
        _check_length(c, m, ">=", len(items) - 1, line)
    m.on_top -= 1
    if only_wildcards:
        c.op("POP_TOP", None, line)
    elif wild_star:
        _subscripted(c, items, star, m, line)
    else:
        _unpacked(c, items, star, m, line)


def _unpacked(c: Emitter, items: list[ast.pattern], star: int, m: Matching, line: int) -> None:
    if star >= 0:
        c.op("UNPACK_EX", (star, len(items) - star - 1), line)
    else:
        c.op("UNPACK_SEQUENCE", len(items), line)
    m.on_top += len(items)
    for item in items:
        m.on_top -= 1
        _subpattern(c, item, m)


def _subscripted(c: Emitter, items: list[ast.pattern], star: int, m: Matching, line: int) -> None:
    """[first, *_, last]: fetch single items instead of unpacking all."""
    m.on_top += 1
    for index, item in enumerate(items):
        if _is_wildcard(item) or index == star:
            continue
        c.op("COPY", 1, line)
        if index < star:
            c.const(index, line, arena=False)
        else:
            c.op("GET_LEN", None, line)
            c.const(len(items) - index, line, arena=False)
            c.op("BINARY_OP", "-", line)
        c.op("BINARY_SUBSCR", None, line)
        _subpattern(c, item, m)
    m.on_top -= 1
    c.op("POP_TOP", None, line)


def _check_not_none(c: Emitter, m: Matching, line: int) -> None:
    c.op("COPY", 1, line)
    c.const(None, line, arena=False)
    c.op("IS_OP", True, line)


def _class(c: Emitter, pattern: ast.MatchClass, m: Matching) -> None:
    line = pattern.lineno
    for index, name in enumerate(pattern.kwd_attrs):
        if name in pattern.kwd_attrs[:index]:
            raise c.refuse(f"attribute name repeated in class pattern: {name}", pattern.kwd_patterns[index].lineno)
    c.visit(pattern.cls)
    c.const(tuple(pattern.kwd_attrs), line, arena=False)
    c.op("MATCH_CLASS", len(pattern.patterns), line)
    _check_not_none(c, m, line)
    m.on_top += 1
    _fail(c, m, "POP_JUMP_IF_FALSE", line)
    items = [*pattern.patterns, *pattern.kwd_patterns]
    c.op("UNPACK_SEQUENCE", len(items), line)
    m.on_top += len(items) - 1
    for item in items:
        m.on_top -= 1
        if _is_wildcard(item):
            c.op("POP_TOP", None, line)
        else:
            _subpattern(c, item, m)


def _mapping_keys(c: Emitter, pattern: ast.MatchMapping) -> None:
    seen: set[object] = set()
    for key in pattern.keys:
        if isinstance(key, ast.Constant):
            if key.value in seen:
                raise c.refuse(f"mapping pattern checks duplicate key ({key.value!r})", pattern.lineno)
            seen.add(key.value)
        elif not isinstance(key, ast.Attribute):
            raise c.refuse("mapping pattern keys may only match literals and attribute lookups", pattern.lineno)
        c.visit(key)


def _mapping(c: Emitter, pattern: ast.MatchMapping, m: Matching) -> None:
    line, size = pattern.lineno, len(pattern.keys)
    m.on_top += 1
    c.op("MATCH_MAPPING", None, line)
    _fail(c, m, "POP_JUMP_IF_FALSE", line)
    if not size and pattern.rest is None:
        m.on_top -= 1
        c.op("POP_TOP", None, line)
        return
    if size:
        _check_length(c, m, ">=", size, line)
    _mapping_keys(c, pattern)
    c.op("BUILD_TUPLE", size, line)
    c.op("MATCH_KEYS", None, line)
    m.on_top += 2
    _check_not_none(c, m, line)
    _fail(c, m, "POP_JUMP_IF_FALSE", line)
    c.op("UNPACK_SEQUENCE", size, line)
    m.on_top += size - 1
    for item in pattern.patterns:
        m.on_top -= 1
        _subpattern(c, item, m)
    m.on_top -= 2
    if pattern.rest is None:
        c.op("POP_TOP", None, line)
        c.op("POP_TOP", None, line)
        return
    c.op("BUILD_MAP", 0, line)
    c.op("SWAP", 3, line)
    c.op("DICT_UPDATE", 2, line)
    c.op("UNPACK_SEQUENCE", size, line)
    for remaining in range(size, 0, -1):
        c.op("COPY", 1 + remaining, line)
        c.op("SWAP", 2, line)
        c.op("DELETE_SUBSCR", None, line)
    _store(c, pattern.rest, m, line)


def _or(c: Emitter, pattern: ast.MatchOr, m: Matching) -> None:
    line, end = pattern.lineno, Label()
    control: list[str] | None = None
    for index, alternative in enumerate(pattern.patterns):
        here = alternative.lineno
        own = Matching(may_be_irrefutable=index == len(pattern.patterns) - 1 and m.may_be_irrefutable)
        c.op("COPY", 1, here)
        _pattern(c, alternative, own)
        if control is None:
            control = list(own.stores)
        elif sorted(own.stores) != sorted(control):
            raise c.refuse("alternative patterns bind different names", line)
        else:
            _reorder(c, own, control, here)
        c.jump("JUMP", end, here)
        _emit_failures(c, own, here)
    c.op("POP_TOP", None, line)
    _fail(c, m, "JUMP", line)
    c.use(end)
    names = control or []
    rotations = len(names) + 1 + m.on_top + len(m.stores)
    for name in names:
        _rotate(c, rotations, line)
        if name in m.stores:
            raise c.refuse(f"multiple assignments to name '{name}' in pattern", line)
        m.stores.append(name)
    c.op("POP_TOP", None, line)


def _reorder(c: Emitter, own: Matching, control: list[str], line: int) -> None:
    """Put the captures of an alternative in the order of the first one's."""
    for wanted in range(len(control) - 1, -1, -1):
        found = own.stores.index(control[wanted])
        if found == wanted:
            continue
        rotated, rest = own.stores[: found + 1], own.stores[found + 1 :]
        at = wanted - found
        own.stores = [*rest[:at], *rotated, *rest[at:]]
        for _ in range(found + 1):
            _rotate(c, wanted + 1, line)


PATTERNS: dict[type[ast.pattern], Callable[[Emitter, Any, Matching], None]] = {
    ast.MatchValue: _value, ast.MatchSingleton: _singleton, ast.MatchSequence: _sequence, ast.MatchMapping: _mapping,
    ast.MatchClass: _class, ast.MatchStar: _star, ast.MatchAs: _capture, ast.MatchOr: _or,
}  # fmt: skip
VISITORS: dict[type[ast.AST], Visitor] = {ast.Match: visit_match}
