"""Loops, returning, generators, exceptions, `with`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.iterators import NOT_PLAIN, advance_plain, iterator_of
from sim.machine.attributes import bind_descriptor
from sim.machine.calls import call
from sim.machine.frames import SWITCH, Frame, Generator_, GuestError, Lent, NativeFrame
from sim.machine.generators import Returned, resume, start, suspend
from sim.machine.instructions.operators import complete, replace, value_of
from sim.machine.instructions.stack import close_ref, owned
from sim.machine.operations import advance, iterate, special
from sim.objects.classes import Type
from sim.objects.containers import Builtin, List, Tuple
from sim.objects.functions import ExceptionObject, Function
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

FRAMES = (Frame, NativeFrame)


class SequenceCursor(HeapObject):
    """3.15: FOR_ITER over a list or tuple keeps the sequence itself and an index on the stack, no iterator object.

    One slot of our stack: `sequence` is the reference that CPython's stack holds (owned or lent).
    """

    __slots__ = ("position", "sequence")
    leaf = False

    def __init__(self, kind: Type, sequence: Any) -> None:
        self.refs = 1
        self.type = kind
        self.address = 0
        self.sequence = sequence
        self.position = 0

    def references(self) -> list[HeapObject]:
        return [] if self.sequence.__class__ is Lent else [self.sequence]


def get_iter(m: Machine, frame: Frame, argument: Any) -> int | None:
    source = value_of(frame.stack[-1])
    if m.profile.for_uses_index and (source.__class__ is List or source.__class__ is Tuple):
        frame.stack[-1] = SequenceCursor(m.types["object"], frame.stack[-1])
        return None
    made = iterator_of(m, source)
    if made is not None:
        replace(m, frame, 1, made)
        return None
    return complete(m, frame, 1, iterate(m, source))


def for_iter(m: Machine, frame: Frame, target: int) -> int | None:
    """Push the next value, or drop the iterator and leave the loop."""
    iterator = value_of(frame.stack[-1])
    kind = iterator.__class__
    if kind is SequenceCursor:
        items = value_of(iterator.sequence).items
        if iterator.position < len(items):
            item = items[iterator.position]
            iterator.position += 1
            item.refs += 1
            frame.stack.append(item)
            return None
        drop_cursor(m, frame)
        return target
    if kind is Generator_:
        if iterator.state == "suspended" or iterator.state == "created":
            running = start(m, iterator)
            running.stack.append(m.none())
            return m.push(running)
        return m.push(NativeFrame(m, next_for_loop, frame, iterator, target))
    value = advance_plain(m, iterator)
    if value is NOT_PLAIN:
        value = advance(m, iterator)
        if value.__class__ in FRAMES:
            return m.push(NativeFrame(m, next_for_loop, frame, value, target))
    if value is None:
        close_ref(m, frame.stack.pop())
        return target
    frame.stack.append(value)
    return None


def drop_cursor(m: Machine, frame: Frame) -> None:
    cursor = frame.stack.pop()
    close_ref(m, cursor.sequence)
    cursor.sequence = Lent(m.none_object)


def next_for_loop(m: Machine, native: NativeFrame, frame: Frame, pending: Any, target: int) -> Any:
    value = yield (pending if pending.__class__ in FRAMES else advance(m, pending))
    if value is None:
        frame.pc = target
        close_ref(m, frame.stack.pop())
    else:
        frame.stack.append(value)
    return None


# --- returning ----------------------------------------------------------------------------------------------------------------------


def return_value(m: Machine, frame: Frame, argument: Any) -> int:
    value = owned(frame.stack.pop())
    generator = frame.generator
    if generator is None:
        m.leave(frame)
        m.deliver(value)
        return SWITCH
    m.leave(frame)
    m.generator_finished(generator)
    back = m.frame
    if back.__class__ is not Frame:
        m.deliver(Returned(value))
        return SWITCH
    finish_delegation(m, back, value)
    return SWITCH


def finish_delegation(m: Machine, frame: Frame, value: HeapObject) -> None:
    """A generator that ran straight out of a guest frame's FOR_ITER or SEND is exhausted."""
    name, target = frame.code.code.instructions[frame.pc - 1]
    assert isinstance(target, int)
    if name == "FOR_ITER":
        close_ref(m, frame.stack.pop())
        m.heap.close(value)
    else:
        frame.stack.append(value)
    frame.pc = target


