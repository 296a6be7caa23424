"""All library modules, imported once so that their natives, types and sizes are declared."""

from __future__ import annotations

import importlib
from typing import Any

from sim.library.sizes import SIZES
from sim.library.sources import SOURCES
from sim.library.types import BASES, LAYOUTS

MODULES = (
    "objects", "class_building", "descriptors", "exceptions", "weak_references", "gc_module", "sys_module", "atexit_module", "code_running", "hashing", "lists", "tuples",
    "dicts", "dict_views", "sets", "set_tables", "ranges", "sequences", "iterators", "combined_iterators", "container_reprs", "builtin_functions",
    "builtin_attributes", "builtin_numbers", "sorting", "integers", "floats", "strings", "string_methods", "bytestrings", "bytes_methods",
    "formatting", "percent_formatting", "format_method", "representations", "printing", "mathematics",
)  # fmt: skip

MODULE_CONSTANTS: dict[str, dict[str, Any]] = {}


def load() -> None:
    """Import every library module and merge its TYPES, BASES, SIZES and CONSTANTS."""
    for name in MODULES:
        try:
            module = importlib.import_module(f"sim.library.{name}")
        except ModuleNotFoundError as missing:
            if missing.name != f"sim.library.{name}":
                raise
            continue
        LAYOUTS.update(getattr(module, "TYPES", {}))
        BASES.update(getattr(module, "BASES", {}))
        SIZES.update(getattr(module, "SIZES", {}))
        SOURCES.update(getattr(module, "SOURCES", {}))
        MODULE_CONSTANTS.update(getattr(module, "MODULE_CONSTANTS", {}))
        if name.endswith("_module"):
            MODULE_CONSTANTS.setdefault(name[: -len("_module")], {}).update(getattr(module, "CONSTANTS", {}))


load()
