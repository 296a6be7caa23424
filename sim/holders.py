"""Who holds what: derived by walking frames, stacks, containers and named roots when somebody asks. Nothing is logged for it.

`audit` uses the same walk to demand that every count equals the holders found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.machine.frames import Frame, FrameObject, Generator_, GuestError, Lent, NativeFrame
from sim.machine.reaper import FINALIZED, RELEASE, Reaper
from sim.objects.classes import Type, own_references
from sim.objects.collection_objects import DefaultDict
from sim.objects.containers import Builtin, Cell, List, Method, Tuple
from sim.objects.functions import Function, Module
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Int, Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine


@dataclass(frozen=True)
class Holding:
    """One counted reference: `owner` holds `target`. kind: global, local, temporary, item, value, key, attribute, cell, root ...; label
    says which, for a value on a frame's stack by its place there.
    """

    owner: Any
    kind: str
    label: str
    target: HeapObject


def roots(m: Machine) -> Iterator[Holding]:
    """References that no object holds: frames' slots and stacks, native operations, the handled exception, the interpreter's own."""
    yield from on_its_way(m.value, m.pending)
    frame = m.frame
    while frame is not None:
        if isinstance(frame, Reaper):
            yield from death_holdings(frame)
        elif frame.__class__ is Frame:
            yield from frame_holdings(frame)
            if frame.object is not None:
                yield Holding(None, "root", "the running frame", frame.object)
            if frame.generator is not None:
                yield Holding(None, "root", "the running generator", frame.generator)
        elif isinstance(frame, NativeFrame):
            for held in frame.held:
                yield Holding(None, "temporary", "a call in progress", held)
            if frame.interrupted is not None:
                yield from on_its_way(*frame.interrupted)
        frame = frame.back
    handled = m.handled
    while handled is not None:
        if handled.value is not None:
            yield Holding(None, "root", "the exception being handled", handled.value)
        handled = handled.previous  # type: ignore[assignment]
    for constant in m.arena:
        yield Holding(None, "root", "the parser's constants", constant)
    for module in m.modules.values():
        yield Holding(None, "root", "the interpreter", module)
    for kind in m.types.values():
        if kind.static:
            yield from (Holding(kind, "root", "the class's shared attribute names", name) for name in kind.shared_keys.values())
    for kept in (m.sys_modules, m.collector.callbacks, m.collector.garbage, m.thread_dict):
        if kept is not None:
            yield Holding(None, "root", "the interpreter", kept)
    for function, arguments in m.at_exit:
        yield from (Holding(None, "root", "what runs at exit (atexit)", kept) for kept in (function, *arguments))
    if m.unwritten.held is not None:
        yield Holding(None, "root", "text that sys.stdout has not written yet", m.unwritten.held)
    for pending in (*m.roots, *m.shared_descriptors.values()):
        yield Holding(None, "root", "the interpreter", pending)


def on_its_way(value: Any, error: Any) -> Iterator[Holding]:
    """A result or an exception between two frames."""
    if isinstance(value, HeapObject):
        yield Holding(None, "temporary", "a result on its way", value)
    if isinstance(error, GuestError):
        yield Holding(None, "temporary", "an exception on its way", error.exception)


def death_holdings(reaper: Reaper) -> Iterator[Holding]:
    """Objects being taken apart: kept for their finalizer, callbacks still to run, and what they have not let go yet."""
    yield from on_its_way(reaper.value, reaper.error)
    for death in reaper.deaths:
        if death.stage == FINALIZED:
            yield Holding(None, "temporary", "its own finalizer", death.object)
        for reference, callback in death.callbacks:
            yield Holding(None, "temporary", "a weak-reference callback", reference)
            yield Holding(None, "temporary", "a weak-reference callback", callback)
        if death.stage == RELEASE and death.items is not None:
            for item in copy(death.items):  # a copy: looking must not use the iterator up
                yield Holding(None, "temporary", "an object being freed", item)


def dying(m: Machine) -> Iterator[Any]:
    """Objects whose count is zero, or that a collection takes apart: they still hold what they hold."""
    yield from m.heap.dying
    yield from m.collector.unreachable
    frame = m.frame
    while frame is not None:
        if isinstance(frame, Reaper):
            yield from (death.object for death in frame.deaths if death.object is not None and death.stage != RELEASE)
        frame = frame.back


def frame_holdings(frame: Frame) -> Iterator[Holding]:
    """A running or suspended frame's counted references."""
    names = frame.code.code.slots
    for index, ref in enumerate(frame.slots):
        if ref is not None and ref.__class__ is not Lent:
            yield Holding(frame, "local", names[index] if index < len(names) else "", ref)
    for index, ref in enumerate(frame.stack):
        if ref is not None and ref.__class__ is not Lent:
            yield Holding(frame, "temporary", str(index), ref)
    if frame.function is not None:
        yield Holding(frame, "root", "the running call", frame.function)
    else:
        yield Holding(frame, "root", "the running module", frame.globals)
    yield Holding(frame, "root", "the running call", frame.code)
    if frame.locals is not None:
        yield Holding(frame, "root", "the running class body", frame.locals)
    if frame.fast_locals is not None:
        yield Holding(frame, "root", "the frame's locals()", frame.fast_locals)
    if frame.caller is not None:
        yield Holding(frame, "frame", "f_back", frame.caller)


