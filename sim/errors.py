"""What can end a run besides the guest program itself. Lowest layer: imports nothing of ours.

None of these is ever visible to a guest: they derive from BaseException-free host classes that guest handlers
cannot name, and after one of them no guest code runs again (no `finally`, no `__del__`, no exit finalizers).
"""

from __future__ import annotations


class SimulationEnd(Exception):
    """The run is over: a limit, a refusal, or text that CPython would not start."""


class Unsupported(SimulationEnd):
    """Something CPython can do and this simulator refuses, by name and place."""

    def __init__(self, what: str, line: int | None = None) -> None:
        self.what = what
        self.line = line
        super().__init__(what, line)

    def __str__(self) -> str:
        place = f" (line {self.line})" if self.line else ""
        return f"Unsupported: {self.what}{place}"


class SourceError(SimulationEnd):
    """The text is no program: what CPython reports as SyntaxError before running anything."""

    def __init__(self, kind: str, message: str, line: int | None = None) -> None:
        self.kind = kind
        self.message = message
        self.line = line
        super().__init__(kind, message, line)

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


# What each limit is called in a sentence, and its unit.
LIMIT_NAMES = {
    "steps": "instructions",
    "heap_bytes": "bytes of live objects",
    "objects": "live objects",
    "depth": "nested native calls",
    "output_bytes": "bytes of output",
    "digits": "digits in a number",
    "string_length": "characters in a string",
    "items": "items in a container",
    "source_bytes": "bytes of program text",
    "lines": "lines of program text",
    "line_length": "characters in a line",
    "nesting": "nested brackets",
    "tree_depth": "nested expressions or blocks",
    "nodes": "syntax nodes",
    "observations": "answers to questions about the heap",
}


class LimitReached(SimulationEnd):
    """A budget is used up. Deterministic: the same program stops at the same place on every machine."""

    def __init__(self, limit: str, allowed: int, line: int | None = None) -> None:
        self.limit = limit
        self.allowed = allowed
        self.line = line
        super().__init__(limit, allowed, line)

    def __str__(self) -> str:
        place = f" (line {self.line})" if self.line else ""
        return f"Stopped: more than {self.allowed:,} {LIMIT_NAMES[self.limit]}{place}"
