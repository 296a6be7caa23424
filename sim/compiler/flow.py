"""Optimisation over the flow graph (Python/flowgraph.c): constants, tuples, comparisons, jumps to jumps, swaps, unbound locals."""

from __future__ import annotations

from sim.compiler.blocks import JUMPS, Block, Graph, Instr
from sim.compiler.constants import MAX_COLLECTION, NOT_FOLDED, fold_binary, fold_subscript, fold_unary
from sim.compiler.draft import Draft
from sim.profiles import Profile

STACK_GUIDELINE = 30
UNARY = {"UNARY_NEGATIVE": "-", "UNARY_INVERT": "~", "UNARY_NOT": "not"}
MISSING = object()


class Optimizer:
    """One pass over the blocks of one draft."""

    def __init__(self, graph: Graph, draft: Draft, profile: Profile) -> None:
        self.graph = graph
        self.draft = draft
        self.profile = profile

    def run(self) -> None:
        graph = self.graph
        graph.label_handlers()
        graph.inline_small_exits()
        graph.remove_unreachable()
        graph.resolve_lines()
        for block in graph.blocks:
            self.load_constants(block)
        for block, follower in list(graph.following()):
            self.block(block, follower)
        graph.remove_redundant_pairs()
        graph.remove_unreachable()
        graph.remove_redundant_nops_and_jumps()

    # --- constants ---

    def constant(self, instr: Instr) -> object:
        """The value a LOAD_CONST pushes; MISSING for anything else, code objects included."""
        if instr.op != "LOAD_CONST" or not isinstance(instr.arg, int):
            return MISSING
        return self.draft.constant_value(instr.arg)

    def load(self, instr: Instr, value: object) -> None:
        instr.become("LOAD_CONST", self.draft.add_constant(value, arena=False))

    def load_constants(self, block: Block) -> None:
        """Conditions known now: the jump is taken, or never."""
        for at, instr in enumerate(block.instrs):
            following = block.instrs[at + 1] if at + 1 < len(block.instrs) else None
            value = self.constant(instr)
            if value is MISSING or following is None:
                continue
            if following.op in ("POP_JUMP_IF_TRUE", "POP_JUMP_IF_FALSE", "JUMP_IF_TRUE", "JUMP_IF_FALSE"):
                if following.op.startswith("POP"):
                    instr.nop()
                if bool(value) == following.op.endswith("TRUE"):
                    following.op = "JUMP"
                else:
                    following.nop()
            elif following.op == "TO_BOOL":
                instr.nop()
                self.load(following, bool(value))
            elif following.op == "IS_OP" and value is None:
                _jump_on_none(block, at)

    def sources(self, block: Block, at: int, count: int) -> list[Instr] | None:
        """The `count` constant loads right before position `at`, if that is what stands there."""
        found: list[Instr] = []
        while len(found) < count:
            at -= 1
            if at < 0:
                return None
            instr = block.instrs[at]
            if instr.op == "NOP":
                continue
            if self.constant(instr) is MISSING:
                return None
            found.append(instr)
        return found[::-1]

    # --- one block ---

    def block(self, block: Block, follower: Block | None) -> None:
        at = 0
        while at < len(block.instrs):
            instr = block.instrs[at]
            following = block.instrs[at + 1] if at + 1 < len(block.instrs) else None
            if instr.op in JUMPS:
                if self.thread(block, instr):
                    continue
            elif instr.op == "BUILD_TUPLE":
                self.build_tuple(block, at, instr, following)
            elif instr.op in ("BUILD_LIST", "BUILD_SET"):
                self.build_display(block, at, instr, following)
            elif following is not None and self.pair(instr, following):
                pass
            else:
                self.fold(block, at, instr, following)
            at += 1
        _static_swaps(block)

    def thread(self, block: Block, instr: Instr) -> bool:
        """A jump to a jump goes where that one goes. True: look at the same place again."""
        target = instr.target
        if target is None or not target.instrs or instr.op in ("FOR_ITER", "SEND"):
            return False
        first = target.instrs[0]
        op = instr.op
        if first.op in ("JUMP", "JUMP_NO_INTERRUPT"):
            if op.startswith(("POP_JUMP", "JUMP_IF")) and first.op == "JUMP_NO_INTERRUPT":
                return False
            if op in ("JUMP", "JUMP_NO_INTERRUPT"):
                op = "JUMP" if first.op == "JUMP" else op
        elif op.startswith("JUMP_IF") and first.op.startswith("JUMP_IF"):
            if first.op != op:
                after = self.graph.blocks[self.graph.blocks.index(target) + 1]
                after.is_target = True
                instr.target = after
                return True
        else:
            return False
        if first.target is instr.target or first.target is None:
            return False
        line, handler = first.line, instr.handler
        if line != instr.line:
            block.instrs.insert(len(block.instrs) - 1, Instr("NOP", line=instr.line, handler=handler))
        instr.op, instr.target, instr.line = op, first.target, line
        instr.target.is_target = True
        return True

    def build_tuple(self, block: Block, at: int, instr: Instr, following: Instr | None) -> None:
        count = instr.arg if isinstance(instr.arg, int) else 0
        if following is not None and following.op == "UNPACK_SEQUENCE" and following.arg == count and 1 <= count <= 3:
            instr.nop()
            if count == 1:
                following.nop()
            else:
                following.become("SWAP", count)
            return
        sources = self.sources(block, at, count)
        if sources is None or (self.profile.folds_in_flow and count > STACK_GUIDELINE):
            return
        value = tuple(self.constant(source) for source in sources)
        _silence(sources)
        self.load(instr, value)

    def build_display(self, block: Block, at: int, instr: Instr, following: Instr | None) -> None:
        """A display only looped over or searched is a tuple or frozenset; three constants or more are loaded as one."""
        if not self.profile.folds_in_flow:
            return
        count = instr.arg if isinstance(instr.arg, int) else 0
        passing = following is not None and following.op in ("GET_ITER", "CONTAINS_OP")
        if count > STACK_GUIDELINE or (count < 3 and not passing):
            return
        sources = self.sources(block, at, count)
        if sources is None:
            if passing and instr.op == "BUILD_LIST":
                instr.op = "BUILD_TUPLE"
            return
        items = tuple(self.constant(source) for source in sources)
        value: object = frozenset(items) if instr.op == "BUILD_SET" else items
        _silence(sources)
        if passing:
            self.load(instr, value)
            return
        built, loaded = block.instrs[at - 2], block.instrs[at - 1]
        built.become(instr.op, 0)
        built.line = instr.line
        self.load(loaded, value)
        instr.become("LIST_EXTEND" if instr.op == "BUILD_LIST" else "SET_UPDATE", 1)

    def pair(self, instr: Instr, following: Instr) -> bool:
        """Two neighbours that become one."""
        if instr.op == "STORE_FAST" and following.op == "STORE_FAST" and instr.arg == following.arg and instr.line == following.line:
            instr.become("POP_TOP")
            return True
        if following.op == "TO_BOOL" and instr.op in ("COMPARE_OP", "CONTAINS_OP", "IS_OP", "TO_BOOL", "UNARY_NOT"):
            arg = (instr.arg[0], True) if instr.op == "COMPARE_OP" and isinstance(instr.arg, tuple) else instr.arg
            following.become(instr.op, arg)
            instr.nop()
            return True
        if following.op == "UNARY_NOT" and instr.op in ("CONTAINS_OP", "IS_OP"):
            following.become(instr.op, not instr.arg)
            instr.nop()
            return True
        if following.op == "UNARY_NOT" and instr.op == "UNARY_NOT":
            instr.nop()
            following.nop()
            return True
        if instr.op == "LIST_TO_TUPLE" and following.op == "GET_ITER" and self.profile.folds_in_flow:
            instr.nop()
            return True
        return False

    def fold(self, block: Block, at: int, instr: Instr, following: Instr | None) -> None:
        if instr.op == "SWAP" and instr.arg == 1:
            instr.nop()
        if not self.profile.folds_in_flow:
            return
        if instr.op in UNARY or (instr.op == "CALL_INTRINSIC_1" and instr.arg == "INTRINSIC_UNARY_POSITIVE"):
            self.fold_operands(block, at, instr, 1)
        elif instr.op in ("BINARY_OP", "BINARY_SUBSCR"):
            self.fold_operands(block, at, instr, 2)
        elif instr.op == "LIST_TO_TUPLE":
            self.fold_long_tuple(block, at, instr)

    def fold_operands(self, block: Block, at: int, instr: Instr, count: int) -> None:
        sources = self.sources(block, at, count)
        if sources is None:
            return
        values = [self.constant(source) for source in sources]
        if count == 1:
            value = fold_unary(UNARY.get(instr.op, "+"), values[0])
        elif instr.op == "BINARY_SUBSCR":
            value = fold_subscript(values[0], values[1])
        else:
            value = fold_binary(str(instr.arg), values[0], values[1])
        if value is NOT_FOLDED:
            return
        _silence(sources)
        self.load(instr, value)

    def fold_long_tuple(self, block: Block, at: int, instr: Instr) -> None:
        """BUILD_LIST 0, then a constant and LIST_APPEND again and again: how displays beyond the stack's guideline are built."""
        values: list[object] = []
        work: list[Instr] = []
        appended = False
        for source in reversed(block.instrs[:at]):
            if source.op == "NOP":
                continue
            work.append(source)
            if not appended and source.op == "BUILD_LIST" and source.arg == 0:
                _silence(work)
                self.load(instr, tuple(reversed(values)))
                return
            if not appended and source.op == "LIST_APPEND" and source.arg == 1:
                appended = True
            elif appended and self.constant(source) is not MISSING and len(values) < MAX_COLLECTION * 64:
                values.append(self.constant(source))
                appended = False
            else:
                return