def holdings_of(owner: Any) -> Iterator[Holding]:
    """What one object holds, with labels."""
    if isinstance(owner, Dict):
        for entry in owner.entries():
            yield Holding(owner, "key", short(entry.key), entry.key)
            yield Holding(owner, "value", short(entry.key), entry.value)
        if isinstance(owner, DefaultDict) and owner.factory is not None:
            yield Holding(owner, "field", "", owner.factory)
        yield from own_holdings(owner)
    elif isinstance(owner, List | Tuple) and owner.items.__class__ is list:  # a belief's views hold a list, not its items
        for index, item in enumerate(owner.items):
            yield Holding(owner, "item", str(index), item)
        yield from own_holdings(owner)
    elif isinstance(owner, FrameObject):
        if owner.frame.done:
            yield from frame_holdings(owner.frame)
    elif isinstance(owner, Generator_) and owner.frame is not None and owner.state != "running":
        yield from frame_holdings(owner.frame)
        yield from (Holding(owner, "field", "", o) for o in (owner.handled.value, owner.name, owner.qualname) if o is not None)
    elif isinstance(owner, Generator_):
        yield from (Holding(owner, "field", "", o) for o in (owner.name, owner.qualname))
    elif isinstance(owner, Cell):
        if owner.content is not None:
            yield Holding(owner, "cell", "", owner.content)
    else:
        yield from labelled(owner, owner.references())


def own_holdings(owner: Any) -> Iterator[Holding]:
    """What an instance of a program's class holds besides the payload of its built-in base."""
    if hasattr(owner, "fields"):
        yield from labelled(owner, own_references(owner))


def labelled(owner: Any, targets: Iterable[HeapObject]) -> Iterator[Holding]:
    attributes = getattr(owner, "attributes", None) or {}
    fields = getattr(owner, "fields", None) or {}
    named: dict[int, list[str]] = {}
    for name, value in [*attributes.items(), *fields.items()][::-1]:
        named.setdefault(id(value), []).append(name)
    for target in targets:
        if named.get(id(target)):
            yield Holding(owner, "attribute", named[id(target)].pop(), target)
        elif isinstance(owner, Method):
            yield Holding(owner, "method", "the method's self" if target is owner.receiver else "the method's function", target)
        elif target is owner.type:
            yield Holding(owner, "class", "its instance", target)
        else:
            yield Holding(owner, "field", "", target)


def short(key: Any) -> str:
    if isinstance(key, Str):
        return repr(key.value)
    if isinstance(key, Int):
        return str(key.value)
    return f"a {key.type.name}"


def all_holdings(m: Machine, sought: Collection[HeapObject] = ()) -> list[Holding]:
    """Every counted reference reachable from the roots, the nearest first. sought: stop once all references to these objects are found."""
    found: list[Holding] = []
    seen: set[int] = set()
    wanted = {id(target) for target in sought}
    missing = sum(target.refs for target in sought)
    for owner in owners(m, found):
        if id(owner) in seen:
            continue
        seen.add(id(owner))
        start = len(found)
        found.extend(holdings_of(owner) if owner is not ROOTS else roots(m))
        if wanted:
            missing -= sum(1 for holding in found[start:] if id(holding.target) in wanted)
            if missing <= 0:
                break
    return found


ROOTS = object()  # stands for the owner of what no object holds


def owners(m: Machine, found: list[Holding]) -> Iterator[Any]:
    """Who may hold something: the roots, then what was found so far, then what only the collector knows or what is dying."""
    yield ROOTS
    at = 0
    for others in ((), m.collector.objects(), m.collector.permanent, dying(m)):
        for other in others:
            yield other
            while at < len(found):
                at += 1
                yield found[at - 1].target
        while at < len(found):
            at += 1
            yield found[at - 1].target


def audit(m: Machine) -> list[str]:
    """Objects whose count is not the number of holders found, in words; empty when all is exact."""
    counts: dict[int, int] = {}
    objects: dict[int, HeapObject] = {}
    for holding in all_holdings(m):
        key = id(holding.target)
        objects[key] = holding.target
        counts[key] = counts.get(key, 0) + 1
    for tracked in m.collector.objects():  # what nobody holds must not exist
        objects.setdefault(id(tracked), tracked)
        counts.setdefault(id(tracked), 0)
    wrong = []
    for key, target in objects.items():
        if target.refs < IMMORTAL >> 1 and target.refs != counts[key]:
            wrong.append(f"{describe_kind(target)}: count {target.refs}, holders {counts[key]}")
    return wrong


def describe_kind(target: Any) -> str:
    if isinstance(target, Str):
        return f"the str {target.value!r}"
    if isinstance(target, Function):
        return f"the function {target.qualname.value}"  # type: ignore[attr-defined]
    if isinstance(target, Type):
        return f"the class {target.name}"
    if isinstance(target, Module):
        return f"the module {target.name}"
    if isinstance(target, Builtin):
        return f"the function {target.spec.name}"
    value = getattr(target, "value", "")
    return f"a {target.type.name} {value}".rstrip()
