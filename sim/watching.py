"""A machine that watches lines: for probes and recordings. Looking changes nothing; an ordinary run does not pay for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from sim.errors import LimitReached
from sim.explain import explain_holders
from sim.machine.frames import Frame, GuestError, Lent
from sim.machine.machine import Machine
from sim.objects.containers import Cell
from sim.objects.heap_object import HeapObject
from sim.outcome import Observation, Probe
from sim.recorder import Recorder

NAMING = (
    "STORE_NAME",
    "STORE_GLOBAL",
    "STORE_FAST",
    "STORE_DEREF",
    "STORE_FAST_LOAD_FAST",
    "STORE_FAST_STORE_FAST",
    "STORE_FAST_MAYBE_NULL",
)
LOADS = frozenset({"LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW", "LOAD_CONST", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST_LOAD_FAST",
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW"})  # fmt: skip
# Instructions that the compiler adds without a place of their own: they neither enter nor leave a line.
NO_LINE = frozenset({
    "RESUME", "COPY_FREE_VARS", "MAKE_CELL", "RETURN_GENERATOR", "PUSH_EXC_INFO", "POP_EXCEPT", "RERAISE", "COPY", "SWAP",
    "CLEANUP_THROW", "JUMP",
    "JUMP_BACKWARD", "JUMP_NO_INTERRUPT", "POP_TOP", "RELEASE_NAME", "RELEASE_GLOBAL", "RELEASE_FAST", "RELEASE_DEREF",
})  # fmt: skip
MOST_OBSERVATIONS = 20_000
COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})  # part of the line they stand on
PATH = re.compile(r"\.([A-Za-z_]\w*)|\[(-?\d+|'[^']*'|\"[^\"]*\")\]")


class Follower(Protocol):
    """Told of every single instruction of the program: what a Recorder does not need and a full trace does."""

    def resumed(self, frame: Frame) -> None:
        """A frame of the program is on top again (or for the first time)."""

    def before(self, frame: Frame, name: str, operand: Any) -> None: ...

    def after(self, frame: Frame, name: str, operand: Any) -> None: ...

    def call_ended(self, frame: Frame) -> None:
        """A call is over; its slots are still there."""


class WatchingMachine(Machine):
    """Notices when execution leaves a line of the program's own text.

    onlooker: called with the frame, the line and the number of its visit each time a line is left.
    """

    probes: tuple[Probe, ...] = ()
    recorder: Recorder
    filename: str
    follower: Follower | None = None
    onlooker: Callable[[Frame, int, int], None] | None = None

    def watch(self, probes: tuple[Probe, ...], filename: str, recorder: Recorder | None = None) -> None:
        self.probes = probes
        self.filename = filename
        self.recorder = recorder or Recorder(self)
        self.tracer = self.recorder
        self.visits: dict[int, int] = {}
        self.observations: list[Observation] = []
        self.lines: dict[int, int] = {}  # id of frame -> line being executed
        self.current_visits: dict[int, int] = {}  # id of frame -> which visit of that line it is, among those of all calls
        self.by_line: dict[int, list[int]] = {}
        for index, probe in enumerate(probes):
            self.by_line.setdefault(probe.line, []).append(index)

    def interpret(self, frame: Frame) -> None:
        code = frame.code.code
        if code.filename != self.filename or code.name in COMPREHENSIONS:
            super().interpret(frame)
            return
        program, lines, instructions = frame.program, code.lines, code.instructions
        dying, follower = self.heap.dying, self.follower
        key = id(frame)
        if follower is not None:
            follower.resumed(frame)
        try:
            for _ in self.ticks:
                pc = frame.pc
                line = lines[pc]
                before = self.lines.get(key)
                name, operand = instructions[pc]
                if line != before and name not in NO_LINE:
                    self.change_line(frame, before, line)
                if name == "RETURN_VALUE":  # the value still lies on the stack: whoever asks now finds all who hold it
                    self.left_line(frame, self.lines.pop(key, None))
                handler, argument = program[pc]
                frame.pc = pc + 1
                bound = self.about_to_bind(frame, name, operand) if name in NAMING else ()
                if follower is not None:
                    follower.before(frame, name, operand)
                target = handler(self, frame, argument)
                for text, object_ in bound:
                    self.recorder.bound(text, object_)
                if follower is not None:
                    follower.after(frame, name, operand)
                    if target is not None and target > pc and name in LOADS:  # one step for a run of instructions
                        self.bind_skipped(frame, instructions[pc + 1 : target])
                if target is not None:
                    if target < 0:
                        return
                    frame.pc = target
                if dying and not self.settle():
                    return
            raise LimitReached("steps", self.limits.steps, self.current_line())
        except GuestError as error:
            self.fail(frame, error)

    def about_to_bind(self, frame: Frame, name: str, operand: Any) -> list[tuple[str, HeapObject]]:
        """Names that the next instruction binds, with their objects."""
        slots = frame.code.code.slots
        top = frame.stack[-1]
        if name in ("STORE_NAME", "STORE_GLOBAL"):
            pairs = [(operand, top)]
        elif isinstance(operand, tuple):
            pairs = [(slots[operand[0]], top)]
            if name == "STORE_FAST_STORE_FAST":
                pairs.append((slots[operand[1]], frame.stack[-2]))
        else:
            pairs = [(slots[operand], top)]
        return [(text, getattr(ref, "object", ref)) for text, ref in pairs if isinstance(getattr(ref, "object", ref), HeapObject)]

    def bind_skipped(self, frame: Frame, skipped: list[Any]) -> None:
        """The name that was bound within a shortcut, if one was."""
        for name, operand in skipped:
            if name in ("STORE_NAME", "STORE_GLOBAL", "STORE_FAST"):
                text = frame.code.code.slots[operand] if name == "STORE_FAST" else operand
                self.recorder.bound(text, variable(self, frame, text))
            if name.startswith(("STORE_", "POP_JUMP")):
                return

    def leave(self, frame: Frame) -> None:
        if frame.code.code.filename == self.filename:
            self.left_line(frame, self.lines.pop(id(frame), None))
            if self.follower is not None:
                self.follower.call_ended(frame)
        super().leave(frame)

    def change_line(self, frame: Frame, before: int | None, line: int) -> None:
        self.left_line(frame, before)
        self.lines[id(frame)] = line
        self.visits[line] = self.current_visits[id(frame)] = self.visits.get(line, 0) + 1
        self.recorder.entered_line(frame, line)

    def left_line(self, frame: Frame, line: int | None) -> None:
        """Answer the probes of a line that execution leaves."""
        if line is None:
            return
        visit = self.current_visits.get(id(frame), 0)
        if self.onlooker is not None:
            self.onlooker(frame, line, visit)
        for index in self.by_line.get(line, ()):
            probe = self.probes[index]
            at = self.recorder.moment()[0]
            if len(self.observations) >= MOST_OBSERVATIONS:  # an answer that is not told would look like no visit
                raise LimitReached("observations", MOST_OBSERVATIONS, line)
            self.observations.append(Observation(index, visit, at, self.answer(frame, probe)))

    def answer(self, frame: Frame, probe: Probe) -> Any:
        if probe.kind == "mark":
            return None
        if probe.kind == "reasons":
            return self.recorder.reasons(frame, probe.line)
        found = {name: resolve(self, frame, name) for name in probe.names}
        if probe.kind == "same":
            return self.same_groups(found)
        target = found[probe.names[0]]
        if target is None:
            return None
        if probe.kind == "count":
            return self.stored_references(target)
        return explain_holders(self, target)

    def same_groups(self, found: dict[str, HeapObject | None]) -> list[list[str]] | None:
        """Names grouped by the object they refer to, in the order of the question."""
        groups: list[tuple[HeapObject, list[str]]] = []
        for name, target in found.items():
            if target is None:
                return None
            for first, names in groups:
                if self.identical(first, target):
                    names.append(name)
                    break
            else:
                groups.append((target, [name]))
        return [names for _, names in groups]


def resolve(m: Machine, frame: Frame, path: str) -> Any:
    """The object a path names at this moment, borrowed, without running guest code; None if it is not bound."""
    head = re.match(r"[A-Za-z_]\w*", path)
    if head is None:
        return None
    target = variable(m, frame, head.group())
    for step in PATH.finditer(path, head.end()):
        if target is None:
            return None
        target = m.heap.attribute(target, step.group(1)) if step.group(1) else item(target, step.group(2))
    return target


def variable(m: Machine, frame: Frame, name: str) -> Any:
    slots = frame.code.code.slots
    if name in slots and frame.slots:
        ref = frame.slots[slots.index(name)]
        if ref.__class__ is Lent:
            ref = ref.object
        if isinstance(ref, Cell):
            ref = ref.content
        if ref is not None:
            return ref
    for namespace in (frame.locals, frame.globals):
        entry = namespace.index.get(name) if namespace is not None else None
        if entry is not None:
            return entry.value
    return None


def item(target: Any, key: str) -> Any:
    if key[0] in "'\"":
        entry = target.index.get(key[1:-1]) if hasattr(target, "index") else None
        return entry.value if entry is not None else None
    position = int(key)
    if hasattr(target, "items"):
        return target.items[position] if -len(target.items) <= position < len(target.items) else None
    entry = target.index.get(position) if hasattr(target, "index") else None
    return entry.value if entry is not None else None
