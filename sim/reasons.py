"""What whoever explains a run needs to know: when each name was bound, what closed last references, whose block an object got, and at the
lines that are asked about who holds what.

An EventStream that keeps few kinds of events, as rows of plain data (`Outcome.history`), and answers probes of the kind "reasons". Objects
are called by the numbers of KnownObject. Bounded like every record: what no longer fits is left out, and the run goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.circumstances import variable_named
from sim.events import EventStream
from sim.explain import Surroundings, folded, short_value
from sim.holders import roots
from sim.machine.frames import Frame
from sim.objects.containers import WeakReference
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.objects.scalars import Int, Str
from sim.recorder import SCENERY
from sim.watching import variable

if TYPE_CHECKING:
    from sim.machine.machine import Machine

KEPT = frozenset({"born", "unbound", "died", "finalizer", "resurrected", "getrefcount"})
FIELDS = ("name", "kind", "how", "count", "block")
BUDGET = 20_000  # events that are looked at
MOST_ROWS = 3_000
MOST_MOMENTS = 200  # lines that are looked at, all visits together
MOST_HELD = 40  # objects that one look tells of
LONGEST_LOOKED_INTO = 64  # items: whether a longer object changed is not followed
MOST_COMPARED = 200_000  # references in all
LOADS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE")


class ReasonRecorder(EventStream):
    def __init__(self, m: Machine) -> None:
        super().__init__(m, self.keep, "none", BUDGET)
        self.rows: list[dict[str, Any]] = []
        self.numbers: dict[int, int] = {}  # number of an object in the stream -> its number among known objects
        self.addresses: dict[int, str] = {}  # id -> the name that what lay there was bound to last
        self.contents: dict[int, tuple[int, ...]] = {}  # known object -> what it held when a line was last begun
        self.compared = 0
        self.moments = 0
        self.line_before = 0

    # --- rows ------------------------------------------------------------------------------------------------------------------------

    def keep(self, event: dict[str, Any]) -> None:
        if event["event"] not in KEPT:
            return
        self.row(
            event["event"],
            event["line"],
            object=event.get("object"),
            other=event.get("reuses"),
            **{name: event[name] for name in FIELDS if name in event},
            **({"holders": folded(event["holders"])} if "holders" in event else {}),
        )

    def row(self, what: str, line: int, **fields: Any) -> None:
        if len(self.rows) < MOST_ROWS:
            self.rows.append({"what": what, "line": line, "at": self.at, **fields})

    def finalizing(self, object_: HeapObject) -> None:
        super().finalizing(object_)
        if self.rows and self.rows[-1]["what"] == "finalizer":
            self.rows[-1]["how"] = self.all[id(object_)].how

    def forgotten(self, reference: WeakReference) -> None:
        watched, named = self.names.get(id(reference.referent)), self.names.get(id(reference))
        if watched is not None and named is not None:
            self.row("weak reference cleared", self.m.current_line() or 0, watched=watched[0], by=named[0])

    @property
    def history(self) -> list[dict[str, Any]]:
        """Rows about objects that have a name, by the numbers of KnownObject, and about nameless ones on lines that are asked about, by
        numbers below zero. Names that were bound to an atom carry its text.
        """
        asked = {probe.line for probe in self.m.probes if probe.kind == "reasons"}  # type: ignore[attr-defined]
        told = []
        for row in self.rows:
            serial = self.number(row.get("object"))
            if serial is not None and serial < 0 and row["line"] not in asked:
                continue
            kept = {key: value for key, value in row.items() if key not in ("object", "other")}
            if serial is not None:
                kept["serial"] = serial
            if row.get("other"):
                kept["other"] = self.number(row["other"])
            told.append(kept)
        return told

    def number(self, stream: int | None) -> int | None:
        return self.numbers.get(stream, -stream) if stream else None

    def bound(self, name: str, target: Any) -> None:
        super().bound(name, target)
        known, named = self.all.get(id(target)), self.names.get(id(target))
        if known is not None and named is not None and named[1]:
            self.numbers[known.serial] = named[0]
        frame = self.m.guest_frame()
        if name.startswith("__") or isinstance(target, SCENERY) or frame is None:
            return
        fields = self.atom(target)
        self.addresses[target.identity] = name
        self.row("bound", self.m.current_line() or 0, name=name, object=known.serial if known else None, **fields)

    def atom(self, target: Any) -> dict[str, Any]:
        """What can be said of a value that is no object of its own: its text, why several names may share it, and whose address it is."""
        if not target.leaf:
            return {}
        fields: dict[str, Any] = {"text": short_value(target)}
        if isinstance(target, Int) and target.value in self.addresses:
            fields["id_of"] = self.addresses[target.value]
        if target.type.name in ("bool", "NoneType", "ellipsis"):
            fields["shared"] = "the only one of its value"
        elif isinstance(target, Int) and -5 <= target.value <= self.m.profile.small_int_max:
            fields["shared"] = "a small whole number, made once for everybody"
        elif self.is_constant(target):
            interned = isinstance(target, Str) and target.value.isidentifier()
            fields["shared"] = "an interned text" if interned else "a constant of this file"
        elif target.refs >= IMMORTAL >> 1:
            fields["shared"] = "immortal"
        else:
            fields["shared"] = ""
        return fields

    def is_constant(self, target: Any) -> bool:
        frame = self.m.guest_frame()
        while isinstance(frame, Frame):
            if any(constant is target for constant in frame.code.constants.items):
                return True
            frame = frame.back
        return False

    # --- changes ---------------------------------------------------------------------------------------------------------------------

    def entered_line(self, frame: Frame, line: int) -> None:
        super().entered_line(frame, line)
        if self.compared < MOST_COMPARED:
            self.look_for_changes()
        self.line_before = line

    def look_for_changes(self) -> None:
        for key, (_, name, target) in list(self.names.items()):
            if not name or target.refs <= 0 or target.leaf:
                self.contents.pop(key, None)
                continue
            held = getattr(target, "items", None)
            if isinstance(held, list) and len(held) > LONGEST_LOOKED_INTO:
                continue
            now = tuple(id(one) for one in target.references())
            self.compared += 1 + len(now)
            before = self.contents.get(key)
            self.contents[key] = now
            if before is not None and before != now:
                self.row("changed", self.line_before, object=self.all[key].serial if key in self.all else None)

    # --- looks -----------------------------------------------------------------------------------------------------------------------

    def reasons(self, frame: Frame, line: int) -> dict[str, Any] | None:
        """When a line is left: who is alive and held by whom, and what the names that the line uses refer to."""
        self.moments += 1
        if self.moments > MOST_MOMENTS:
            return None
        self.look_for_changes()
        dead = {death.serial for death in self.deaths}
        alive = [(serial, target) for serial, name, target in self.names.values() if name and serial not in dead and target.refs > 0]
        surroundings = Surroundings(self.m)
        called = set(surroundings.names.values())
        for _, target in alive:  # what has lost its last name is still called by its first
            if self.names[id(target)][1] not in called:
                surroundings.names.setdefault(id(target), self.names[id(target)][1])
        return {
            "held": {str(serial): folded([row["text"] for row in surroundings.holders(target)]) for serial, target in alive[:MOST_HELD]},
            "old": {str(serial): old for serial, target in alive[:MOST_HELD] if (old := self.generation(target))},
            "lost": self.unreachable_among(alive),
            "watching": {str(serial): watched for serial, target in alive if (watched := self.watched(target))},
            "uses": (uses := names_used(frame, line)),
            "names": self.used([name for name in uses if self.is_worth_telling(frame, name)], frame),
        }

    def unreachable_among(self, alive: list[tuple[int, Any]]) -> list[int]:
        """Those among them that nothing outside leads to, though something holds them."""
        reached: set[int] = set()
        todo: list[Any] = [holding.target for holding in roots(self.m)]
        while todo:
            one = todo.pop()
            if id(one) not in reached:
                reached.add(id(one))
                todo.extend(one.references())
        return [serial for serial, target in alive if id(target) not in reached]

    def generation(self, target: Any) -> int:
        collector = self.m.collector
        return next((number for number, members in enumerate(collector.generations) if target in members), 0)

    def is_worth_telling(self, frame: Frame, name: str) -> bool:
        target = variable(self.m, frame, name)
        return target is not None and not isinstance(target, SCENERY) and not name.startswith((".", "__"))

    def watched(self, target: Any) -> int:
        """What a weak reference watches; 0 for nothing that has a name."""
        named = self.names.get(id(target.referent)) if isinstance(target, WeakReference) else None
        return named[0] if named is not None and named[1] else 0

    def used(self, names: list[str], frame: Frame) -> list[dict[str, Any]]:
        """What each name refers to; "same" is the first of the names that refer to that object."""
        targets = {name: variable(self.m, frame, name) for name in names}
        return [
            self.meaning(name, target) | {"same": next(one for one, other in targets.items() if other is target)}
            for name, target in targets.items()
        ]

    def meaning(self, name: str, target: Any) -> dict[str, Any]:
        named = self.names.get(id(target))
        fields: dict[str, Any] = {"name": name, "kind": target.type.name, "text": short_value(target), **self.atom(target)}
        if named is not None and named[1]:
            fields["serial"] = named[0]
        if isinstance(target, WeakReference):
            fields["watches"] = self.watched(target)
        return fields


def names_used(frame: Frame, line: int) -> list[str]:
    """The variables that a line reads, in the order of the text."""
    code = frame.code.code
    found = []
    for (name, operand), at in zip(code.instructions, code.lines, strict=False):
        if at == line and name.startswith(LOADS):
            slots = operand if isinstance(operand, tuple) and "FAST" in name else (operand,)
            found += [variable_named(frame, one) for one in slots]
    return list(dict.fromkeys(found))