def return_const(m: Machine, frame: Frame, constant: HeapObject) -> int:
    constant.refs += 1
    frame.stack.append(constant)
    return return_value(m, frame, None)


def resume_point(m: Machine, frame: Frame, argument: Any) -> int | None:
    """Start of a function or generator step: a check point for the collector."""
    frame.code.rounds += 1
    if m.collector.requested and not m.finishing:
        return m.push(m.collector.automatic(None))
    return None


def yield_value(m: Machine, frame: Frame, argument: Any) -> int:
    value = owned(frame.stack.pop())
    suspend(m, frame)
    m.deliver(value)
    return SWITCH


def get_yield_from_iter(m: Machine, frame: Frame, argument: Any) -> int | None:
    source = value_of(frame.stack[-1])
    if isinstance(source, Generator_) and source.type is m.types["generator"]:
        return None
    if isinstance(source, Generator_) and source.type is m.types["coroutine"]:
        raise m.error("TypeError", "cannot 'yield from' a coroutine object in a non-coroutine generator")
    return complete(m, frame, 1, iterate(m, source))


def send(m: Machine, frame: Frame, target: int) -> int | None:
    """The stack holds the delegate and the value to send; a finished delegate's result replaces the value and the loop is left."""
    delegate, value = value_of(frame.stack[-2]), value_of(frame.stack[-1])
    if isinstance(delegate, Generator_) and delegate.state in ("created", "suspended"):
        running = start(m, delegate)
        running.stack.append(owned(frame.stack.pop()))
        return m.push(running)
    return m.push(NativeFrame(m, send_natively, frame, delegate, value, target))


def send_natively(m: Machine, native: NativeFrame, frame: Frame, delegate: Any, value: Any, target: int) -> Any:
    try:
        if isinstance(delegate, Generator_):
            outcome = yield NativeFrame(m, resume, delegate, value)
            if isinstance(outcome, Returned):
                replace(m, frame, 1, outcome.value)
                frame.pc = target
                return None
        elif value is m.none_object:
            outcome = yield advance(m, delegate)
            if outcome is None:
                replace(m, frame, 1, m.none())
                frame.pc = target
                return None
        else:
            method = special(m, delegate, "send")
            if method is None:
                raise m.error("AttributeError", f"'{delegate.type.name}' object has no attribute 'send'")
            outcome = yield call(m, method, [delegate, value])
    except GuestError as error:
        if not m.matches(error, "StopIteration"):
            raise
        arguments = error.exception.arguments
        result = arguments.items[0] if arguments is not None and arguments.items else m.none_object
        result.refs += 1
        replace(m, frame, 1, result)
        m.heap.close(error.exception)
        frame.pc = target
        return None
    replace(m, frame, 1, outcome)
    return None


def end_send(m: Machine, frame: Frame, argument: Any) -> None:
    value = frame.stack.pop()
    delegate = frame.stack.pop()
    frame.stack.append(value)
    close_ref(m, delegate)


def cleanup_throw(m: Machine, frame: Frame, argument: Any) -> None:
    """An exception came out of a delegate while it was thrown into: StopIteration ends the delegation with its value."""
    exception = value_of(frame.stack[-1])
    if m.types["StopIteration"] not in exception.type.order:
        error = GuestError(owned(frame.stack.pop()))
        error.reraised = True  # type: ignore[attr-defined]
        raise error
    value = exception.arguments.items[0] if exception.arguments.items else m.none_object
    value.refs += 1
    used = frame.stack[-3:]
    del frame.stack[-3:]
    frame.stack.extend([m.none(), value])
    for ref in used:
        close_ref(m, ref)


# --- exceptions ---------------------------------------------------------------------------------------------------------------------


