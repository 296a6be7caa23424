"""try: except, finally, except*."""

from __future__ import annotations

import ast

from sim.compiler.blocks import Label
from sim.compiler.draft import Enclosing
from sim.compiler.emitter import Emitter, Visitor
from sim.compiler.unwinding import unbind

Try = ast.Try | ast.TryStar


def visit_try(c: Emitter, node: Try) -> None:
    c.draft.conditional += 1
    if node.finalbody:
        _try_finally(c, node)
    else:
        _try_except(c, node)
    c.draft.conditional -= 1


def _reraise(c: Emitter) -> None:
    c.op("COPY", 3)
    c.op("POP_EXCEPT")
    c.op("RERAISE", 1)


def _try_finally(c: Emitter, node: Try) -> None:
    body, end, done, cleanup = Label(), Label(), Label(), Label()
    c.protect("SETUP_FINALLY", end, node.lineno)
    c.use(body)
    c.push(Enclosing("finally_try", body, end, body=node.finalbody))
    if node.handlers:
        _try_except(c, node)
    else:
        c.visit_all(node.body)
    c.op("POP_BLOCK")
    c.pop()
    c.visit_all(node.finalbody)
    c.jump("JUMP_NO_INTERRUPT", done)
    c.use(end)
    c.protect("SETUP_CLEANUP", cleanup)
    c.op("PUSH_EXC_INFO")
    c.push(Enclosing("finally_end", end))
    c.visit_all(node.finalbody)
    c.pop()
    c.op("RERAISE", 0)
    c.use(cleanup)
    _reraise(c)
    c.use(done)


def _try_except(c: Emitter, node: Try) -> None:
    if isinstance(node, ast.TryStar):
        _try_star(c, node)
        return
    body, handlers, end, cleanup = Label(), Label(), Label(), Label()
    c.protect("SETUP_FINALLY", handlers, node.lineno)
    c.use(body)
    c.push(Enclosing("try_except", body))
    c.visit_all(node.body)
    c.pop()
    c.op("POP_BLOCK")
    c.visit_all(node.orelse)
    c.jump("JUMP_NO_INTERRUPT", end)
    c.use(handlers)
    c.protect("SETUP_CLEANUP", cleanup)
    c.op("PUSH_EXC_INFO")
    c.push(Enclosing("exception_handler"))
    for index, handler in enumerate(node.handlers):
        if handler.type is None and index + 1 < len(node.handlers):
            raise c.refuse("default 'except:' must be last", handler.lineno)
        _handler(c, handler, end)
    c.pop()
    c.op("RERAISE", 0)
    c.use(cleanup)
    _reraise(c)
    c.use(end)


def _handler(c: Emitter, handler: ast.ExceptHandler, end: Label) -> None:
    line = handler.lineno
    otherwise, start = Label(), Label()
    if handler.type is not None:
        c.visit(handler.type)
        c.op("CHECK_EXC_MATCH", None, line)
        c.jump("POP_JUMP_IF_FALSE", otherwise, line)
    if handler.name is None:
        c.op("POP_TOP", None, line)
        c.use(start)
        c.push(Enclosing("handler", start))
        c.visit_all(handler.body)
        c.pop()
        c.op("POP_BLOCK")
        c.op("POP_EXCEPT")
        c.jump("JUMP_NO_INTERRUPT", end)
        c.use(otherwise)
        return
    failed = Label()
    c.name(handler.name, "store", line)
    c.protect("SETUP_CLEANUP", failed, line)
    c.use(start)
    c.push(Enclosing("handler", start, name=handler.name))
    c.visit_all(handler.body)
    c.pop()
    c.op("POP_BLOCK")
    c.op("POP_BLOCK")
    c.op("POP_EXCEPT")
    unbind(c, handler.name, None)
    c.jump("JUMP_NO_INTERRUPT", end)
    c.use(failed)
    unbind(c, handler.name, None)
    c.op("RERAISE", 1)
    c.use(otherwise)


# --- except* ---


def _try_star(c: Emitter, node: ast.TryStar) -> None:
    body, handlers, orelse, end, cleanup, finish, again = (Label() for _ in range(7))
    c.protect("SETUP_FINALLY", handlers, node.lineno)
    c.use(body)
    c.push(Enclosing("try_except", body))
    c.visit_all(node.body)
    c.pop()
    c.op("POP_BLOCK")
    c.jump("JUMP_NO_INTERRUPT", orelse)
    c.use(handlers)
    c.protect("SETUP_CLEANUP", cleanup)
    c.op("PUSH_EXC_INFO")
    c.push(Enclosing("except_star"))
    for index, handler in enumerate(node.handlers):
        if index == 0:
            c.op("BUILD_LIST", 0, handler.lineno)
            c.op("COPY", 2, handler.lineno)
        _star_handler(c, handler)
    c.op("LIST_APPEND", 1)
    c.jump("JUMP_NO_INTERRUPT", finish)
    c.pop()
    c.use(finish)
    c.op("PREP_RERAISE_STAR")
    c.op("COPY", 1)
    c.jump("POP_JUMP_IF_NOT_NONE", again)
    c.op("POP_TOP")
    c.op("POP_BLOCK")
    c.op("POP_EXCEPT")
    c.jump("JUMP_NO_INTERRUPT", end)
    c.use(again)
    c.op("POP_BLOCK")
    c.op("SWAP", 2)
    c.op("POP_EXCEPT")
    c.op("RERAISE", 0)
    c.use(cleanup)
    _reraise(c)
    c.use(orelse)
    c.visit_all(node.orelse)
    c.use(end)


def _star_handler(c: Emitter, handler: ast.ExceptHandler) -> None:
    line = handler.lineno
    done, failed, unmatched, start, otherwise = (Label() for _ in range(5))
    if handler.type is not None:
        c.visit(handler.type)
        c.op("CHECK_EG_MATCH", None, line)
        c.op("COPY", 1, line)
        c.jump("POP_JUMP_IF_NONE", unmatched, line)
    if handler.name:
        c.name(handler.name, "store", line)
    else:
        c.op("POP_TOP", None, line)
    c.protect("SETUP_CLEANUP", failed, line)
    c.use(start)
    c.push(Enclosing("handler", start, name=handler.name))
    c.visit_all(handler.body)
    c.pop()
    c.op("POP_BLOCK")
    if handler.name:
        unbind(c, handler.name, None)
    c.jump("JUMP_NO_INTERRUPT", otherwise)
    c.use(failed)
    if handler.name:
        unbind(c, handler.name, None)
    c.op("LIST_APPEND", 3)
    c.op("POP_TOP")
    c.jump("JUMP_NO_INTERRUPT", done)
    c.use(otherwise)
    c.op("NOP")
    c.jump("JUMP_NO_INTERRUPT", done)
    c.use(unmatched)
    c.op("POP_TOP", None, line)
    c.use(done)


VISITORS: dict[type[ast.AST], Visitor] = {ast.Try: visit_try, ast.TryStar: visit_try}
