"""Names that follow other names, parameters that are their caller's variables, functions that keep what their free names meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.compiler.blocks import Instr
from sim.compiler.code import JUMPS, Code
from sim.compiler.effects import effect
from sim.machine.frames import Frame
from sim.machine.instructions.stack import close_ref
from sim.machine.machine import PROGRAM_NAME
from sim.machine.misbelief.seams import DELETES, LOADS, STORES, Handler, Seams, previous_instruction, value_in
from sim.objects.containers import Cell, List, Tuple
from sim.objects.functions import CodeObject, Function
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict

if TYPE_CHECKING:
    from sim.machine.machine import Machine


@dataclass(frozen=True)
class Variable:
    """One variable at run time: a name in a namespace, a slot of a frame, or a cell (key None)."""

    home: Any  # Dict, Frame or Cell; compared by identity
    key: str | int | None

    def __hash__(self) -> int:
        return hash((id(self.home), self.key))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Variable) and self.home is other.home and self.key == other.key


def variable(m: Machine, frame: Frame, name: str, argument: Any) -> Variable | None:
    """The variable that a load, store or delete instruction is about."""
    if isinstance(argument, int):
        content = value_in(frame.slots[argument])
        return Variable(content, None) if content.__class__ is Cell else Variable(frame, argument)
    text = getattr(argument, "value", argument)
    namespace = frame.globals if name.endswith("GLOBAL") or frame.locals is None else frame.locals
    if name == "LOAD_NAME" and text not in namespace.index:
        namespace = frame.globals
    return Variable(namespace, text) if isinstance(namespace, Dict) else None


def bind(m: Machine, place: Variable, value: HeapObject) -> bool:
    """Bind a variable anew; False if it is gone."""
    home, key = place.home, place.key
    if isinstance(home, Frame):
        if home.done or not home.slots:
            return False
        old, home.slots[key] = home.slots[key], value  # type: ignore[index]
        value.refs += 1
        close_ref(m, old)
    elif isinstance(home, Cell):
        content, home.content = home.content, value
        value.refs += 1
        close_ref(m, content)
    else:
        entry = home.index.get(key)
        if entry is None:
            return False
        value.refs += 1
        m.heap.dict_store(home, key, entry.key, value)
    return True


class Links:
    """Which variables are bound anew together with which."""

    def __init__(self, m: Machine) -> None:
        self.m = m
        self.followers: dict[Variable, dict[Variable, None]] = {}
        self.leaders: dict[Variable, Variable] = {}

    def tie(self, follower: Variable, leader: Variable) -> None:
        self.leaders[follower] = leader
        self.followers.setdefault(leader, {})[follower] = None

    def untie(self, follower: Variable) -> None:
        leader = self.leaders.pop(follower, None)
        if leader is not None:
            self.followers[leader].pop(follower, None)

    def rebound(self, leader: Variable, value: HeapObject) -> None:
        """All that follow the variable, and what follows them, get its new value."""
        todo, seen = [leader], {leader}
        while todo:
            for follower in list(self.followers.get(todo.pop(), ())):
                if follower in seen:
                    continue
                seen.add(follower)
                self.m.charge(1)
                if bind(self.m, follower, value):
                    todo.append(follower)
                else:
                    self.untie(follower)

    def forget(self, frame: Frame) -> None:
        """A call is over: its variables follow nobody, and nobody follows them."""
        for index in range(len(frame.slots)):
            gone = Variable(frame, index)
            self.untie(gone)
            for follower in self.followers.pop(gone, ()):
                self.leaders.pop(follower, None)


def forget_with_frames(seams: Seams, links: Links) -> None:
    m = seams.m
    close_frame = m.close_frame

    def forgetting(frame: Frame) -> None:
        links.forget(frame)
        close_frame(frame)

    m.close_frame = forgetting  # type: ignore[method-assign]


def names_linked(seams: Seams) -> None:
    """`b = a` ties b to the variable a: whenever a is bound anew, b moves along. Binding b itself, or deleting a, unties them."""
    links = Links(seams.m)

    def storing(ordinary: Handler) -> Handler:
        def handler(m: Machine, frame: Frame, argument: Any) -> Any:
            name = frame.code.code.instructions[frame.pc - 1][0]
            loaded, source_argument = previous_instruction(frame)
            target = variable(m, frame, name, argument)
            value = value_in(frame.stack[-1])
            source = variable(m, frame, loaded, source_argument) if loaded in LOADS else None
            answer = ordinary(m, frame, argument)
            if target is not None:
                links.untie(target)
                links.rebound(target, value)
                if source is not None and source != target:
                    links.tie(target, source)
            return answer

        return handler

    def deleting(m: Machine, frame: Frame, argument: Any) -> None:
        target = variable(m, frame, frame.code.code.instructions[frame.pc - 1][0], argument)
        if target is not None:
            links.untie(target)
            for follower in links.followers.pop(target, {}):
                links.leaders.pop(follower, None)

    seams.around(STORES, storing)
    seams.before(DELETES, deleting)
    forget_with_frames(seams, links)


# --- parameters ---------------------------------------------------------------------------------------------------------------------------


def call_by_name(seams: Seams) -> None:
    """A parameter given by a plain name is the caller's variable: binding it anew binds that."""
    links = Links(seams.m)
    plain: dict[tuple[CodeObject, int], list[tuple[str, Any] | None]] = {}

    def entering(m: Machine, frame: Frame, argument: Any) -> None:
        caller = m.caller_of(frame)
        if argument != 0 or frame.function is None or caller is None or caller.code.code.filename != PROGRAM_NAME:
            return
        site = (caller.code, caller.pc - 1)
        if site not in plain:
            plain[site] = plain_arguments(caller.code.code, caller.pc - 1)
        for name, leader in given_names(m, frame, caller, plain[site]):
            links.tie(leader, Variable(frame, name))

    def storing(ordinary: Handler) -> Handler:
        def handler(m: Machine, frame: Frame, argument: Any) -> Any:
            value = value_in(frame.stack[-1])
            answer = ordinary(m, frame, argument)
            if isinstance(argument, int):
                links.rebound(Variable(frame, argument), value)
            return answer

        return handler

    seams.before(("RESUME",), entering)
    seams.around(("STORE_FAST", "STORE_DEREF"), storing)
    forget_with_frames(seams, links)


