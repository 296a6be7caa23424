"""Make a program smaller while something about it stays true."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Lines = list[str]


def indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def end_of(lines: Lines, start: int) -> int:
    """The end of the line and of the block it heads."""
    end = start + 1
    while end < len(lines) and indentation(lines[end]) > indentation(lines[start]):
        end += 1
    return end


def without_pieces(lines: Lines) -> Iterator[Lines]:
    """The program without a run of lines, long runs first; then without a line and its block."""
    size = len(lines) // 2
    while size > 1:
        for start in range(0, len(lines), size):
            yield lines[:start] + lines[start + size :]
        size //= 2
    for start in reversed(range(len(lines))):
        yield lines[:start] + lines[end_of(lines, start) :]


def with_smaller_blocks(lines: Lines) -> Iterator[Lines]:
    """A block in the place of its statement, `pass` in the place of a block or line, and one line without its block."""
    for start in range(len(lines)):
        end = end_of(lines, start)
        room = " " * indentation(lines[start])
        if lines[start].strip() != "pass":
            yield [*lines[:start], room + "pass", *lines[end:]]
        if end > start + 1:
            yield [*lines[:start], *(line[4:] for line in lines[start + 1 : end]), *lines[end:]]
            yield [*lines[: start + 1], room + "    pass", *lines[end:]]


def with_smaller_expressions(lines: Lines) -> Iterator[Lines]:
    """One expression replaced by one inside it, or by None."""
    for number, line in enumerate(lines):
        text = line.strip()
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.expr) and not isinstance(node, ast.Constant | ast.Name):
                inner = [child for child in ast.walk(node) if isinstance(child, ast.expr) and child is not node][:6]
                for text_of_it in [*(ast.get_source_segment(text, child) for child in inner), "None"]:
                    changed = text[: node.col_offset] + (text_of_it or "None") + text[node.end_col_offset :]
                    yield [*lines[:number], line[: indentation(line)] + changed, *lines[number + 1 :]]


def valid(lines: Lines) -> bool:
    try:
        compile("\n".join(lines), "program.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def minimised(source: str, still: Callable[[str], bool], attempts: int = 400) -> str:
    """The smallest program found of which `still` holds."""
    lines, tried = source.splitlines(), {source}
    for _ in range(4):
        before = len("".join(lines))
        for way in (without_pieces, with_smaller_blocks, with_smaller_expressions):
            again = True
            while again and attempts > 0:
                again = False
                for candidate in way(lines):
                    text = "\n".join(candidate) + "\n"
                    if text in tried or len(text) >= len("\n".join(lines)) + 1 or not valid(candidate):
                        continue
                    tried.add(text)
                    attempts -= 1
                    if still(text):
                        lines, again = candidate, True
                        break
                    if attempts <= 0:
                        break
        if len("".join(lines)) == before:
            break
    return "\n".join(lines) + "\n"