def _silence(instrs: list[Instr]) -> None:
    for instr in instrs:
        instr.nop()
        instr.line = None


def _jump_on_none(block: Block, at: int) -> None:
    """`x is None` that only decides a jump."""
    comparison = block.instrs[at + 1]
    rest = block.instrs[at + 2 :]
    if rest and rest[0].op == "TO_BOOL":
        rest[0].nop()
        rest = rest[1:]
    if not rest or rest[0].op not in ("POP_JUMP_IF_TRUE", "POP_JUMP_IF_FALSE"):
        return
    inverted = bool(comparison.arg) != (rest[0].op == "POP_JUMP_IF_FALSE")
    block.instrs[at].nop()
    comparison.nop()
    rest[0].op = "POP_JUMP_IF_NOT_NONE" if inverted else "POP_JUMP_IF_NONE"


# --- swaps ---

SWAPPABLE = ("STORE_FAST", "STORE_FAST_MAYBE_NULL", "POP_TOP")


def _static_swaps(block: Block) -> None:
    at = 0
    while at < len(block.instrs):
        if block.instrs[at].op == "SWAP":
            at = _shorten_swaps(block, at)
            _apply_swaps(block, at)
        at += 1


def _shorten_swaps(block: Block, start: int) -> int:
    """A run of SWAPs becomes the shortest one with the same effect. Returns the run's last position."""
    end = start
    while end < len(block.instrs) and block.instrs[end].op in ("SWAP", "NOP"):
        end += 1
    run = block.instrs[start:end]
    counts = [instr.arg for instr in run if instr.op == "SWAP" and isinstance(instr.arg, int)]
    if len(counts) < 2:
        return start
    stack = list(range(max(counts)))
    for count in counts:
        stack[0], stack[count - 1] = stack[count - 1], stack[0]
    needed: list[int] = []
    done: set[int] = set()
    for position, item in enumerate(stack):
        if item == position or position in done:
            continue
        walk = position
        while True:
            if walk:
                needed.append(walk + 1)
            if walk in done:
                break
            done.add(walk)
            walk = stack[walk]
    for instr in run:
        instr.nop()
    for instr, count in zip(reversed(run), needed, strict=False):
        instr.become("SWAP", count)
    return end - 1