def given_names(m: Machine, frame: Frame, caller: Frame, sources: list[tuple[str, Any] | None]) -> list[tuple[int, Variable]]:
    """(parameter's slot, caller's variable) for arguments that are plain names. Behind a bound method the parameters are one further."""
    for shift in (0, 1):
        found = []
        for position, source in enumerate(sources):
            index = position + shift
            if source is None or index >= frame.code.code.arg_count:
                continue
            leader = variable(m, caller, *source)
            own = value_in(frame.slots[index])
            own = getattr(own, "content", own)
            if leader is None or own is None or current(leader) is not own:
                break
            found.append((index, leader))
        else:
            if found:
                return found
    return []


def current(place: Variable) -> Any:
    """What a variable refers to now."""
    if isinstance(place.home, Frame):
        return value_in(place.home.slots[place.key]) if place.home.slots else None  # type: ignore[index]
    if isinstance(place.home, Cell):
        return place.home.content
    entry = place.home.index.get(place.key)
    return entry.value if entry is not None else None


def plain_arguments(code: Code, at: int) -> list[tuple[str, Any] | None]:
    """For a positional call: the load instruction of each argument that is just a name, else None."""
    name, count = code.instructions[at]
    if name != "CALL" or not isinstance(count, int):
        return []
    targets = {argument for op, argument in code.instructions if op in JUMPS}
    found: list[tuple[str, Any] | None] = []
    height, wanted, index = 0, 0, at - 1  # heights relative to the stack before the call; `wanted`: that of the argument looked for
    while index >= 0 and len(found) < count:
        op, argument = code.instructions[index]
        if op in JUMPS:  # an argument with branches or a loop: what lies below is not looked for
            break
        popped, pushed = effect(Instr(op, argument))
        if height == wanted:
            found.append((op, argument) if op in LOADS and index + 1 not in targets else None)
            wanted -= 1
        height += popped - pushed
        index -= 1
    return [None] * (count - len(found)) + found[::-1]


