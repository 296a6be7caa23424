"""Generators: resuming, sending, throwing, closing. A generator's frame is put on top like any other; what it yields is delivered to
the frame below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.calls import call
from sim.machine.frames import Frame, Generator_, GuestError, NativeFrame
from sim.machine.natives import native
from sim.objects.classes import Type
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine


class Returned:
    """What a finished generator delivers to a native frame: its return value (owned)."""

    __slots__ = ("value",)

    def __init__(self, value: HeapObject) -> None:
        self.value = value


def word_for(generator: Generator_) -> str:
    """How messages call this kind of generator."""
    return generator.type.name.replace("_", " ")


def start(m: Machine, generator: Generator_) -> Frame:
    """The generator's frame, marked running, ready to be pushed. Running keeps the generator alive (one reference)."""
    if generator.state == "running":
        raise m.error("ValueError", f"{word_for(generator)} already executing")
    assert generator.frame is not None
    generator.state = "running"
    generator.refs += 1
    generator.handled.previous = m.handled
    m.handled = generator.handled
    generator.frame.done = False
    return generator.frame


def suspend(m: Machine, frame: Frame) -> None:
    """The frame on top yields: it leaves the stack, its handled exception leaves the chain."""
    generator = frame.generator
    m.frame = frame.back
    m.depth -= 1
    frame.back = None
    generator.state = "suspended"
    m.handled = generator.handled.previous
    generator.handled.previous = None
    m.heap.close(generator)


def resume(m: Machine, frame: NativeFrame, generator: Generator_, sent: HeapObject | None) -> Any:
    """Send a value (borrowed; None: the None object). The yielded object, or Returned."""
    if generator.state == "closed":
        if generator.type is m.types["coroutine"]:
            raise m.error("RuntimeError", "cannot reuse already awaited coroutine")
        return Returned(m.none())
    if generator.state == "created" and sent is not None and sent is not m.none_object:
        raise m.error("TypeError", f"can't send non-None value to a just-started {word_for(generator)}")
    running = start(m, generator)
    if sent is None:
        sent = m.none_object
    sent.refs += 1
    running.stack.append(sent)
    return (yield running)


def throw_into(m: Machine, frame: NativeFrame, generator: Generator_, error: GuestError) -> Any:
    """Raise an exception where the generator is suspended. The yielded object, or Returned; the error itself if it is not caught."""
    if generator.state == "closed":
        if generator.type is m.types["coroutine"]:
            m.heap.close(error.exception)
            raise m.error("RuntimeError", "cannot reuse already awaited coroutine")
        raise error
    if generator.state == "created":
        generator.state = "closed"
        dead = generator.frame
        assert dead is not None
        m.add_traceback(error.exception, dead)
        generator.frame = None
        release_frame(m, dead)
        raise error
    delegate = delegated(generator)
    if delegate is not None:
        outcome = yield NativeFrame(m, throw_to_delegate, generator, delegate, error)
        if outcome is not None:
            return outcome
        return Returned(m.none())
    return (yield inject(m, start(m, generator), error))


def inject(m: Machine, running: Frame, error: GuestError) -> Frame:
    """The exception is raised where the frame goes on; what the generator handles there becomes its context (_PyErr_ChainStackItem)."""
    handled = running.generator.handled.value
    if handled is not None:
        m.chain(error.exception, handled)
    running.injected = error
    return running


def delegated(generator: Generator_) -> HeapObject | None:
    """The iterator that `yield from` waits for, borrowed, or None (genobject.c _PyGen_yf)."""
    frame = generator.frame
    if frame is None or frame.pc >= len(frame.code.code.instructions):
        return None
    name, argument = frame.code.code.instructions[frame.pc]
    if name == "RESUME" and isinstance(argument, int) and argument & 3 >= 2 and frame.stack:
        below = frame.stack[-1]
        return getattr(below, "object", below)
    return None


def throw_to_delegate(m: Machine, frame: NativeFrame, generator: Generator_, delegate: HeapObject, error: GuestError) -> Any:
    """gen_throw with a delegate: GeneratorExit closes it, other exceptions are thrown into it; what it returns goes on in the generator."""
    frame.borrow(delegate)
    running = start(m, generator)
    try:
        if m.matches(error, "GeneratorExit"):
            yield NativeFrame(m, close_anything, delegate)
            raise error
        if isinstance(delegate, Generator_):
            outcome = yield NativeFrame(m, throw_into, delegate, error)
        else:
            method = m.lookup(delegate.type, "throw")
            if method is None:
                raise error
            outcome = yield call(m, method, [delegate, error.exception])
    except GuestError as raised:
        return (yield inject(m, running, raised))
    if isinstance(outcome, Returned):
        # The delegate finished: the generator goes on behind its SEND with the returned value.
        below = running.stack.pop()
        m.heap.close(getattr(below, "object", below))
        running.stack.append(outcome.value)
        running.pc = send_target(running)
        return (yield running)
    return (yield NativeFrame(m, stay_suspended, running, outcome))


