"""From a machine at a moment to a Scene: which objects the program made, what each holds, and in what state it is.

An Observer stays with one run: an object keeps its number, and the dead are remembered for a while.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from sim.allocator import POOL_SHIFT
from sim.drawing.scene import Box, FrameBox, Scene, Slot
from sim.explain import Surroundings, frames_above, short_value, slot_of
from sim.holders import death_holdings, holdings_of, roots
from sim.machine.frames import Frame, FrameObject, Generator_, Lent
from sim.machine.machine import PROGRAM_NAME
from sim.machine.reaper import Reaper
from sim.memory import STATIC_START
from sim.objects.classes import Instance, Type
from sim.objects.containers import Builtin, Cell, List, Method, Tuple, WeakReference
from sim.objects.functions import CodeObject, Function, Module, text_of
from sim.objects.heap_object import IMMORTAL
from sim.objects.mappings import Dict, Set
from sim.objects.scalars import Str
from sim.uses import use_of

if TYPE_CHECKING:
    from sim.events import EventStream
    from sim.machine.machine import Machine

MOST_BOXES = 120
MOST_ROWS = 8  # of one box; a longer container shows its first and last ones
LAST_ROWS = 1
MOST_DEAD = 5  # the dead that stay in the picture, the latest
MOST_SEARCHED = 5_000  # tracked objects up to which every step of a run looks for lost ones
MAY_BE_LOST = (Instance, List, Set, Dict, Tuple, Cell, Generator_)


@dataclass
class Dead:
    """The last sight of an object that died."""

    box: Box
    address: int


class Observer:
    """Takes Scenes of one run. stream: it knows the names, and how the dead died. thorough: who holds text and numbers, which may be
    held from anywhere, is looked for as far as it takes, and not only on the way to the holders of the rest.
    """

    def __init__(self, m: Machine, stream: EventStream, source: str, thorough: bool = True) -> None:
        self.m = m
        self.thorough = thorough
        self.stream = stream
        self.lines = source.splitlines()
        self.numbers: dict[int, tuple[int, Any]] = {}
        self.last_number = 0
        self.seen: dict[int, Box] = {}  # the last sight of each box that may die
        self.dead: list[Dead] = []
        self.revived: set[int] = set()
        self.looked = 0  # references gone through to find holders: what looking costs
        self.internal: dict[int, Any] = {}  # objects that something of the interpreter holds, and no variable

    # --- what the stream tells ---------------------------------------------------------------------------------------------------------

    def sink(self, event: dict[str, Any]) -> None:
        """An event of the run."""
        kind = event["event"]
        if kind == "died":
            self.bury(event)
        elif kind == "resurrected":
            self.revived.add(event["object"])
        elif kind == "saved":
            self.revived.update(row["object"] for row in event["objects"])

    def bury(self, event: dict[str, Any]) -> None:
        """Remember the dead as it was seen last."""
        known = self.stream.dying
        if known is None or id(known.object) not in self.numbers:
            return
        number, _ = self.numbers.pop(id(known.object))
        box = self.seen.pop(number, None)
        if box is None:
            return
        where = f"line {event['line']}" if event["line"] else "the end"
        slots = tuple(Slot(slot.label, slot.value, None) for slot in box.slots)
        states = ("dead", *(state for state in box.states if state == "untracked"))
        gone = replace(box, count=0, states=states, slots=slots, holders=(), verdict=f"died on {where}: {event['how']}")
        self.dead = [*self.dead, Dead(gone, known.object.address)][-MOST_DEAD:]

    # --- a scene -----------------------------------------------------------------------------------------------------------------------

    def look(self, frame: Frame, line: int, visit: int, whole: bool = True) -> Scene:
        """The heap at this moment. whole: with the holders of every object, which are dear to find; without, for places only."""
        view = View(self, whole)
        frames = view.frames()
        view.unreachable()
        boxes = view.boxes()
        self.looked += len(view.surroundings.holdings) if view.surroundings is not None else 0
        self.seen = {**self.seen, **{box.number: box for box in boxes}}
        addresses = {target.address for target in view.found}
        self.dead = [dead for dead in self.dead if dead.address not in addresses]
        code = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        belief = "" if self.m.belief.id == "cpython" else self.m.belief.id
        shown = (*boxes, *(dead.box for dead in self.dead))
        return Scene(self.m.profile.version, line, visit, code, frames, shown, view.omitted, self.collector_text(), belief)

    def collector_text(self) -> str:
        collector = self.m.collector
        counts = (self.m.heap.counter, *collector.counts[1:])
        state = "on" if collector.enabled else "off"
        sizes = ", ".join(str(len(generation)) for generation in collector.generations)
        return f"collector {state}; gc.get_count() {counts}; tracked by generation: {sizes}"

    def number(self, target: Any) -> int:
        found = self.numbers.get(id(target))
        if found is None:
            self.last_number += 1
            found = self.numbers[id(target)] = (self.last_number, target)
        return found[0]


class View:
    """One moment's walk."""

    def __init__(self, observer: Observer, whole: bool) -> None:
        self.observer = observer
        self.m = observer.m
        self.whole = whole
        self.surroundings: Surroundings | None = None
        self.depths: dict[int, int] = {}
        self.found: list[Any] = []
        self.lost: set[int] = set()  # ids of what nothing reaches
        self.pointers: dict[int, int] = {}  # id -> how many visible slots refer to it
        self.omitted = 0
        self.kept = Counter(id(target) for target in self.m.roots)  # by a model that frees later than CPython
        self.above = frames_above(self.m)
        self.main = self.m.modules["__main__"].dict if "__main__" in self.m.modules else None

    def frames(self) -> tuple[FrameBox, ...]:
        """The program's frames, the module first; what they reach is found on the way."""
        chain: list[Frame] = []
        frame = self.m.frame
        while frame is not None:
            if isinstance(frame, Frame) and frame.code.code.filename == PROGRAM_NAME:
                chain.append(frame)
            frame = frame.back
        rows = [(frame, *self.raw_frame(frame)) for frame in reversed(chain)]
        if self.main is not None and (not chain or chain[-1].code.code.kind != "module"):
            entries = [(text_of(entry.key), entry.value) for entry in self.main.entries() if not text_of(entry.key).startswith("__")]
            rows.insert(0, (None, entries, []))  # type: ignore[arg-type]
        self.walk([target for _, variables, values in rows for _, target in (*variables, *values)])
        return tuple(self.frame_box(*row) for row in rows)

    def raw_frame(self, frame: Frame) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
        """(variables, temporaries) of a frame, each with its object."""
        variables: list[tuple[str, Any]] = []
        if frame.locals is not None:
            variables = [(text_of(entry.key), entry.value) for entry in frame.locals.entries() if isinstance(entry.key, Str)]
        elif frame.code.code.kind == "module":
            variables = [(text_of(entry.key), entry.value) for entry in frame.globals.entries() if isinstance(entry.key, Str)]
        for name, ref in zip(frame.code.code.slots, frame.slots, strict=False):
            if ref is not None:
                variables.append((name, ref.object if ref.__class__ is Lent else ref))
        variables = [(name, target) for name, target in variables if not name.startswith("__")]
        temporaries = []
        for index, ref in enumerate(frame.stack):
            if ref is not None and ref.__class__ is not Lent and hasattr(ref, "refs"):
                temporaries.append((use_of(frame, index, self.above.get(id(frame))), ref))
        return variables, temporaries

    def frame_box(self, frame: Frame | None, variables: list[tuple[str, Any]], temporaries: list[tuple[str, Any]]) -> FrameBox:
        if frame is None or frame.code.code.kind == "module":
            name = "module"
        else:
            name = f"class {frame.code.code.name}" if frame.code.code.kind == "class" else f"{frame.code.code.name}()"
        slots = tuple(self.slot(label, target) for label, target in variables)
        kept = tuple(self.slot(label, target) for label, target in temporaries if self.is_box(target))
        return FrameBox(name, frame.line if frame is not None else 0, slots, kept)

    # --- which objects -------------------------------------------------------------------------------------------------------------------

    def walk(self, start: list[Any], depth: int = 1) -> None:
        """Find what is shown, breadth first. What many slots refer to becomes a box of its own."""
        queue = [(target, depth) for target in start]
        for target, level in queue:
            self.pointers[id(target)] = self.pointers.get(id(target), 0) + 1
            if id(target) in self.depths or not is_the_programs(target):
                continue
            self.depths[id(target)] = level
            self.found.append(target)
            rows = visible(target)[0]
            queue.extend((held, level + 1) for _, held, weak in rows if held is not None and not weak)

    def unreachable(self) -> None:
        """What no root leads to, though it is not freed. Looked for only when there is an object that no variable leads to and that was
        not found to be the interpreter's own before.
        """
        known, internal = self.observer.numbers, self.observer.internal
        if not self.whole and sum(len(generation) for generation in self.m.collector.generations) > MOST_SEARCHED:
            return
        candidates = [
            one
            for one in (*self.m.collector.objects(), *self.m.collector.unreachable, *self.m.roots)
            if id(one) not in self.depths
            and id(one) not in internal
            and (id(one) in known or (isinstance(one, MAY_BE_LOST) and one.refs > 0))
        ]
        if not candidates:
            return
        start = [holding.target for holding in roots(self.m) if id(holding.target) not in self.kept]
        ways: tuple[Callable[[], set[int]], ...] = (  # most of it is reached at little cost
            lambda: reach(self.found, lambda target: () if is_interpreters(target) else target.references()),
            lambda: reach(start, lambda target: () if is_interpreters(target) else [holding.target for holding in holdings_of(target)]),
            lambda: reach(start, lambda target: [holding.target for holding in holdings_of(target)]),
        )
        reached: set[int] = set()
        for way in ways:
            reached = way()
            if all(id(one) in reached for one in candidates):
                break
        internal.update({id(one): one for one in candidates if id(one) in reached and id(one) not in known})
        lost = [one for one in candidates if id(one) not in reached]
        self.lost = {id(one) for one in lost}
        before = len(self.found)
        freed = reach(being_freed(self.m), lambda target: () if is_interpreters(target) else target.references())
        for one in candidates:
            if id(one) not in self.depths and (id(one) in self.lost or (id(one) in known and id(one) in freed)):
                self.walk([one])
        for one in self.found[before:]:
            if id(one) not in reached:
                self.lost.add(id(one))

    def is_box(self, target: Any) -> bool:
        """Whether an object is drawn, rather than written in place."""
        if id(target) not in self.depths:
            return False
        if target.leaf:
            return target.refs < IMMORTAL >> 1 and self.pointers.get(id(target), 0) > 1
        if isinstance(target, Function | Type):
            return bool(contents(target)) or self.pointers.get(id(target), 0) > 1 or id(target) in self.lost
        return True

    def boxes(self) -> list[Box]:
        shown = [target for target in self.found if self.is_box(target)]
        if len(shown) > MOST_BOXES:
            self.omitted = len(shown) - MOST_BOXES
            shown = shown[:MOST_BOXES]
        kept = {id(target) for target in shown}
        self.depths = {key: depth for key, depth in self.depths.items() if key in kept}
        for target in shown:
            self.observer.number(target)
        if self.whole:
            thorough = self.observer.thorough
            self.surroundings = Surroundings(
                self.m, [target for target in shown if self.is_counted(target) and (thorough or not target.leaf)]
            )
        return [self.box(target) for target in shown]

    def is_counted(self, target: Any) -> bool:
        return target.refs < IMMORTAL >> 1 and id(target) not in self.lost

    # --- boxes ---------------------------------------------------------------------------------------------------------------------------

    def box(self, target: Any) -> Box:
        rows, gap, left_out = visible(target)
        slots = [self.slot(label, held, weak) for label, held, weak in rows]
        if target.leaf:
            slots = [Slot("", short_value(target, 24))]
        known = self.observer.stream.all.get(id(target))
        holders: tuple[str, ...] = ()
        if self.surroundings is not None and self.is_counted(target):
            holders = tuple(row["text"] for row in self.surroundings.holders(target))
        immortal = target.refs >= IMMORTAL >> 1
        return Box(
            number=self.observer.number(target), kind=kind_text(target), name=known.name if known is not None else "",
            count=None if immortal else target.refs - self.kept[id(target)], slots=tuple(slots), gap=gap, left_out=left_out,
            states=self.states(target),
            holders=holders, address=target.identity, block=self.block(target.address), depth=self.depths.get(id(target), 1),
        )  # fmt: skip

    def states(self, target: Any) -> tuple[str, ...]:
        found = []
        if target.refs >= IMMORTAL >> 1:
            found.append("immortal")
        if id(target) in self.lost:
            found.append("unreachable")
        known = self.observer.stream.all.get(id(target))
        if known is not None and known.serial in self.observer.revived:
            found.append("resurrected")
        if target.home is None and not isinstance(target, Function | Type):
            found.append("untracked")
        return tuple(found)

    def block(self, address: int) -> int:
        if not address or STATIC_START <= address < self.m.heap.static_next:
            return 0
        pool = self.m.heap.allocator.pools.get(address >> POOL_SHIFT)
        return pool.block if pool is not None else self.m.heap.allocator.large.get(address, 0)

    def slot(self, label: str, target: Any, weak: bool = False) -> Slot:
        if target is None:
            return Slot(label, "(dead)" if weak else "(empty)", weak=weak)
        if self.is_box(target):
            return Slot(label, "", self.observer.number(target), weak=weak)
        state = "immortal" if target.refs >= IMMORTAL >> 1 and target.leaf else ""
        value = short_value(target, 18)
        kind, _, name = value.partition(" ")
        if name == label and not target.leaf:  # import sys, def f, class C: the name says the rest
            value = kind
        return Slot(label, value, None, state, weak)


