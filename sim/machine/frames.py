"""What runs: guest frames (bytecode), native frames (host generators), and the reaper (deaths). They form one explicit stack through
`back`,
so no guest program, however nested, recurses on the host.

A native operation that may need the guest is a host generator. It yields the result of an operation (`x = yield call(m, function, args)`):
either a
finished guest object, sent back at once, or a frame, which the machine runs first. Operations therefore return "an object or a frame".
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from sim.objects.containers import references_of
from sim.objects.functions import CodeObject, ExceptionObject, Function
from sim.objects.heap_object import Container, HeapObject
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.machine.machine import Machine
    from sim.objects.classes import Type


SWITCH = -1  # an instruction's answer when another frame is on top now


class Lent:
    """A borrowed reference in a slot or on the stack (3.14+): it does not count, its lender outlives it."""

    __slots__ = ("object",)

    def __init__(self, object_: HeapObject) -> None:
        self.object = object_


class GuestError(Exception):
    """A guest exception on its way through native code. Owns one reference to `exception` until somebody takes it."""

    def __init__(self, exception: ExceptionObject) -> None:
        self.exception = exception
        self.origin: tuple[str, HeapObject] | None = None  # what was going on when it was ignored, and the callable at fault
        self.place: int | None = None  # where a frame that it leaves shows to have been, if not where it was raised again
        super().__init__(exception)


class HandledException:
    """CPython's _PyErr_StackItem: the exception being handled by a thread or a generator. Owns `value`."""

    __slots__ = ("previous", "value")

    def __init__(self, previous: HandledException | None) -> None:
        self.value: HeapObject | None = None
        self.previous = previous


class Frame:
    """A running or finished call of guest code (CPython's _PyInterpreterFrame). `object`: the guest's frame object, from the first look on.

    slots: CPython's localsplus, owned objects, Lent or None. stack: the evaluation stack. pc: index of the next instruction.
    """

    __slots__ = (
        "back", "caller", "code", "done", "fast_locals", "function", "generator", "globals", "injected", "locals", "object", "pc",
        "program", "slots", "stack",
    )  # fmt: skip

    def __init__(self, code: CodeObject, function: Function | None, globals_: Dict, slots: list[Any]) -> None:
        self.back: Any = None  # the frame to return to, of any kind
        self.caller: FrameObject | None = None  # f_back once this frame is finished and kept (owned)
        self.object: FrameObject | None = None
        self.code = code
        self.function = function
        self.globals = globals_
        self.locals: Dict | None = None  # namespace of module and class bodies (owned), else None
        self.fast_locals: Dict | None = None  # cached locals() snapshot before 3.13
        self.slots = slots
        self.stack: list[Any] = []
        self.pc = 0
        program = code.program
        if program is None:
            program = code.program = code.link()
        self.program = program
        self.generator: Any = None
        self.injected: GuestError | None = None  # an exception thrown into a generator, raised when its frame is put on top
        self.done = False

    @property
    def line(self) -> int:
        return self.code.code.lines[max(self.pc - 1, 0)]

    def references(self) -> list[HeapObject]:
        found = references_of(
            [self.caller, self.function, self.code, self.locals, self.fast_locals, self.globals if self.function is None else None]
        )
        for ref in (*self.slots, *self.stack):
            if ref is not None and ref.__class__ is not Lent:
                found.append(ref)
        return found

    def releases(self, backwards: bool) -> list[HeapObject]:
        # frame_dealloc: locals, then the function and code; f_back last
        slots = self.slots[::-1] if backwards else self.slots
        found = [ref for ref in slots if ref is not None and ref.__class__ is not Lent]
        function = self.function if self.function is not None else self.globals
        if backwards:  # 3.14: the function before the locals
            return [*references_of([function, self.locals]), *found, *references_of([self.code, self.caller])]
        return [*found, *references_of([self.locals, self.fast_locals, function, self.code, self.caller])]

    def clears(self, backwards: bool) -> list[HeapObject]:
        """frame_tp_clear: locals and stack only."""
        slots = self.slots[::-1] if backwards else self.slots
        gone = [ref for ref in (*slots, *self.stack) if ref is not None and ref.__class__ is not Lent]
        self.slots = [None] * len(self.slots)
        self.stack = []
        return gone


class FrameObject(Container):
    """A frame as a guest object (PyFrameObject). It owns the frame's references once the call is over."""

    __slots__ = ("backwards", "frame")

    def __init__(self, kind: Type, address: int, frame: Frame, backwards: bool) -> None:
        super().__init__(kind, address)
        self.frame = frame
        self.backwards = backwards  # the version's order of releasing slots

    def references(self) -> list[HeapObject]:
        return self.frame.references() if self.frame.done else []

    def releases(self) -> list[HeapObject]:
        return self.frame.releases(self.backwards) if self.frame.done else []

    def clears(self) -> list[HeapObject]:
        return self.frame.clears(self.backwards) if self.frame.done else []


class Generator_(Container):
    """A generator object and its frame. state: "created", "suspended", "running" or "closed". size: bytes, locals and stack included."""

    __slots__ = ("frame", "handled", "name", "qualname", "size", "state", "weakrefs")
    finalized = False

    def __init__(self, kind: Type, address: int, size: int, frame: Frame, name: HeapObject, qualname: HeapObject) -> None:
        super().__init__(kind, address)
        self.size = size
        self.frame: Frame | None = frame
        self.name = name
        self.qualname = qualname
        self.state = "created"
        self.handled = HandledException(None)
        self.weakrefs: list[Any] | None = None

    def references(self) -> list[HeapObject]:
        found = self.frame.references() if self.frame is not None else []
        return [self.name, self.qualname, *found, *references_of([self.handled.value])]


Operation = Generator[Any, Any, Any]


class NativeFrame:
    """A native operation in progress. `held`: references that its C counterpart would keep in local variables; closed when it ends,
    however it ends.
    """

    __slots__ = ("back", "generator", "held", "interrupted", "machine")

    def __init__(self, machine: Machine, function: Callable[..., Operation], *arguments: Any) -> None:
        self.machine = machine
        self.back: Any = None
        self.held: list[HeapObject] = []
        self.interrupted: tuple[Any, GuestError | None] | None = None  # a result that was on its way below when this frame was put on top
        self.generator = function(machine, self, *arguments)

    def own(self, object_: Any) -> Any:
        """Keep a new reference until the operation ends or gives it away."""
        self.held.append(object_)
        return object_

    def borrow(self, object_: Any) -> Any:
        """Keep another reference to something borrowed."""
        object_.refs += 1
        self.held.append(object_)
        return object_

    def give(self, object_: Any) -> Any:
        """Stop keeping a reference: it becomes the caller's."""
        held = self.held
        for index in range(len(held) - 1, -1, -1):
            if held[index] is object_:
                del held[index]
                return object_
        raise AssertionError("gives what it does not hold")

    def drop(self, object_: Any) -> None:
        """Close a kept reference now."""
        self.machine.heap.close(self.give(object_))
