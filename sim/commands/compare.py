"""`compare`: CPython and a belief side by side, and where they part."""

from __future__ import annotations

import argparse
from difflib import SequenceMatcher
from itertools import zip_longest
from textwrap import wrap

from sim.beliefs import BELIEFS
from sim.commands.command import Command, Terminal, file_option, program_options
from sim.comparison import Comparison, Moment, compare
from sim.limits import Limits
from sim.versions import told_lines

WIDEST = 46


def options(parser: argparse.ArgumentParser) -> None:
    file_option(parser)
    program_options(parser, belief=False)
    others = ", ".join(name for name in BELIEFS if name != "cpython")
    parser.add_argument("--belief", choices=sorted(BELIEFS), required=True, metavar="ID", help=f"the wrong memory model: {others}")


def run(chosen: argparse.Namespace, terminal: Terminal) -> int:
    found = compare(terminal.read(chosen.file), chosen.belief, python=chosen.python, limits=Limits(steps=chosen.steps))
    terminal.write("\n".join(lines(found)) + "\n")
    return 0


def lines(found: Comparison) -> list[str]:
    name = found.belief.id
    told = [*wrap(f"The belief {name}: {found.belief.rule}", 110), ""]
    told += side_by_side(f"CPython {found.right.python}", f"belief {name}", told_lines(found.right), told_lines(found.wrong))
    told.append("")
    if found.parting is None:
        return [*told, "They never part: this program cannot tell the belief from CPython."]
    right, wrong = found.parting
    line = (right or wrong or Moment(0, "")).line
    if wrong is not None and right is not None and wrong.line != right.line and wrong.line and right.line:
        where = f"They part on line {right.line}" if right.text[:9] != "execution" else f"They part on line {wrong.line}"
    else:
        where = f"They part on line {line}" if line else "They part at the end of the program"
    told.append(f"{where}:")
    told += wrap(f"CPython: {ending(right)}", 110, initial_indent="  ", subsequent_indent="    ")
    told += wrap(f"{name}: {ending(wrong)}", 110, initial_indent="  ", subsequent_indent="    ")
    return told


def ending(moment: Moment | None) -> str:
    return f"{moment}." if moment is not None else "nothing more happens."


def side_by_side(left_title: str, right_title: str, left: list[str], right: list[str]) -> list[str]:
    """Two outputs in columns; lines that differ are marked."""
    width = min(WIDEST, max([len(left_title), *(len(line) for line in left)]))
    rows = [f"    {left_title:<{width}} | {right_title}"]
    for tag, start, end, first, last in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        mark = " " if tag == "equal" else "≠"
        for one, other in zip_longest(left[start:end], right[first:last], fillvalue=""):
            rows.append(f"  {mark} {cut(one, width):<{width}} | {other}".rstrip())
    return rows


def cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


COMPARE = Command(
    name="compare",
    summary="run a program under CPython's rules and under a belief, and show where they part",
    teaching="""Run a program twice: as CPython would, and as a wrong memory model says. Show both outputs side by side and the first
moment at which the two part: the line, what CPython does there, and what the belief does instead.

A belief is a simulator with one rule changed, so a learner can see what would follow from what they think.""",
    example="python -m sim compare program.py --belief zero-waits",
    statuses="0, whether they part or not; 2 for a wrong call",
    options=options,
    run=run,
)
