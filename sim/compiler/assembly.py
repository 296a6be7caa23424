"""From a finished draft to a Code: optimise the flow graph, number the slots, put the blocks in a row."""

from __future__ import annotations

from sim.compiler.blocks import Block, Graph, Instr
from sim.compiler.borrowing import fuse, lend
from sim.compiler.code import Code, Handler
from sim.compiler.dialect import iterates_late, lending_has_first_faults
from sim.compiler.draft import Draft
from sim.compiler.effects import set_depths, stack_size
from sim.compiler.flow import Optimizer, check_unbound_loads
from sim.profiles import Profile

LEFT_OUT = ("END_FOR", "POP_ITER")
CONVERTED = {"STORE_FAST_MAYBE_NULL": "STORE_FAST"}


def assemble(draft: Draft, filename: str, profile: Profile) -> Code:
    graph = Graph(draft.stream)
    Optimizer(graph, draft, profile).run()
    check_unbound_loads(graph, len(draft.locals), len(draft.scope.arguments))
    if profile.borrows_locals:
        fuse(graph)
    graph.push_cold_to_end()
    graph.resolve_lines()
    _expand_conditional_jumps(graph)
    set_depths(graph)
    code = _code(draft, filename)
    expression = draft.scope.name == "<genexpr>"
    code.stack_size = stack_size(graph, profile, draft.scope.generator, expression)
    _insert_prefix(graph, draft, code, profile)
    _number_cells(graph, draft, code)
    _drop_pseudo(graph)
    graph.normalize_jumps()
    if profile.borrows_locals:
        lend(graph, iterator_leaves_input=profile.for_uses_index, has_first_faults=lending_has_first_faults(profile))
    _write(graph, code)
    _keep_used_constants(draft, code)
    return code


# What a call makes, by (it yields, it is a coroutine); the names are those of the types.
SUSPENDING = {(True, False): "generator", (False, True): "coroutine", (True, True): "async_generator"}


def _code(draft: Draft, filename: str) -> Code:
    scope = draft.scope
    kind = scope.kind if scope.kind in ("module", "class") else "function"
    if scope.suspends:
        kind = SUSPENDING[scope.generator, scope.coroutine]
    shown = {".format": "format"}
    names = [shown.get(name, name) for name in draft.locals]
    names += [name for name in draft.cells if name not in draft.locals]
    first_free = len(names)
    names += draft.frees
    return Code(
        name=scope.name,
        qualname=draft.qualname,
        filename=filename,
        first_line=draft.first_line,
        kind=kind,
        optimized=draft.function_like,
        arg_count=draft.arg_count + draft.posonly_count,
        posonly_count=draft.posonly_count,
        kwonly_count=draft.kwonly_count,
        has_varargs=scope.varargs,
        has_varkw=scope.varkw,
        slots=tuple(names),
        arg_slots=len(scope.arguments),
        cell_slots=frozenset(_slot_of(draft, ("cell", name)) for name in draft.cells),
        free_slots_start=first_free,
        hidden_slots=frozenset(draft.locals[name] for name in draft.once_hidden if name in draft.locals),
        docstring_index=0 if scope.docstring and scope.kind == "function" else None,
    )


def _slot_of(draft: Draft, reference: tuple[str, str]) -> int:
    """Cells that are arguments (or hidden comprehension variables) share the local's slot; others stand behind all locals."""
    where, name = reference
    if where == "cell":
        if name in draft.locals:
            return draft.locals[name]
        return len(draft.locals) + [cell for cell in draft.cells if cell not in draft.locals].index(name)
    own_cells = sum(cell not in draft.locals for cell in draft.cells)
    return len(draft.locals) + own_cells + draft.frees[name]


def _number_cells(graph: Graph, draft: Draft, code: Code) -> None:
    for instr in graph.instructions():
        if isinstance(instr.arg, tuple) and len(instr.arg) == 2 and instr.arg[0] in ("cell", "free") and instr.op in CELL_OPS:
            instr.arg = _slot_of(draft, (str(instr.arg[0]), str(instr.arg[1])))


