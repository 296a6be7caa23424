"""`await`, `async for`, `async with`, and values that asynchronous generators yield (Python/bytecodes.c, Objects/genobject.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.calls import call
from sim.machine.coroutines import asynchronous_iterator, awaitable_next, is_coroutine
from sim.machine.frames import Frame, GuestError, NativeFrame
from sim.machine.generators import delegated
from sim.machine.instructions.flow import enter_manager
from sim.machine.instructions.operators import complete, value_of
from sim.machine.instructions.stack import close_ref, owned
from sim.machine.operations import special

if TYPE_CHECKING:
    from sim.machine.machine import Machine

WHERE = {1: "__aenter__", 2: "__aexit__"}


def get_awaitable(m: Machine, frame: Frame, where: int) -> int | None:
    source = value_of(frame.stack[-1])
    if is_coroutine(source):
        if delegated(source) is not None:
            raise m.error("RuntimeError", "coroutine is being awaited already")
        frame.stack[-1] = owned(frame.stack[-1])
        return None
    return complete(m, frame, 1, NativeFrame(m, awaitable_iterator, source, where))


def awaitable_iterator(m: Machine, native: NativeFrame, source: Any, where: int) -> Any:
    """_PyCoro_GetAwaitableIter."""
    name = source.type.name
    method = special(m, source, "__await__")
    if method is None:
        if where in WHERE:
            message = f"'async with' received an object from {WHERE[where]} that does not implement __await__: {name}"
        elif m.profile.version in ("3.11", "3.12", "3.13"):
            message = f"object {name} can't be used in 'await' expression"
        else:
            message = f"'{name}' object can't be awaited"
        raise m.error("TypeError", message)
    found = yield call(m, method, [source])
    if is_coroutine(found):
        native.own(found)
        raise m.error("TypeError", "__await__() returned a coroutine")
    if special(m, found, "__next__") is None:
        native.own(found)
        raise m.error("TypeError", f"__await__() returned non-iterator of type '{found.type.name}'")
    return found


def get_aiter(m: Machine, frame: Frame, argument: Any) -> int | None:
    return complete(m, frame, 1, NativeFrame(m, asynchronous_iterator, value_of(frame.stack[-1])))


def get_anext(m: Machine, frame: Frame, argument: Any) -> int | None:
    """The iterator stays; what its `__anext__` gave to be awaited is pushed."""
    source = value_of(frame.stack[-1])
    if source.type is m.types["async_generator"]:
        frame.stack.append(awaitable_next(m, source, None))
        return None
    return m.push(NativeFrame(m, next_awaitable, frame, source))


def next_awaitable(m: Machine, native: NativeFrame, frame: Frame, source: Any) -> Any:
    method = special(m, source, "__anext__")
    if method is None:
        raise m.error("TypeError", f"'async for' requires an iterator with __anext__ method, got {source.type.name}")
    found = native.own((yield call(m, method, [source])))
    if is_coroutine(found):
        frame.stack.append(native.give(found))
        return None
    try:
        frame.stack.append((yield NativeFrame(m, awaitable_iterator, found, 0)))
    except GuestError as error:
        m.heap.close(error.exception)
        raise m.error("TypeError", f"'async for' received an invalid object from __anext__: {found.type.name}") from None
    return None


def end_async_for(m: Machine, frame: Frame, argument: Any) -> None:
    """The stack holds the iterator and an exception: StopAsyncIteration ends the loop, any other goes on."""
    exception = owned(frame.stack.pop())
    if m.types["StopAsyncIteration"] not in exception.type.order:
        error = GuestError(exception)
        error.reraised = True  # type: ignore[attr-defined]
        raise error
    close_ref(m, frame.stack.pop())
    m.heap.close(exception)


def before_async_with(m: Machine, frame: Frame, argument: Any) -> int:
    """Up to 3.13: bound `__aenter__` and `__aexit__` are made, the manager leaves the stack, `__aenter__` runs."""
    return m.push(NativeFrame(m, enter_manager, frame, "__aenter__", "__aexit__"))


def async_gen_wrap(m: Machine, frame: Frame) -> None:
    """INTRINSIC_ASYNC_GEN_WRAP: marks a yielded value, apart from what an awaited object yields."""
    value = owned(frame.stack.pop())
    frame.stack.append(m.heap.record("async_generator_wrapped_value", [value], 24 - 16))


TABLE = {
    "GET_AWAITABLE": get_awaitable, "GET_AITER": get_aiter, "GET_ANEXT": get_anext, "END_ASYNC_FOR": end_async_for,
    "BEFORE_ASYNC_WITH": before_async_with,
}  # fmt: skip
