"""Where a rule may be replaced: instructions, natives, what happens at zero, the program's tree, and what the interpreter keeps.

A belief changes Python for the program, not for the library: modules written as guest source keep CPython's instructions, since they
stand for C code and rely on its rules. Fused pairs of instructions are taken apart, so that a rule about stores sees every store.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from sim.compiler.code import JUMPS, Code, Unit
from sim.machine.frames import Frame, Lent, NativeFrame
from sim.machine.natives import Native
from sim.machine.reaper import Death
from sim.objects.containers import Builtin
from sim.objects.functions import CodeObject
from sim.objects.heap_object import IMMORTAL, HeapObject

if TYPE_CHECKING:
    from sim.machine.machine import Machine

Handler = Callable[..., Any]
TreePass = Callable[[ast.Module], None]

STORES = ("STORE_NAME", "STORE_GLOBAL", "STORE_FAST", "STORE_DEREF")
DELETES = ("DELETE_NAME", "DELETE_GLOBAL", "DELETE_FAST", "DELETE_DEREF")
LOADS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_CHECK", "LOAD_DEREF")
# A quiet unbinding that a belief put into the program's tree as a `del` on a line below zero (foresight.py).
RELEASES = {name: name.replace("DELETE", "RELEASE") for name in DELETES}
DISPLAYS = ("BUILD_TUPLE", "BUILD_LIST", "BUILD_SET", "BUILD_MAP")
PAIRS = {
    "LOAD_FAST_LOAD_FAST": ("LOAD_FAST", "LOAD_FAST"),
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": ("LOAD_FAST_BORROW", "LOAD_FAST_BORROW"),
    "STORE_FAST_LOAD_FAST": ("STORE_FAST", "LOAD_FAST"),
    "STORE_FAST_STORE_FAST": ("STORE_FAST", "STORE_FAST"),
}


class Kept:
    """References that a belief keeps for itself, each counted once: an object may be in it more than once."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[HeapObject, int]] = {}

    def __iter__(self) -> Iterator[HeapObject]:
        for object_, count in list(self.rows.values()):
            yield from [object_] * count

    def add(self, object_: HeapObject) -> None:
        """Takes over one reference."""
        _, count = self.rows.get(id(object_), (object_, 0))
        self.rows[id(object_)] = object_, count + 1

    def take(self, object_: HeapObject) -> None:
        """Gives one reference back to the caller."""
        _, count = self.rows.pop(id(object_))
        if count > 1:
            self.rows[id(object_)] = object_, count - 1


class Seams:
    """What the rules of one world hook into."""

    def __init__(self, m: Machine) -> None:
        self.m = m
        self.table = m.instruction_table
        self.tree_passes: list[TreePass] = []
        self.kept = Kept()
        m.roots = self.kept
        self._spare_the_library()

    def _spare_the_library(self) -> None:
        """Code of library modules, and text that they run, is linked to CPython's instructions whenever it first runs."""
        m, plain = self.m, dict(self.table)
        instantiate, link = m.instantiate, m._link

        def link_plainly(*parts: Any) -> list[Any]:
            mine, m.instruction_table = m.instruction_table, plain
            try:
                return link(*parts)
            finally:
                m.instruction_table = mine

        def instantiate_apart(unit: Unit, arena: bool) -> CodeObject:
            frame = m.guest_frame()
            if of_library(m, unit.code.filename) or (frame is not None and of_library(m, frame.code.code.filename)):
                m._link = link_plainly  # type: ignore[method-assign, assignment]
                try:
                    return instantiate(unit, arena)
                finally:
                    m._link = link  # type: ignore[method-assign]
            return instantiate(replace(unit, code=taken_apart(unit.code)), arena)

        m.instantiate = instantiate_apart  # type: ignore[method-assign]

    def rewrite(self, change: TreePass) -> None:
        """Change the program's tree before it is compiled."""
        self.tree_passes.append(change)
        self.m.rewrite = self._rewrite

    def _rewrite(self, tree: ast.Module) -> None:
        for change in self.tree_passes:
            change(tree)

    # --- instructions ---

    def around(self, names: Iterable[str], make: Callable[[Handler], Handler]) -> None:
        """Replace instructions by what `make` makes of them."""
        for name in names:
            self.table[name] = make(self.table[name])

    def before(self, names: Iterable[str], first: Handler) -> None:
        """first(m, frame, argument) runs before each of these instructions."""

        def make(ordinary: Handler) -> Handler:
            def handler(m: Machine, frame: Frame, argument: Any) -> Any:
                first(m, frame, argument)
                return ordinary(m, frame, argument)

            return handler

        self.around(names, make)

    # --- natives ---

    def native(self, owner: str, name: str, change: Callable[[Native], Native]) -> None:
        """Replace a method of a built-in type, or a function of a module that every world has ("module:gc")."""
        if owner.startswith("module:"):
            builtin = module_function(self.m, owner.removeprefix("module:"), name)
            builtin.spec = change(builtin.spec)
            return
        kind = self.m.types[owner]
        ordinary = kind.natives[name]
        kind.natives = {**kind.natives, name: sparing(change(ordinary), ordinary)}
        kind.members.pop(name, None)
        self.m.class_changed(kind)

    def replace(self, owner: str, name: str, function: Callable[..., Any]) -> None:
        """Give a native another body, for the same arguments."""
        self.native(owner, name, lambda spec: with_body(spec, function))

    # --- deaths ---

    def at_zero(self, make: Callable[[Callable[..., None]], Callable[[Any, list[Death]], None]]) -> None:
        """Replace what happens when a count reaches zero."""
        self.m.zero = make(self.m.zero)  # type: ignore[method-assign, assignment]


