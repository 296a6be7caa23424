"""`versions`: one program under all versions, what differs, and why."""

from __future__ import annotations

import argparse
from textwrap import wrap

from sim.commands.command import Command, Terminal, file_option, program_options
from sim.limits import Limits
from sim.profiles import PYTHONS
from sim.versions import Change, Versions, told_lines, versions


def options(parser: argparse.ArgumentParser) -> None:
    file_option(parser)
    program_options(parser, belief=False, python=False)


def run(chosen: argparse.Namespace, terminal: Terminal) -> int:
    found = versions(terminal.read(chosen.file), limits=Limits(steps=chosen.steps))
    terminal.write("\n".join(lines(found)) + "\n")
    return 0


def lines(found: Versions) -> list[str]:
    if not found.changes:
        count = len(told_lines(found.outcomes[PYTHONS[0]]))
        return [f"The same under {', '.join(PYTHONS)}: {count} line{'s' if count != 1 else ''} of output."]
    told = [f"Outputs under {', '.join(PYTHONS)} differ."]
    for (older, newer), changes in found.changes.items():
        told += ["", f"{older} -> {newer}: {len(changes)} difference{'s' if len(changes) != 1 else ''}"]
        for change in changes:
            told += change_lines(older, newer, change)
    return told


def change_lines(older: str, newer: str, change: Change) -> list[str]:
    by = f", printed by line {change.printed_by}" if change.printed_by else ""
    told = [f"  output line {change.at}{by}"]
    for version, text in ((older, change.before), (newer, change.after)):
        told += [f"    {version:>5} | {line}" for line in text] or [f"    {version:>5} | (nothing)"]
    if not change.reasons:
        return [*told, "    why: not traced to single facts"]
    for number, reason in enumerate(change.reasons):
        told += wrap(reason, 110, initial_indent=f"    {'why' if number == 0 else 'and'}: ", subsequent_indent="         ")
    return told


VERSIONS = Command(
    name="versions",
    summary="run all versions, show which lines of output differ, and why",
    teaching="""Run a program under every simulated version of CPython and show the lines of its output that differ between neighbours,
with the reason: the fact about the newer version that, given to the older one alone, makes it print the newer one's line.

Counts, sizes and moments of death are details of an implementation; this is how to see which of them a program shows.""",
    example="python -m sim versions program.py",
    statuses="0, whether outputs differ or not; 2 for a wrong call",
    options=options,
    run=run,
)