def reach(start: list[Any], held: Callable[[Any], Iterable[Any]]) -> set[int]:
    """Ids of everything that can be reached."""
    reached: set[int] = set()
    queue = list(start)
    while queue:
        target = queue.pop()
        if id(target) not in reached:
            reached.add(id(target))
            queue.extend(held(target))
    return reached


def being_freed(m: Machine) -> list[Any]:
    """What a death or a collection in progress has not let go of yet."""
    found = list(m.collector.unreachable)
    frame = m.frame
    while frame is not None:
        if isinstance(frame, Reaper):
            found += [holding.target for holding in death_holdings(frame)]
            found += [death.object for death in frame.deaths if death.object is not None]
        frame = frame.back
    return found


def is_interpreters(target: Any) -> bool:
    """Whether much hangs on an object that seldom leads to one of the program's."""
    return isinstance(target, Module) or (isinstance(target, Type) and target.static)


def kind_text(target: Any) -> str:
    """What stands on top of a box."""
    if isinstance(target, Function):
        return f"function {text_of(target.name)}"
    if isinstance(target, Type):
        return f"class {target.name}"
    if isinstance(target, Builtin):
        return f"method {target.spec.name}"
    if isinstance(target, Generator_):
        return f"generator {text_of(target.name)}"
    if isinstance(target, List | Tuple) and len(target.items) > MOST_ROWS:
        return f"{target.type.name} of {len(target.items)}"
    if isinstance(target, Dict | Set) and len(target.index) > MOST_ROWS:
        return f"{target.type.name} of {len(target.index)}"
    return str(target.type.name).replace("ReferenceType", "weakref").replace("weakproxy", "weak proxy")


