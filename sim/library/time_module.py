"""The time module can be imported, and sleeping takes no time; asking for the time is refused, because a run must always give the same
outcome.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.machine.natives import native
from sim.objects.heap_object import HeapObject
from sim.objects.scalars import Float, Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine

CLOCKS = (
    "time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time", "process_time_ns", "thread_time",
    "localtime",
    "gmtime", "ctime", "asctime", "strftime", "strptime", "mktime",
)  # fmt: skip


@native("module:time", "sleep", 1, kind="function")
def time_sleep(m: Machine, args: list[Any]) -> HeapObject:
    if not isinstance(args[0], Int | Float):
        raise m.error("TypeError", f"'{args[0].type.name}' object cannot be interpreted as an integer")
    if args[0].value < 0:
        raise m.error("ValueError", "sleep length must be non-negative")
    return m.none()


def _declare(name: str) -> None:
    def refuse(m: Machine, args: list[Any]) -> HeapObject:
        raise Unsupported(f"time.{name}() (a simulated program has no clock)", m.current_line())

    native("module:time", name, 0, None, kind="function")(refuse)


for _name in CLOCKS:
    _declare(_name)
