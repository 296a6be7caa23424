"""Whether two lines of printed text say the same values: `[1,2] "a"` is what Python writes as `[1, 2] 'a'`.

Only where every word of both lines is a literal or part of one. In any other text each character counts. Words are compared, nothing is
parsed: web processes load this.
"""

from __future__ import annotations

import re

LONGEST = 2_000  # characters
WORD = re.compile(
    r"""(?P<space>\s+)
    | (?P<text>b?'(?:[^'\\]|\\.)*' | b?"(?:[^"\\]|\\.)*")
    | (?P<number>(?:\d[\d_]*(?:\.\d*)? | \.\d+)(?:[eE][+-]?\d+)?)(?![\w.])
    | (?P<name>True|False|None)\b
    | (?P<mark>[][(){},:+-])""",
    re.VERBOSE | re.ASCII,
)
OPENING, CLOSING = "([{", ")]}"


def reads_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    first = words(one)
    return first is not None and first == words(other)


def words(line: str) -> list[str] | None:
    """The words of a line of literals, each as Python writes it, and " " where one literal ends and another begins; None for other text."""
    found, at, depth = [], 0, 0
    line = line.strip()
    while at < len(line) <= LONGEST:
        match = WORD.match(line, at)
        if match is None:
            return None
        at, word = match.end(), match[0]
        if match.lastgroup == "space":
            if depth:
                continue
            word = " "
        elif match.lastgroup == "text":
            word = in_single_quotes(word)
        elif match.lastgroup == "number":
            word = written(word)
        depth += (word in OPENING) - (word in CLOSING)
        found.append(word)
    return found if not depth and at == len(line) else None


def in_single_quotes(text: str) -> str:
    """As repr quotes it, where that takes no more than other quotes."""
    start = text.index(text[-1])
    inner = text[start + 1 : -1]
    return text if "\\" in inner or "'" in inner else f"{text[:start]}'{inner}'"


def written(number: str) -> str:
    try:
        return repr(int(number))
    except ValueError:
        pass
    try:
        return repr(float(number))
    except ValueError:
        return number
