"""Coroutines and asynchronous generators: generators whose values travel through `await` (Objects/genobject.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.calls import call
from sim.machine.frames import Generator_, GuestError, NativeFrame
from sim.machine.generators import (
    Returned,
    delegated,
    generator_close,
    generator_send,
    given_exception,
    resume,
    stop_iteration,
    throw_into,
)
from sim.machine.natives import getter, native
from sim.objects.containers import Record
from sim.objects.functions import ExceptionObject
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

INIT, RUNNING, CLOSED = "init", "running", "closed"


def is_coroutine(object_: Any) -> bool:
    return isinstance(object_, Generator_) and object_.type.name == "coroutine"


# --- coroutines ---------------------------------------------------------------------------------------------------------------------


coroutine_send = native("coroutine", "send", 1)(generator_send)
coroutine_close = native("coroutine", "close")(generator_close)


@native("coroutine", "throw", 1, 3)
def coroutine_throw(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    exception = yield NativeFrame(m, given_exception, args)
    outcome = yield NativeFrame(m, throw_into, args[0], GuestError(m.with_context(exception)))
    if isinstance(outcome, Returned):
        raise stop_iteration(m, outcome.value)
    return outcome


@native("coroutine", "__await__")
def coroutine_await(m: Machine, args: list[Any]) -> HeapObject:
    args[0].refs += 1
    return m.heap.record("coroutine_wrapper", [args[0]], 24 - 16 + 16)


def _declare_wrapper() -> None:
    """What `__await__` of a coroutine returns passes everything on to the coroutine."""
    passed_on = (("send", coroutine_send, 1, 1), ("throw", coroutine_throw, 1, 3), ("close", coroutine_close, 0, 0))
    for name, function, minimum, maximum in passed_on:

        def operate(m: Machine, frame: NativeFrame, args: list[Any], function: Any = function) -> Any:
            return (yield NativeFrame(m, function, [args[0].parts[0], *args[1:]]))

        native("coroutine_wrapper", name, minimum, maximum)(operate)

    def following(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        return (yield NativeFrame(m, coroutine_send, [args[0].parts[0], m.none_object]))

    native("coroutine_wrapper", "__next__")(following)


_declare_wrapper()


@getter("coroutine", "cr_await")
def coroutine_awaits(m: Machine, owner: Any) -> HeapObject:
    found = delegated(owner)
    if found is None:
        return m.none()
    found.refs += 1
    return found


@getter("coroutine", "cr_origin")
def coroutine_origin(m: Machine, owner: Any) -> HeapObject:
    return m.none()


def asynchronous_iterator(m: Machine, native: NativeFrame, source: Any) -> Any:
    method = m.lookup(source.type, "__aiter__")
    if method is None:
        raise m.error("TypeError", f"'async for' requires an object with __aiter__ method, got {source.type.name}")
    found = yield call(m, method, [source])
    if m.lookup(found.type, "__anext__") is None:
        native.own(found)
        message = f"'async for' received an object from __aiter__ that does not implement __anext__: {found.type.name}"
        raise m.error("TypeError", message)
    return found


# --- asynchronous generators ----------------------------------------------------------------------------------------------------------


def awaitable_next(m: Machine, generator: Any, value: Any) -> HeapObject:
    """What `__anext__` or asend(value) returns; parts: [generator, value to send]."""
    generator.refs += 1
    value = m.none_object if value is None else value
    value.refs += 1
    return m.heap.record("async_generator_asend", [generator, value], 40 - 16 + 16, INIT)


def awaitable_throw(m: Machine, generator: Any, error: HeapObject | None) -> HeapObject:
    """What athrow(error) or, error None, aclose() returns."""
    generator.refs += 1
    if error is not None:
        error.refs += 1
    return m.heap.record("async_generator_athrow", [generator, error], 40 - 16 + 16, INIT)


@native("async_generator", "__anext__")
def async_next(m: Machine, args: list[Any]) -> HeapObject:
    return awaitable_next(m, args[0], None)


@native("async_generator", "asend", 1)
def async_send(m: Machine, args: list[Any]) -> HeapObject:
    return awaitable_next(m, args[0], args[1])


@native("async_generator", "aclose")
def async_close(m: Machine, args: list[Any]) -> HeapObject:
    return awaitable_throw(m, args[0], None)


@native("async_generator", "athrow", 1, 3)
def async_throw(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    exception = frame.own((yield NativeFrame(m, given_exception, args)))
    return awaitable_throw(m, args[0], exception)


def finished(m: Machine, owner: Record, error: GuestError) -> GuestError:
    owner.state = CLOSED
    return error


def unwrapped(m: Machine, frame: NativeFrame, owner: Record, outcome: Any, closing: bool) -> Any:
    """async_gen_unwrap_value: a yielded value ends the awaiting with StopIteration; what an awaited object yields is passed on."""
    if isinstance(outcome, Returned):
        m.heap.close(outcome.value)
        raise finished(m, owner, m.error("StopIteration" if closing else "StopAsyncIteration"))
    if outcome.type is not m.types["async_generator_wrapped_value"]:
        return outcome
    frame.own(outcome)
    if closing:
        raise finished(m, owner, m.error("RuntimeError", "async generator ignored GeneratorExit"))
    raise finished(m, owner, m.error_with("StopIteration", outcome.parts[0]))


def reused(m: Machine, owner: Record) -> GuestError:
    what = "__anext__()/asend()" if owner.type is m.types["async_generator_asend"] else "aclose()/athrow()"
    return m.error("RuntimeError", f"cannot reuse already awaited {what}")


@native("async_generator_asend", "send", 1)
def asend_send(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, value = args
    if owner.state == CLOSED:
        raise reused(m, owner)
    generator = owner.parts[0]
    if owner.state == INIT:
        if generator.state == "running" or delegated(generator) is not None:
            raise finished(m, owner, m.error("RuntimeError", "anext(): asynchronous generator is already running"))
        value = owner.parts[1] if value is m.none_object else value
        owner.state = RUNNING
    try:
        outcome = yield NativeFrame(m, resume, generator, value)
    except GuestError:
        owner.state = CLOSED
        raise
    return unwrapped(m, frame, owner, outcome, False)


@native("async_generator_asend", "throw", 1, 3)
def asend_throw(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner = args[0]
    if owner.state == CLOSED:
        raise reused(m, owner)
    owner.state = RUNNING
    exception = yield NativeFrame(m, given_exception, args)
    try:
        outcome = yield NativeFrame(m, throw_into, owner.parts[0], GuestError(exception))
    except GuestError:
        owner.state = CLOSED
        raise
    return unwrapped(m, frame, owner, outcome, False)


@native("async_generator_athrow", "send", 1)
def athrow_send(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    owner, value = args
    generator, thrown = owner.parts
    if owner.state == CLOSED:
        raise reused(m, owner)
    try:
        if owner.state == INIT:
            owner.state = RUNNING
            if generator.state == "closed":
                raise m.error("StopAsyncIteration" if thrown is not None else "StopIteration")
            error = m.error("GeneratorExit") if thrown is None else GuestError(borrowed_again(thrown))
            outcome = yield NativeFrame(m, throw_into, generator, error)
        else:
            outcome = yield NativeFrame(m, resume, generator, value)
    except GuestError as raised:
        owner.state = CLOSED
        if thrown is None and (m.matches(raised, "GeneratorExit") or m.matches(raised, "StopAsyncIteration")):
            m.heap.close(raised.exception)
            raise m.error("StopIteration") from None
        raise
    return unwrapped(m, frame, owner, outcome, thrown is None)


def borrowed_again(exception: ExceptionObject) -> ExceptionObject:
    exception.refs += 1
    return exception


def _declare_awaitables() -> None:
    """Awaiting one of these sends None to it; it is its own iterator."""

    def itself(m: Machine, args: list[Any]) -> HeapObject:
        args[0].refs += 1
        return args[0]  # type: ignore[no-any-return]

    for kind, send in (("async_generator_asend", asend_send), ("async_generator_athrow", athrow_send)):

        def following(m: Machine, frame: NativeFrame, args: list[Any], send: Any = send) -> Any:
            return (yield NativeFrame(m, send, [args[0], m.none_object]))

        def closing(m: Machine, args: list[Any]) -> HeapObject:
            args[0].state = CLOSED
            return m.none()

        native(kind, "__next__")(following)
        native(kind, "__await__")(itself)
        native(kind, "__iter__")(itself)
        native(kind, "close")(closing)
    native("coroutine_wrapper", "__iter__")(itself)
    native("async_generator", "__aiter__")(itself)


_declare_awaitables()