def push_exc_info(m: Machine, frame: Frame, argument: Any) -> None:
    """The new exception becomes the handled one; the one handled before waits below it on the stack."""
    stack = frame.stack
    exception = stack.pop()
    before = m.handled.value
    stack.append(before if before is not None else m.none())
    exception.refs += 1
    m.handled.value = exception
    stack.append(exception)


def pop_except(m: Machine, frame: Frame, argument: Any) -> None:
    before = frame.stack.pop()
    old = m.handled.value
    if before is m.none_object:
        m.heap.close(before)
        m.handled.value = None
    else:
        m.handled.value = before
    if old is not None:
        m.heap.close(old)


def check_exc_match(m: Machine, frame: Frame, argument: Any) -> None:
    """The stack holds the exception and what follows `except`; the latter is replaced by the answer."""
    wanted = value_of(frame.stack[-1])
    kinds = wanted.items if wanted.__class__ is Tuple else [wanted]
    exception = value_of(frame.stack[-2])
    for kind in kinds:
        if not (isinstance(kind, Type) and m.types["BaseException"] in kind.order):
            raise m.error("TypeError", "catching classes that do not inherit from BaseException is not allowed")
    replace(m, frame, 1, m.heap.bool(any(kind in exception.type.order for kind in kinds)))


def reraise(m: Machine, frame: Frame, depth: int) -> None:
    """Raise the exception on top again; no new traceback entry. (`depth` says where the place it came from lies: CPython shows it in
    tracebacks and frames.)
    """
    exception = owned(frame.stack.pop())
    error = GuestError(exception)
    error.reraised = True  # type: ignore[attr-defined]
    if depth:
        error.place = value_of(frame.stack[-depth]).value + 1
    raise error


def raise_varargs(m: Machine, frame: Frame, count: int) -> int | None:
    if count == 0:
        handled = m.current_handled()
        if handled is None:
            raise m.error("RuntimeError", "No active exception to reraise")
        handled.refs += 1
        error = GuestError(handled)  # type: ignore[arg-type]
        error.reraised = True  # type: ignore[attr-defined]
        raise error
    return m.push(NativeFrame(m, raise_explicitly, frame, count))


def raise_explicitly(m: Machine, native: NativeFrame, frame: Frame, count: int) -> Any:
    """raise X and raise X from Y (Python/ceval.c do_raise)."""
    cause = frame.stack.pop() if count == 2 else None
    wanted = frame.stack.pop()
    exception = yield NativeFrame(m, as_exception, wanted)
    if cause is not None:
        yield NativeFrame(m, set_cause, exception, cause)
    native.held.clear()
    raise GuestError(m.with_context(exception))


def as_exception(m: Machine, native: NativeFrame, wanted: Any) -> Any:
    """The instance to raise: a class is called, its reference closed."""
    target = value_of(wanted)
    if isinstance(target, Type) and m.types["BaseException"] in target.order:
        if wanted.__class__ is not Lent:
            native.own(wanted)
        made = yield call(m, target, [])
        if not isinstance(made, ExceptionObject):
            native.own(made)
            raise m.error("TypeError", f"calling {target.name} should have returned an instance of BaseException, not {made.type.name}")
        return made
    if isinstance(target, ExceptionObject):
        return owned(wanted)
    if wanted.__class__ is not Lent:
        native.own(wanted)
    raise m.error("TypeError", "exceptions must derive from BaseException")


def set_cause(m: Machine, native: NativeFrame, exception: Any, cause: Any) -> Any:
    target = value_of(cause)
    if target is m.none_object:
        close_ref(m, cause)
        made = None
    elif isinstance(target, ExceptionObject) or (isinstance(target, Type) and m.types["BaseException"] in target.order):
        made = yield NativeFrame(m, as_exception, cause)
    else:
        native.own(owned(cause))
        raise m.error("TypeError", "exception causes must derive from BaseException")
    old = exception.cause
    exception.cause = made
    exception.suppress_context = True
    if old is not None:
        m.heap.close(old)
    return None


