"""The interpreter's exit, in CPython's steps (Python/pylifecycle.c: Py_FinalizeEx and finalize_modules).

exit functions; a collection, if the collector is on; sys loses what users put into well-known places; sys.modules lets its modules go, in
its order; a collection of what they held in cycles; modules that something still holds lose their names, latest first; then sys and
builtins lose theirs; a last collection. `__main__` dies with sys.modules' entry: what its names held dies then, in the order of the names,
unless a function of the program keeps that namespace alive in a cycle: then the collection takes it, finalizers in the collector's order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.beliefs import CPYTHON
from sim.collector import collect, collect_generation
from sim.machine.frames import Generator_, GuestError, NativeFrame
from sim.machine.machine import Machine
from sim.objects.containers import WeakReference
from sim.objects.functions import Module
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict
from sim.trace import Silent

# finalize_modules_delete_special: set to None before anything else, since users' objects hide there.
SPECIAL = ("path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value", "last_traceback")
STREAMS = ("stdin", "stdout", "stderr")
KEPT_MODULES = ("sys", "builtins")  # the interpreter itself holds their namespaces


def run_to_end(m: Machine) -> None:
    m.run()
    while m.heap.dying:
        m.settle()
        m.run()


def run_native(m: Machine, function: Callable[..., Any], *arguments: Any) -> Any:
    """One native operation on an otherwise empty stack: its value, or None if it raised."""
    m.push(NativeFrame(m, function, *arguments))
    run_to_end(m)
    if m.pending is not None:
        m.heap.close(m.pending.exception)
        m.pending = None
        return None
    value, m.value = m.value, None
    return value


def finish(m: Machine) -> None:
    """Everything from the end of the main module to the last collection."""
    m.run()
    m.finishing = True
    m.arena_done()
    run_native(m, exit_functions)
    m.unwritten.hand_on(m)  # flush_std_files
    run_to_end(m)
    if not m.frees_at_exit:
        return
    if m.sweep is not None:
        run_native(m, m.sweep)
    if not something_may_run(m):
        if m.tracer.__class__ is not Silent:
            used = m.steps_used()
            m.steps_were(0)  # with the whole budget: watching must not be what makes a run stop
            let_go(m)
            m.steps_were(used)
        return
    let_go(m)


def something_may_run(m: Machine) -> bool:
    """Is there a finalizer, a callback or a generator whose code could still run? If not, nobody can see what the rest of the exit
    does: it is left out, or costs no steps where a tracer wants to see the deaths."""
    collector = m.collector
    if collector.callbacks.items or m.belief is not CPYTHON:
        return True
    for tracked in collector.objects():
        if tracked.__class__ is WeakReference or isinstance(tracked, WeakReference):
            if tracked.callback is not None:
                return True
        elif isinstance(tracked, Generator_):
            if tracked.state != "closed":
                return True
        elif not tracked.type.static and m.lookup(tracked.type, "__del__") is not None:
            return True
    return False


def let_go(m: Machine) -> None:
    """Everything that is left, from the first collection on."""
    if m.collector.enabled:
        run_native(m, collect, 2, False)
    empty_special_places(m)
    left = remove_modules(m)
    collect_whatever(m)
    for module in reversed(left):
        if module.refs > 0 and module.dict is not None and module.name not in KEPT_MODULES:
            clear_names(m, module.dict)
    for name in KEPT_MODULES:
        namespace = m.modules[name].dict
        assert namespace is not None
        clear_names(m, namespace)
    collect_whatever(m)


def exit_functions(m: Machine, frame: NativeFrame) -> Any:
    """atexit functions, newest first."""
    functions = m.at_exit
    while functions:
        callee, args = functions.pop()
        frame.own(callee)
        for arg in args:
            frame.own(arg)
        try:
            m.heap.close((yield m.call(callee, args)))
        except GuestError as error:
            reporting = m.unraisable_frame(error)
            if reporting is not None:
                yield reporting
    return None


def collect_whatever(m: Machine) -> None:
    """_PyGC_CollectNoFail: a full collection even where the collector is off; gc.callbacks hear nothing of it."""
    collector = m.collector
    if collector.collecting:
        return
    collector.collecting = True
    m.tracer.collection_started(2, True)
    found = run_native(m, collect_generation, 2)
    m.tracer.collection_ended(found or 0)
    collector.collecting = False


def replace(m: Machine, namespace: Dict, name: str, value: HeapObject) -> None:
    """namespace[name] = value (borrowed) for a name that is there; what the old value's death starts runs to its end."""
    entry = namespace.index.get(name)
    if entry is None:
        return
    value.refs += 1
    old, entry.value = entry.value, value
    m.heap.close(old)
    run_to_end(m)
    if m.pending is not None:
        error, m.pending = m.pending, None
        m.unraisable(error)
    m.value = None


def empty_special_places(m: Machine) -> None:
    system, builtins = m.modules["sys"].dict, m.builtins
    assert system is not None
    replace(m, builtins, "_", m.none_object)
    for name in SPECIAL:
        replace(m, system, name, m.none_object)
    for name in STREAMS:
        original = system.index.get(f"__{name}__")
        replace(m, system, name, original.value if original is not None else m.none_object)


def remove_modules(m: Machine) -> list[Module]:
    """sys.modules sets each module to None and is cleared; the modules, in its order, for those who outlive that."""
    table = m.sys_modules
    assert table is not None
    left: list[Module] = []
    for entry in list(table.order):
        if not entry.live or not isinstance(entry.value, Module):
            continue
        module, name = entry.value, entry.token
        left.append(module)
        if name not in KEPT_MODULES and m.modules.get(name) is module:
            del m.modules[name]
            m.heap.close(module)
        replace(m, table, name, m.none_object)
    for gone in m.heap.dict_emptied(table):
        m.heap.close(gone)
    run_to_end(m)
    return left


def clear_names(m: Machine, namespace: Dict) -> None:
    """_PyModule_ClearDict: names with one leading underscore first, then all but __builtins__, in the namespace's order."""
    for private in (True, False):
        for entry in list(namespace.order):
            name = entry.token
            if not entry.live or not isinstance(name, str) or entry.value is m.none_object:
                continue
            if name[:1] == "_" and name[1:2] != "_" if private else name != "__builtins__":
                replace(m, namespace, name, m.none_object)