def is_the_programs(target: Any) -> bool:
    """Whether the program made an object; what the interpreter and the library made is shown as a word."""
    if isinstance(target, Builtin):
        return target.receiver is not None and not isinstance(target.receiver, Module | Type)
    if isinstance(target, Function):
        return target.code.code.filename == PROGRAM_NAME
    if isinstance(target, Type):
        home = target.namespace.index.get("__module__") if target.namespace is not None else None
        return not target.static and home is not None and getattr(home.value, "value", "") == "__main__"
    return not isinstance(target, Module | CodeObject)


Row = tuple[str, Any, bool]  # label, object, weak


def visible(target: Any) -> tuple[list[Row], int, int]:
    """The rows that a box shows, before which of them something is left out, and how many that is. A container is only looked at at its
    ends, however long it is.
    """
    if isinstance(target, List | Tuple | Dict | Set):
        first, last, left_out = ends(target)
        return [*first, *last, *attribute_rows(target)[:MOST_ROWS]], len(first), left_out
    rows = contents(target)
    if len(rows) <= MOST_ROWS:
        return rows, 0, 0
    first = rows[: MOST_ROWS - 1 - LAST_ROWS]
    return [*first, *rows[-LAST_ROWS:]], len(first), len(rows) - MOST_ROWS + 1


