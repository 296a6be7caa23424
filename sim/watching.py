"""A machine that watches lines: for probes and recordings. Looking changes nothing; an ordinary run does not pay for it."""

from __future__ import annotations

import re
from typing import Any

from sim.errors import LimitReached
from sim.explain import explain_holders
from sim.machine.frames import Frame, GuestError, Lent
from sim.machine.machine import Machine
from sim.objects.classes import Type
from sim.objects.containers import Builtin, Cell, WeakReference
from sim.objects.functions import CodeObject, Function, Module
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.outcome import Collection, Death, Finalized, KnownObject, Observation, Printed, Probe

NAMING = (
    "STORE_NAME",
    "STORE_GLOBAL",
    "STORE_FAST",
    "STORE_DEREF",
    "STORE_FAST_LOAD_FAST",
    "STORE_FAST_STORE_FAST",
    "STORE_FAST_MAYBE_NULL",
)
# Instructions that the compiler adds without a place of their own: they neither enter nor leave a line.
NO_LINE = frozenset({
    "RESUME", "COPY_FREE_VARS", "MAKE_CELL", "RETURN_GENERATOR", "PUSH_EXC_INFO", "POP_EXCEPT", "RERAISE", "COPY", "SWAP",
    "CLEANUP_THROW", "JUMP",
    "JUMP_BACKWARD", "JUMP_NO_INTERRUPT", "POP_TOP",
})  # fmt: skip
COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})  # part of the line they stand on
PATH = re.compile(r"\.([A-Za-z_]\w*)|\[(-?\d+|'[^']*'|\"[^\"]*\")\]")


class Recorder:
    """A Tracer that keeps births of named objects, deaths, finalizers, collections and printed text, with the line and a sequence
    number.
    """

    def __init__(self, m: Machine, limit: int = 20_000) -> None:
        self.m = m
        self.at = 0
        self.left = limit
        self.names: dict[int, tuple[int, str, HeapObject]] = {}
        self.serial = 0
        self.gone: set[int] = set()  # objects that a belief destroyed: they die once
        self.printed: list[Printed] = []
        self.objects: list[KnownObject] = []
        self.deaths: list[Death] = []
        self.finalizers: list[Finalized] = []
        self.collections: list[Collection] = []
        self.started: list[tuple[int, bool, int]] = []

    def moment(self) -> tuple[int, int]:
        self.at += 1
        self.left -= 1
        if self.left < 0:
            raise LimitReached("steps", self.at, self.m.current_line())
        return self.at, self.m.current_line() or 0

    def bound(self, name: str, target: Any) -> None:
        """An object got a name for the first time."""
        if id(target) in self.names or not is_worth_naming(target):
            return
        at, line = self.moment()
        self.serial += 1
        self.names[id(target)] = (self.serial, name, target)
        self.objects.append(KnownObject(self.serial, name, target.type.name, line, at))

    def known(self, target: HeapObject) -> tuple[int, str]:
        if id(target) not in self.names:
            self.serial += 1
            self.names[id(target)] = (self.serial, "", target)
        return self.names[id(target)][:2]

    def died(self, dead: HeapObject) -> None:
        if id(dead) in self.gone:
            return
        if id(dead) in self.m.destroyed:
            self.gone.add(id(dead))
        if id(dead) not in self.names and (dead.type.static or isinstance(dead, Type)):
            return
        serial, name = self.known(dead)
        at, line = self.moment()
        cause = "exit" if self.m.finishing else "collector" if self.m.collector.collecting else "count"
        self.deaths.append(Death(serial, name, dead.type.name, line, cause, at))

    def resurrected(self, alive: HeapObject) -> None:
        pass

    def finalizing(self, object_: HeapObject) -> None:
        serial, name = self.known(object_)
        at, line = self.moment()
        self.finalizers.append(Finalized(serial, name, object_.type.name, line, "finalizer", at))

    def calling_back(self, reference: WeakReference) -> None:
        serial, name = self.known(reference)
        at, line = self.moment()
        self.finalizers.append(Finalized(serial, name, reference.type.name, line, "callback", at))

    def collection_started(self, generation: int, automatic: bool) -> None:
        self.started.append((generation, automatic, len(self.deaths)))

    def collection_ended(self, found: int) -> None:
        generation, automatic, before = self.started.pop()
        at, line = self.moment()
        freed = tuple(death.name for death in self.deaths[before:] if death.name)
        self.collections.append(Collection(line, generation, found, automatic, freed, at))

    def wrote(self, text: str) -> None:
        line = self.m.current_line() or 0
        if self.printed and self.printed[-1].line == line and not self.printed[-1].text.endswith("\n"):
            self.printed[-1] = Printed(line, self.printed[-1].text + text)
        else:
            self.printed.append(Printed(line, text))


def is_worth_naming(target: Any) -> bool:
    if target.leaf or target.refs >= IMMORTAL >> 1 or isinstance(target, Type | Function | Module | Builtin | CodeObject | Cell):
        return False
    return True


class WatchingMachine(Machine):
    """Notices when execution leaves a line of the program's own text."""

    probes: tuple[Probe, ...] = ()
    recorder: Recorder
    filename: str

    def watch(self, probes: tuple[Probe, ...], filename: str) -> None:
        self.probes = probes
        self.filename = filename
        self.recorder = Recorder(self)
        self.tracer = self.recorder
        self.visits: dict[int, int] = {}
        self.observations: list[Observation] = []
        self.lines: dict[int, int] = {}  # id of frame -> line being executed
        self.by_line: dict[int, list[int]] = {}
        for index, probe in enumerate(probes):
            self.by_line.setdefault(probe.line, []).append(index)

    def interpret(self, frame: Frame) -> None:
        code = frame.code.code
        if code.filename != self.filename or code.name in COMPREHENSIONS:
            super().interpret(frame)
            return
        program, lines, instructions = frame.program, code.lines, code.instructions
        dying = self.heap.dying
        key = id(frame)
        try:
            for _ in self.ticks:
                pc = frame.pc
                line = lines[pc]
                before = self.lines.get(key)
                name, operand = instructions[pc]
                if line != before and name not in NO_LINE:
                    self.left_line(frame, before)
                    self.lines[key] = line
                    self.visits[line] = self.visits.get(line, 0) + 1
                handler, argument = program[pc]
                frame.pc = pc + 1
                bound = self.about_to_bind(frame, name, operand) if name in NAMING else ()
                target = handler(self, frame, argument)
                for text, object_ in bound:
                    self.recorder.bound(text, object_)
                if target is not None:
                    if target < 0:
                        return
                    frame.pc = target
                if dying and not self.settle():
                    return
            raise LimitReached("steps", self.limits.steps, self.current_line())
        except GuestError as error:
            self.unwind(frame, error)

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

    def leave(self, frame: Frame) -> None:
        if frame.code.code.filename == self.filename:
            self.left_line(frame, self.lines.pop(id(frame), None))
        super().leave(frame)

    def left_line(self, frame: Frame, line: int | None) -> None:
        """Answer the probes of a line that execution leaves."""
        if line is None or line not in self.by_line:
            return
        for index in self.by_line[line]:
            probe = self.probes[index]
            at = self.recorder.moment()[0]
            self.observations.append(Observation(index, self.visits.get(line, 0), at, self.answer(frame, probe)))

    def answer(self, frame: Frame, probe: Probe) -> Any:
        if probe.kind == "mark":
            return None
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
