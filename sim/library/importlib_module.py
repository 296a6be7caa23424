"""`__import__` and importlib.import_module: the import statement as functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.machine.importing import import_module, relative_import
from sim.machine.natives import native
from sim.machine.operations import truth
from sim.objects.scalars import Int, Str

if TYPE_CHECKING:
    from sim.machine.frames import NativeFrame
    from sim.machine.machine import Machine


@native("module:builtins", "__import__", 1, 5, keywords=("name", "globals", "locals", "fromlist", "level"), kind="function")
def builtin_import(m: Machine, frame: NativeFrame, args: list[Any]) -> Any:
    name, _globals, _locals, fromlist, level = args
    if not isinstance(name, Str):
        raise m.error("TypeError", f"__import__() argument 1 must be str, not {name.type.name}")
    if isinstance(level, Int) and level.value > 0:
        raise relative_import(m)
    if not name.value:
        raise m.error("ValueError", "Empty module name")
    named = fromlist is not None and (yield truth(m, fromlist))
    return (yield import_module(m, name.value, whole=not named))


@native("module:importlib", "import_module", 1, 2, keywords=("name", "package"), kind="function")
def importlib_import_module(m: Machine, args: list[Any]) -> Any:
    name = args[0]
    if not isinstance(name, Str):
        raise m.error("TypeError", f"the name must be str, not {name.type.name}")
    if name.value.startswith("."):
        raise m.error("TypeError", f"the 'package' argument is required to perform a relative import for {name.value!r}")
    return import_module(m, name.value, whole=False)
