"""`python -m sim run FILE --python 3.13`: a program on the simulated heap, its output byte for byte as the real interpreter's.

The only module of `sim` that reads files and writes to streams.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import sim


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0, or 1 with the last traceback line (or the reason for a stop) on stderr, or 2 for a wrong call."""
    parser = argparse.ArgumentParser(
        prog="python -m sim", description="Run Python programs on a simulated heap with CPython's exact memory behaviour."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser(
        "run", help="print what the program prints", description="Print what the program prints under the chosen CPython version."
    )
    run.add_argument("file", type=Path, help="a Python program")
    run.add_argument("--python", choices=sim.PYTHONS, default="3.13", help="CPython version to simulate (default 3.13)")
    run.add_argument("--belief", choices=sorted(sim.BELIEFS), default="cpython", help="run under a wrong memory model instead")
    run.add_argument("--steps", type=int, default=sim.Limits().steps, help="most instructions to run")
    run.add_argument("--json", action="store_true", help="print the whole outcome as JSON, with births, deaths and collections")
    chosen = parser.parse_args(arguments)
    try:
        source = chosen.file.read_bytes()
    except OSError as error:
        print(f"python -m sim: cannot read {chosen.file}: {error.strerror}", file=sys.stderr)
        return 2
    outcome = sim.run(source, python=chosen.python, belief=chosen.belief, limits=sim.Limits(steps=chosen.steps), record=chosen.json)
    if chosen.json:
        print(json.dumps(outcome.to_json(), indent=1))
        return 0
    sys.stdout.buffer.write(outcome.output.encode("utf-8", "surrogateescape"))
    sys.stdout.flush()
    for text in (outcome.stderr.rstrip("\n"), outcome.error, outcome.reason):
        if text:
            print(text, file=sys.stderr)
    return outcome.exit_status


if __name__ == "__main__":
    sys.exit(main())