def module_function(m: Machine, module: str, name: str) -> Builtin:
    namespace = m.modules[module].dict
    assert namespace is not None
    found = namespace.index[name].value
    assert isinstance(found, Builtin)
    return found


def of_library(m: Machine, filename: str) -> bool:
    """Is a text that of a module written as guest source?"""
    return filename.strip("<>") in m.module_sources


def sparing(changed: Native, ordinary: Native) -> Native:
    """The changed native, but the ordinary one for code of library modules."""

    def choose(m: Machine) -> Native:
        frame = m.guest_frame()
        return ordinary if frame is not None and of_library(m, frame.code.code.filename) else changed

    if not changed.generator and not ordinary.generator:
        return with_body(ordinary, lambda m, args, *rest: choose(m).function(m, args, *rest))

    def slowly(m: Machine, frame: NativeFrame, args: list[Any], *rest: Any) -> Any:
        spec = choose(m)
        if spec.generator:
            return (yield from spec.function(m, frame, args, *rest))
        result = spec.function(m, args, *rest)
        return result if isinstance(result, HeapObject) else (yield result)

    return with_body(ordinary, slowly)


def with_body(spec: Native, function: Callable[..., Any]) -> Native:
    made = Native(spec.name, function, spec.minimum, spec.maximum, spec.keywords, spec.raw, spec.kind)
    made.owner = spec.owner
    made.setter = spec.setter
    return made


def after_check(spec: Native, check: Callable[[Machine, list[Any]], None]) -> Native:
    """The same native; check(m, args) runs first and may raise."""
    if spec.generator:

        def slowly(m: Machine, frame: NativeFrame, args: list[Any], *rest: Any) -> Any:
            check(m, args)
            return (yield from spec.function(m, frame, args, *rest))

        return with_body(spec, slowly)

    def at_once(m: Machine, args: list[Any], *rest: Any) -> Any:
        check(m, args)
        return spec.function(m, args, *rest)

    return with_body(spec, at_once)


def then_result(spec: Native, change: Callable[[Machine, list[Any], Any], Any]) -> Native:
    """The same native; change(m, args, result) makes another result of a result, both new references."""

    def function(m: Machine, frame: NativeFrame, args: list[Any], *rest: Any) -> Any:
        if spec.generator:
            result = yield from spec.function(m, frame, args, *rest)
        else:
            result = spec.function(m, args, *rest)
            if not isinstance(result, HeapObject):
                result = yield result
        return change(m, args, result)

    return with_body(spec, function)


# --- looking at a frame -----------------------------------------------------------------------------------------------------------------


def value_in(ref: Any) -> Any:
    """The object of a slot: owned, lent, or None."""
    return ref.object if ref.__class__ is Lent else ref


def named(frame: Frame, argument: Any) -> Any:
    """The object that the variable of a store or delete instruction refers to now; None where it is unbound."""
    if isinstance(argument, int):
        ref = value_in(frame.slots[argument])
        return getattr(ref, "content", ref)
    text = getattr(argument, "value", argument)
    namespace = frame.locals if frame.locals is not None else frame.globals
    entry = namespace.index.get(text)
    return entry.value if entry is not None else None


def previous_instruction(frame: Frame) -> tuple[str, Any]:
    """The instruction before the one that runs."""
    return frame.code.code.instructions[frame.pc - 2] if frame.pc >= 2 else ("", None)


def counted(target: Any) -> bool:
    """Not immortal."""
    return bool(target.refs < IMMORTAL >> 1)


def is_program(frame: Any, filename: str) -> bool:
    return frame.__class__ is Frame and frame.code.code.filename == filename


# --- fused pairs ------------------------------------------------------------------------------------------------------------------------


def taken_apart(code: Code) -> Code:
    """The code with every fused pair as its two instructions, and deletions below line zero as releases; in all nested code too."""
    constants = tuple(constant if isinstance(constant, int) else taken_apart(constant) for constant in code.constants)
    if not any(op in PAIRS for op, _ in code.instructions) and min(code.lines, default=0) >= 0:
        return replace(code, constants=constants)
    moved: list[int] = []
    rows: list[tuple[str, Any, int, Any]] = []
    for (name, argument), line, handler in zip(code.instructions, code.lines, code.handlers, strict=True):
        moved.append(len(rows))
        for single, slot in zip(PAIRS[name], cast(tuple[int, int], argument), strict=True) if name in PAIRS else ((name, argument),):
            rows.append((single, slot, line, handler))
    return replace(
        code,
        constants=constants,
        instructions=[(RELEASES.get(op, op) if line < 0 else op, moved[arg] if op in JUMPS else arg) for op, arg, line, _ in rows],
        lines=[abs(line) for _, _, line, _ in rows],
        handlers=[handler and (moved[handler[0]], *handler[1:]) for *_, handler in rows],
    )