def _apply_swaps(block: Block, at: int) -> None:
    """Swap two stores instead of two stack items."""
    while at >= 0:
        swap = block.instrs[at]
        if swap.op != "SWAP":
            if swap.op == "NOP" or swap.op in SWAPPABLE:
                at -= 1
                continue
            return
        first = _next_swappable(block, at, None)
        if first is None:
            return
        second: int | None = first
        for _ in range((swap.arg if isinstance(swap.arg, int) else 1) - 1):
            second = _next_swappable(block, second or 0, block.instrs[first])
            if second is None:
                return
        if second is None or _stores_collide(block, first, second):
            return
        swap.nop()
        block.instrs[first], block.instrs[second] = block.instrs[second], block.instrs[first]
        at -= 1


def _next_swappable(block: Block, at: int, same_line: Instr | None) -> int | None:
    for index in range(at + 1, len(block.instrs)):
        instr = block.instrs[index]
        if same_line is not None and same_line.line is not None and instr.line != same_line.line:
            return None
        if instr.op == "NOP":
            continue
        return index if instr.op in SWAPPABLE else None
    return None


def _stored(instr: Instr) -> object:
    return instr.arg if instr.op != "POP_TOP" and instr.op in SWAPPABLE else None


def _stores_collide(block: Block, first: int, second: int) -> bool:
    one, other = _stored(block.instrs[first]), _stored(block.instrs[second])
    if one is None and other is None:
        return False
    if one == other:
        return True
    between = {_stored(instr) for instr in block.instrs[first + 1 : second]} - {None}
    return one in between or other in between


# --- locals that may be unbound ---


def check_unbound_loads(graph: Graph, slots: int, parameters: int) -> None:
    """LOAD_FAST becomes LOAD_FAST_CHECK where some path reaches it with the slot empty."""
    next_of = dict(graph.following())
    unsafe: dict[Block, int] = dict.fromkeys(graph.blocks, 0)
    unsafe[graph.blocks[0]] = ((1 << slots) - 1) & ~((1 << parameters) - 1)
    todo = list(graph.blocks)

    def reach(target: Block | None, mask: int) -> None:
        if target is not None and unsafe[target] | mask != unsafe[target]:
            unsafe[target] |= mask
            todo.append(target)

    while todo:
        block = todo.pop()
        mask = unsafe[block]
        for instr in block.instrs:
            reach(instr.handler, mask)
            if not isinstance(instr.arg, int):
                continue
            bit = 1 << instr.arg
            if instr.op in ("DELETE_FAST", "LOAD_FAST_AND_CLEAR", "STORE_FAST_MAYBE_NULL"):
                mask |= bit
            elif instr.op in ("STORE_FAST", "LOAD_FAST_CHECK"):
                mask &= ~bit
            elif instr.op == "LOAD_FAST":
                if mask & bit:
                    instr.op = "LOAD_FAST_CHECK"
                mask &= ~bit
        if block.falls_through:
            reach(next_of[block], mask)
        last = block.last
        if last is not None and last.op in JUMPS:
            reach(last.target, mask)
