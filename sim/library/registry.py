"""All library modules, imported once so that their natives, types and sizes are declared."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from sim.library import (
    abc_module,
    annotation_reading,
    atexit_module,
    builtin_attributes,
    builtin_functions,
    builtin_numbers,
    bytes_methods,
    bytestrings,
    class_building,
    code_objects,
    code_running,
    collections_abc_module,
    collections_module,
    combined_iterators,
    container_reprs,
    copy_module,
    dataclasses_module,
    descriptors,
    dict_views,
    dicts,
    encodings,
    enum_module,
    exception_groups,
    exceptions,
    floats,
    format_method,
    formatting,
    functools_module,
    future_module,
    gc_module,
    generic_aliases,
    hashing,
    importlib_module,
    integers,
    iterators,
    itertools_module,
    kind_checks,
    lists,
    mapping_proxies,
    mathematics,
    objects,
    operator_module,
    percent_formatting,
    printing,
    properties,
    ranges,
    representations,
    results,
    sequences,
    set_tables,
    sets,
    sorting,
    string_methods,
    string_module,
    strings,
    sys_hooks,
    sys_module,
    sys_records,
    time_module,
    tuples,
    types_module,
    typing_module,
    user_classes_module,
    weak_proxies,
    weak_references,
    weakref_module,
)
from sim.library.sizes import SIZES
from sim.library.sources import SOURCES
from sim.library.types import BASES, LAYOUTS

MODULES: tuple[ModuleType, ...] = (
    abc_module,
    annotation_reading,
    atexit_module,
    builtin_attributes,
    builtin_functions,
    builtin_numbers,
    bytes_methods,
    bytestrings,
    class_building,
    code_objects,
    code_running,
    collections_abc_module,
    collections_module,
    combined_iterators,
    container_reprs,
    copy_module,
    dataclasses_module,
    descriptors,
    dict_views,
    dicts,
    encodings,
    enum_module,
    exception_groups,
    exceptions,
    floats,
    format_method,
    formatting,
    functools_module,
    future_module,
    gc_module,
    generic_aliases,
    hashing,
    importlib_module,
    integers,
    iterators,
    itertools_module,
    kind_checks,
    lists,
    mapping_proxies,
    mathematics,
    objects,
    operator_module,
    percent_formatting,
    printing,
    properties,
    ranges,
    representations,
    results,
    sequences,
    set_tables,
    sets,
    sorting,
    string_methods,
    string_module,
    strings,
    sys_hooks,
    sys_module,
    sys_records,
    time_module,
    tuples,
    types_module,
    typing_module,
    user_classes_module,
    weak_proxies,
    weak_references,
    weakref_module,
)

MODULE_CONSTANTS: dict[str, dict[str, Any]] = {}


def load() -> None:
    """Merge the TYPES, BASES, SIZES, SOURCES and CONSTANTS of every library module."""
    for module in MODULES:
        LAYOUTS.update(getattr(module, "TYPES", {}))
        BASES.update(getattr(module, "BASES", {}))
        SIZES.update(getattr(module, "SIZES", {}))
        SOURCES.update(getattr(module, "SOURCES", {}))
        MODULE_CONSTANTS.update(getattr(module, "MODULE_CONSTANTS", {}))
        name = module.__name__.rpartition(".")[2]
        if name.endswith("_module"):
            MODULE_CONSTANTS.setdefault(name[: -len("_module")], {}).update(getattr(module, "CONSTANTS", {}))


load()
