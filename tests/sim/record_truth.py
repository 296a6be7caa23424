"""`python -m tests.sim.record_truth 3.12=/path/to/python3.12 [...] [--check] [PROGRAM ...]`: what real interpreters print.

A program is recorded only if it prints the same twice. It runs isolated (-I), with a fixed hash seed, and sees nothing else of
the environment. A patch release (3.13.18) gets a recording of its own only where it prints something else than its series (3.13).
`--check` writes nothing and tells which recordings a real interpreter no longer agrees with.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.sim import corpus

SECONDS = 120


def asks_for(program: Path, version: str) -> bool:
    """Whether this version can run the program: a flag such as `3.12+` names the first that can."""
    wanted = [flag.rstrip("+") for flag in corpus.flags(program) if flag.endswith("+")]
    number = [int(part) for part in version.split(".")[:2]]
    return all(number >= [int(part) for part in first.split(".")] for first in wanted)


def printed(python: str, program: Path) -> bytes:
    done = subprocess.run(
        [python, "-I", program.name], cwd=program.parent, env={"PYTHONHASHSEED": "0"}, capture_output=True, timeout=SECONDS, check=False
    )
    return done.stdout


def record(version: str, python: str, program: Path, check: bool) -> str | None:
    """Record one program, or compare it with its recording; a complaint if there is one."""
    first, second = printed(python, program), printed(python, program)
    name = program.relative_to(corpus.PROGRAMS).with_suffix("")
    if first != second:
        return f"{name} prints something else each time under {version}: not recorded"
    own, series = (program.with_name(f"{program.stem}.{tag}.out") for tag in (version, ".".join(version.split(".")[:2])))
    recorded = own if own.exists() else series
    agrees = recorded.exists() and recorded.read_bytes() == first
    if check:
        return None if agrees else f"{name}: {version} does not print what was recorded"
    if own == series or not agrees:
        own.write_bytes(first)
    return None


def main(arguments: list[str]) -> int:
    interpreters = dict(argument.split("=", 1) for argument in arguments if "=" in argument)
    chosen = [argument for argument in arguments if "=" not in argument and argument != "--check"]
    if not interpreters:
        print(__doc__, file=sys.stderr)
        return 2
    complaints = 0
    for name in chosen or corpus.programs():
        program = corpus.PROGRAMS / f"{name}.py"
        for version, python in interpreters.items():
            complaint = record(version, python, program, "--check" in arguments) if asks_for(program, version) else None
            if complaint:
                complaints += 1
                print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
