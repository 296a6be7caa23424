"""Importing: sys.modules first, then modules of natives and of guest source. Nothing is ever read from a disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.library.standard_names import STANDARD
from sim.machine.attributes import get_attribute
from sim.machine.frames import Frame, GuestError, NativeFrame
from sim.machine.natives import NATIVES
from sim.objects.containers import List, Tuple
from sim.objects.functions import Module

if TYPE_CHECKING:
    from sim.machine.machine import Machine


def import_module(m: Machine, name: str, whole: bool) -> Any:
    """The module of a dotted name (a new reference or a frame). whole: its outermost package instead, as `import a.b` binds it."""
    top, _, rest = name.partition(".")
    found = known(m, name)
    if found is None:
        return NativeFrame(m, import_parts, name, whole)
    if whole and rest:
        found = known(m, top) or found
    found.refs += 1
    return found


def known(m: Machine, name: str) -> Any:
    """What sys.modules has under a name, borrowed; None if it has nothing."""
    assert m.sys_modules is not None
    entry = m.sys_modules.index.get(name)
    if entry is not None:
        if entry.value is m.none_object:
            raise import_error(m, "ModuleNotFoundError", f"import of {name} halted; None in sys.modules", name)
        return entry.value
    module = m.modules.get(name)
    if module is not None and name == "gc":  # part of the interpreter from its start, in sys.modules from its first import on
        module.refs += 1
        m.put(m.sys_modules, name, module)
        return module
    return None


def import_error(m: Machine, kind: str, message: str, name: str) -> GuestError:
    error = m.error(kind, message)
    error.exception.extra = {"name": m.heap.name(name)}
    return error


def import_parts(m: Machine, frame: NativeFrame, name: str, whole: bool) -> Any:
    """Packages before what they contain; each is an attribute of the one around it."""
    parts = name.split(".")
    outer: Any = None
    first: Any = None
    for depth, part in enumerate(parts, 1):
        dotted = ".".join(parts[:depth])
        module = known(m, dotted)
        if module is not None:
            frame.borrow(module)
        else:
            module = frame.own((yield NativeFrame(m, load_module, dotted)))
            if outer is not None and outer.dict is not None:
                module.refs += 1
                m.put(outer.dict, part, module)
        first = first or module
        outer = module
    return frame.give(first if whole else outer)


def load_module(m: Machine, frame: NativeFrame, name: str) -> Any:
    """First import of a module: natives, then the guest source if there is one."""
    source = m.module_sources.get(name)
    if source is None and f"module:{name}" not in NATIVES and name not in m.module_constants:
        top = name.partition(".")[0]
        if top not in STANDARD and not name.startswith("_"):
            raise import_error(m, "ModuleNotFoundError", f"No module named '{name}'", name)
        raise Unsupported(f"module {name}", m.current_line())
    module = m.native_module(name)
    m.modules[name] = module
    module.refs += 1
    frame.own(module)
    assert m.sys_modules is not None
    m.put(m.sys_modules, name, module)
    module.refs += 1
    if source is not None:
        if callable(source):  # the text differs from version to version
            source = source(m.profile)
        running = m.module_frame(m, module, source)
        result = yield running
        m.heap.close(result)
    module.refs += 1
    return module


def import_from(m: Machine, frame: NativeFrame, module: Any, name: str) -> Any:
    """`from module import name`: the attribute, or the submodule of that name."""
    try:
        return (yield get_attribute(m, module, name))
    except GuestError as error:
        if not m.matches(error, "AttributeError"):
            raise
        m.heap.close(error.exception)
    package = module.name if isinstance(module, Module) else "<unknown module name>"
    inner = f"{package}.{name}"
    if known(m, inner) is not None or inner in m.module_sources:
        return (yield import_module(m, inner, whole=False))
    raise import_error(m, "ImportError", f"cannot import name '{name}' from '{package}' (unknown location)", package)


def import_star(m: Machine, frame: NativeFrame, module: Any, into: Frame) -> Any:
    """`from module import *`: the names of __all__, or all without a leading underscore."""
    target = into.locals if into.locals is not None else into.globals
    listed = module.dict.index.get("__all__")
    if listed is not None and isinstance(listed.value, List | Tuple):
        keys: list[Any] = list(listed.value.items)
    else:
        keys = [entry.key for entry in module.dict.entries() if not entry.key.value.startswith("_")]
    for key in keys:
        value = yield get_attribute(m, module, key.value)
        m.heap.dict_store(target, key.value, key, value)
    return None


def relative_import(m: Machine) -> GuestError:
    return m.error("ImportError", "attempted relative import with no known parent package")

