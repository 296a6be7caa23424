"""The flow graph: instructions with labels become basic blocks; handlers, reachability, jumps, NOPs, lines (Python/flowgraph.c)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

UNCONDITIONAL = frozenset({"JUMP", "JUMP_NO_INTERRUPT"})
CONDITIONAL = frozenset({"POP_JUMP_IF_TRUE", "POP_JUMP_IF_FALSE", "POP_JUMP_IF_NONE", "POP_JUMP_IF_NOT_NONE"})
JUMPS = UNCONDITIONAL | CONDITIONAL | {"JUMP_IF_FALSE", "JUMP_IF_TRUE", "FOR_ITER", "SEND"}
SCOPE_EXITS = frozenset({"RETURN_VALUE", "RAISE_VARARGS", "RERAISE"})
BLOCK_PUSHES = frozenset({"SETUP_FINALLY", "SETUP_CLEANUP", "SETUP_WITH"})
WITH_TARGET = JUMPS | BLOCK_PUSHES
NO_FALLTHROUGH = UNCONDITIONAL | SCOPE_EXITS
MAX_COPY = 4


@dataclass(eq=False)
class Label:
    """A place jumps may name before it is reached."""

    block: Block | None = None


@dataclass(eq=False)
class Instr:
    """One instruction. `line` None: the compiler's own, it takes the line of what it follows."""

    op: str
    arg: object = None
    line: int | None = None
    label: Label | None = None
    target: Block | None = None
    handler: Block | None = None

    def nop(self) -> None:
        self.op, self.arg, self.target = "NOP", None, None

    def become(self, op: str, arg: object = None) -> None:
        self.op, self.arg = op, arg

    def copy(self) -> Instr:
        return Instr(self.op, self.arg, self.line, self.label, self.target, self.handler)


@dataclass(eq=False)
class Block:
    """Straight-line code: only the last instruction may jump."""

    instrs: list[Instr] = field(default_factory=list)
    predecessors: int = 0
    is_handler: bool = False
    pushes_lasti: bool = False
    start_depth: int = -1
    is_target: bool = False

    @property
    def last(self) -> Instr | None:
        return self.instrs[-1] if self.instrs else None

    @property
    def falls_through(self) -> bool:
        return not self.instrs or self.instrs[-1].op not in NO_FALLTHROUGH

    @property
    def exits(self) -> bool:
        return bool(self.instrs) and self.instrs[-1].op in SCOPE_EXITS

    @property
    def has_no_line(self) -> bool:
        return all(instr.line is None for instr in self.instrs)


