"""The `sys` module, as far as lessons about memory need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.library.sizes import size_of
from sim.machine.frames import NativeFrame
from sim.machine.natives import native
from sim.machine.operations import call_method, special
from sim.objects.containers import Builtin
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine

# What an immortal object's count shows on 3.11, which has none: near a thousand million for static objects, by measurement.
STATIC_COUNT_311 = 1_000_000_000


def reported_count(m: Machine, object_: HeapObject) -> int:
    """What sys.getrefcount prints: the exact count, or the version's constant for immortal objects."""
    refs = object_.refs
    if refs < IMMORTAL >> 1:
        return refs
    if m.profile.immortal_count is None:
        return refs - IMMORTAL + STATIC_COUNT_311
    return m.profile.immortal_count


@native("module:sys", "getrefcount", 1, kind="function")
def sys_getrefcount(m: Machine, args: list[Any]) -> HeapObject:
    m.tracer.counted(args[0])
    return m.heap.int(reported_count(m, args[0]))


@native("module:sys", "getsizeof", 1, 2, keywords=("object", "default"), kind="function")
def sys_getsizeof(m: Machine, args: list[Any]) -> Any:
    method = special(m, args[0], "__sizeof__")
    if method is not None and method.__class__ is not Builtin:
        return NativeFrame(m, guest_size, args[0])
    return m.heap.int(size_of(m, args[0]))


def guest_size(m: Machine, frame: NativeFrame, owner: HeapObject) -> Any:
    result = frame.own((yield call_method(m, owner, "__sizeof__", [])))
    return m.heap.int(result.value + owner.header)


@native("module:sys", "intern", 1, kind="function")
def sys_intern(m: Machine, args: list[Any]) -> HeapObject:
    text = args[0]
    if text.__class__ is not Str:
        raise m.error("TypeError", f"intern() argument must be str, not {text.type.name}")
    known = m.heap.interned.get(text.value)
    if known is not None:
        return new(known)  # type: ignore[no-any-return]
    if len(text.value) == 1 and text.value < "\u0100" and text.value not in m.profile.interned_letters:
        return m.heap.char(text.value)
    m.heap.intern(text)
    return new(text)  # type: ignore[no-any-return]


@native("module:sys", "_is_interned", 1, kind="function")
def sys_is_interned(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(bool(args[0].interned))


@native("module:sys", "_is_immortal", 1, kind="function")
def sys_is_immortal(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.bool(args[0].refs >= IMMORTAL >> 1)


@native("module:sys", "getallocatedblocks", kind="function")
def sys_getallocatedblocks(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(m.heap.allocator.blocks)


@native("module:sys", "getrecursionlimit", kind="function")
def sys_getrecursionlimit(m: Machine, args: list[Any]) -> HeapObject:
    return m.heap.int(m.recursion_limit)


@native("module:sys", "setrecursionlimit", 1, kind="function")
def sys_setrecursionlimit(m: Machine, args: list[Any]) -> HeapObject:
    if args[0].value < 1:
        raise m.error("ValueError", "recursion limit must be greater or equal than 1")
    m.recursion_limit = min(args[0].value, 20_000)
    return m.none()


@native("module:sys", "_getframe", 0, 1, kind="function")
def sys_getframe(m: Machine, args: list[Any]) -> HeapObject:
    frame = m.guest_frame()
    for _ in range(args[0].value if args[0] is not None else 0):
        frame = m.caller_of(frame) if frame is not None else None
    if frame is None:
        raise m.error("ValueError", "call stack is not deep enough")
    return new(m.materialize(frame))  # type: ignore[no-any-return]


@native("module:sys", "exc_info", kind="function")
def sys_exc_info(m: Machine, args: list[Any]) -> HeapObject:
    handled: Any = m.current_handled()
    if handled is None:
        return m.heap.tuple([m.none(), m.none(), m.none()])
    traceback = new(handled.traceback) if handled.traceback is not None else m.none()
    return m.heap.tuple([new(handled.type), new(handled), traceback])


@native("module:sys", "exception", kind="function")
def sys_exception(m: Machine, args: list[Any]) -> HeapObject:
    handled = m.current_handled()
    return new(handled) if handled is not None else m.none()


@native("module:sys", "exit", 0, 1, kind="function")
def sys_exit(m: Machine, args: list[Any]) -> HeapObject:
    raise m.error_with("SystemExit", args[0]) if args[0] is not None else m.error("SystemExit")
