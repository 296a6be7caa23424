"""`python -m sim COMMAND`: the simulator from a terminal. Each command is a module of sim/commands; this one owns the streams.

The only module of `sim` that reads files and writes to streams.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sim.commands.bench import BENCH
from sim.commands.command import Command, WrongCall
from sim.commands.compare import COMPARE
from sim.commands.draw import DRAW
from sim.commands.run import RUN
from sim.commands.trace import TRACE
from sim.commands.versions import VERSIONS
from sim.commands.why import WHY

COMMANDS: tuple[Command, ...] = (RUN, TRACE, WHY, DRAW, VERSIONS, COMPARE, BENCH)

TEACHING = """Run Python programs on a simulated heap with CPython's exact memory behaviour, and look inside.

Every object has a count of the references to it; when the count reaches zero the object dies at once. Cycles keep
their own counts up: the collector finds them. Each command shows one side of that."""


class Standard:
    """The process's own files and streams."""

    def read(self, file: str) -> bytes:
        try:
            return Path(file).read_bytes()
        except OSError as error:
            raise WrongCall(f"cannot read {file}: {error.strerror}") from None

    def save(self, file: str, text: str) -> None:
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise WrongCall(f"cannot write {file}: {error.strerror}") from None

    def write(self, text: str) -> None:
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
        sys.stdout.flush()

    def tell(self, text: str) -> None:
        print(text, file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m sim", description=TEACHING, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = made.add_subparsers(dest="command", required=True, title="commands", metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    return made


def main(arguments: list[str] | None = None) -> int:
    """The exit status of the command; 2 for a wrong call, with one line that says what to do instead."""
    chosen = parser().parse_args(arguments)
    command = next(command for command in COMMANDS if command.name == chosen.command)
    try:
        return command.run(chosen, Standard())
    except WrongCall as wrong:
        print(f"python -m sim {command.name}: {wrong}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader (head, a pager) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
