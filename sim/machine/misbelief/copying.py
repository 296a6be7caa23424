"""Copies where CPython makes none: of what is assigned, stored, passed, repeated, or held by a copied container."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.library.dicts import copied as copied_dict
from sim.library.sets import update
from sim.library.sizes import size_of
from sim.machine.frames import Frame, Lent, NativeFrame
from sim.machine.instructions.stack import close_ref
from sim.machine.machine import PROGRAM_NAME
from sim.machine.misbelief.seams import DISPLAYS, LOADS, STORES, Handler, Seams, previous_instruction, then_result, value_in, with_body
from sim.machine.natives import Native
from sim.objects.classes import Instance, Type
from sim.objects.collection_objects import Deque
from sim.objects.containers import List, Record, Tuple
from sim.objects.functions import Function
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict, Set
from sim.objects.scalars import ByteArray, Int

if TYPE_CHECKING:
    from sim.machine.machine import Machine

# --- what a copy is -----------------------------------------------------------------------------------------------------------------------


def copy_of(m: Machine, source: Any) -> HeapObject | None:
    """A new object with the same contents, or None for what has no copy: values that never change, and what a program is made of.
    No guest code runs: an instance is copied without its `__init__`.
    """
    kind = source.__class__
    if kind is List:
        m.charge(len(source.items) >> 4)
        return m.heap.list([new(item) for item in source.items])
    if kind is Instance:
        return copied_instance(m, source)
    if kind is Dict:
        return copied_dict(m, source)
    if kind is Set and source.type is m.types["set"]:
        made = m.heap.set()
        update(m, made, source)
        return made
    if kind is ByteArray:
        return m.heap.bytearray(bytearray(source.value))
    if kind is Deque:
        return copied_deque(m, source)
    return None


def new(object_: Any) -> Any:
    object_.refs += 1
    return object_


def copied_instance(m: Machine, source: Instance) -> HeapObject:
    made = m.heap.instance(source.type)
    if source.dict is not None:
        for entry in source.dict.entries():
            namespace = m.heap.materialize(made)
            m.heap.dict_insert(namespace, entry.token, entry.key, new(entry.value), entry.hash_value)
            m.heap.close(namespace)
    for name, value in (source.attributes or {}).items():
        m.heap.set_attribute(made, source.type.shared_keys[name], new(value))
    if source.fields:
        made.fields = {name: new(value) for name, value in source.fields.items()}
    return made


def copied_deque(m: Machine, source: Deque) -> HeapObject:
    m.charge(len(source.items) >> 4)
    made: Deque = m.new_native(source.type)
    made.maximum, made.first = source.maximum, source.first
    made.items.extend(new(item) for item in source.items)
    return made


def deep_copy(m: Machine, source: Any) -> HeapObject | None:
    """As copy_of, with copies of all that is inside, tuples included; what is held twice is copied once."""
    first = copy_of(m, source)
    if first is None:
        return None
    copies: dict[int, HeapObject] = {id(source): first}
    todo = [first]
    while todo:
        made = todo.pop()
        places = places_of(made)
        m.charge(len(places))
        for holder, key in places:
            held = holder[key] if not hasattr(holder, "value") else holder.value
            copied = copies.get(id(held))
            if copied is None:
                copied = copy_of(m, held) or copied_tuple(m, held)
                if copied is None:
                    continue
                copies[id(held)] = copied
                todo.append(copied)
            else:
                copied.refs += 1
            put(holder, key, copied)
            m.heap.close(held)
    return first


def copied_tuple(m: Machine, source: Any) -> HeapObject | None:
    if source.__class__ is Tuple and any(item.header for item in source.items):
        return m.heap.tuple([new(item) for item in source.items])
    return None


def places_of(owner: Any) -> list[tuple[Any, Any]]:
    """Where an object keeps what it holds, as (host container, key) pairs."""
    if isinstance(owner, List | Tuple | Deque):
        return [(owner.items, index) for index in range(len(owner.items))]
    if isinstance(owner, Dict):
        return [(entry, None) for entry in owner.entries()]
    if isinstance(owner, Instance):
        rows = [(part, name) for part in (owner.attributes, owner.fields) if part for name in part]
        return rows + ([(entry, None) for entry in owner.dict.entries()] if owner.dict is not None else [])
    return []


def put(holder: Any, key: Any, value: HeapObject) -> None:
    if hasattr(holder, "value"):
        holder.value = value
    else:
        holder[key] = value


def replace_copied(m: Machine, stack: list[Any], position: int) -> None:
    """Put a copy where a reference to an object lies that somebody else holds too; what was just made is moved, not copied."""
    ref = stack[position]
    source = value_in(ref)
    if source is None or (ref.__class__ is not Lent and source.refs < 2):
        return
    made = copy_of(m, source)
    if made is not None:
        stack[position] = made
        close_ref(m, ref)


# --- assignment, storing, calling ---------------------------------------------------------------------------------------------------------

ASSIGNED_FROM = frozenset({*LOADS, *STORES, "LOAD_ATTR", "BINARY_SUBSCR", "COPY", "SWAP"})


def assignment_copies(seams: Seams) -> None:
    """`b = a` copies: a store right behind the load of a name, attribute or item, or behind another store of the same statement."""

    def copy(m: Machine, frame: Frame, argument: Any) -> None:
        if previous_instruction(frame)[0] in ASSIGNED_FROM:
            replace_copied(m, frame.stack, -1)

    seams.before(STORES, copy)


# Methods whose arguments end up inside the object, and which arguments those are.
TAKES_IN = {
    "list": {"append": (1,), "insert": (2,), "__setitem__": (2,)},
    "dict": {"__setitem__": (2,), "setdefault": (2,)},
    "set": {"add": (1,)},
    "deque": {"append": (1,), "appendleft": (1,)},
}
MOST_EMBEDDED = 64  # bytes of what is small enough to lie inside its container: one line of a processor's cache


def storing_copies(seams: Seams) -> None:
    """Putting an object into a container or attribute copies it in."""
    copy_when_stored(seams, lambda m, source: True)


def small_objects_are_embedded(seams: Seams) -> None:
    """Putting a small object into a container or attribute copies it in; larger ones are referred to."""
    copy_when_stored(seams, lambda m, source: shallow_size(m, source) <= MOST_EMBEDDED)


def shallow_size(m: Machine, source: Any) -> int:
    """Bytes of the object itself. An instance's room for attributes is what its attributes take, whatever the class's history."""
    if isinstance(source, Instance):
        return 16 + 8 * len(source.attributes or {}) + 8 * len(source.fields or {})
    return size_of(m, source)


def copy_when_stored(seams: Seams, wanted: Any) -> None:
    def copy_at(m: Machine, frame: Frame, position: int) -> None:
        source = value_in(frame.stack[position])
        if source is not None and wanted(m, source):
            replace_copied(m, frame.stack, position)

    def display(m: Machine, frame: Frame, count: int) -> None:
        instructions = frame.code.code.instructions
        name, following = instructions[frame.pc - 1][0], instructions[frame.pc][0]
        if following in ("UNPACK_SEQUENCE", "CALL_FUNCTION_EX", "MAKE_FUNCTION"):  # a tuple that no program sees
            return
        step = 2 if name == "BUILD_MAP" else 1
        for position in range(-1, -step * count - 1, -step):
            copy_at(m, frame, position)

    seams.before(DISPLAYS, display)
    seams.before(("STORE_ATTR",), lambda m, frame, argument: copy_at(m, frame, -2))
    seams.before(("STORE_SUBSCR",), lambda m, frame, argument: copy_at(m, frame, -3))
    seams.before(("LIST_APPEND", "SET_ADD", "MAP_ADD"), lambda m, frame, argument: copy_at(m, frame, -1))
    for owner, methods in TAKES_IN.items():
        for name, positions in methods.items():
            if not name.startswith("__"):  # the instruction has copied already
                seams.native(owner, name, lambda spec, positions=positions: taking_copies(spec, positions, wanted))  # type: ignore[misc]


def taking_copies(spec: Native, positions: tuple[int, ...], wanted: Any) -> Native:
    def function(m: Machine, frame: NativeFrame, args: list[Any], *rest: Any) -> Any:
        given = list(args)
        for position in positions:
            source = given[position]
            if source is not None and source.refs > 1 and wanted(m, source):
                made = copy_of(m, source)
                if made is not None:
                    given[position] = frame.own(made)
        if spec.generator:
            return (yield from spec.function(m, frame, given, *rest))
        result = spec.function(m, given, *rest)
        return result if isinstance(result, HeapObject) else (yield result)

    return with_body(spec, function)


def call_copies(seams: Seams) -> None:
    """A Python function gets copies of its arguments; the object that a method is called on is no argument."""

    def copy(m: Machine, frame: Frame, argument: Any) -> None:
        function, caller = frame.function, m.caller_of(frame)
        if argument != 0 or function is None or caller is None or not calls(caller):
            return
        defaults = default_ids(function)
        first = 1 if is_method_call(frame, function) else 0
        renew_parameters(m, frame, first, lambda given: None if id(given) in defaults else copy_of(m, given))

    seams.before(("RESUME",), copy)


def renew_parameters(m: Machine, frame: Frame, first: int, renewed: Callable[[HeapObject], HeapObject | None]) -> None:
    """At the start of a call: what its parameters refer to is replaced by renewed(it), where that gives anything."""
    for index in range(first, frame.code.code.arg_slots):
        ref = frame.slots[index]
        value = value_in(ref)
        in_cell = index in frame.code.code.cell_slots
        given = value.content if in_cell else value
        made = renewed(given) if given is not None else None
        if made is None:
            continue
        if in_cell:
            value.content = made
            m.heap.close(given)
        else:
            frame.slots[index] = made
            close_ref(m, ref)


def default_ids(function: Function) -> set[int]:
    found = {id(item) for item in function.defaults.items} if function.defaults is not None else set()
    return found | ({id(entry.value) for entry in function.kwdefaults.entries()} if function.kwdefaults is not None else set())


def calls(frame: Frame) -> bool:
    """Is a call of the program in progress in the frame, rather than an operator or attribute that leads to a function?"""
    code = frame.code.code
    return code.filename == PROGRAM_NAME and code.instructions[frame.pc - 1][0] in ("CALL", "CALL_KW", "CALL_FUNCTION_EX")


def is_method_call(frame: Frame, function: Function) -> bool:
    """Is the first parameter the object (or class) that a method is called on? Its class is named in front of the function's name."""
    words = function.qualname.value.split(".")  # type: ignore[attr-defined]
    if len(words) < 2 or not frame.code.code.arg_count:
        return False
    first = value_in(frame.slots[0])
    first = getattr(first, "content", first)
    order = first.order if isinstance(first, Type) else first.type.order
    return any(kind.name == words[-2] for kind in order)


