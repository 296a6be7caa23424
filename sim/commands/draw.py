"""`draw`: the heap at a moment, as a picture or as text."""

from __future__ import annotations

import argparse

from sim.commands.command import Command, Terminal, WrongCall, place, place_option, program_options
from sim.drawing.drawing import draw
from sim.limits import Limits
from sim.why import NoSuchMoment


def options(parser: argparse.ArgumentParser) -> None:
    place_option(parser)
    parser.add_argument("-o", "--output", metavar="SVG", help="the file to write; without it the picture goes to standard output")
    parser.add_argument("--text", action="store_true", help="the same in words, to standard output: for screen readers, terminals, tests")
    parser.add_argument("--memory", action="store_true", help="pools and free lists instead of objects and references")
    parser.add_argument("--columns", type=int, choices=range(1, 6), default=3, help="columns of objects; 2 suit a phone (default 3)")
    program_options(parser)


def run(chosen: argparse.Namespace, terminal: Terminal) -> int:
    file, line = place(chosen.place)
    program = terminal.read(file)
    try:
        drawn = draw(
            program, line, visit=chosen.visit, python=chosen.python, belief=chosen.belief, limits=Limits(steps=chosen.steps),
            columns=chosen.columns,
        )  # fmt: skip
    except NoSuchMoment as missing:
        raise WrongCall(str(missing)) from None
    if chosen.text:
        terminal.write((drawn.memory.text if chosen.memory else drawn.text) + "\n")
    picture = drawn.memory.svg if chosen.memory else drawn.svg
    if chosen.output:
        terminal.save(chosen.output, picture)
    elif not chosen.text:
        terminal.write(picture)
    return 0


DRAW = Command(
    name="draw",
    summary="draw the heap as it is when execution leaves a line",
    teaching="""Draw the heap of a program at the moment when execution leaves a line: variables on the left, objects on the right, each
with its count; arrows are references, dashed arrows weak references. What is dead, unreachable, immortal or not tracked
by the collector is marked by shape and word. An object has the same place in all pictures of one program.

With --memory: the pools that blocks of memory come from, and the free lists that keep the blocks of the dead.""",
    example="python -m sim draw program.py:12 -o heap.svg",
    statuses="0; 2 when the line is never executed or the file cannot be written",
    options=options,
    run=run,
)
