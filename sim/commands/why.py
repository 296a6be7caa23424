"""`why`: who holds an object, or why it died."""

from __future__ import annotations

import argparse

from sim.commands.command import Command, Terminal, WrongCall, place, place_option, program_options
from sim.limits import Limits
from sim.why import NoSuchMoment, why


def options(parser: argparse.ArgumentParser) -> None:
    place_option(parser)
    parser.add_argument("name", metavar="NAME", help="a name as the line sees it, or a path: a, a.b, a[0], a['key']")
    program_options(parser)


def run(chosen: argparse.Namespace, terminal: Terminal) -> int:
    file, line = place(chosen.place)
    program = terminal.read(file)
    limits = Limits(steps=chosen.steps)
    try:
        told = why(program, line, chosen.name, visit=chosen.visit, python=chosen.python, belief=chosen.belief, limits=limits)
    except NoSuchMoment as missing:
        raise WrongCall(str(missing)) from None
    terminal.write("\n".join(told.sentences) + "\n")
    return 0


WHY = Command(
    name="why",
    summary="who holds the object that a name refers to, or why it died",
    teaching="""Run a program up to the moment when execution leaves a line, and tell who holds the object that a name refers to: variables,
items, attributes, closures, and what a running expression holds. If the object is dead by then: when and why it died.

An object lives as long as something holds it. The number of holders is its count, which sys.getrefcount(x) shows plus
one, since its own argument holds the object while it counts (not in 3.14, where a variable only lends it).""",
    example="python -m sim why program.py:12 node",
    statuses="0; 2 when the line is never executed, or the name was never bound there",
    options=options,
    run=run,
)
