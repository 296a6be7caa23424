"""What a command of `python -m sim` is: its help, its options, and what it does. The table of all of them is in sim/__main__.py."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sim.beliefs import BELIEFS
from sim.limits import Limits
from sim.profiles import PYTHONS


class WrongCall(Exception):
    """What the person asked cannot be answered. The text says why and what to do instead; the exit status is 2."""


class Terminal(Protocol):
    """Files and streams, as far as commands may have them."""

    def read(self, file: str) -> bytes:
        """The bytes of a file; WrongCall if it cannot be read."""

    def save(self, file: str, text: str) -> None:
        """Write a file; WrongCall if that cannot be done."""

    def write(self, text: str) -> None:
        """To standard output, at once."""

    def tell(self, text: str) -> None:
        """A line to standard error."""


@dataclass(frozen=True)
class Command:
    """One command. summary: a line for the list of commands; teaching: what it is good for; example: a call that can be copied."""

    name: str
    summary: str
    teaching: str
    example: str
    statuses: str
    options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Terminal], int]

    def add_to(self, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        parser = commands.add_parser(
            self.name,
            help=self.summary,
            description=self.teaching,
            epilog=f"example:\n  {self.example}\n\nexit status:\n  {self.statuses}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.options(parser)


def program_options(parser: argparse.ArgumentParser, *, belief: bool = True, python: bool = True) -> None:
    """What every command that runs one program takes."""
    if python:
        parser.add_argument("--python", choices=PYTHONS, default="3.13", help="CPython version to simulate (default 3.13)")
    if belief:
        parser.add_argument(
            "--belief", choices=sorted(BELIEFS), default="cpython", metavar="ID", help="run under a wrong memory model instead of CPython's"
        )
    parser.add_argument("--steps", type=int, default=Limits().steps, metavar="N", help="most instructions to run (default %(default)s)")


def file_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=str, metavar="FILE", help="a Python program")


def place_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("place", metavar="FILE:LINE", help="a Python program, and the line: the moment is when execution leaves it")
    parser.add_argument("--visit", type=int, default=1, metavar="N", help="the N-th time that it leaves the line (default %(default)s)")


def place(text: str) -> tuple[str, int]:
    """FILE and LINE of FILE:LINE."""
    file, colon, line = text.rpartition(":")
    if not colon or not file or not line.isdecimal():
        raise WrongCall(f"{text!r} is no place in a program; write FILE:LINE, as in program.py:12")
    return file, int(line)