class Graph:
    """The blocks of one code object in the order they will stand."""

    def __init__(self, stream: list[Instr | Label]) -> None:
        targeted = {id(item.label) for item in stream if isinstance(item, Instr) and item.label is not None}
        self.blocks = [Block()]
        for item in stream:
            current = self.blocks[-1]
            if isinstance(item, Label):
                if id(item) in targeted:
                    if current.instrs or current.is_target:
                        current = Block()
                        self.blocks.append(current)
                    current.is_target = True
                    item.block = current
                continue
            if current.last is not None and current.last.op in JUMPS | SCOPE_EXITS:
                current = Block()
                self.blocks.append(current)
            current.instrs.append(item)
        self.share_empty_targets(stream)
        for instr in self.instructions():
            if instr.label is not None:
                instr.target = instr.label.block
        for instr in self.instructions():
            if instr.op in BLOCK_PUSHES and instr.target is not None:
                instr.target.is_handler = True
                instr.target.pushes_lasti |= instr.op != "SETUP_FINALLY"

    def share_empty_targets(self, stream: list[Instr | Label]) -> None:
        """Several labels at one place are one block."""
        following: Block | None = None
        for block in reversed(self.blocks):
            if block.instrs or following is None:
                following = block
            else:
                for item in stream:
                    if isinstance(item, Label) and item.block is block:
                        item.block = following
                following.is_target = True
        self.blocks = [block for block in self.blocks if block.instrs] or self.blocks[:1]

    def instructions(self) -> Iterator[Instr]:
        for block in self.blocks:
            yield from block.instrs

    def following(self) -> Iterator[tuple[Block, Block | None]]:
        yield from zip(self.blocks, [*self.blocks[1:], None], strict=True)

    # --- handlers ---

    def label_handlers(self) -> None:
        """Which handler guards each instruction; POP_BLOCK has done its work after this."""
        next_of = dict(self.following())
        stacks: dict[Block, list[Block]] = {self.blocks[0]: []}
        todo = [self.blocks[0]]
        while todo:
            block = todo.pop()
            stack = list(stacks[block])

            def reach(target: Block | None, stack: list[Block]) -> None:
                if target is not None and target not in stacks:
                    stacks[target] = list(stack)
                    todo.append(target)

            for instr in block.instrs:
                if instr.op in BLOCK_PUSHES and instr.target is not None:
                    reach(instr.target, stack)
                    stack.append(instr.target)
                elif instr.op == "POP_BLOCK":
                    stack.pop()
                    instr.nop()
                else:
                    instr.handler = stack[-1] if stack else None
                    if instr.op in JUMPS:
                        reach(instr.target, stack)
            if block.falls_through:
                reach(next_of[block], stack)

    # --- reachability ---

    def remove_unreachable(self) -> None:
        for block in self.blocks:
            block.predecessors = 0
        next_of = dict(self.following())
        self.blocks[0].predecessors = 1
        seen = {self.blocks[0]}
        todo = [self.blocks[0]]
        while todo:
            block = todo.pop()
            follower = next_of.get(block)
            reached = [follower] if follower is not None and block.falls_through else []
            reached += [instr.target for instr in block.instrs if instr.op in WITH_TARGET and instr.target is not None]
            for target in reached:
                target.predecessors += 1
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        for block in self.blocks:
            if block not in seen:
                block.instrs = []
                block.is_handler = False

    def nonempty(self, block: Block | None) -> Block | None:
        """The block itself, or the next one that holds anything. Emptied blocks stay: they end the search for loads to lend."""
        if block is None or block.instrs:
            return block
        return next((later for later in self.blocks[self.blocks.index(block) + 1 :] if later.instrs), None)

    def followers(self) -> Iterator[tuple[Block, Block | None]]:
        """Each block with the next one that holds anything."""
        pairs: list[tuple[Block, Block | None]] = []
        follower: Block | None = None
        for block in reversed(self.blocks):
            pairs.append((block, follower))
            follower = block if block.instrs else follower
        yield from reversed(pairs)

    # --- jumps and NOPs ---

    def inline_small_exits(self) -> None:
        changed = True
        while changed:
            changed = False
            for block in self.blocks:
                changed |= _inline_exit(block)

    def remove_redundant_nops(self) -> int:
        # A block emptied on the way is skipped by those before it only from the next round on, as its NOP had a line of its own.
        return sum(_remove_nops(block, self.nonempty(follower)) for block, follower in self.following())

    def remove_redundant_pairs(self) -> None:
        """LOAD_CONST or COPY 1 whose value is popped at once."""
        done = False
        while not done:
            done = True
            instr: Instr | None = None
            for block, follower in self.following():
                _remove_nops(block, self.nonempty(follower))
                if block.is_target:
                    instr = None
                for current in block.instrs:
                    before, instr = instr, current
                    if current.op == "POP_TOP" and before and (before.op == "LOAD_CONST" or (before.op == "COPY" and before.arg == 1)):
                        before.nop()
                        current.nop()
                        done = False
                if not block.falls_through or (instr is not None and instr.op in JUMPS):
                    instr = None

    def remove_redundant_nops_and_jumps(self) -> None:
        while True:
            changes = self.remove_redundant_nops()
            for block, follower in self.followers():
                last = block.last
                if last is not None and last.op in UNCONDITIONAL and self.nonempty(last.target) is follower:
                    last.nop()
                    changes += 1
            if not changes:
                return

    # --- line numbers ---

    def resolve_lines(self) -> None:
        self.duplicate_exits_without_line()
        for block, follower in self.following():
            line: int | None = None
            for instr in block.instrs:
                if instr.line is None:
                    instr.line = line
                else:
                    line = instr.line
            if block.instrs and block.falls_through and follower is not None:
                _inherit(follower, line)
            last = block.last
            if last is not None and last.op in JUMPS and last.target is not None:
                _inherit(last.target, line)

    def duplicate_exits_without_line(self) -> None:
        """An exit reached from several lines is copied, so that each copy has one line (PEP 626)."""
        copies: list[tuple[Block, Block]] = []
        for block in self.blocks:
            last = block.last
            if last is None or last.op not in JUMPS:
                continue
            target = self.nonempty(last.target)
            if target is None:
                continue
            if (target.exits or _checks(target)) and target.has_no_line and target.predecessors > 1:
                copied = Block([instr.copy() for instr in target.instrs], 1, start_depth=target.start_depth, is_target=True)
                copied.instrs[0].line = last.line
                last.target = copied
                target.predecessors -= 1
                copies.append((target, copied))
        for target, copied in copies:
            self.blocks.insert(self.blocks.index(target) + 1, copied)
        for block, follower in self.following():
            if not block.falls_through or not block.instrs or follower is None:
                continue
            if (follower.exits or _checks(follower)) and follower.has_no_line:
                follower.instrs[0].line = block.instrs[-1].line

    # --- order ---

    def push_cold_to_end(self) -> None:
        """Blocks that only handlers reach stand last."""
        next_of = dict(self.following())
        warm = self._reach([self.blocks[0]], next_of, set())
        cold = self._reach([block for block in self.blocks if block.is_handler], next_of, warm)
        ordered: list[Block] = []
        for block, follower in self.following():
            ordered.append(block)
            if block in cold and block.falls_through and follower in warm:
                jump = Block([Instr("JUMP_NO_INTERRUPT", target=follower)], 1)
                follower.is_target = True
                cold.add(jump)
                ordered.append(jump)
        # A block nobody reaches has been removed before; what is not cold is warm.
        self.blocks = [block for block in ordered if block not in cold] + [block for block in ordered if block in cold]
        if cold:
            self.remove_redundant_nops_and_jumps()

    @staticmethod
    def _reach(start: list[Block], next_of: dict[Block, Block | None], excluded: set[Block]) -> set[Block]:
        seen = set(start)
        todo = list(start)
        while todo:
            block = todo.pop()
            follower = next_of[block]
            reached = [follower] if follower is not None and block.falls_through else []
            reached += [instr.target for instr in block.instrs if instr.op in JUMPS and instr.target is not None]
            for target in reached:
                if target not in seen and target not in excluded:
                    seen.add(target)
                    todo.append(target)
        return seen

    def normalize_jumps(self) -> None:
        """Conditional jumps go forward only: a backward one is turned round a JUMP, where the collector may run."""
        opposite = {
            "POP_JUMP_IF_TRUE": "POP_JUMP_IF_FALSE", "POP_JUMP_IF_FALSE": "POP_JUMP_IF_TRUE",
            "POP_JUMP_IF_NONE": "POP_JUMP_IF_NOT_NONE", "POP_JUMP_IF_NOT_NONE": "POP_JUMP_IF_NONE",
        }  # fmt: skip
        visited: set[Block] = set()
        ordered: list[Block] = []
        for block, follower in self.following():
            visited.add(block)
            ordered.append(block)
            last = block.last
            if last is None or last.op not in CONDITIONAL or last.target not in visited:
                continue
            back = Block([Instr("JUMP", line=last.line, target=last.target, handler=last.handler)], 1)
            ordered.append(back)
            last.op, last.target = opposite[last.op], follower
            if follower is not None:
                follower.is_target = True
        self.blocks = ordered