def load_assertion_error(m: Machine, frame: Frame, argument: Any) -> None:
    kind = m.types["AssertionError"]
    kind.refs += 1
    frame.stack.append(kind)


# --- with ---------------------------------------------------------------------------------------------------------------------------


def protocol_method(m: Machine, manager: Any, name: str) -> Any:
    found = special(m, manager, name)
    if found is None:
        missing = f" (missed {name} method)" if name in ("__exit__", "__aexit__") else ""
        kind = "asynchronous context manager" if name.startswith("__a") else "context manager"
        raise m.error("TypeError", f"'{manager.type.name}' object does not support the {kind} protocol{missing}")
    return found


def before_with(m: Machine, frame: Frame, argument: Any) -> int:
    """Up to 3.13: bound `__enter__` and `__exit__` are made, the manager leaves the stack, `__enter__` runs."""
    return m.push(NativeFrame(m, enter_manager, frame, "__enter__", "__exit__"))


def enter_manager(m: Machine, native: NativeFrame, frame: Frame, enter: str, leave: str) -> Any:
    """The two methods by name, since `async with` does the same with two others."""
    manager = value_of(frame.stack[-1])
    enter_function = protocol_method(m, manager, enter)
    exit_function = protocol_method(m, manager, leave)
    enter_bound = native.own((yield bind_descriptor(m, enter_function, manager, manager.type)))
    exit_bound = native.own((yield bind_descriptor(m, exit_function, manager, manager.type)))
    ref = frame.stack.pop()
    frame.stack.append(native.give(exit_bound))
    close_ref(m, ref)
    result = yield call(m, enter_bound, [])
    native.drop(enter_bound)
    frame.stack.append(result)
    return None


def load_special(m: Machine, frame: Frame, name: str) -> int | None:
    """3.14: pops the owner, pushes the unbound function and self (or what a descriptor gave and NULL)."""
    manager = value_of(frame.stack[-1])
    found = protocol_method(m, manager, name)
    if found.__class__ is Function or (found.__class__ is Builtin and found.spec.kind == "method"):
        found.refs += 1
        frame.stack.insert(-1, found)
        return None
    return m.push(NativeFrame(m, special_later, frame, found, manager))


def special_later(m: Machine, native: NativeFrame, frame: Frame, found: Any, manager: Any) -> Any:
    result = yield bind_descriptor(m, found, manager, manager.type)
    replace(m, frame, 1, result)
    frame.stack.append(None)
    return None


def with_except_start(m: Machine, frame: Frame, argument: Any) -> int:
    """Call __exit__(type, value, traceback) while an exception is handled; the answer is pushed."""
    return m.push(NativeFrame(m, exit_with_exception, frame))


def exit_with_exception(m: Machine, native: NativeFrame, frame: Frame) -> Any:
    stack = frame.stack
    exception = value_of(stack[-1])
    traceback = exception.traceback if exception.traceback is not None else m.none_object
    if m.profile.with_uses_bound_methods:
        exit_function, receiver = value_of(stack[-4]), []
    else:
        exit_function = value_of(stack[-5])
        receiver = [] if stack[-4] is None else [value_of(stack[-4])]
    result = yield call(m, exit_function, [*receiver, exception.type, exception, traceback])
    stack.append(result)
    return None


TABLE = {
    "GET_ITER": get_iter, "FOR_ITER": for_iter, "RETURN_VALUE": return_value, "RETURN_CONST": return_const, "RESUME": resume_point,
    "YIELD_VALUE": yield_value, "GET_YIELD_FROM_ITER": get_yield_from_iter, "SEND": send, "END_SEND": end_send,
    "CLEANUP_THROW": cleanup_throw,
    "PUSH_EXC_INFO": push_exc_info, "POP_EXCEPT": pop_except, "CHECK_EXC_MATCH": check_exc_match, "RERAISE": reraise,
    "RAISE_VARARGS": raise_varargs,
    "LOAD_ASSERTION_ERROR": load_assertion_error, "BEFORE_WITH": before_with, "LOAD_SPECIAL": load_special,
    "WITH_EXCEPT_START": with_except_start,
}  # fmt: skip
