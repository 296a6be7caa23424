"""Leaving constructs early: what return, break and continue must undo on their way out."""

from __future__ import annotations

from sim.compiler.draft import Enclosing
from sim.compiler.emitter import Emitter
from sim.compiler.expressions import await_top

LOOPS = ("while", "for")


def exit_with(c: Emitter, line: int | None) -> None:
    """Call a context manager's __exit__(None, None, None)."""
    for _ in range(3):
        c.const(None, line, arena=False)
    # Up to 3.13 the bound __exit__ stands alone, so the first None takes the place of self.
    c.op("CALL", 2 if c.profile.with_uses_bound_methods else 3, line)


def unwind_all(c: Emitter, line: int | None, keeps_value: bool, *, to_loop: bool) -> tuple[Enclosing | None, int | None]:
    """Undo constructs from the inside out, up to the nearest loop if asked. Returns that loop, and the line for what follows."""
    enclosing = c.draft.enclosing
    if not enclosing:
        return None, line
    top = enclosing[-1]
    if top.kind == "except_star":
        raise c.refuse("'break', 'continue' and 'return' cannot appear in an except* block", line)
    if to_loop and top.kind in LOOPS:
        return top, line
    c.pop()
    line = unwind(c, top, line, keeps_value)
    found = unwind_all(c, line, keeps_value, to_loop=to_loop)
    c.push(top)
    return found


def _pop_below(c: Emitter, line: int | None, keeps_value: bool) -> None:
    if keeps_value:
        c.op("SWAP", 2, line)
    c.op("POP_TOP", None, line)


def unwind(c: Emitter, top: Enclosing, line: int | None, keeps_value: bool) -> int | None:
    """Undo one construct."""
    if top.kind in ("for", "pop_value"):
        _pop_below(c, line, keeps_value)
    elif top.kind == "try_except":
        c.op("POP_BLOCK", None, line)
    elif top.kind == "finally_try":
        c.op("POP_BLOCK", None, line)
        if keeps_value:
            c.push(Enclosing("pop_value"))
        c.visit_all(top.body)
        if keeps_value:
            c.pop()
        return None
    elif top.kind == "finally_end":
        _pop_below(c, line, keeps_value)
        if keeps_value:
            c.op("SWAP", 2, line)
        c.op("POP_BLOCK", None, line)
        c.op("POP_EXCEPT", None, line)
    elif top.kind in ("with", "async_with"):
        _leave_with(c, top, keeps_value)
        return None
    elif top.kind == "handler":
        _leave_handler(c, top, line, keeps_value)
    return line


def _leave_with(c: Emitter, top: Enclosing, keeps_value: bool) -> None:
    c.op("POP_BLOCK", None, top.line)
    if keeps_value:
        if not c.profile.with_uses_bound_methods:
            c.op("SWAP", 3, top.line)
        c.op("SWAP", 2, top.line)
    exit_with(c, top.line)
    if top.kind == "async_with":
        await_top(c, 2, top.line or 0)
    c.op("POP_TOP", None, top.line)


def _leave_handler(c: Emitter, top: Enclosing, line: int | None, keeps_value: bool) -> None:
    if top.name:
        c.op("POP_BLOCK", None, line)
    if keeps_value:
        c.op("SWAP", 2, line)
    c.op("POP_BLOCK", None, line)
    c.op("POP_EXCEPT", None, line)
    if top.name:
        unbind(c, top.name, line)


def unbind(c: Emitter, name: str, line: int | None) -> None:
    """`except ... as name` ends: name = None; del name."""
    c.const(None, line, arena=False)
    c.name(name, "store", line)
    c.name(name, "delete", line)