def send_target(running: Frame) -> int:
    """The instruction after the SEND loop in which the frame is suspended."""
    instructions = running.code.code.instructions
    index = running.pc
    while instructions[index][0] != "SEND":
        index -= 1
    target = instructions[index][1]
    assert isinstance(target, int)
    return target + (instructions[target][0] == "END_SEND")


def stay_suspended(m: Machine, frame: NativeFrame, running: Frame, outcome: HeapObject) -> Any:
    """The delegate yielded: the generator stays where it is and yields the same object."""
    generator = running.generator
    generator.state = "suspended"
    m.handled = generator.handled.previous
    generator.handled.previous = None
    m.heap.close(generator)
    return outcome
    yield


def close_anything(m: Machine, frame: NativeFrame, delegate: HeapObject) -> Any:
    """gen_close_iter: close a generator, or call `close` where there is one."""
    if isinstance(delegate, Generator_):
        yield NativeFrame(m, close_generator, delegate)
        return None
    method = m.lookup(delegate.type, "close")
    if method is not None:
        m.heap.close((yield call(m, method, [delegate])))
    return None


def close_generator(m: Machine, frame: NativeFrame, generator: Generator_) -> Any:
    """gen_close: GeneratorExit where it is suspended; yielding then is an error."""
    if generator.state == "closed":
        return None
    if generator.state == "running":
        raise m.error("ValueError", f"{word_for(generator)} already executing")
    if generator.state == "created":
        generator.state = "closed"
        if m.profile.closing_unstarted_keeps_frame:
            return None
        dead = generator.frame
        generator.frame = None
        assert dead is not None
        release_frame(m, dead)
        return None
    error = m.error("GeneratorExit")
    try:
        outcome = yield NativeFrame(m, throw_into, generator, error)
    except GuestError as raised:
        if m.matches(raised, "GeneratorExit") or m.matches(raised, "StopIteration"):
            m.heap.close(raised.exception)
            return None
        raise
    if isinstance(outcome, Returned):
        m.heap.close(outcome.value)
        return None
    m.heap.close(outcome)
    raise m.error("RuntimeError", f"{word_for(generator)} ignored GeneratorExit")


def release_frame(m: Machine, frame: Frame) -> None:
    """Drop the frame of a generator that will not run any more; a frame object that somebody holds keeps its contents."""
    frame.generator = None
    frame.done = True
    if not m.outlived(frame):
        m.close_frame(frame)


def stop_iteration(m: Machine, value: HeapObject) -> GuestError:
    """StopIteration carrying a generator's return value (stolen)."""
    if value is m.none_object:
        m.heap.close(value)
        return m.error("StopIteration")
    error = m.error_with("StopIteration", value)
    m.heap.close(value)
    return error


def next_item(m: Machine, frame: NativeFrame, generator: Generator_) -> Any:
    """One step for a native caller: the object, or None when it is exhausted."""
    outcome = yield NativeFrame(m, resume, generator, None)
    if isinstance(outcome, Returned):
        m.heap.close(outcome.value)
        return None
    return outcome


@native("generator", "__iter__")
def generator_iter(m: Machine, args: list[Any]) -> HeapObject:
    args[0].refs += 1
    return args[0]  # type: ignore[no-any-return]


@native("generator", "__next__")
def generator_next(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    outcome = yield NativeFrame(m, resume, args[0], None)
    if isinstance(outcome, Returned):
        if outcome.value is m.none_object:
            m.heap.close(outcome.value)
            return None
        raise stop_iteration(m, outcome.value)
    return outcome


@native("generator", "send", 1)
def generator_send(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    outcome = yield NativeFrame(m, resume, args[0], args[1])
    if isinstance(outcome, Returned):
        raise stop_iteration(m, outcome.value)
    return outcome


@native("generator", "close")
def generator_close(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    yield NativeFrame(m, close_generator, args[0])
    return m.none()


def given_exception(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    """The exception that throw(...) means: a class is called."""
    wanted = args[1]
    if isinstance(wanted, Type) and m.types["BaseException"] in wanted.order:
        exception = yield call(m, wanted, [args[2]] if args[2] is not None and args[2] is not m.none_object else [])
    else:
        wanted.refs += 1
        exception = wanted
    if not m.is_instance(exception, "BaseException"):
        frame.own(exception)
        if exception is not wanted:
            shown = frame.own((yield m.call_method(wanted, "__repr__", []))).value
            raise m.error("TypeError", f"calling {shown} should have returned an instance of BaseException, not {exception.type.name}")
        raise m.error("TypeError", "exceptions must be classes or instances deriving from BaseException, not " + exception.type.name)
    return exception


@native("generator", "throw", 1, 3)
def generator_throw(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    exception = yield NativeFrame(m, given_exception, args)
    outcome = yield NativeFrame(m, throw_into, args[0], GuestError(exception))
    if isinstance(outcome, Returned):
        raise stop_iteration(m, outcome.value)
    return outcome