CELL_OPS = frozenset({"MAKE_CELL", "LOAD_CLOSURE", "LOAD_DEREF", "STORE_DEREF", "DELETE_DEREF", "LOAD_FROM_DICT_OR_DEREF"})


def _insert_prefix(graph: Graph, draft: Draft, code: Code, profile: Profile) -> None:
    prefix: list[Instr] = []
    if draft.frees:
        prefix.append(Instr("COPY_FREE_VARS", len(draft.frees)))
    prefix += [Instr("MAKE_CELL", slot) for slot in sorted(_slot_of(draft, ("cell", name)) for name in draft.cells)]
    start = graph.blocks[0].instrs
    if draft.scope.suspends:
        returning = [Instr("RETURN_GENERATOR", None, code.first_line), Instr("POP_TOP", None, code.first_line)]
        # What stands before them belongs to the making of a generator expression: its iterator (3.15).
        made = [place + 1 for place, instr in enumerate(start) if instr.op == "GET_ITER"] if iterates_first(draft, start, profile) else [0]
        start[made[0] : made[0]] = returning
    start[:0] = prefix


def iterates_first(draft: Draft, start: list[Instr], profile: Profile) -> bool:
    """Whether the first thing a generator expression does is to make the iterator."""
    begun = [instr.op for instr in start if instr.op not in ("RESUME", "NOP", "SETUP_CLEANUP")]
    return iterates_late(profile) and draft.scope.name == "<genexpr>" and begun[:2] == ["LOAD_FAST", "GET_ITER"]


def _expand_conditional_jumps(graph: Graph) -> None:
    """`and`/`or` keep their value: copy it, ask for its truth, jump."""
    for block in graph.blocks:
        last = block.last
        if last is not None and last.op in ("JUMP_IF_FALSE", "JUMP_IF_TRUE"):
            last.op = "POP_" + last.op
            copied = [Instr("COPY", 1, last.line, handler=last.handler), Instr("TO_BOOL", None, last.line, handler=last.handler)]
            block.instrs[-1:-1] = copied


def _drop_pseudo(graph: Graph) -> None:
    for instr in graph.instructions():
        if instr.op in ("SETUP_FINALLY", "SETUP_CLEANUP", "SETUP_WITH"):
            instr.nop()
        instr.op = CONVERTED.get(instr.op, instr.op)
    graph.remove_redundant_nops_and_jumps()


def _write(graph: Graph, code: Code) -> None:
    start: dict[Block, int] = {}
    count = 0
    for block in graph.blocks:
        start[block] = count
        block.instrs = [instr for instr in block.instrs if instr.op not in LEFT_OUT]
        count += len(block.instrs)
    at = 0
    line = code.first_line
    for block in graph.blocks:
        for instr in block.instrs:
            line = instr.line if instr.line is not None else line
            op, arg = instr.op, instr.arg
            if instr.target is not None:
                arg = start[instr.target]
                if op in ("JUMP", "JUMP_NO_INTERRUPT"):
                    op = _jump(op, backward=arg <= at)
            code.instructions.append((op, arg))
            code.lines.append(line)
            code.handlers.append(_handler(instr, start))
            at += 1


def _jump(op: str, *, backward: bool) -> str:
    if not backward:
        return "JUMP"
    return "JUMP_BACKWARD" if op == "JUMP" else "JUMP_NO_INTERRUPT"


def _handler(instr: Instr, start: dict[Block, int]) -> Handler | None:
    handler = instr.handler
    if handler is None:
        return None
    return start[handler], handler.start_depth - 1 - handler.pushes_lasti, handler.pushes_lasti


def _keep_used_constants(draft: Draft, code: Code) -> None:
    """The first constant stays in any case: it may be a docstring."""
    used = {arg for op, arg in code.instructions if op == "LOAD_CONST" and isinstance(arg, int)}
    kept = [index for index in range(len(draft.constants)) if index in used or index == 0]
    moved = {old: new for new, old in enumerate(kept)}
    code.constants = tuple(draft.constants[index] for index in kept)
    code.instructions = [(op, moved[arg]) if op == "LOAD_CONST" and isinstance(arg, int) else (op, arg) for op, arg in code.instructions]