def ends(target: Any) -> tuple[list[Row], list[Row], int]:
    """First and last rows of a built-in container, and how many lie between."""
    length = len(target.items) if isinstance(target, List | Tuple) else len(target.index)
    if length <= MOST_ROWS:
        return item_rows(target), [], 0
    shown = MOST_ROWS - 1 - LAST_ROWS
    if isinstance(target, List | Tuple):
        first = [(str(index), target.items[index], False) for index in range(shown)]
        last = [(str(index), target.items[index], False) for index in range(length - LAST_ROWS, length)]
        return first, last, length - shown - LAST_ROWS
    table = target.order if isinstance(target, Dict) else target.table
    front = islice((entry for entry in table if entry is not None and entry.live), shown)
    back = islice((entry for entry in reversed(table) if entry is not None and entry.live), LAST_ROWS)
    rows = [[row for entry in part for row in table_rows(target, entry)] for part in (front, back)]
    return rows[0], rows[1], length - shown - LAST_ROWS


def table_rows(target: Any, entry: Any) -> list[Row]:
    return entry_rows(entry.key, entry.value) if isinstance(target, Dict) else [("", entry.key, False)]


def contents(target: Any) -> list[Row]:
    """The rows of a box: what an object holds, as far as a program would name it."""
    if isinstance(target, Function):
        return function_rows(target)
    if isinstance(target, Type):
        return class_rows(target)
    if isinstance(target, WeakReference):
        rows: list[Row] = [("refers to", target.referent, True)]
        return rows if target.callback is None else [*rows, ("callback", target.callback, False)]
    if isinstance(target, Cell):
        return [("content", target.content, False)]
    if isinstance(target, Builtin):
        return [("self", target.receiver, False)] if is_the_programs(target) else []
    if isinstance(target, Method):
        return [("function", target.function, False), ("self", target.receiver, False)]
    if isinstance(target, Generator_ | FrameObject):
        return frame_rows(target)
    if target.leaf:
        return []
    return [*item_rows(target), *attribute_rows(target)]


