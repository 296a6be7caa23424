"""A fresh world: types, builtins, modules, and the seams where beliefs change a rule. The true path pays nothing for the seams."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sim.beliefs import CPYTHON, Belief
from sim.collector import Collector
from sim.compiler import Unit, compile_program
from sim.library.objects import frame_snapshot
from sim.library.registry import MODULE_CONSTANTS
from sim.library.sources import SOURCES
from sim.library.sys_records import version_info
from sim.library.types import BASES, EXCEPTIONS, LAYOUTS, NOT_CLEARABLE, PUBLIC, WEAKREFABLE
from sim.limits import Limits
from sim.machine.frames import Frame
from sim.machine.instructions import TABLE
from sim.machine.instructions.stack import lend_const
from sim.machine.machine import Machine
from sim.machine.misbelief import apply_belief
from sim.machine.natives import NATIVES
from sim.objects.classes import PATTERNS, Type
from sim.objects.containers import Record
from sim.objects.functions import ExceptionObject, Module
from sim.objects.heap_object import IMMORTAL, HeapObject
from sim.objects.scalars import Int, Singleton
from sim.profiles import Profile
from sim.source import parse


def new_world(profile: Profile, belief: Belief = CPYTHON, limits: Limits | None = None, kind: type[Machine] = Machine) -> Machine:
    """A machine with types and builtins, ready to run a program. kind: the machine to build, an ordinary or a watching one."""
    m = kind(profile, belief, limits or Limits())
    make_types(m)
    make_singletons(m)
    make_unhashable(m)
    m.instruction_table = dict(TABLE)
    if profile.borrows_constants:
        m.instruction_table["LOAD_CONST"] = lend_const
    m.takes_shortcuts = belief is CPYTHON
    m.module_constants = MODULE_CONSTANTS
    m.module_sources = SOURCES
    m.module_frame = module_frame
    m.snapshot = frame_snapshot
    m.collector = Collector(m)
    make_builtins(m)
    make_gc(m)
    if belief is not CPYTHON:
        apply_belief(m, belief)
    m.heap.counter = 0
    return m


def make_types(m: Machine) -> None:
    heap = m.heap
    meta = Type(None, heap.static_block(408), "type", Type)
    meta.refs = IMMORTAL
    m.types["type"] = meta
    for name, layout in LAYOUTS.items():
        if name != "type":
            m.types[name] = static_type(m, meta, name, layout)
    for name in EXCEPTIONS:
        m.types[name] = static_type(m, meta, name, ExceptionObject)
        m.types[name].dictless = False
    heap.int_type = m.types["int"]
    top = m.types["object"]
    bases = {**BASES, **EXCEPTIONS}
    for name, kind in m.types.items():
        base = m.types[bases.get(name, "object")]
        kind.order = [kind] if kind is top else [kind, *base.order]
        kind.pattern = kind.pattern or base.pattern
        kind.natives = NATIVES.get(name, {})
        kind.clearable = name not in NOT_CLEARABLE
        kind.weakrefable = kind.weakrefable or name in WEAKREFABLE
    group = m.types["ExceptionGroup"]  # the one built-in kind with two bases
    group.order.insert(2, m.types["Exception"])
    for name in ("function", "module", "SimpleNamespace"):
        m.types[name].dictless = False
    if m.profile.class_self_references == 1:  # 3.15: classes share these two descriptors instead of owning a pair each
        for name in ("__dict__", "__weakref__"):
            shared = Record(m.types["getset_descriptor"], heap.static_block(72), [], name)
            shared.refs = IMMORTAL
            top.members[name] = shared


def static_type(m: Machine, meta: Type, name: str, layout: type[HeapObject]) -> Type:
    made = Type(meta, m.heap.static_block(408), name, layout)
    made.refs = IMMORTAL
    made.pattern = PATTERNS.get(name, 0)
    return made


def make_singletons(m: Machine) -> None:
    heap = m.heap

    def single(kind: str, text: str) -> Singleton:
        made = Singleton(m.types[kind], heap.static_block(16), text)
        made.refs = IMMORTAL
        return made

    m.none_object = single("NoneType", "None")
    m.not_implemented_object = single("NotImplementedType", "NotImplemented")
    m.ellipsis_object = single("ellipsis", "Ellipsis")
    for value in (False, True):
        made = Int(m.types["bool"], heap.static_block(32), int(value))
        made.refs = IMMORTAL
        setattr(heap, "true" if value else "false", made)


def make_unhashable(m: Machine) -> None:
    """Mutable kinds say so as classes of programs do: their `__hash__` is None."""
    for name in ("list", "dict", "set", "bytearray", "SimpleNamespace", "dict_keys", "dict_items", "deque"):
        m.types[name].members["__hash__"] = m.none_object


def make_builtins(m: Machine) -> None:
    module = m.native_module("builtins")
    assert module.dict is not None
    m.builtins = module.dict
    rows: dict[str, HeapObject] = {name: m.types[name] for name in PUBLIC}
    rows |= {
        "None": m.none_object, "NotImplemented": m.not_implemented_object, "Ellipsis": m.ellipsis_object, "True": m.heap.true,
        "False": m.heap.false, "__debug__": m.heap.true, "IOError": m.types["OSError"], "EnvironmentError": m.types["OSError"],
    }  # fmt: skip
    for value in rows.values():
        value.refs += 1
    m.furnish(m.builtins, rows)
    m.modules["builtins"] = module
    m.sys_modules = m.heap.dict()
    for name in ("sys", "builtins"):
        if name != "builtins":
            m.modules[name] = m.native_module(name)
        m.modules[name].refs += 1
        m.put(m.sys_modules, name, m.modules[name])
    system: Any = m.modules["sys"].dict
    m.sys_modules.refs += 1
    m.put(system, "modules", m.sys_modules)
    m.put(system, "maxsize", m.heap.int(2**63 - 1))
    m.put(system, "version", m.heap.str(f"{m.profile.release} (heaplab simulator)"))
    m.put(system, "version_info", version_info(m))
    for stream in ("stdin", "stdout", "stderr"):
        opened = m.heap.record("TextIOWrapper", [], 200, stream)
        opened.refs += 1
        m.put(system, stream, opened)
        m.put(system, f"__{stream}__", opened)


def make_gc(m: Machine) -> None:
    module = m.native_module("gc")
    m.modules["gc"] = module
    assert module.dict is not None
    m.collector.callbacks, m.collector.garbage = m.heap.list([]), m.heap.list([])
    for name, value in (("callbacks", m.collector.callbacks), ("garbage", m.collector.garbage)):
        value.refs += 1
        m.put(module.dict, name, value)


def main_frame(m: Machine, text: str | bytes, filename: str) -> Frame:
    """The frame of a program run as a script: module `__main__`, the parser's arena kept."""
    if m.rewrite is None:
        unit = program_unit(text, filename, m.limits, m.profile)
    else:
        tree = parse(text, m.limits, m.profile)
        m.rewrite(tree)
        unit = compile_program(tree, filename=filename, profile=m.profile)
    module = m.new_module("__main__")
    m.modules["__main__"] = module
    module.refs += 1
    assert m.sys_modules is not None
    m.put(m.sys_modules, "__main__", module)
    assert module.dict is not None
    for name in ("__package__", "__loader__", "__spec__"):
        m.put(module.dict, name, m.none())
    m.collector.age_startup()
    return frame_of(m, module, m.instantiate(unit, arena=True))


def frame_of(m: Machine, module: Module, code: Any) -> Frame:
    """A module's frame; its code is stolen."""
    namespace = module.dict
    assert namespace is not None
    entry = m.modules["builtins"]
    if "__builtins__" not in namespace.index:
        entry.refs += 1
        m.put(namespace, "__builtins__", entry)
    namespace.refs += 1
    return Frame(code, None, namespace, [None] * len(code.code.slots))


@lru_cache(maxsize=16)
def program_unit(text: str | bytes, filename: str, limits: Limits, profile: Profile) -> Unit:
    """The last few programs stay compiled: one program runs under CPython's rules and under every belief that may explain an answer."""
    return compile_program(parse(text, limits, profile), filename=filename, profile=profile)


@lru_cache(maxsize=128)
def library_unit(name: str, source: str, profile: Profile) -> Unit:
    """Compiled once in a process: a library module is the same for every program."""
    return compile_program(parse(source, Limits(), profile), filename=f"<{name}>", profile=profile)


def module_frame(m: Machine, module: Module, source: str) -> Frame:
    """The frame of a module that is written as guest source."""
    unit = library_unit(module.name, source, m.profile)
    return frame_of(m, module, m.instantiate(unit, arena=False))
