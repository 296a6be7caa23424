"""`run`: what the program prints."""

from __future__ import annotations

import argparse
import json

from sim.commands.command import Command, Terminal, file_option, program_options
from sim.limits import Limits
from sim.pipeline import run as simulate


def options(parser: argparse.ArgumentParser) -> None:
    file_option(parser)
    program_options(parser)
    parser.add_argument("--json", action="store_true", help="print the whole outcome as JSON, with births, deaths and collections")


def run(chosen: argparse.Namespace, terminal: Terminal) -> int:
    program = terminal.read(chosen.file)
    outcome = simulate(program, python=chosen.python, belief=chosen.belief, limits=Limits(steps=chosen.steps), record=chosen.json)
    if chosen.json:
        terminal.write(json.dumps(outcome.to_json(), indent=1) + "\n")
        return 0
    terminal.write(outcome.output)
    for text in (outcome.stderr.rstrip("\n"), outcome.error, outcome.reason):
        if text:
            terminal.tell(text)
    return outcome.exit_status


RUN = Command(
    name="run",
    summary="print what the program prints",
    teaching="""Run a program on the simulated heap and print what it prints, to the byte what the real interpreter prints.

Nothing of the program runs on this machine's Python: it is interpreted on a heap of our own, so it can neither
read a file nor run for ever. With --belief it runs under a wrong memory model (see `compare`).""",
    example="python -m sim run program.py --python 3.14",
    statuses="""the program's own: 0, what sys.exit() said, or 1 with the last line of the traceback (or the reason why the run stopped)
  on standard error; 2 for a wrong call; with --json 0, and the status is in the JSON""",
    options=options,
    run=run,
)
