"""The seams: where a belief replaces one rule of the machine. Called once for a world; the true path never asks.

Each rule is one function that changes an instruction, the collector, or what happens when a count reaches zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.collector import collect, collect_generation
from sim.library import sys_module
from sim.machine.frames import Frame, Lent, NativeFrame
from sim.machine.instructions.stack import close_ref
from sim.machine.natives import Native
from sim.machine.reaper import Death
from sim.objects.classes import Instance
from sim.objects.containers import Builtin, List, Tuple
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.objects.mappings import Dict, Set

if TYPE_CHECKING:
    from sim.beliefs import Belief
    from sim.machine.machine import Machine


def apply_belief(m: Machine, belief: Belief) -> None:
    """Wire every rule in which the belief differs from CPython."""
    for rule, wire in RULES.items():
        if getattr(belief, rule):
            wire(m)


def module_function(m: Machine, module: str, name: str) -> Builtin:
    """A native function of a module, to be given another body."""
    namespace = m.modules[module].dict
    assert namespace is not None
    found = namespace.index[name].value
    assert isinstance(found, Builtin)
    return found


# --- when a count reaches zero ------------------------------------------------------------------------------------------------------


def zero_waits(m: Machine) -> None:
    """A count of zero marks the object; the next collection (the periodic sweep) frees all marked ones."""
    waiting = Waiting(m)
    m.zero = waiting.mark  # type: ignore[method-assign]
    m.sweep = waiting.sweep
    wrap_collect(m, waiting)


def collector_frees(m: Machine) -> None:
    """Freeing is the collector's work: while it is off nothing is freed; gc.collect() frees and counts."""
    waiting = Waiting(m)
    ordinary = m.zero

    def zero(dead: Any, deaths: list[Death]) -> None:
        if m.collector.enabled or not isinstance(dead, WAITING_KINDS):
            ordinary(dead, deaths)
        else:
            waiting.mark(dead, deaths)

    m.zero = zero  # type: ignore[method-assign]
    wrap_collect(m, waiting)


# What waits: objects that programs talk about, not what the interpreter makes for itself (bound methods, argument tuples, iterators,
# and the dicts of keywords and class bodies, which cannot be told from a program's own: so no dict waits).
WAITING_KINDS = (Instance, List, Set)


class Waiting:
    """Objects whose count is zero and that nobody has freed yet. Kept alive by one reference each, which the sweep closes."""

    def __init__(self, m: Machine) -> None:
        self.m = m
        self.objects: list[HeapObject] = []
        self.ordinary = m.zero
        self.sweeping = False

    def mark(self, dead: Any, deaths: list[Death]) -> None:
        if self.sweeping or self.m.finishing or not isinstance(dead, WAITING_KINDS):
            self.ordinary(dead, deaths)
            return
        dead.refs = 1
        self.objects.append(dead)
        self.m.roots.append(dead)

    def sweep(self, m: Machine, frame: NativeFrame) -> Any:
        """Free everything that waits. The number of objects freed."""
        marked, self.objects = self.objects, []
        self.sweeping = m.collector.collecting = True
        for dead in marked:
            m.roots.remove(dead)
            m.heap.close(dead)
            yield None
        self.sweeping = m.collector.collecting = False
        return len(marked)


