"""How many stack items each instruction takes and leaves."""

from __future__ import annotations

from collections.abc import Callable

from sim.compiler.blocks import Graph, Instr
from sim.profiles import Profile

FIXED: dict[str, tuple[int, int]] = {
    "NOP": (0, 0), "RESUME": (0, 0), "RETURN_GENERATOR": (0, 1), "POP_TOP": (1, 0), "PUSH_NULL": (0, 1), "LOAD_CONST": (0, 1),
    "RETURN_VALUE": (1, 1), "LOAD_NAME": (0, 1), "STORE_NAME": (1, 0), "DELETE_NAME": (0, 0), "LOAD_GLOBAL": (0, 1), "STORE_GLOBAL": (1, 0),
    "DELETE_GLOBAL": (0, 0), "LOAD_FAST": (0, 1), "LOAD_FAST_BORROW": (0, 1), "LOAD_FAST_CHECK": (0, 1), "LOAD_FAST_AND_CLEAR": (0, 1),
    "STORE_FAST": (1, 0), "STORE_FAST_MAYBE_NULL": (1, 0), "DELETE_FAST": (0, 0), "LOAD_FAST_LOAD_FAST": (0, 2),
    "STORE_FAST_LOAD_FAST": (1, 1),
    "STORE_FAST_STORE_FAST": (2, 0), "MAKE_CELL": (0, 0), "COPY_FREE_VARS": (0, 0), "LOAD_DEREF": (0, 1), "STORE_DEREF": (1, 0),
    "DELETE_DEREF": (0, 0), "LOAD_CLOSURE": (0, 1), "LOAD_FROM_DICT_OR_DEREF": (1, 1), "LOAD_FROM_DICT_OR_GLOBALS": (1, 1),
    "LOAD_LOCALS": (0, 1), "LOAD_ATTR": (1, 1), "LOAD_METHOD": (1, 2), "STORE_ATTR": (2, 0), "DELETE_ATTR": (1, 0), "LOAD_SPECIAL": (1, 2),
    "BINARY_OP": (2, 1), "BINARY_SUBSCR": (2, 1), "UNARY_NEGATIVE": (1, 1), "UNARY_INVERT": (1, 1), "UNARY_NOT": (1, 1),
    "CALL_INTRINSIC_1": (1, 1), "LIST_TO_TUPLE": (1, 1), "IMPORT_STAR": (1, 1), "COMPARE_OP": (2, 1), "IS_OP": (2, 1),
    "CONTAINS_OP": (2, 1),
    "TO_BOOL": (1, 1), "POP_JUMP_IF_TRUE": (1, 0), "POP_JUMP_IF_FALSE": (1, 0), "POP_JUMP_IF_NONE": (1, 0), "POP_JUMP_IF_NOT_NONE": (1, 0),
    "JUMP_IF_TRUE": (1, 1), "JUMP_IF_FALSE": (1, 1), "JUMP": (0, 0), "JUMP_NO_INTERRUPT": (0, 0), "STORE_SUBSCR": (3, 0),
    "DELETE_SUBSCR": (2, 0), "BINARY_SLICE": (3, 1), "STORE_SLICE": (4, 0), "LIST_APPEND": (1, 0), "SET_ADD": (1, 0), "MAP_ADD": (2, 0),
    "LIST_EXTEND": (1, 0), "SET_UPDATE": (1, 0), "DICT_UPDATE": (1, 0), "DICT_MERGE": (1, 0), "GET_ITER": (1, 1), "FOR_ITER": (0, 1),
    "END_FOR": (1, 0), "POP_ITER": (1, 0),
    "MAKE_FUNCTION": (1, 1), "SET_FUNCTION_ATTRIBUTE": (2, 1), "LOAD_BUILD_CLASS": (0, 1), "IMPORT_NAME": (2, 1), "IMPORT_FROM": (0, 1),
    "SETUP_ANNOTATIONS": (0, 0), "PUSH_EXC_INFO": (1, 2), "POP_EXCEPT": (1, 0), "CHECK_EXC_MATCH": (2, 2), "CHECK_EG_MATCH": (2, 2),
    "PREP_RERAISE_STAR": (2, 1), "LOAD_ASSERTION_ERROR": (0, 1), "BEFORE_WITH": (1, 2), "WITH_EXCEPT_START": (0, 1),
    "CONVERT_VALUE": (1, 1),
    "FORMAT_SIMPLE": (1, 1), "FORMAT_WITH_SPEC": (2, 1), "YIELD_VALUE": (1, 1), "GET_YIELD_FROM_ITER": (1, 1), "SEND": (1, 1),
    "END_SEND": (2, 1), "CLEANUP_THROW": (3, 2), "MATCH_MAPPING": (0, 1), "MATCH_SEQUENCE": (0, 1), "MATCH_KEYS": (0, 1),
    "MATCH_CLASS": (3, 1), "GET_LEN": (0, 1),
    "GET_AWAITABLE": (1, 1), "GET_AITER": (1, 1), "GET_ANEXT": (0, 1), "END_ASYNC_FOR": (2, 0), "BEFORE_ASYNC_WITH": (1, 2),
    # What a handler finds: the exception, below it the failing position where the block keeps it.
    "SETUP_FINALLY": (0, 1), "SETUP_CLEANUP": (0, 2), "SETUP_WITH": (0, 1),
}  # fmt: skip


