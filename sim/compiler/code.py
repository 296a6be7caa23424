"""What the compiler hands to the machine: code objects, the unit's pool of constants, and a readable listing of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

Instruction = tuple[str, object]
Handler = tuple[int, int, bool]  # target instruction, stack depth to unwind to, whether the failing position is pushed below the exception


@dataclass(frozen=True)
class Constant:
    """One object of the unit. `arena`: the parser keeps a reference while the program runs. `interned`: an identifier-like string."""

    kind: str  # none bool ellipsis int float complex str bytes tuple frozenset slice
    value: object  # a host value; for tuple, frozenset and slice the pool indices of the items
    arena: bool = False
    interned: bool = False


@dataclass
class Code:
    """One code object. Slots are CPython's localsplus: arguments, other locals, cells that are no arguments, free variables."""

    name: str
    qualname: str
    filename: str
    first_line: int
    kind: str  # module function class generator coroutine async_generator
    optimized: bool
    arg_count: int = 0
    posonly_count: int = 0
    kwonly_count: int = 0
    has_varargs: bool = False
    has_varkw: bool = False
    slots: tuple[str, ...] = ()
    arg_slots: int = 0
    cell_slots: frozenset[int] = frozenset()
    free_slots_start: int = 0
    hidden_slots: frozenset[int] = frozenset()  # comprehension variables of a module or class body (PEP 709): locals() does not show them
    constants: tuple[int | Code, ...] = ()
    docstring_index: int | None = None
    stack_size: int = 0  # the deepest its stack gets: part of a generator's size
    instructions: list[Instruction] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    handlers: list[Handler | None] = field(default_factory=list)

    @cached_property
    def stored_names(self) -> tuple[str, ...]:
        """Names that instructions store, in order of first use."""
        return tuple(dict.fromkeys(str(argument) for name, argument in self.instructions if name in NAME_OBJECTS))


@dataclass
class Unit:
    """One compiled text."""

    code: Code
    pool: list[Constant]


JUMPS = frozenset(
    {
        "JUMP", "JUMP_BACKWARD", "JUMP_NO_INTERRUPT", "POP_JUMP_IF_TRUE", "POP_JUMP_IF_FALSE", "POP_JUMP_IF_NONE", "POP_JUMP_IF_NOT_NONE",
        "FOR_ITER", "SEND",
    }
)  # fmt: skip
# Instructions whose argument is a name that the instruction stores: they need the str object (a new key counts it).
NAME_OBJECTS = frozenset({"STORE_NAME", "STORE_GLOBAL", "STORE_ATTR", "DELETE_ATTR"})
FAST = frozenset(
    {
        "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_CHECK", "LOAD_FAST_AND_CLEAR", "STORE_FAST", "DELETE_FAST", "STORE_FAST_MAYBE_NULL",
        "MAKE_CELL", "LOAD_DEREF", "STORE_DEREF", "DELETE_DEREF", "LOAD_CLOSURE", "LOAD_FROM_DICT_OR_DEREF",
    }
)  # fmt: skip
FAST_PAIRS = frozenset({"LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "STORE_FAST_LOAD_FAST", "STORE_FAST_STORE_FAST"})


def listing(code: Code, pool: list[Constant]) -> str:
    """The code and everything nested in it, one instruction a line."""
    return "\n".join(_lines(code, pool))


def _lines(code: Code, pool: list[Constant]) -> Iterator[str]:
    yield f"{code.qualname} ({code.kind}) slots={code.slots}"
    shown = None
    for at, (op, arg) in enumerate(code.instructions):
        line = code.lines[at]
        place = str(line) if line != shown else ""
        shown = line
        handler = code.handlers[at]
        guard = f"   -> {handler[0]} [{handler[1]}]{' lasti' if handler[2] else ''}" if handler else ""
        yield f"{place:>5} {at:>4} {op:<28} {_argument(code, pool, op, arg)}{guard}".rstrip()
    for constant in code.constants:
        if isinstance(constant, Code):
            yield ""
            yield from _lines(constant, pool)


def _argument(code: Code, pool: list[Constant], op: str, arg: object) -> str:
    if arg is None:
        return ""
    if op == "LOAD_CONST" and isinstance(arg, int):
        constant = code.constants[arg]
        return f"{arg} (code {constant.qualname})" if isinstance(constant, Code) else f"{arg} ({describe(pool, constant)})"
    if op in FAST and isinstance(arg, int):
        return f"{arg} ({code.slots[arg]})"
    if op in FAST_PAIRS and isinstance(arg, tuple):
        return f"{arg} ({', '.join(code.slots[slot] for slot in arg)})"
    return str(arg)


def describe(pool: list[Constant], index: int) -> str:
    """A constant as Python text."""
    constant = pool[index]
    if constant.kind in ("tuple", "frozenset", "slice") and isinstance(constant.value, tuple):
        inner = ", ".join(describe(pool, item) for item in constant.value)
        return f"({inner},)" if constant.kind == "tuple" and len(constant.value) == 1 else f"{constant.kind.replace('tuple', '')}({inner})"
    return "Ellipsis" if constant.kind == "ellipsis" else repr(constant.value)
