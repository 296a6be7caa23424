"""The record of a run that an Outcome carries: named objects, deaths, finalizers, collections, printed text, each with its line and moment.

Bounded: a run may do more than a record holds. What no longer fits is counted, with the line where that began; the run goes on, since
looking must not change what a program prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.objects.classes import Type
from sim.objects.containers import Builtin, Cell, WeakReference
from sim.objects.functions import CodeObject, Function, Module
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.outcome import Collection, Death, Dropped, Finalized, KnownObject, Printed
from sim.trace import Silent

if TYPE_CHECKING:
    from sim.machine.frames import Frame
    from sim.machine.machine import Machine

SCENERY = (Type, Function, Module, Builtin, CodeObject, Cell)  # what a program is made of, rather than what it is about


class Recorder(Silent):
    """A Tracer that keeps what an Outcome tells. limit: how many rows it keeps."""

    def __init__(self, m: Machine, limit: int = 20_000) -> None:
        self.m = m
        self.at = 0
        self.room = limit
        self.names: dict[int, tuple[int, str, HeapObject]] = {}
        self.serial = 0
        self.gone: set[int] = set()  # objects that a belief destroyed: they die once
        self.printed: list[Printed] = []
        self.objects: list[KnownObject] = []
        self.deaths: list[Death] = []
        self.finalizers: list[Finalized] = []
        self.collections: list[Collection] = []
        self.started: list[tuple[int, bool, int]] = []
        self.lost: dict[str, tuple[int, int]] = {}  # kind of row -> how many were dropped, line of the first

    def moment(self) -> tuple[int, int]:
        """The next sequence number, and the line of the program that runs."""
        self.at += 1
        return self.at, self.m.current_line() or 0

    def add(self, kind: str, rows: list[Any], row: Any) -> None:
        """Keep a row, or count it among the dropped."""
        if self.room > 0:
            self.room -= 1
            rows.append(row)
        else:
            count, line = self.lost.get(kind, (0, row.line))
            self.lost[kind] = (count + 1, line)

    @property
    def dropped(self) -> list[Dropped]:
        return [Dropped(kind, count, line) for kind, (count, line) in self.lost.items()]

    # --- what a watching machine tells -------------------------------------------------------------------------------------------

    def entered_line(self, frame: Frame, line: int) -> None:
        """Execution came to a line of the program."""

    def reasons(self, frame: Frame, line: int) -> dict[str, Any] | None:
        """The answer to a probe for reasons; only a ReasonRecorder has one."""
        return None

    @property
    def history(self) -> list[dict[str, Any]]:
        return []

    def bound(self, name: str, target: Any) -> None:
        """An object got a name; the first one is kept."""
        if id(target) in self.names or not is_worth_naming(target):
            return
        at, line = self.moment()
        self.serial += 1
        if self.room > 0:  # a name keeps the host's object, so names are bounded too
            self.names[id(target)] = (self.serial, name, target)
        self.add("objects", self.objects, KnownObject(self.serial, name, target.type.name, line, at))

    def known(self, target: HeapObject) -> tuple[int, str]:
        found = self.names.get(id(target))
        if found is None:
            self.serial += 1
            found = (self.serial, "", target)
            if self.room > 0:
                self.names[id(target)] = found
        return found[:2]

    # --- Tracer --------------------------------------------------------------------------------------------------------------------

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
        self.add("deaths", self.deaths, Death(serial, name, dead.type.name, line, cause, at))

    def finalizing(self, object_: HeapObject) -> None:
        serial, name = self.known(object_)
        at, line = self.moment()
        self.add("finalizers", self.finalizers, Finalized(serial, name, object_.type.name, line, "finalizer", at))

    def calling_back(self, reference: WeakReference) -> None:
        serial, name = self.known(reference)
        at, line = self.moment()
        self.add("finalizers", self.finalizers, Finalized(serial, name, reference.type.name, line, "callback", at))

    def collection_started(self, generation: int, automatic: bool) -> None:
        self.started.append((generation, automatic, len(self.deaths)))

    def collection_ended(self, found: int) -> None:
        generation, automatic, before = self.started.pop()
        at, line = self.moment()
        freed = tuple(death.name for death in self.deaths[before:] if death.name)
        self.add("collections", self.collections, Collection(line, generation, found, automatic, freed, at))

    def wrote(self, text: str) -> None:
        line = self.m.current_line() or 0
        if self.printed and self.printed[-1].line == line and not self.printed[-1].text.endswith("\n"):
            self.printed[-1] = Printed(line, self.printed[-1].text + text)
        else:
            self.add("printed", self.printed, Printed(line, text))


def is_worth_naming(target: Any) -> bool:
    return not (target.leaf or target.refs >= IMMORTAL >> 1 or isinstance(target, SCENERY))