# --- closures -----------------------------------------------------------------------------------------------------------------------------


class Snapshots:
    """What functions keep for the names of the module that they read: cells behind those of their closure."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Code, dict[str, int], tuple[bool, ...]]] = {}

    def of(self, code: Code) -> tuple[dict[str, int], tuple[bool, ...]]:
        """The place of each global name behind the function's own cells, and which of these it binds itself."""
        if id(code) not in self.known:
            places = {name: place for place, name in enumerate(sorted(global_names(code)))}
            bound = tuple(binds(code, name) for name in code.slots[code.free_slots_start :])
            self.known[id(code)] = (code, places, bound)
        _, places, bound = self.known[id(code)]
        return places, bound

    def kept(self, frame: Frame, name: str) -> Any:
        """What the running function keeps for a global name; borrowed, or None."""
        function = frame.function
        if function is None or function.closure is None or id(function.code.code) not in self.known:
            return None
        places, bound = self.of(function.code.code)
        index = len(bound) + places.get(name, len(function.closure.items))
        return function.closure.items[index].content if index < len(function.closure.items) else None  # type: ignore[attr-defined]

    def meaning(self, frame: Frame, name: str) -> HeapObject | None:
        """What a global name means where a function is made; a new reference."""
        found = self.kept(frame, name)
        if found is None:
            entry = frame.globals.index.get(name)
            found = entry.value if entry is not None else None
        if found is not None:
            found.refs += 1
        return found  # type: ignore[no-any-return]

    def take(self, m: Machine, function: Function, frame: Frame) -> None:
        """Give a new function cells of its own, with what the names mean now."""
        code = function.code.code
        if code.kind == "class":
            return
        places, bound = self.of(code)
        cells = [own_cell(m, cell, stays) for cell, stays in zip(closure_of(function), bound, strict=False)]
        cells += [m.heap.cell(self.meaning(frame, name)) for name in places]
        if cells:
            old, function.closure = function.closure, m.heap.tuple(list(cells))
            close_ref(m, old)


def closures_snapshot(seams: Seams) -> None:
    """A function keeps what its free names, those of the module included, meant when it was made; a name that meant nothing yet, and
    one that the function declares its own to bind, stays the variable.
    """
    snapshots = Snapshots()

    def made(m: Machine, frame: Frame) -> None:
        """Once nothing more is attached to the function on the stack."""
        if frame.code.code.instructions[frame.pc][0] != "SET_FUNCTION_ATTRIBUTE":
            snapshots.take(m, value_in(frame.stack[-1]), frame)

    def making(ordinary: Handler) -> Handler:
        def handler(m: Machine, frame: Frame, argument: Any) -> Any:
            answer = ordinary(m, frame, argument)
            made(m, frame)
            return answer

        return handler

    def load(ordinary: Handler) -> Handler:
        def handler(m: Machine, frame: Frame, name: str) -> Any:
            kept = snapshots.kept(frame, name)
            if kept is None:
                return ordinary(m, frame, name)
            kept.refs += 1
            frame.stack.append(kept)
            return None

        return handler

    def copy_free_vars(m: Machine, frame: Frame, count: int) -> None:
        assert frame.function is not None
        first = frame.code.code.free_slots_start
        for offset, cell in enumerate(closure_of(frame.function)[:count]):
            cell.refs += 1
            frame.slots[first + offset] = cell

    seams.around(("MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE"), making)
    seams.around(("LOAD_GLOBAL",), load)
    seams.table["COPY_FREE_VARS"] = copy_free_vars


def closure_of(function: Function) -> list[Any]:
    return list(function.closure.items) if function.closure is not None else []


