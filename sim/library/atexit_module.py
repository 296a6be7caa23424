"""The `atexit` module: functions that run, newest first, when the program ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.library.objects import new
from sim.machine.natives import native
from sim.objects.heap_object import HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine


@native("module:atexit", "register", 1, None, kind="function")
def register(m: Machine, args: list[Any]) -> HeapObject:
    m.at_exit.append((new(args[0]), [new(arg) for arg in args[1:]]))
    return new(args[0])  # type: ignore[no-any-return]


@native("module:atexit", "unregister", 1, kind="function")
def unregister(m: Machine, args: list[Any]) -> HeapObject:
    gone = [entry for entry in m.at_exit if entry[0] is args[0]]
    m.at_exit = [entry for entry in m.at_exit if entry[0] is not args[0]]
    for function, kept in gone:
        m.heap.close_all([function, *kept])
    return m.none()
