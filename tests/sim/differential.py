"""`python -m tests.sim.differential FILE|DIRECTORY ... [--python VERSION ...]`: programs under real interpreters and under `sim`.

The judge of the simulator is CPython. Every program runs on each real interpreter that is found here and whose exact release is the one
a profile follows (PATH, ~/.pyenv/versions, and HEAPLAB_PYTHONS: a colon-separated list of executables), and on the simulator; the first
line that differs is shown in its surroundings, of the output or of the last line of the traceback.

Each run is a process of its own, started bare (-I -S, fixed hash seed). A driver that forks would be faster and lose the proof:
its own imports and objects would weigh in the counters, the free lists and the pools of every program.
"""

from __future__ import annotations

import argparse
import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sim
from sim.profiles import PROFILES

SECONDS = 20
CONTEXT = 4
RELEASE = "import sys; print('%d.%d.%d' % sys.version_info[:3])"


@dataclass(frozen=True)
class Ran:
    """What a run told: its output, and the last line of the traceback ("" where it had none)."""

    output: str
    error: str = ""
    crashed: bool = False  # of the interpreter itself: a signal, or too long; nothing can be compared


@dataclass(frozen=True)
class Difference:
    """The first line where the simulator parts from CPython."""

    version: str
    line: int  # of the output, from 1; 0: the outputs agree and the errors do not
    cpython: str
    simulated: str
    before: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"line {self.line} of the output" if self.line else "last line of the traceback"
        shown = "".join(f"      {line}\n" for line in self.before)
        return f"  {self.version}, {where}:\n{shown}    - CPython {self.cpython}\n    + sim     {self.simulated}"


def candidates() -> Iterator[str]:
    """Executables that may be a real interpreter of a version with a profile."""
    yield from filter(None, os.environ.get("HEAPLAB_PYTHONS", "").split(":"))
    for version in sim.PYTHONS:
        yield from (str(Path(folder) / f"python{version}") for folder in os.get_exec_path())
    yield from sorted(str(path) for path in (Path.home() / ".pyenv" / "versions").glob("*/bin/python"))


@functools.cache
def interpreters() -> dict[str, str]:
    """Profile version -> the first executable found that is exactly the release the profile follows."""
    wanted = {profile.release: version for version, profile in PROFILES.items()}
    found: dict[str, str] = {}
    for path in candidates():
        if not os.access(path, os.X_OK):
            continue
        told = subprocess.run([path, "-I", "-S", "-c", RELEASE], capture_output=True, text=True, timeout=SECONDS, check=False)
        version = wanted.get(told.stdout.strip())
        if version is not None:
            found.setdefault(version, path)
    return {version: found[version] for version in sim.PYTHONS if version in found}


def last_line(stderr: str) -> str:
    """The last line of the traceback that ended a program: what follows the last frame of the last traceback nobody ignored."""
    lines = stderr.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("Traceback (most recent call last)")]
    starts = [number for number in starts if number == 0 or not lines[number - 1].startswith("Exception ignored")]
    for line in lines[starts[-1] + 1 :] if starts else lines:
        if line and not line.startswith((" ", "Exception ignored")):
            return line
    return ""


def run_real(python: str, source: bytes) -> Ran:
    """The program in a fresh process of a real interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "program.py").write_bytes(source)
        command = [python, "-I", "-S", "program.py"]
        try:
            done = subprocess.run(command, cwd=folder, env={"PYTHONHASHSEED": "0"}, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return Ran("", crashed=True)
    output, stderr = (text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
    return Ran(output, last_line(stderr) if done.returncode == 1 else "", crashed=done.returncode < 0)


def run_simulated(version: str, source: bytes) -> Ran:
    try:
        outcome = sim.run(source, python=version)
    except Exception as error:  # a fault of the simulator's own: a difference like any other
        return Ran("", f"the host's {type(error).__name__}: {error}")
    return Ran(outcome.output, (outcome.error or outcome.reason or "").split("\n")[0])


def difference(version: str, real: Ran, simulated: Ran) -> Difference | None:
    """The first line that differs, if one does."""
    if real.crashed:
        return None
    want, got = real.output.splitlines(), simulated.output.splitlines()
    for number in range(max(len(want), len(got))):
        here = [lines[number] if number < len(lines) else None for lines in (want, got)]
        if here[0] != here[1]:
            shown = [repr(text) if text is not None else "printed nothing more" for text in here]
            if here[1] is None and simulated.error:
                shown[1] += f" ({simulated.error})"
            return Difference(version, number + 1, shown[0], shown[1], tuple(want[max(0, number - CONTEXT) : number]))
    # A SyntaxError's text is the parser's, and sim's parser is the host's: the kind is what must agree.
    if real.error.partition(":")[0] == simulated.error.partition(":")[0] == "SyntaxError" or real.error == simulated.error:
        return None
    return Difference(version, 0, real.error or "no error", simulated.error or "no error", tuple(want[-CONTEXT:]))


def compare(source: bytes, versions: list[str]) -> list[Difference]:
    """The first difference under each version that has one."""
    found = (difference(version, run_real(interpreters()[version], source), run_simulated(version, source)) for version in versions)
    return [one for one in found if one is not None]


def chosen_versions(wanted: list[str] | None) -> list[str]:
    """The versions asked for that have a real interpreter here; ends the run, by name, for those that have none."""
    missing = [version for version in wanted or [] if version not in interpreters()]
    if missing or not interpreters():
        releases = ", ".join(PROFILES[version].release for version in missing or sim.PYTHONS)
        sys.exit(f"no interpreter found of exactly {releases}: put it on PATH or name it in HEAPLAB_PYTHONS")
    return wanted or list(interpreters())


def programs(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run programs under real interpreters and under sim; show the first difference.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|DIRECTORY")
    parser.add_argument("--python", action="append", choices=sim.PYTHONS, metavar="VERSION", help="only this version; may be repeated")
    chosen = parser.parse_args(arguments)
    versions = chosen_versions(chosen.python)
    ran, differing = 0, dict.fromkeys(versions, 0)
    for path in programs(chosen.paths):
        found = compare(path.read_bytes(), versions)
        ran += 1
        for one in found:
            differing[one.version] += 1
        if found:
            print(path, *found, sep="\n", flush=True)
    print(f"{ran} programs;", ", ".join(f"{version}: {count} differ" for version, count in differing.items()))
    return 1 if any(differing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