def _inherit(block: Block, line: int | None) -> None:
    """The line of the only way in."""
    if block.predecessors == 1 and block.instrs and block.instrs[0].line is None:
        block.instrs[0].line = line


def _inline_exit(block: Block) -> bool:
    last = block.last
    if last is None or last.op not in UNCONDITIONAL or last.target is None or last.target is block:
        return False
    target = last.target
    small = target.exits and len(target.instrs) <= MAX_COPY
    lineless = target.has_no_line and not target.falls_through
    if not small and not lineless:
        return False
    removed = last.op
    last.nop()
    block.instrs.extend(instr.copy() for instr in target.instrs)
    if lineless and block.instrs[-1].op in UNCONDITIONAL and removed == "JUMP":
        block.instrs[-1].op = "JUMP"
    target.predecessors -= 1
    return True


def _checks(block: Block) -> bool:
    """Whether a jump back, where the evaluation loop looks up, is in the block."""
    return any(instr.op == "JUMP" or (instr.op == "RESUME") for instr in block.instrs)


def _remove_nops(block: Block, follower: Block | None) -> int:
    kept: list[Instr] = []
    before: int | None = None
    for at, instr in enumerate(block.instrs):
        if instr.op == "NOP" and _is_redundant(block, at, before, follower):
            continue
        kept.append(instr)
        before = instr.line
    removed = len(block.instrs) - len(kept)
    block.instrs = kept
    return removed


def _is_redundant(block: Block, at: int, before: int | None, follower: Block | None) -> bool:
    nop = block.instrs[at]
    if nop.line is None or nop.line == before:
        return True
    if at + 1 < len(block.instrs):
        after = block.instrs[at + 1]
        if after.line is None:
            after.line = nop.line
            return True
        return after.line == nop.line
    if follower is None:
        return False
    first = next((instr for instr in follower.instrs if instr.op != "NOP" or instr.line is not None), None)
    return first is not None and first.line == nop.line