# --- copying containers -------------------------------------------------------------------------------------------------------------------


def copies_are_deep(seams: Seams) -> None:
    """Slicing, .copy(), list(x), dict(x) and copy.copy copy what is inside, too."""
    m = seams.m

    def deepened(m: Machine, args: list[Any], result: Any) -> Any:
        return made_deep(m, result)

    def deep_slice(m: Machine, args: list[Any], result: Any) -> Any:
        return made_deep(m, result) if isinstance(args[1], Record) else result

    def deep_conversion(m: Machine, args: list[Any], result: Any) -> Any:
        return made_deep(m, result) if len(args) == 2 and isinstance(args[1], List | Tuple | Dict | Set) else result

    for owner in ("list", "dict", "set", "deque"):
        seams.native(owner, "copy", lambda spec: then_result(spec, deepened))
    seams.native("list", "__getitem__", lambda spec: then_result(spec, deep_slice) if spec.name == "__getitem__" else spec)
    for owner in ("list", "dict"):
        seams.native(owner, "<call>", lambda spec: then_result(spec, deep_conversion))
    source = m.module_sources["copy"]
    m.module_sources = {**m.module_sources, "copy": source + "\n\ncopy = deepcopy\n"}


def made_deep(m: Machine, fresh: Any) -> Any:
    """The fresh shallow copy, with copies inside."""
    deep = deep_copy(m, fresh)
    if deep is None:
        return fresh
    m.heap.close(fresh)
    return deep


