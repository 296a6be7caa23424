"""Loads that lend instead of count (3.14+, gh-130704), and the fusing of neighbours that comes before it.

A load of a local may be lent when, within its block, the value leaves the stack before the local is rebound or deleted, is not itself
stored in a local, and does not outlive the block. Blocks that only an exception handler reaches keep counted loads.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.compiler.blocks import NO_FALLTHROUGH, Block, Graph, Instr
from sim.compiler.effects import effect

FUSED_SLOTS = 16  # a fused pair has four bits for each slot
PAIRS = {
    ("LOAD_FAST", "LOAD_FAST"): "LOAD_FAST_LOAD_FAST",
    ("STORE_FAST", "LOAD_FAST"): "STORE_FAST_LOAD_FAST",
    ("STORE_FAST", "STORE_FAST"): "STORE_FAST_STORE_FAST",
}
LENT = {"LOAD_FAST": "LOAD_FAST_BORROW", "LOAD_FAST_LOAD_FAST": "LOAD_FAST_BORROW_LOAD_FAST_BORROW"}
# These leave what they look at on the stack and push something new above it.
LEAVE_INPUTS = frozenset(
    {"GET_ANEXT", "GET_LEN", "GET_YIELD_FROM_ITER", "IMPORT_FROM", "MATCH_KEYS", "MATCH_MAPPING", "MATCH_SEQUENCE", "WITH_EXCEPT_START"}
)
# These take their operands and leave the container below them.
TAKE_TOP = frozenset({"DICT_MERGE", "DICT_UPDATE", "LIST_APPEND", "LIST_EXTEND", "MAP_ADD", "RERAISE", "SET_ADD", "SET_UPDATE"})


def fuse(graph: Graph) -> None:
    """Neighbouring loads and stores of one line become one instruction."""
    for block in graph.blocks:
        for at, instr in enumerate(block.instrs[:-1]):
            following = block.instrs[at + 1]
            fused = PAIRS.get((instr.op, following.op))
            if fused is None or (instr.line is not None and following.line is not None and instr.line != following.line):
                continue
            if isinstance(instr.arg, int) and isinstance(following.arg, int) and max(instr.arg, following.arg) < FUSED_SLOTS:
                instr.become(fused, (instr.arg, following.arg))
                following.nop()
    graph.remove_redundant_nops()


@dataclass(frozen=True)
class Reference:
    """One stack item: the instruction that pushed it (None: something before the block) and the local it came from."""

    producer: Instr | None
    local: object = None


UNKNOWN = Reference(None)


@dataclass
class Lending:
    """The abstract stack of one block, and the loads that must count."""

    stack: list[Reference]
    iterator_leaves_input: bool
    blamed: list[Instr]
    counted: set[int] = field(default_factory=set)

    def push(self, reference: Reference = UNKNOWN) -> None:
        self.stack.append(reference)

    def pop(self) -> Reference:
        return self.stack.pop()

    def must_count(self, reference: Reference) -> None:
        if reference.producer is not None:
            self.counted.add(id(reference.producer))

    def kill(self, local: object) -> None:
        for reference in self.stack:
            if reference.local == local and reference.local is not None:
                self.must_count(reference)

    def store(self, local: object) -> None:
        reference = self.pop()
        self.kill(local)
        self.must_count(reference)

    def step(self, instr: Instr) -> None:
        """What one instruction does to the stack."""
        handler = STEPS.get(instr.op)
        if handler is not None:
            handler(self, instr)
            return
        if instr.op.startswith("SETUP_"):
            return  # only its handler sees an effect
        popped, pushed = effect(instr)
        if instr.op == "GET_ITER" and self.iterator_leaves_input:
            return  # 3.15 may loop over the sequence itself, which then stays where it is
        if instr.op in LEAVE_INPUTS:
            # 3.14 notes a wrong producer here, counted from the block's start: what happens to the new value is laid to that instruction.
            for index in range(max(pushed - popped, 0)):
                self.push(Reference(self.blamed[index]) if self.blamed else UNKNOWN)
            return
        if instr.op in TAKE_TOP:
            popped, pushed = popped - pushed, 0
        for _ in range(popped):
            self.pop()
        for _ in range(pushed):
            self.push()


def _load(lending: Lending, instr: Instr) -> None:
    lending.push(Reference(instr, instr.arg))


def _load_and_clear(lending: Lending, instr: Instr) -> None:
    lending.kill(instr.arg)
    lending.push(Reference(instr, instr.arg))


def _load_pair(lending: Lending, instr: Instr) -> None:
    for slot in _slots(instr):
        lending.push(Reference(instr, slot))


def _store(lending: Lending, instr: Instr) -> None:
    lending.store(instr.arg)


def _store_load(lending: Lending, instr: Instr) -> None:
    stored, loaded = _slots(instr)
    lending.store(stored)
    lending.push(Reference(instr, loaded))


def _store_store(lending: Lending, instr: Instr) -> None:
    for slot in _slots(instr):
        lending.store(slot)


def _delete(lending: Lending, instr: Instr) -> None:
    lending.kill(instr.arg)


def _copy(lending: Lending, instr: Instr) -> None:
    lending.push(lending.stack[-int(str(instr.arg))])


def _swap(lending: Lending, instr: Instr) -> None:
    at = -int(str(instr.arg))
    lending.stack[-1], lending.stack[at] = lending.stack[at], lending.stack[-1]


def _method(lending: Lending, instr: Instr) -> None:
    owner = lending.pop()
    lending.push()
    lending.push(owner)


def _super(lending: Lending, instr: Instr) -> None:
    owner = lending.pop()
    lending.pop()
    lending.pop()
    lending.push()
    if isinstance(instr.arg, tuple) and instr.arg[1]:
        lending.push(owner)


def _below_top(lending: Lending, instr: Instr) -> None:
    """The top stays on top, something new below it."""
    top = lending.pop()
    lending.push()
    lending.push(top)


def _keep_top(lending: Lending, instr: Instr) -> None:
    top = lending.pop()
    lending.pop()
    lending.push(top)


def _match_exception(lending: Lending, instr: Instr) -> None:
    lending.pop()
    lending.push()


def _slots(instr: Instr) -> tuple[object, object]:
    first, second = instr.arg if isinstance(instr.arg, tuple) else (None, None)
    return first, second


STEPS = {
    "LOAD_FAST": _load, "LOAD_FAST_AND_CLEAR": _load_and_clear, "LOAD_FAST_LOAD_FAST": _load_pair, "STORE_FAST": _store,
    "STORE_FAST_MAYBE_NULL": _store, "STORE_FAST_LOAD_FAST": _store_load, "STORE_FAST_STORE_FAST": _store_store, "DELETE_FAST": _delete,
    "COPY": _copy, "SWAP": _swap, "LOAD_METHOD": _method, "LOAD_SUPER_ATTR": _super, "LOAD_SPECIAL": _below_top,
    "PUSH_EXC_INFO": _below_top,
    "END_SEND": _keep_top, "SET_FUNCTION_ATTRIBUTE": _keep_top, "CHECK_EXC_MATCH": _match_exception, "CHECK_EG_MATCH": _match_exception,
}  # fmt: skip


def lend(graph: Graph, *, iterator_leaves_input: bool, has_first_faults: bool) -> None:
    """Mark every load that may be lent, in all blocks that normal flow reaches."""
    next_of = dict(graph.following())
    seen = {graph.blocks[0]}
    todo = [graph.blocks[0]]
    while todo:
        block = todo.pop()
        lending = Lending([UNKNOWN] * block.start_depth, iterator_leaves_input, block.instrs if has_first_faults else [])
        for instr in block.instrs:
            lending.step(instr)
        for reference in lending.stack:
            lending.must_count(reference)
        for instr in block.instrs:
            if instr.op in LENT and id(instr) not in lending.counted:
                instr.op = LENT[instr.op]
        for target in _successors(block, next_of[block], has_first_faults):
            if target not in seen:
                seen.add(target)
                todo.append(target)


def _successors(block: Block, follower: Block | None, has_first_faults: bool) -> list[Block]:
    found = [instr.target for instr in block.instrs if instr.target is not None]
    last = block.last
    # 3.14 never looks behind a block its optimiser emptied: what only that leads to keeps its counted loads.
    if last is None and has_first_faults:
        return []
    if follower is not None and (last is None or last.op not in NO_FALLTHROUGH):
        found.append(follower)
    return found
