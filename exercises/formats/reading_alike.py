"""Whether two lines of printed text say the same values: `[1,2] "a"` is what Python writes as `[1, 2] 'a'`.

Only where every word of both lines is a Python literal. In any other text each character counts.
"""

from __future__ import annotations

import ast
import io
import tokenize
from typing import Any

LONGEST = 2_000  # characters
OPENING, CLOSING = "([{", ")]}"


def reads_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    first = values(one)
    return first is not None and first == values(other)


def values(line: str) -> list[Any] | None:
    """The values of the literals that a line is made of; None if it holds anything else."""
    if len(line) > LONGEST:
        return None
    try:
        words = literals(line)
        return [comparable(ast.literal_eval(word)) for word in words]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError, tokenize.TokenError):
        return None


def literals(line: str) -> list[str]:
    """A line cut where one literal ends and the next begins."""
    words: list[str] = []
    depth, sign, end = 0, False, (0, 0)
    for token in tokenize.generate_tokens(io.StringIO(line.strip()).readline):
        if not token.string.strip():
            continue
        if depth or sign:
            words[-1] += token.string
        elif words and token.start == end:
            raise ValueError("two words without a space between them")
        else:
            words.append(token.string)
        end = token.end
        depth += (token.string in OPENING) - (token.string in CLOSING)
        sign = not depth and token.string in "+-"
    return words


def comparable(value: Any) -> Any:
    """Such that only values of one type, in one order, are equal; sets have none."""
    if isinstance(value, list | tuple):
        return (type(value).__name__, [comparable(one) for one in value])
    if isinstance(value, dict):
        return ("dict", [(comparable(key), comparable(item)) for key, item in value.items()])
    if isinstance(value, set):
        return ("set", sorted(repr(comparable(one)) for one in value))
    return (type(value).__name__, repr(value))