def wrap_collect(m: Machine, waiting: Waiting) -> None:
    """gc.collect() is the sweep: it frees what waits, then looks for cycles, and counts both."""
    builtin = module_function(m, "gc", "collect")

    def sweeping_collect(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
        generation = args[0].value if args and args[0] is not None else 2
        m.tracer.collection_started(generation, False)
        swept = yield NativeFrame(m, waiting.sweep)
        found = swept + (yield NativeFrame(m, collect_quietly, generation))
        m.tracer.collection_ended(found)
        return m.heap.int(found)

    builtin.spec = Native("collect", sweeping_collect, 0, 1, ("generation",), False, "function")


def collect_quietly(m: Machine, frame: NativeFrame, generation: int) -> Any:
    """A collection that is part of a sweep: not told as one of its own."""
    m.collector.collecting = True
    found = yield NativeFrame(m, collect_generation, generation)
    m.collector.collecting = False
    return found


# --- names that free ------------------------------------------------------------------------------------------------------------------


def take_apart(m: Machine, frame: NativeFrame, target: Any) -> Any:
    frame.borrow(target)
    finalizer = m.finalizer_frame(target)
    if finalizer is not None:
        yield finalizer
    m.tracer.died(target)
    return None


def del_destroys(m: Machine) -> None:
    """`del name` destroys the object the name refers to."""
    for op in ("DELETE_NAME", "DELETE_GLOBAL", "DELETE_FAST", "DELETE_DEREF"):
        m.instruction_table[op] = before_unbinding(m, m.instruction_table[op])


def before_unbinding(m: Machine, ordinary: Callable[..., Any]) -> Callable[..., Any]:
    def handler(m: Machine, frame: Frame, argument: Any) -> Any:
        target = named(frame, argument)
        if target is not None:
            target.refs += 1
        answer = ordinary(m, frame, argument)
        if target is None:
            return answer
        return m.push(NativeFrame(m, destroy_and_close, target))

    return handler


def named(frame: Frame, argument: Any) -> Any:
    """The object a delete or store instruction is about: by slot, or by name."""
    if isinstance(argument, int):
        ref = frame.slots[argument]
        ref = ref.object if ref.__class__ is Lent else ref
        return getattr(ref, "content", ref)
    text = getattr(argument, "value", argument)
    for namespace in (frame.locals, frame.globals):
        entry = namespace.index.get(text) if namespace is not None else None
        if entry is not None:
            return entry.value
    return None


def destroy_and_close(m: Machine, frame: NativeFrame, target: Any) -> Any:
    """Destroy an object that the caller holds by one reference, then give that up."""
    frame.own(target)
    if may_be_destroyed(m, target):
        m.destroyed[id(target)] = target
        yield NativeFrame(m, take_apart, target)
    return None


def may_be_destroyed(m: Machine, target: Any) -> bool:
    return isinstance(target, Instance | List | Dict | Tuple) and target.refs < IMMORTAL >> 1 and id(target) not in m.destroyed


def none_frees(m: Machine) -> None:
    """Storing None in a name destroys what the name referred to."""
    for op in ("STORE_NAME", "STORE_GLOBAL", "STORE_FAST", "STORE_DEREF"):
        m.instruction_table[op] = before_none(m.instruction_table[op])


def before_none(ordinary: Callable[..., Any]) -> Callable[..., Any]:
    def handler(m: Machine, frame: Frame, argument: Any) -> Any:
        value = frame.stack[-1]
        target = named(frame, argument) if getattr(value, "object", value) is m.none_object else None
        if target is not None:
            target.refs += 1
        answer = ordinary(m, frame, argument)
        if target is None:
            return answer
        return m.push(NativeFrame(m, destroy_and_close, target))

    return handler


def scope_frees(m: Machine) -> None:
    """Leaving a function destroys every object made in it: those that its locals name and that were not handed in."""
    ordinary = m.instruction_table["RETURN_VALUE"]

    def handler(m: Machine, frame: Frame, argument: Any) -> Any:
        if frame.function is None or frame.generator is not None or frame.locals is not None:
            return ordinary(m, frame, argument)
        code = frame.code.code
        made = [getattr(ref, "object", ref) for ref in frame.slots[code.arg_slots : code.free_slots_start]]
        targets = [target for target in made if target is not None and may_be_destroyed(m, target)]
        for target in targets:
            target.refs += 1
        answer = ordinary(m, frame, argument)
        return m.push(NativeFrame(m, destroy_all, targets)) if targets else answer

    m.instruction_table["RETURN_VALUE"] = handler


def destroy_all(m: Machine, frame: NativeFrame, targets: list[Any]) -> Any:
    for target in targets:
        yield NativeFrame(m, destroy_and_close, target)
    return None


def container_owns(m: Machine) -> None:
    """Items live inside their container: when it dies they die, whoever else refers to them."""
    ordinary = m.zero

    def zero(dead: Any, deaths: list[Death]) -> None:
        items = (
            dead.items if isinstance(dead, List | Tuple) else [entry.value for entry in dead.entries()] if isinstance(dead, Dict) else []
        )
        owned_items = [item for item in items if may_be_destroyed(m, item) and not m.finishing]
        ordinary(dead, deaths)
        for item in owned_items:
            m.destroyed[id(item)] = item
            item.refs += 1
            m.push_later(NativeFrame(m, destroy_embedded, item))

    m.zero = zero  # type: ignore[method-assign]


def destroy_embedded(m: Machine, frame: NativeFrame, item: Any) -> Any:
    frame.own(item)
    yield NativeFrame(m, take_apart, item)
    return None


# --- counting -------------------------------------------------------------------------------------------------------------------------


def getrefcount_adds_nothing(m: Machine) -> None:
    """sys.getrefcount reports stored references only."""
    builtin = module_function(m, "sys", "getrefcount")

    def stored_count(m: Machine, args: list[Any]) -> HeapObject:
        shown = sys_module.reported_count(m, args[0])
        frame = m.guest_frame()
        counted = frame is not None and any(ref is args[0] for ref in frame.stack)
        return m.heap.int(shown - 1 if counted and args[0].refs < IMMORTAL >> 1 else shown)

    builtin.spec = Native("getrefcount", stored_count, 1, 1, (), False, "function")


def count_only_names(m: Machine) -> None:
    """Only variables count: container slots and attributes do not."""
    builtin = module_function(m, "sys", "getrefcount")

    def names_counted(m: Machine, args: list[Any]) -> HeapObject:
        target = args[0]
        if target.refs >= IMMORTAL >> 1:
            return m.heap.int(sys_module.reported_count(m, target))
        return m.heap.int(target.refs - stored_inside(m, target))

    def stored_references(target: Any) -> int:
        return int(target.refs) - stored_inside(m, target)

    m.stored_references = stored_references  # type: ignore[method-assign]
    builtin.spec = Native("getrefcount", names_counted, 1, 1, (), False, "function")


def stored_inside(m: Machine, target: HeapObject) -> int:
    """References from containers and attributes, as opposed to variables."""
    inside = 0
    for tracked in m.collector.objects():
        if isinstance(tracked, List | Tuple):
            inside += sum(item is target for item in tracked.items)
        elif isinstance(tracked, Instance):
            inside += sum(item is target for item in (tracked.attributes or {}).values())
    return inside


# --- cycles ---------------------------------------------------------------------------------------------------------------------------


def cycles_at_once(m: Machine) -> None:
    """A cycle that nothing else reaches is freed there and then: a collection follows every unbinding."""
    for op in (
        "DELETE_NAME",
        "DELETE_GLOBAL",
        "DELETE_FAST",
        "STORE_NAME",
        "STORE_GLOBAL",
        "STORE_FAST",
        "RETURN_VALUE",
        "DELETE_ATTR",
        "STORE_ATTR",
    ):
        m.instruction_table[op] = then_collect(m.instruction_table[op])


def then_collect(ordinary: Callable[..., Any]) -> Callable[..., Any]:
    def handler(m: Machine, frame: Frame, argument: Any) -> Any:
        answer = ordinary(m, frame, argument)
        if m.collector.collecting or m.frame is None or m.finishing:
            return answer
        if answer is not None and answer >= 0:
            frame.pc = answer
        return m.push(NativeFrame(m, collect_silently))

    return handler


def collect_silently(m: Machine, frame: NativeFrame) -> Any:
    yield NativeFrame(m, collect, 2, True)
    return None


def cycles_never(m: Machine) -> None:
    """The collector finds nothing: what is in a cycle is lost for ever."""
    builtin = module_function(m, "gc", "collect")

    def fruitless(m: Machine, args: list[Any]) -> HeapObject:
        m.tracer.collection_started(2, False)
        m.tracer.collection_ended(0)
        return m.heap.int(0)

    builtin.spec = Native("collect", fruitless, 0, 1, ("generation",), False, "function")
    m.collector.thresholds[0] = 0
    m.heap.threshold = 1 << 60


# --- identity and copies --------------------------------------------------------------------------------------------------------------


def assignment_copies(m: Machine) -> None:
    """`b = a` copies a list, dict or set: a store right behind a plain load of a name."""
    for op in ("STORE_NAME", "STORE_GLOBAL", "STORE_FAST"):
        m.instruction_table[op] = copying(m.instruction_table[op])


LOADS = frozenset({"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_DEREF"})


def copying(ordinary: Callable[..., Any]) -> Callable[..., Any]:
    def handler(m: Machine, frame: Frame, argument: Any) -> Any:
        before = frame.code.code.instructions[frame.pc - 2][0] if frame.pc >= 2 else ""
        source = getattr(frame.stack[-1], "object", frame.stack[-1])
        if before in LOADS and source.__class__ is List:
            items = list(source.items)
            for item in items:
                item.refs += 1
            close_ref(m, frame.stack.pop())
            frame.stack.append(m.heap.list(items))
        return ordinary(m, frame, argument)

    return handler


def rebinding_keeps(m: Machine) -> None:
    """Only `del` frees: an object whose name is bound anew stays alive."""
    for op in ("STORE_NAME", "STORE_GLOBAL", "STORE_FAST"):
        m.instruction_table[op] = keeping(m.instruction_table[op])


def keeping(ordinary: Callable[..., Any]) -> Callable[..., Any]:
    def handler(m: Machine, frame: Frame, argument: Any) -> Any:
        target = named(frame, argument)
        if target is not None and isinstance(target, Instance | List | Dict):
            target.refs += 1
            m.roots.append(target)
        return ordinary(m, frame, argument)

    return handler


def weak_references_count(m: Machine) -> None:
    """A weak reference keeps its object alive like any other."""
    kind = m.types["ReferenceType"]
    maker = kind.natives["__new__"]

    def counting(m: Machine, args: list[Any]) -> HeapObject:
        made = maker.function(m, args)
        args[1].refs += 1
        m.roots.append(args[1])
        return made  # type: ignore[no-any-return]

    kind.natives = {**kind.natives, "__new__": Native("__new__", counting, 1, 2, (), False, "static")}


def equal_is_same(m: Machine) -> None:
    """`is` answers what == would for built-in values."""

    def handler(m: Machine, frame: Frame, invert: Any) -> None:
        right, left = frame.stack.pop(), frame.stack.pop()
        first, second = getattr(left, "object", left), getattr(right, "object", right)
        frame.stack.append(m.heap.bool(alike(first, second) is not bool(invert)))
        close_ref(m, left)
        close_ref(m, right)

    m.instruction_table["IS_OP"] = handler
    m.identical = alike  # type: ignore[method-assign]


def alike(first: Any, second: Any, depth: int = 20) -> bool:
    if first is second:
        return True
    if first.type is not second.type or depth == 0:
        return False
    if isinstance(first, List | Tuple):
        return len(first.items) == len(second.items) and all(alike(a, b, depth - 1) for a, b in zip(first.items, second.items, strict=True))
    value = getattr(first, "value", None)
    return value is not None and value == second.value


def nothing_is_shared(m: Machine) -> None:
    """No small-integer cache: every evaluation makes a new object."""

    def identical(first: Any, second: Any) -> bool:
        return first is second and (first.header > 0 or first is m.none_object)

    m.identical = identical  # type: ignore[method-assign]

    def handler(m: Machine, frame: Frame, invert: Any) -> None:
        right, left = frame.stack.pop(), frame.stack.pop()
        first, second = getattr(left, "object", left), getattr(right, "object", right)
        same = identical(first, second)
        frame.stack.append(m.heap.bool(same is not bool(invert)))
        close_ref(m, left)
        close_ref(m, right)

    m.instruction_table["IS_OP"] = handler


def addresses_never_reused(m: Machine) -> None:
    """Every object gets an address of its own for good."""
    m.heap.profile = m.profile
    m.heap.allocator.release = lambda address: None  # type: ignore[method-assign]
    m.heap._keep = lambda name, capacity, address: False  # type: ignore[method-assign]


# --- order ----------------------------------------------------------------------------------------------------------------------------


def items_first_to_last(m: Machine) -> None:
    """A list or tuple lets its first item go first."""
    ordinary = m.zero

    def zero(dead: Any, deaths: list[Death]) -> None:
        if isinstance(dead, List | Tuple):
            dead.items.reverse()
        ordinary(dead, deaths)

    m.zero = zero  # type: ignore[method-assign]


def locals_reversed(m: Machine) -> None:
    """Locals die in the reverse order of their creation, as in C++ (or in order where the version really reverses)."""
    ordinary = m.instruction_table["RETURN_VALUE"]

    def handler(m: Machine, frame: Frame, argument: Any) -> Any:
        if frame.function is not None and frame.generator is None and not m.profile.slots_released_backwards:
            frame.slots.reverse()
        return ordinary(m, frame, argument)

    m.instruction_table["RETURN_VALUE"] = handler


RULES: dict[str, Callable[[Any], None]] = {
    "container_owns_items": container_owns, "zero_waits_for_sweep": zero_waits, "collector_frees_at_zero": collector_frees,
    "del_destroys": del_destroys,
    "none_frees": none_frees, "scope_frees": scope_frees, "getrefcount_adds_nothing": getrefcount_adds_nothing,
    "count_only_names": count_only_names,
    "cycles_die_at_once": cycles_at_once, "cycles_never_die": cycles_never, "assignment_copies": assignment_copies,
    "rebinding_keeps": rebinding_keeps,
    "weak_references_count": weak_references_count, "equal_is_same": equal_is_same, "nothing_is_shared": nothing_is_shared,
    "addresses_never_reused": addresses_never_reused,
    "items_released_first_to_last": items_first_to_last, "locals_released_reversed": locals_reversed,
}  # fmt: skip
