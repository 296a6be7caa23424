"""The truth programs: what each prints under real interpreters, and the two lists of what the simulator does not do yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sim

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "truth"
# The profile 3.13 speaks of a late patch release; where that printed something else than 3.13.0, its recording goes first.
RECORDINGS = {"3.13": ("3.13.18", "3.13")}


@dataclass(frozen=True)
class Case:
    """One program under one version."""

    program: str  # topic/name
    version: str

    @property
    def path(self) -> Path:
        return PROGRAMS / f"{self.program}.py"

    def source(self) -> bytes:
        return self.path.read_bytes()

    def recording(self) -> str | None:
        """What the real interpreter printed, or None where it cannot run the program."""
        for tag in RECORDINGS.get(self.version, (self.version,)):
            path = self.path.with_name(f"{self.path.stem}.{tag}.out")
            if path.exists():
                return path.read_bytes().decode("utf-8", "surrogateescape")
        return None

    def __str__(self) -> str:
        return f"{self.program}-{self.version}"


def flags(program: Path) -> list[str]:
    """The words after `# flags:` in a program's second line."""
    with program.open(encoding="utf-8") as lines:
        for line in (next(lines, ""), next(lines, "")):
            if line.startswith("# flags:"):
                return line.split(":", 1)[1].split()
    return []


def programs() -> list[str]:
    return [str(path.relative_to(PROGRAMS).with_suffix("")) for path in sorted(PROGRAMS.glob("*/*.py"))]


def fragile(program: str) -> bool:
    """Programs whose output varies with the patch release or the way Python was started: nobody is graded on those."""
    return "fragile" in flags(PROGRAMS / f"{program}.py")


def cases() -> list[Case]:
    """Every program under every version that has a recording."""
    found = [Case(program, version) for program in programs() if not fragile(program) for version in sim.PYTHONS]
    return [case for case in found if case.recording() is not None]


def listed(name: str) -> dict[Case, str]:
    """A list beside this file: program, versions (or `all`), and why."""
    found = {}
    for line in (HERE / name).read_text(encoding="utf-8").splitlines()[1:]:
        program, versions, why = line.split("\t")
        for version in sim.PYTHONS if versions == "all" else versions.split(","):
            found[Case(program, version)] = why
    return found


def refused() -> dict[Case, str]:
    """What the simulator refuses by name, and the name."""
    return listed("refused.tsv")


def known_differences() -> dict[Case, str]:
    """Where the simulator prints something else than CPython, and why."""
    return listed("known_differences.tsv")


def refused_feature(outcome: sim.Outcome) -> str:
    """`Unsupported: module time (line 2)` -> `module time`."""
    return (outcome.reason or "").removeprefix("Unsupported: ").rsplit(" (line ", 1)[0]