def item_rows(target: Any) -> list[Row]:
    if isinstance(target, List | Tuple):
        return [(str(index), item, False) for index, item in enumerate(target.items)]
    if isinstance(target, Dict | Set):
        return [row for entry in target.entries() for row in table_rows(target, entry)]
    if isinstance(target, Instance):
        return []
    return [
        (holding.label or slot_of(target, holding.target) or holding.kind, holding.target, False)
        for holding in holdings_of(target)
        if holding.kind not in ("attribute", "class") and holding.target is not getattr(target, "dict", None)
    ]


def entry_rows(key: Any, value: Any) -> list[Row]:
    if key.leaf:
        return [(short_value(key, 14), value, False)]
    return [("key", key, False), ("value", value, False)]


def attribute_rows(target: Any) -> list[Row]:
    rows: list[Row] = [(f".{name}", value, False) for name, value in (getattr(target, "fields", None) or {}).items()]
    rows += [(f".{name}", value, False) for name, value in (target.attributes or {}).items()]
    namespace = getattr(target, "dict", None)
    if namespace is not None:
        rows.append(("__dict__", namespace, False))
    return rows


def function_rows(target: Function) -> list[Row]:
    """A closure's cells by the names they stand for, defaults, and attributes."""
    rows: list[Row] = []
    if target.closure is not None:
        code = target.code.code
        free = code.slots[code.free_slots_start :]
        rows += [(name, cell, False) for name, cell in zip(free, target.closure.items, strict=False)]
    if target.defaults is not None:
        rows.append(("defaults", target.defaults, False))
    if target.kwdefaults is not None:
        rows.append(("defaults", target.kwdefaults, False))
    if target.dict is not None:
        rows.append(("__dict__", target.dict, False))
    return rows


def class_rows(target: Type) -> list[Row]:
    """Attributes that are data of the program."""
    if target.static or target.namespace is None:
        return []
    return [
        (text_of(entry.key), entry.value, False)
        for entry in target.namespace.entries()
        if isinstance(entry.key, Str)
        and not entry.key.value.startswith("_")
        and not isinstance(entry.value, Function | Builtin)
        and entry.value.type.name not in ("getset_descriptor", "member_descriptor", "classmethod", "staticmethod", "property")
    ]


def frame_rows(target: Any) -> list[Row]:
    frame = target.frame
    if frame is None or (isinstance(target, FrameObject) and not frame.done):
        return []
    names = frame.code.code.slots
    rows: list[Row] = []
    for name, ref in zip(names, frame.slots, strict=False):
        if ref is not None:
            rows.append(("iterable" if name.startswith(".") else name, ref.object if ref.__class__ is Lent else ref, False))
    rows += [("in use", ref, False) for ref in frame.stack if ref is not None and ref.__class__ is not Lent and hasattr(ref, "refs")]
    return rows