def own_cell(m: Machine, cell: Cell, stays: bool) -> Cell:
    """A new cell with what the variable means now, or the variable's own cell."""
    if stays or cell.content is None:
        cell.refs += 1
        return cell
    cell.content.refs += 1
    return m.heap.cell(cell.content)


def binds(code: Code, name: str) -> bool:
    """Does the function, or one in it, bind its free variable (`nonlocal`)?"""
    if name not in code.slots[code.free_slots_start :]:
        return False
    slot = code.slots.index(name, code.free_slots_start)
    if any(op in ("STORE_DEREF", "DELETE_DEREF") and argument == slot for op, argument in code.instructions):
        return True
    return any(binds(constant, name) for constant in code.constants if not isinstance(constant, int))


def global_names(code: Code) -> set[str]:
    """Names of the module that a function, or one in it, only reads."""
    read = {str(argument) for op, argument in code.instructions if op == "LOAD_GLOBAL"}
    bound = {str(argument) for op, argument in code.instructions if op in ("STORE_GLOBAL", "DELETE_GLOBAL")}
    for constant in code.constants:
        if not isinstance(constant, int):
            read |= global_names(constant)
    return read - bound


# --- += on what cannot change -------------------------------------------------------------------------------------------------------------


def augmenting_mutates(seams: Seams) -> None:
    """`t += x` changes a string or tuple in place: wherever the program had the old one it has the new one."""

    def make(ordinary: Handler) -> Handler:
        def handler(m: Machine, frame: Frame, op: str) -> Any:
            old = value_in(frame.stack[-2])
            shared = op[-1] == "=" and old.refs > 2 and old.type.name in ("str", "tuple", "bytes")  # than the name and the operand
            answer = ordinary(m, frame, op)
            if shared and answer is None:
                become(m, old, value_in(frame.stack[-1]))
            return answer

        return handler

    seams.around(("BINARY_OP",), make)


def become(m: Machine, old: Any, changed: Any) -> None:
    """Replace an object by another in the program's variables, and in the containers and instances that they lead to."""
    if old is changed or not getattr(old, "value", getattr(old, "items", None)):  # nothing to share in what is empty
        return
    todo: list[Any] = []
    main = m.modules.get("__main__")
    if main is not None and main.dict is not None:
        todo.append(main.dict)
    frame = m.frame
    while frame is not None:
        if frame.__class__ is Frame and frame.code.code.filename == PROGRAM_NAME:
            todo += exchange(m, frame.slots, old, changed)
            if frame.locals is not None:
                todo.append(frame.locals)
        frame = frame.back
    seen: set[int] = set()
    while todo:
        owner = todo.pop()
        if id(owner) in seen:
            continue
        seen.add(id(owner))
        m.charge(1)
        todo += exchange_in(m, owner, old, changed)


def exchange(m: Machine, row: Any, old: Any, changed: Any) -> list[Any]:
    """Exchange in a host list or dict of references; the containers found in it."""
    found = []
    for key in range(len(row)) if isinstance(row, list) else list(row):
        held = row[key]
        if held is old:
            changed.refs += 1
            row[key] = changed
            m.heap.close(old)
        elif held is not None:
            found.append(value_in(held))
    return found


def exchange_in(m: Machine, owner: Any, old: Any, changed: Any) -> list[Any]:
    if isinstance(owner, Dict):
        found = []
        for entry in owner.entries():
            if entry.value is old:
                changed.refs += 1
                entry.value = changed
                m.heap.close(old)
            else:
                found.append(entry.value)
        return found
    if isinstance(owner, Cell):
        if owner.content is old:
            changed.refs += 1
            owner.content = changed
            close_ref(m, old)
        return [] if owner.content is None else [owner.content]
    found = []
    if isinstance(owner, Tuple | List):
        found += exchange(m, owner.items, old, changed)
    for part in (getattr(owner, "attributes", None), getattr(owner, "fields", None)):
        if part:
            found += exchange(m, part, old, changed)
    return found