def _number(instr: Instr) -> int:
    return instr.arg if isinstance(instr.arg, int) else 0


def _pair(instr: Instr) -> tuple[int, int]:
    pair = instr.arg
    return (int(pair[0]), len(pair[1]) if isinstance(pair[1], tuple) else int(pair[1])) if isinstance(pair, tuple) else (0, 0)


COUNTED: dict[str, Callable[[Instr], tuple[int, int]]] = {
    "COPY": lambda instr: (_number(instr), _number(instr) + 1),
    "SWAP": lambda instr: (_number(instr), _number(instr)),
    "BUILD_SLICE": lambda instr: (_number(instr), 1),
    "BUILD_TUPLE": lambda instr: (_number(instr), 1),
    "BUILD_LIST": lambda instr: (_number(instr), 1),
    "BUILD_SET": lambda instr: (_number(instr), 1),
    "BUILD_STRING": lambda instr: (_number(instr), 1),
    "BUILD_MAP": lambda instr: (2 * _number(instr), 1),
    "BUILD_CONST_KEY_MAP": lambda instr: (_number(instr) + 1, 1),
    "UNPACK_SEQUENCE": lambda instr: (1, _number(instr)),
    "UNPACK_EX": lambda instr: (1, sum(_pair(instr)) + 1),
    "CALL": lambda instr: (_number(instr) + 2, 1),
    "CALL_KW": lambda instr: (_pair(instr)[0] + 2, 1),
    "CALL_FUNCTION_EX": lambda instr: (4 if instr.arg else 3, 1),
    "LOAD_SUPER_ATTR": lambda instr: (3, 2 if isinstance(instr.arg, tuple) and instr.arg[1] else 1),
    "RAISE_VARARGS": lambda instr: (_number(instr), 0),
    "RERAISE": lambda instr: (_number(instr) + 1, _number(instr)),
}


def effect(instr: Instr) -> tuple[int, int]:
    """(popped, pushed) when the instruction does not jump; for a block push, what its handler finds."""
    fixed = FIXED.get(instr.op)
    return fixed if fixed is not None else COUNTED[instr.op](instr)


def effect_of_jump(instr: Instr) -> int:
    """Net effect when the jump is taken."""
    popped, pushed = effect(instr)
    return pushed - popped


# 3.15 keeps an index (or NULL) beside an iterator for as long as it is run through.
BESIDE_ITERATORS = {"GET_ITER": 1, "GET_YIELD_FROM_ITER": 1, "POP_ITER": -1, "END_SEND": -1}


def set_depths(graph: Graph) -> None:
    """The stack depth at the start of every block."""
    next_of = dict(graph.following())
    for block in graph.blocks:
        block.start_depth = -1
    graph.blocks[0].start_depth = 0
    todo = [graph.blocks[0]]
    while todo:
        block = todo.pop()
        depth = block.start_depth
        reached = []
        for instr in block.instrs:
            if instr.target is not None:
                reached.append((instr.target, depth + effect_of_jump(instr)))
            if not instr.op.startswith("SETUP_") or instr.op == "SETUP_ANNOTATIONS":
                popped, pushed = effect(instr)
                depth += pushed - popped
        follower = next_of[block]
        if follower is not None and block.falls_through:
            reached.append((follower, depth))
        for target, at in reached:
            if target.start_depth < 0:
                target.start_depth = at
                todo.append(target)


def stack_size(graph: Graph, profile: Profile, generator: bool, expression: bool) -> int:
    """co_stacksize: the deepest the stack gets. expression: of a generator expression."""
    next_of = dict(graph.following())
    first = graph.blocks[0].instrs[0] if graph.blocks[0].instrs else None
    ours = first.target if first is not None and generator and not profile.generators_have_handler else None
    beside = 1 if profile.loop_places > 1 else 0
    deepest = 4 if expression and beside else 0  # 3.15 enters the handler around the body with the iterator and NULL on the stack
    todo = [(graph.blocks[0], 0)]
    seen = {graph.blocks[0], ours}  # 3.11 has no such handler: what it needs does not count
    while todo:
        block, extra = todo.pop()
        depth = block.start_depth
        for instr in block.instrs:
            if instr.target is not None and instr.target not in seen:
                deepest = max(deepest, depth + effect_of_jump(instr) + extra)
                seen.add(instr.target)
                todo.append((instr.target, extra))
            if instr.op == "CALL_KW" and profile.call_names_on_stack:
                deepest = max(deepest, depth + extra + 1)
            if not instr.op.startswith("SETUP_") or instr.op == "SETUP_ANNOTATIONS":
                popped, pushed = effect(instr)
                depth += pushed - popped
                extra += beside * BESIDE_ITERATORS.get(instr.op, 0)
                deepest = max(deepest, depth + extra)
        follower = next_of[block]
        if follower is not None and block.falls_through and follower not in seen:
            seen.add(follower)
            todo.append((follower, extra))
    return deepest
