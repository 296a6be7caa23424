"""`trace`: every event of the heap, a line of JSON each."""

from __future__ import annotations

import argparse
import json

from sim.commands.command import Command, Terminal, file_option, program_options
from sim.events import COUNTS, Event
from sim.limits import Limits
from sim.pipeline import trace
from sim.telling import Teller


def options(parser: argparse.ArgumentParser) -> None:
    file_option(parser)
    program_options(parser)
    parser.add_argument("--counts", choices=COUNTS, default="instruction", help="when changes of counts are told (default %(default)s)")
    parser.add_argument("--everything", action="store_true", help="numbers and text too, and the counts of functions and classes")
    parser.add_argument("--text", action="store_true", help="tell it in words instead of JSON")
    parser.add_argument("--budget", type=int, default=100_000, metavar="N", help="most events to tell (default %(default)s)")


def run(chosen: argparse.Namespace, terminal: Terminal) -> int:
    teller = Teller()

    def sink(event: Event) -> None:
        if chosen.text:
            terminal.write("".join(f"{line}\n" for line in teller.tell(event)))
            return
        terminal.write(json.dumps(event, separators=(",", ":")) + "\n")

    outcome = trace(
        terminal.read(chosen.file), sink, python=chosen.python, belief=chosen.belief, limits=Limits(steps=chosen.steps),
        counts=chosen.counts, everything=chosen.everything, budget=chosen.budget,
    )  # fmt: skip
    for text in (outcome.error, outcome.reason):
        if text:
            terminal.tell(text)
    return outcome.exit_status


TRACE = Command(
    name="trace",
    summary="tell every event of the heap as it happens, in JSON or in words",
    teaching="""Run a program and tell what happens in its heap: objects born (which block, whose block it was before), names bound and
unbound, counts as they change, who holds what getrefcount counts, deaths with the reason, finalizers, weak references,
each step of a collection, and printed text. Events come while the program runs; memory stays bounded.

With --text it is told in words. In JSON every event has "at" (its place in the order), "line" and "event"; "object" is
the number that an object keeps for life.""",
    example="python -m sim trace program.py --text --counts line",
    statuses="the program's own; 2 for a wrong call",
    options=options,
    run=run,
)
