"""Every event of a run's heap, in order, handed to a sink as it happens: births, names, counts, deaths and why, collections in their steps,
blocks and where they went, printed text.

Nothing is hooked into the heap for it. After each instruction of the program the objects that it touched are looked at: a new one is a
birth, a count that differs from the one told last is a change. An ordinary run pays nothing, and looking changes nothing.
Bounded: beyond the budget only rare events go on, beyond twice the budget none; a last event says what was dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sim.allocator import POOL_SHIFT
from sim.beliefs import CPYTHON
from sim.circumstances import (
    Ended,
    Step,
    cycle_through,
    holder_on_cycle,
    how_it_died,
    is_called_by_death,
    variable_named,
    visible_steps,
)
from sim.explain import Surroundings, describe_object, short_value
from sim.machine.frames import Frame, Lent
from sim.memory import STATIC_START
from sim.objects.classes import Instance, Type
from sim.objects.containers import Builtin, WeakReference
from sim.objects.functions import CodeObject, Function, Module
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.recorder import SCENERY, Recorder
from sim.watching import variable

if TYPE_CHECKING:
    from sim.machine.machine import Machine

Event = dict[str, Any]
Sink = Callable[[Event], None]
COUNTS = ("instruction", "line", "none")
FREQUENT = frozenset({"line", "call", "born", "found", "bound", "unbound", "count", "freed", "getrefcount"})
ENDS = (Module, CodeObject, Builtin)  # the interpreter's own: never followed into
MOST_TOLD = 40  # objects that one step of a collection names
MOST_LOOKED_AT = 16  # objects whose counts are compared at the end of a line


class Known:
    """An object that has been told of."""

    __slots__ = ("born", "count", "how", "is_global", "name", "object", "serial")

    def __init__(self, serial: int, object_: Any, line: int) -> None:
        self.serial = serial
        self.object = object_  # kept, so that no other object of the host gets its id
        self.name = ""  # the first one; the first global one once there is one
        self.is_global = False
        self.how = ""  # what closed the last reference, when a finalizer came in between
        self.born = line
        self.count = -1

    @property
    def label(self) -> str:
        """What a sentence calls it."""
        return self.name or describe_object(self.object).replace("the ", "a ", 1)


class EventStream(Recorder):
    """A Recorder that also tells each event to a sink. counts: how often count changes are told; everything: also of atoms, functions and
    classes.
    """

    def __init__(self, m: Machine, sink: Sink, counts: str = "instruction", budget: int = 100_000, everything: bool = False) -> None:
        super().__init__(m)
        self.sink = sink
        self.counts = counts
        self.everything = everything
        self.budget = budget
        self.told = 0
        self.untold: dict[str, tuple[int, int]] = {}  # kind of event -> how many were dropped, line of the first
        self.all: dict[int, Known] = {}
        self.next_serial = 0
        self.sweep_at = 1024
        self.touched: list[Any] = []
        self.recent: dict[int, Known] = {}  # objects whose count may have changed on this line
        self.ended: Ended | None = None
        self.interrupting: Ended | None = None  # the finalizer or callback that ended last, while its locals are let go
        self.dying: Known | None = None  # the object that the event being told is about
        self.running: tuple[Frame | None, str, Any, list[Any]] = (None, "", None, [])
        self.interrupted: list[tuple[Frame, Ended | None, tuple[Frame | None, str, Any, list[Any]]]] = []
        self.leaving: list[tuple[Known, int, str]] = []  # dead objects whose block is about to go back
        self.blocks: dict[int, int] = {}  # address -> the dead object that had the block last
        self.unreachable: dict[int, Any] = {}
        self.verdicts: dict[int, str] = {}  # why the collection in progress frees an object

    def emit(self, event: str, **fields: Any) -> None:
        if not self.is_full(event):
            self.tell(event, self.m.current_line() or 0, fields)

    def tell(self, event: str, line: int, fields: Event) -> None:
        self.at += 1
        self.told += 1
        self.sink({"at": self.at, "line": line, "event": event, **fields})

    def is_full(self, event: str) -> bool:
        """Whether an event no longer fits; then it is counted."""
        if self.told < self.budget or (event not in FREQUENT and self.told < 2 * self.budget):
            return False
        count, first = self.untold.get(event) or (0, self.m.current_line() or 0)
        self.untold[event] = (count + 1, first)
        return True

    def finish(self) -> None:
        """The run is over: what of it was not told."""
        if self.untold:
            dropped = {event: {"count": count, "first line": line} for event, (count, line) in sorted(self.untold.items())}
            first = min(line for _, line in self.untold.values())
            fields = {"budget": self.budget, "dropped": dropped, "not looked for any more": ["born", "found", "count", "unbound"]}
            self.tell("dropped", first, fields)

    # --- objects ---------------------------------------------------------------------------------------------------------------------

    def know(self, target: Any, how: str, line: int = 0) -> Known:
        """The entry of an object; told of when it is new."""
        found = self.all.get(id(target))
        if found is not None:
            return found
        self.next_serial += 1
        line = line or self.m.current_line() or 0
        found = self.all[id(target)] = Known(self.next_serial, target, line)
        found.count = target.refs
        if len(self.all) > self.sweep_at:
            self.forget_dead()
        if not self.is_full(how):
            self.tell(how, line, self.description(found))
        return found

    def description(self, known: Known) -> Event:
        target = known.object
        fields: Event = {"object": known.serial, "kind": target.type.name, "address": f"0x{target.identity:x}"}
        if target.refs >= IMMORTAL >> 1:
            fields["immortal"] = True
        else:
            fields["count"] = target.refs
        if target.leaf:
            fields["value"] = short_value(target)
        fields["block"] = self.block_of(target.address)
        before = self.blocks.pop(target.address, None)
        if before is not None:
            fields["reuses"] = before
        return fields

    def block_of(self, address: int) -> int:
        """Bytes of the block an object lies in; 0 for the interpreter's own data."""
        if not address or STATIC_START <= address < self.m.heap.static_next:
            return 0
        allocator = self.m.heap.allocator
        pool = allocator.pools.get(address >> POOL_SHIFT)
        return pool.block if pool is not None else allocator.large.get(address, 0)

    def forget_dead(self) -> None:
        """Drop entries of objects that died without being told (atoms, bound methods ...), each time their number has doubled."""
        self.all = {key: known for key, known in self.all.items() if known.object.refs > 0}
        self.sweep_at = max(1024, 2 * len(self.all))
        if len(self.blocks) > self.sweep_at:
            self.blocks.clear()

    def is_told(self, target: Any) -> bool:
        if target.leaf:
            return self.everything and target.refs < IMMORTAL >> 1
        if isinstance(target, ENDS):
            return False
        return not (isinstance(target, Type) and target.static)

    def discover(self, target: Any, line: int = 0) -> None:
        """Tell of a new object and of the new ones it holds. What more than one reference holds already may be older than this moment;
        an instance that `__init__` gets is held by the call that makes it, too.
        """
        if id(target) in self.all or not self.is_told(target):
            return
        how = "born" if target.refs <= (2 if line and isinstance(target, Instance) else 1) else "found"
        todo = [target]
        while todo:
            one = todo.pop()
            self.know(one, how, line)
            if isinstance(one, Type | Function):
                continue
            todo.extend(held for held in list(one.references())[::-1] if id(held) not in self.all and self.is_told(held))

    # --- instructions (a Follower) ---------------------------------------------------------------------------------------------------

    def resumed(self, frame: Frame) -> None:
        if frame.pc == 0 and frame.back is not None:
            if is_called_by_death(frame):
                self.interrupted.append((frame, self.ended, self.running))
            caller = self.m.caller_of(frame)
            line = caller.line if caller is not None and caller.code.code.filename == frame.code.code.filename else 0
            for ref in frame.slots:
                if ref is not None:
                    self.discover(ref.object if ref.__class__ is Lent else ref, line)
            self.emit("call", function=frame.code.code.name)
        self.look(frame)

    def last_step(self) -> Step | None:
        """The program's instruction that ran last, if the frame it belongs to is still the innermost one of guest code."""
        frame, *step = self.running
        return Step(*step) if frame is self.m.guest_frame() else None

    def before(self, frame: Frame, name: str, operand: Any) -> None:
        touched = frame.stack[-3:]
        self.running = (frame, name, operand, frame.stack[:] if name.startswith("CALL") else touched)
        self.ended = self.interrupting = None
        if self.leaving:
            self.tell_freed()
        if self.told >= self.budget:
            return
        self.touched = touched = touched[:]
        if name.startswith(("STORE_", "DELETE_")) and name[-4:] in ("NAME", "FAST", "OBAL", "EREF"):
            variable_name = variable_named(frame, operand)
            old = variable(self.m, frame, variable_name)
            if old is not None:
                touched.append(old)
                if name[0] == "D":
                    self.emit("unbound", name=variable_name, scope=self.scope(frame), **self.reference(old))

    def after(self, frame: Frame, name: str, operand: Any) -> None:
        self.look(frame)

    def look(self, frame: Frame) -> None:
        """Tell of new objects on the stack, and of counts that changed among what the instruction touched."""
        if self.told >= self.budget:
            return
        stack = frame.stack
        if stack:
            top = stack[-1]
            if top is not None:
                if top.__class__ is Lent:
                    top = top.object
                if id(top) not in self.all and not top.leaf:
                    self.discover(top)
        if self.counts == "none":
            return
        for ref in (*self.touched, *stack[-2:]):
            known = self.all.get(id(ref.object if ref.__class__ is Lent else ref))
            if known is not None and (self.everything or not isinstance(known.object, SCENERY)):
                if self.counts == "instruction":
                    self.compare(known)
                self.recent[id(known.object)] = known
        self.touched = []

    def compare(self, known: Known) -> None:
        count = known.object.refs
        if count != known.count and 0 < count < IMMORTAL >> 1:
            known.count = count
            self.emit("count", object=known.serial, **({"name": known.name} if known.name else {}), count=count)

    def entered_line(self, frame: Frame, line: int) -> None:
        if self.counts != "none":
            recent = self.recent
            if len(recent) > MOST_LOOKED_AT:
                for key in list(recent)[:-MOST_LOOKED_AT]:
                    del recent[key]
            for known in recent.values():
                if known.object.refs != known.count:
                    self.compare(known)
        if not self.is_full("line"):
            self.tell("line", line, {"function": frame.code.code.name, "visit": self.m.visits[line]})  # type: ignore[attr-defined]

    def call_ended(self, frame: Frame) -> None:
        if frame.back is not None or frame.function is not None:
            self.emit("return", function=frame.code.code.name)
        self.ended = Ended.of(frame) if frame.function is not None else None
        while self.interrupted and any(one is frame for one, _, _ in self.interrupted):
            owner, ended, self.running = self.interrupted.pop()
            if owner is frame:
                self.interrupting, self.ended = self.ended, ended

    def reference(self, target: Any) -> Event:
        """How an event names an object: by its number, an atom by its value."""
        if not self.is_told(target):
            return {"value": short_value(target)}
        known = self.all.get(id(target)) or self.know(target, "found")
        return {"object": known.serial}

    def bound(self, name: str, target: Any) -> None:
        super().bound(name, target)
        frame = self.m.guest_frame()
        if self.m.belief is not CPYTHON and frame is not None:  # a belief may bind something else
            target = variable(self.m, frame, name) or target
        scope = self.scope(frame)
        known = self.all.get(id(target))
        if known is None and self.is_told(target):
            known = self.know(target, "found")
        if known is not None and (not known.name or (scope == "global" and not known.is_global)):
            known.name, known.is_global = name, scope == "global"
        if not (name.startswith("__") and scope not in ("global", "") and not isinstance(target, Function)):  # what a class body adds
            self.emit("bound", name=name, scope=scope, **self.reference(target))

    def scope(self, frame: Frame | None) -> str:
        """Whose variables: global, or the name of the function or class."""
        if frame is None or frame.code.code.kind == "module":
            return "global"
        return frame.code.code.name

    # --- Tracer: deaths ------------------------------------------------------------------------------------------------------------

    def died(self, dead: HeapObject) -> None:
        super().died(dead)
        known = self.all.pop(id(dead), None)
        self.recent.pop(id(dead), None)
        if known is None:
            return
        self.dying = known
        verdict = self.verdicts.get(id(dead))
        how = verdict or known.how or how_it_died(self.m, dead, self.ended_with(dead), self.last_step())
        cause = "exit" if self.m.finishing else "collector" if verdict else "count"
        self.emit("died", **self.named(known), born=known.born, cause=cause, how=how)
        self.leaving.append((known, dead.address, dead.type.name))

    def ended_with(self, dead: Any) -> Ended | None:
        """The call that has just ended; a finalizer or callback only if it was its local that let go."""
        within = self.interrupting
        return within if within is not None and id(dead) in within.slots else self.ended

    def named(self, known: Known) -> Event:
        fields: Event = {"object": known.serial, "kind": known.object.type.name}
        if known.name:
            fields["name"] = known.name
        return fields

    def tell_freed(self) -> None:
        """Where the blocks of the dead went: a free list or their pool."""
        heap = self.m.heap
        for known, address, kind in self.leaving:
            if not self.block_of(address):
                continue
            self.blocks[address] = known.serial
            lists = (kind, f"tuple{len(known.object.items)}") if kind == "tuple" else (kind,)
            kept = next((name for name in lists if address in heap.free_blocks.get(name, ())), "")
            where = f"free list of {kind}" if kept else "large blocks" if address >> POOL_SHIFT not in heap.allocator.pools else "pool"
            self.emit("freed", object=known.serial, address=f"0x{address:x}", block=self.block_of(address), to=where)
        self.leaving.clear()

    def resurrected(self, alive: HeapObject) -> None:
        known = self.know(alive, "found")
        known.how = ""
        self.emit("resurrected", **self.named(known), count=alive.refs)

    def finalizing(self, object_: HeapObject) -> None:
        super().finalizing(object_)
        known = self.know(object_, "found")
        known.how = "" if id(object_) in self.unreachable else how_it_died(self.m, object_, self.ended_with(object_), self.last_step())
        self.emit("finalizer", **self.named(known))

    def forgotten(self, reference: WeakReference) -> None:
        known = self.all.get(id(reference))
        target = self.all.get(id(reference.referent))
        fields: Event = {"reference": known.serial} if known is not None else {}
        if target is not None:
            fields["object"] = target.serial
        if fields:
            self.emit("weak reference cleared", **fields)

    def calling_back(self, reference: WeakReference) -> None:
        super().calling_back(reference)
        self.emit("callback", **self.named(self.know(reference, "found")))

    def counted(self, target: HeapObject) -> None:
        known = self.all.get(id(target))
        frame = self.m.guest_frame()
        if known is None or frame is None or self.told >= self.budget:
            return
        rows = Surroundings(self.m, (target,)).holders(target, frame)
        self.emit("getrefcount", **self.named(known), count=target.refs, holders=[row["text"] for row in rows])

    def wrote(self, text: str) -> None:
        super().wrote(text)
        self.emit("printed", text=text)

    # --- Tracer: collections ---------------------------------------------------------------------------------------------------------

    def collection_started(self, generation: int, automatic: bool) -> None:
        super().collection_started(generation, automatic)
        reason = "exit" if self.m.finishing else "threshold" if automatic else "asked"
        self.emit("collection", generation=generation, reason=reason)

    def examined(self, outside: Mapping[Any, int], reachable: Iterable[Any], unreachable: Iterable[Any]) -> None:
        condemned = list(unreachable)
        self.unreachable = {id(one): one for one in condemned}
        shown = [known for one in outside if (known := self.all.get(id(one))) is not None and not isinstance(one, Type | Function)]
        rows = []
        for known in shown[:MOST_TOLD]:
            count, outer = known.object.refs, outside[known.object]
            rows.append({**self.named(known), "count": count, "inner": count - outer, "outer": outer})
        self.emit("counts compared", candidates=len(outside), objects=rows)
        self.emit("unreachable", count=len(condemned), objects=self.told_among(condemned))

    def told_among(self, objects: Iterable[Any]) -> list[Event]:
        return [self.named(known) for one in objects if (known := self.all.get(id(one))) is not None][:MOST_TOLD]

    def saved(self, resurrected: Iterable[Any]) -> None:
        self.emit("saved", objects=self.told_among(resurrected))

    def clearing(self, condemned: Iterable[Any]) -> None:
        found = list(condemned)
        self.unreachable = self.unreachable or {id(one): one for one in found}
        for one in found:
            known = self.all.get(id(one))
            if known is not None and len(self.verdicts) < MOST_TOLD:
                self.verdicts[id(one)] = self.verdict(one, len(found))
        self.emit("clearing", count=len(found), objects=self.told_among(found))

    def verdict(self, one: Any, found: int) -> str:
        line = self.m.current_line()
        where = f"the collection on line {line}" if line else "the collection at exit"
        total = f"{where} found {found} object{'s' if found != 1 else ''} that nothing could reach"
        cycle, verb = cycle_through(one, self.unreachable), "held it"
        if not cycle:
            holder, verb = holder_on_cycle(one, self.unreachable), "led to it"
            cycle = cycle_through(holder, self.unreachable) if holder is not None else []
        if self.m.finishing and any(isinstance(step, SCENERY) for step in cycle):
            return "the program had ended, and the collection at exit freed the module with all its functions and classes held"
        return f"only the cycle {self.chain(cycle)} {verb}; {total}" if cycle else total

    def chain(self, cycle: list[Any]) -> str:
        steps = [self.label(step) for step in visible_steps(cycle)]
        return " -> ".join(steps if len(steps) <= 8 else [*steps[:4], "…", *steps[-3:]])

    def label(self, target: Any) -> str:
        known = self.all.get(id(target))
        return known.label if known is not None else describe_object(target).replace("the ", "a ", 1)

    def collection_ended(self, found: int) -> None:
        super().collection_ended(found)
        self.unreachable = {}
        self.verdicts = {}
        self.emit("collection ended", found=found)
