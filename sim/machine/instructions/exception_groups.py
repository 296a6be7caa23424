"""`except*`: which part of a group a clause takes, and what is raised again at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.exception_groups import group_of, project, split
from sim.machine.frames import Frame, NativeFrame
from sim.machine.instructions.operators import replace, value_of
from sim.objects.classes import Type
from sim.objects.containers import Tuple
from sim.objects.functions import ExceptionObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

GROUP_CAUGHT = "catching ExceptionGroup with except* is not allowed. Use except instead."
NO_EXCEPTION = "catching classes that do not inherit from BaseException is not allowed"


def check_eg_match(m: Machine, frame: Frame, argument: Any) -> int:
    """The stack holds the exception and what follows `except*`; they are replaced by what is left and what the clause takes (or None)."""
    return m.push(NativeFrame(m, match_group, frame))


def match_group(m: Machine, native: NativeFrame, frame: Frame) -> Any:
    exception, wanted = value_of(frame.stack[-2]), value_of(frame.stack[-1])
    for kind in wanted.items if wanted.__class__ is Tuple else [wanted]:
        if not (isinstance(kind, Type) and m.types["BaseException"] in kind.order):
            raise m.error("TypeError", NO_EXCEPTION)
        if m.types["BaseExceptionGroup"] in kind.order:
            raise m.error("TypeError", GROUP_CAUGHT)
    if not isinstance(exception, ExceptionObject):  # None: earlier clauses took everything
        taken, left = None, None
    else:
        taken, left = yield NativeFrame(m, split, exception, wanted)
        if taken is exception and m.types["BaseExceptionGroup"] not in exception.type.order:
            taken = group_of(m, "", [taken])
    replace(m, frame, 2, left if left is not None else m.none())
    frame.stack.append(taken if taken is not None else m.none())
    if taken is not None:
        taken.refs += 1
        before, m.handled.value = m.handled.value, taken
        if before is not None:
            m.heap.close(before)
    return None


def prep_reraise_star(m: Machine, frame: Frame, argument: Any) -> int:
    """The stack holds the exception caught and a list of what the clauses raised; they are replaced by what is to be raised, or None."""
    return m.push(NativeFrame(m, what_remains, frame))


def what_remains(m: Machine, native: NativeFrame, frame: Frame) -> Any:
    original, found = value_of(frame.stack[-2]), value_of(frame.stack[-1])
    errors = [item for item in found.items if item is not m.none_object]
    if not errors:
        replace(m, frame, 2, m.none())
        return None
    if m.types["BaseExceptionGroup"] not in original.type.order:  # a lone exception was wrapped: at most one clause ran
        replace(m, frame, 2, native.give(native.borrow(errors[0])))
        return None
    raised = [native.borrow(error) for error in errors if not same_origin(error, original)]
    again = [error for error in errors if same_origin(error, original)]
    remaining = yield NativeFrame(m, project, original, again)
    if remaining is not None:
        raised.append(native.own(remaining))
    raised = [native.give(error) for error in raised]
    replace(m, frame, 2, raised[0] if len(raised) == 1 else group_of(m, "", raised))
    return None


def same_origin(error: Any, original: Any) -> bool:
    """Whether an exception is a part of the original that was raised again, not a new one."""
    return error.traceback is original.traceback and error.cause is original.cause and error.context is original.context


TABLE = {"CHECK_EG_MATCH": check_eg_match, "PREP_RERAISE_STAR": prep_reraise_star}
