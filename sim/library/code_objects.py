"""Code objects as programs see them, and functions made from one. What a program reads of a code object is its compiler's; no program can
put instructions of its own in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Unsupported
from sim.library.objects import check_function_field, new
from sim.machine.natives import getter, native
from sim.objects.containers import Cell, Tuple
from sim.objects.functions import CodeObject
from sim.objects.heap_object import HeapObject
from sim.objects.mappings import Dict
from sim.objects.scalars import Str

if TYPE_CHECKING:
    from sim.machine.machine import Machine



@getter("code", "co_name")
def code_name(m: Machine, owner: Any) -> HeapObject:
    return m.heap.name(owner.code.name)


@getter("code", "co_consts")
def code_consts(m: Machine, owner: Any) -> HeapObject:
    return new(owner.constants)  # type: ignore[no-any-return]


@getter("code", "co_varnames")
def code_varnames(m: Machine, owner: Any) -> HeapObject:
    code = owner.code
    names = [
        name for index, name in enumerate(code.slots[: code.free_slots_start]) if index < code.arg_slots or index not in code.cell_slots
    ]
    return m.heap.tuple([m.heap.name(name) for name in names])


@getter("code", "co_argcount")
def code_argcount(m: Machine, owner: Any) -> HeapObject:
    return m.heap.int(owner.code.arg_count)


@getter("code", "co_freevars")
def code_freevars(m: Machine, owner: Any) -> HeapObject:
    return m.heap.tuple([m.heap.name(name) for name in owner.code.slots[owner.code.free_slots_start :]])


@getter("code", "co_cellvars")
def code_cellvars(m: Machine, owner: Any) -> HeapObject:
    return m.heap.tuple([m.heap.name(owner.code.slots[index]) for index in sorted(owner.code.cell_slots)])


@getter("code", "co_firstlineno")
def code_first_line(m: Machine, owner: Any) -> HeapObject:
    return m.heap.int(owner.code.first_line)


@getter("code", "co_filename")
def code_filename(m: Machine, owner: Any) -> HeapObject:
    return m.heap.name(owner.code.filename)


@getter("code", "co_qualname")
def code_qualname(m: Machine, owner: Any) -> HeapObject:
    return m.heap.name(owner.code.qualname)


@getter("code", "co_posonlyargcount")
def code_posonly(m: Machine, owner: Any) -> HeapObject:
    return m.heap.int(owner.code.posonly_count)


@getter("code", "co_kwonlyargcount")
def code_kwonly(m: Machine, owner: Any) -> HeapObject:
    return m.heap.int(owner.code.kwonly_count)


@getter("code", "co_nlocals")
def code_local_count(m: Machine, owner: Any) -> HeapObject:
    names = code_varnames(m, owner)
    count = len(names.items)  # type: ignore[attr-defined]
    m.heap.close(names)
    return m.heap.int(count)


@getter("code", "co_names")
def code_names(m: Machine, owner: Any) -> HeapObject:
    return m.heap.tuple([new(name) for name in owner.names])


for _name in ("co_code", "co_flags", "co_stacksize", "co_linetable", "co_exceptiontable", "co_lines", "co_positions", "replace"):

    def _refused(m: Machine, owner: Any, name: str = _name) -> HeapObject:
        raise Unsupported(f"code.{name} (instructions are the simulator's own)")

    getter("code", _name)(_refused)


@native("code", "__new__", 0, None, raw=True, kind="static")
def code_new(m: Machine, args: list[Any], keywords: dict[str, Any] | None) -> HeapObject:
    if len(args) - 1 < 16:
        raise m.error("TypeError", f"code expected at least 16 arguments, got {len(args) - 1}")
    raise Unsupported("code objects made by a program")


FUNCTION_PARTS = ("code", "globals", "name", "argdefs", "closure", "kwdefaults")


@native("function", "__new__", 2, 6, keywords=FUNCTION_PARTS, kind="static")
def function_new(m: Machine, args: list[Any]) -> HeapObject:
    """types.FunctionType(code, globals, ...) (Objects/funcobject.c func_new_impl)."""
    code, globals_, name, defaults, closure, kwdefaults = (None if part is m.none_object else part for part in args[1:])
    if not isinstance(code, CodeObject):
        raise m.error("TypeError", f"function() argument 'code' must be code, not {args[1].type.name}")
    if not isinstance(globals_, Dict):
        raise m.error("TypeError", f"function() argument 'globals' must be dict, not {args[2].type.name}")
    if name is not None and not isinstance(name, Str):
        raise m.error("TypeError", f"arg 3 (name) must be None or string, not {name.type.name}")
    if defaults is not None and not isinstance(defaults, Tuple):
        raise m.error("TypeError", "arg 4 (defaults) must be None or tuple")
    check_closure(m, code, closure)
    made = m.new_function(new(code), globals_)
    if name is not None:
        old, made.name = made.name, new(name)
        m.heap.close(old)
    for field, part in (("defaults", defaults), ("closure", closure), ("kwdefaults", kwdefaults)):
        if part is not None:
            setattr(made, field, new(part))
    if kwdefaults is not None:
        check_function_field(m, made, "__kwdefaults__", kwdefaults)
    return made


def check_closure(m: Machine, code: CodeObject, closure: Any) -> None:
    wanted = len(code.code.slots) - code.code.free_slots_start
    if closure is None:
        if wanted:
            raise m.error("TypeError", "arg 5 (closure) must be tuple")
        return
    if not isinstance(closure, Tuple):
        raise m.error("TypeError", "arg 5 (closure) must be None or tuple")
    if len(closure.items) != wanted:
        raise m.error("ValueError", f"{code.code.name} requires closure of length {wanted}, not {len(closure.items)}")
    for item in closure.items:
        if not isinstance(item, Cell):
            raise m.error("TypeError", f"arg 5 (closure) expected cell, found {item.type.name}")
