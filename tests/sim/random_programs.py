"""`python -m tests.sim.random_programs --seed N --count M [--python V ...] [--show] [--keep DIRECTORY]`: random programs, both ways.

Generates one program a seed (program_writer.py has the grammar's language), runs it on every real interpreter found (differential.py) and
on `sim`, and reports where they part. A program that differs is made smaller while it still differs in the same way, and kept in the
directory if one is named. `--show` only prints the programs. `--record FILE` writes what the real interpreters printed, as digests, for the
programs on which `sim` agrees with all of them: test_random_programs.py holds it to that.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import warnings
from collections import Counter
from pathlib import Path

import sim
from tests.sim import differential
from tests.sim.minimising import minimised
from tests.sim.program_writer import program

ADDRESS = re.compile(r" at 0x[0-9a-f]+>")
WORD = re.compile(r"[A-Za-z_]+")
# What makes counters and collections independent of the interpreter's start.
LEVELLING = ("gc.collect()\n", "gc.collect(); ", "gc.freeze(); gc.collect()", "gc.callbacks.clear()", "sys.unraisablehook")


def kind_of(found: differential.Difference) -> tuple[bool, str]:
    """What a smaller program must still show: a difference of the output or of the error, in a line that begins with the same word."""
    first = WORD.search(found.cpython)
    return found.line > 0, first.group() if first else ""


def smaller(source: str, found: differential.Difference) -> str:
    """The smallest program found that differs under the version in the same way and ends as before."""
    python = differential.interpreters()[found.version]
    ended = differential.run_real(python, source.encode()).error
    kept = [text for text in LEVELLING if text in source]

    def still(text: str) -> bool:
        if not all(one in text for one in kept):
            return False
        real = differential.run_real(python, text.encode())
        if real.error != ended or ADDRESS.search(real.output):
            return False
        now = differential.difference(found.version, real, differential.run_simulated(found.version, text.encode()))
        return now is not None and kind_of(now) == kind_of(found)

    return minimised(source, still)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def recorded(seed: int, source: str, versions: list[str]) -> dict[str, int | str]:
    """One row: the seed, the program, and what each version printed, the last line of its traceback included."""
    row: dict[str, int | str] = {"seed": seed, "program": digest(source)}
    for version in versions:
        real = differential.run_real(differential.interpreters()[version], source.encode())
        row[version] = digest(f"{real.output}{real.error}")
    return row


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Random programs under real interpreters and under sim.")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first program")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--python", action="append", choices=sim.PYTHONS, metavar="VERSION", help="only this version; may be repeated")
    parser.add_argument("--show", action="store_true", help="print the programs, run nothing")
    parser.add_argument("--whole", action="store_true", help="do not make differing programs smaller")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="where differing programs are written")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write digests of the real outputs, a JSON object a line")
    chosen = parser.parse_args(arguments)
    seeds = range(chosen.seed, chosen.seed + chosen.count)
    if chosen.show:
        print(*(program(seed) for seed in seeds), sep="\n# ---\n")
        return 0
    warnings.simplefilter("ignore", SyntaxWarning)
    versions = differential.chosen_versions(chosen.python)
    differing: Counter[str] = Counter()
    rows = []
    for seed in seeds:
        source = program(seed)
        found = differential.compare(source.encode(), versions)
        differing.update(one.version for one in found)
        if found:
            report(seed, source, found, chosen.whole, chosen.keep)
        elif chosen.record:
            rows.append(json.dumps(recorded(seed, source, versions)))
    if chosen.record:
        chosen.record.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{chosen.count} programs;", ", ".join(f"{version}: {differing[version]} differ" for version in versions))
    return 1 if differing else 0


def report(seed: int, source: str, found: list[differential.Difference], whole: bool, keep: Path | None) -> None:
    text = source if whole else smaller(source, found[0])
    versions = " ".join(one.version for one in found)
    shown = found if whole else differential.compare(text.encode(), [one.version for one in found])
    print(f"=== seed {seed}: {versions}", text if not whole else "", *shown, sep="\n", flush=True)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"seed_{seed}.py").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