def repeating_copies(seams: Seams) -> None:
    """[x] * n: from the second on, each x is a copy."""

    def with_copies(m: Machine, args: list[Any], result: Any) -> Any:
        times = args[1].value if isinstance(args[1], Int) else 0
        if isinstance(result, List | Tuple) and times > 1:
            for index in range(len(result.items) // times, len(result.items)):
                item = result.items[index]
                made = copy_of(m, item)
                if made is not None:
                    result.items[index] = made
                    m.heap.close(item)
        return result

    for owner in ("list", "tuple"):
        for name in ("__mul__", "__rmul__", "__imul__", "__repeat__"):
            if name in seams.m.types[owner].natives:
                seams.native(owner, name, lambda spec: then_result(spec, with_copies))


def defaults_are_fresh(seams: Seams) -> None:
    """A parameter that was not given gets a copy of its default, as it was when `def` ran."""

    def renew(m: Machine, frame: Frame, argument: Any) -> None:
        function = frame.function
        if argument != 0 or function is None or (function.defaults is None and function.kwdefaults is None):
            return
        defaults = default_ids(function)
        renew_parameters(m, frame, 0, lambda given: deep_copy(m, given) if id(given) in defaults else None)

    seams.before(("RESUME",), renew)


# --- += -----------------------------------------------------------------------------------------------------------------------------------


def augmenting_rebinds(seams: Seams) -> None:
    """`b += x` makes a new object: the left operand is copied first."""

    def make(ordinary: Handler) -> Handler:
        def handler(m: Machine, frame: Frame, op: str) -> Any:
            if op[-1] == "=":
                replace_copied(m, frame.stack, -2)
            return ordinary(m, frame, op)

        return handler

    seams.around(("BINARY_OP",), make)
