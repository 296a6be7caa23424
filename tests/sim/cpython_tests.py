"""`python -m tests.sim.cpython_tests [--python 3.12] [--judge PATH] [--tests DIR] [--show NAME] [--list] [FILE ...]`: CPython's own tests.

Reads an installed interpreter's `test` package (`--tests`; else the judge's own; else this interpreter's), makes a program of every
self-contained test method, and runs it on the real interpreter (`--judge`; else one of that version that is found) and on the simulator.
A method counts where the real interpreter prints ok; it is won where the simulator prints the same. Programs run isolated (-I -S), with a
fixed hash seed. What real interpreters print is kept between runs, outside the project (`--cache DIR`; else the system's place for
temporary files).

`--show NAME` prints a program and what both print; `--list` every method that differs or is refused; `--record` adds what is won to
cpython_methods.tsv: short methods only, all that are about memory and a sample of the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sim
from tests.sim.cpython_methods import Method, NotSelfContained, Pool, program, source_of

# What memory is about first, then the language, then the library.
FILES = (
    "test_gc", "test_weakref", "test_weakset", "test_finalization", "test_generators", "test_genexps", "test_scope", "test_descr",
    "test_dict", "test_dictviews", "test_list", "test_set", "test_tuple", "test_with", "test_exceptions", "test_exception_group",
    "test_except_star", "test_raise", "test_sys", "test_baseexception", "test_frame", "test_listcomps", "test_named_expressions",
    "test_patma", "test_property", "test_super", "test_decorators", "test_keywordonlyarg", "test_positional_only_arg", "test_class",
    "test_funcattrs", "test_subclassinit", "test_dynamic", "test_global", "test_grammar", "test_yield_from", "test_augassign",
    "test_binop", "test_compare", "test_richcmp", "test_contains", "test_index", "test_isinstance", "test_typechecks", "test_unary",
    "test_hash", "test_exception_hierarchy", "test_exception_variations", "test_generator_stop", "test_dictcomps", "test_unpack",
    "test_iter", "test_enumerate", "test_range", "test_slice", "test_bool", "test_int", "test_float", "test_long", "test_complex",
    "test_pow", "test_string", "test_unicode", "test_str", "test_fstring", "test_format", "test_string_literals", "test_builtin",
    "test_types", "test_sort", "test_deque", "test_ordered_dict", "test_defaultdict", "test_collections", "test_functools",
    "test_itertools", "test_operator", "test_copy", "test_contextlib", "test_dataclasses", "test_enum", "test_abc", "test_math",
    "test_genericalias", "test_unpack_ex", "test_extcall", "test_setcomps", "test_metaclass", "test_descrtut", "test_call",
    "test_bytes", "test_typing", "test_bisect", "test_heapq",
)  # fmt: skip
MEMORY = FILES[: FILES.index("test_frame") + 1]
ROWS = Path(__file__).with_name("cpython_methods.tsv")
SHORT = 12_000  # instructions
EVERY = 12  # of the files that are not about memory
LIMITS = sim.Limits(
    steps=3_000_000, source_bytes=1 << 20, lines=50_000, line_length=100_000, nesting=90, tree_depth=200, nodes=500_000,
    output_bytes=1 << 20, items=2_000_000, objects=2_000_000, heap_bytes=256 << 20,
)  # fmt: skip
SECONDS = 60


@dataclass(frozen=True)
class Verdict:
    """How a method fared: ok, differs, refused or stopped in the simulator; or why it does not count."""

    method: Method
    ending: str
    why: str = ""
    steps: int = 0


class Judge:
    """A real interpreter, and what it printed before."""

    def __init__(self, python: str, cache: Path) -> None:
        self.python = python
        name = self.ask("import sys; print(sys.version)")
        self.version = ".".join(name.split(".")[:2])
        self.path = cache / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"
        self.known: dict[str, list[str]] = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}

    def ask(self, code: str) -> str:
        done = subprocess.run([self.python, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=SECONDS, check=True)
        return done.stdout.strip()

    def printed(self, text: str) -> list[str]:
        """Standard output, and the last line of the complaints."""
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        if key not in self.known:
            self.known[key] = self.run(text)
        return self.known[key]

    def run(self, text: str) -> list[str]:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "method.py")
            path.write_text(text, encoding="utf-8", errors="surrogatepass")
            try:
                done = subprocess.run(
                    [self.python, "-I", "-S", path.name], cwd=directory, env={"PYTHONHASHSEED": "0"}, capture_output=True, timeout=SECONDS,
                    check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                return ["", "no answer"]
        complaints = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return [done.stdout.decode("utf-8", "replace"), complaints[-1] if complaints else ""]

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.known), encoding="utf-8")


def simulated(text: str, python: str) -> tuple[str, str, sim.Outcome]:
    """ok, refused, stopped or failed; and why."""
    outcome = sim.run(text, python=python, limits=LIMITS)
    if outcome.ending in ("refused", "limit"):
        return ("refused" if outcome.ending == "refused" else "stopped"), outcome.reason or "", outcome
    passed = outcome.ending == "finished" and outcome.output.endswith("ok\n")
    return ("ok" if passed else "failed"), f"{outcome.error} (line {outcome.line})", outcome


def placeless(text: str) -> str:
    """Addresses differ between any two processes."""
    return re.sub(r"0x[0-9a-f]{6,}", "0x", text)


def compared(method: Method, text: str, python: str, judge: Judge) -> Verdict:
    real, complaint = judge.printed(text)
    real = placeless(real)
    if not real.endswith("ok\n"):
        return Verdict(method, "unfit", complaint)
    try:
        ending, why, outcome = simulated(text, python)
    except Exception as error:  # a fault of the simulator's own is a result too
        return Verdict(method, "differs", f"FAULT {type(error).__name__}: {error}")
    if ending == "ok" and placeless(outcome.output) != real:
        pairs = zip(real.splitlines(), placeless(outcome.output).splitlines(), strict=False)
        return Verdict(method, "differs", next((f"CPython {a!r}, sim {b!r}" for a, b in pairs if a != b), "more or less lines"))
    return Verdict(method, "differs" if ending == "failed" else ending, "" if ending == "ok" else why, outcome.steps)


def verdicts(directory: Path, file: str, python: str, judge: Judge, only: str = "") -> Iterator[Verdict]:
    pool = Pool(directory, file)
    for method in pool.methods():
        if only not in str(method):
            continue
        try:
            text = program(pool, method)
        except NotSelfContained as reason:
            yield Verdict(method, "not self-contained", str(reason))
            continue
        yield compared(method, text, python, judge)


def tests_of(python: str) -> Path | None:
    """Where an interpreter keeps CPython's tests, if it has them: distributions often leave them out."""
    code = "import sysconfig; print(sysconfig.get_paths()['stdlib'])"
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False)
    directory = Path(done.stdout.strip() or sysconfig.get_paths()["stdlib"], "test")
    return directory if (directory / "test_gc.py").exists() else None


def interpreter(version: str) -> str | None:
    """A real interpreter of this version: this one, one on PATH, or one of pyenv's."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    found = shutil.which(f"python{version}")
    if found:
        return found
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return next((str(path) for path in sorted(root.glob(f"versions/{version}.*/bin/python"), reverse=True)), None)


def show(directory: Path, python: str, judge: Judge, name: str) -> None:
    file = name.split(".")[0]
    pool = Pool(directory, file)
    for method in pool.methods():
        if str(method) == name:
            text = program(pool, method)
            print(text)
            print("real:", *judge.printed(text), sep="\n")
            ending, why, outcome = simulated(text, python)
            print("sim:", outcome.output, ending, why, sep="\n")


def table(counts: dict[str, Counter[str]]) -> None:
    columns = ("methods", "self-contained", "real ok", "sim ok", "differs", "stopped", "refused")
    print(f"{'file':30}" + "".join(f"{column:>16}" for column in columns))
    total: Counter[str] = Counter()
    for file, count in [*counts.items(), ("all", total)]:
        fit = count["ok"] + count["differs"] + count["stopped"] + count["refused"]
        contained = fit + count["unfit"]
        numbers = (count.total(), contained, fit, count["ok"], count["differs"], count["stopped"], count["refused"])
        print(f"{file:30}" + "".join(f"{number:16}" for number in numbers))
        if file != "all":
            total.update(count)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--python", default=f"{sys.version_info[0]}.{sys.version_info[1]}")
    parser.add_argument("--judge")
    parser.add_argument("--tests", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir(), "heaplab-cpython-tests"))
    parser.add_argument("--show")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("files", nargs="*")
    chosen = parser.parse_args(words)
    python = chosen.judge or interpreter(chosen.python)
    if python is None:
        print(f"no interpreter of Python {chosen.python} is found: name one with --judge", file=sys.stderr)
        return 2
    directory = chosen.tests or tests_of(python) or tests_of(sys.executable)
    if directory is None or not (directory / "test_gc.py").exists():
        print(f"{directory or python} has none of CPython's tests (the package `test`): name a directory with --tests", file=sys.stderr)
        return 2
    judge = Judge(python, chosen.cache)
    try:
        if chosen.show:
            show(directory, chosen.python, judge, chosen.show)
        else:
            score(directory, chosen, judge)
    finally:
        judge.save()
    return 0


def score(directory: Path, chosen: argparse.Namespace, judge: Judge) -> None:
    counts: dict[str, Counter[str]] = {}
    for asked in chosen.files or FILES:
        file = asked.split(".")[0]
        if not source_of(directory, file).exists():
            continue
        counts[file] = Counter()
        won: list[Verdict] = []
        try:
            for verdict in verdicts(directory, file, chosen.python, judge, asked if "." in asked else ""):
                counts[file][verdict.ending] += 1
                if verdict.ending == "ok":
                    won.append(verdict)
                elif chosen.list and verdict.ending not in ("not self-contained", "unfit"):
                    print(f"{verdict.ending}: {verdict.method}\t{verdict.why}", flush=True)
        except SyntaxError as error:
            print(f"{file}: this interpreter cannot read it (line {error.lineno}): run this command with Python {judge.version}")
        if chosen.record:
            record(won, chosen.python)
    table(counts)


def recorded() -> dict[Method, list[str]]:
    """Methods that were won, and in which versions."""
    lines = ROWS.read_text(encoding="utf-8").splitlines()[1:] if ROWS.exists() else []
    return {Method(*line.split("\t")[:3]): line.split("\t")[3].split(",") for line in lines}


def record(won: list[Verdict], python: str) -> None:
    rows = recorded()
    short = [verdict.method for verdict in won if verdict.steps <= SHORT]
    sample = [method for method in short if method.file in MEMORY] + [method for method in short if method.file not in MEMORY][::EVERY]
    for method in sample:
        rows[method] = sorted({*rows.get(method, []), python}, key=lambda version: int(version.split(".")[1]))
    lines = [f"{method.file}\t{method.case}\t{method.name}\t{','.join(versions)}" for method, versions in sorted(rows.items(), key=str)]
    ROWS.write_text("\n".join(["file\tclass\tmethod\tversions", *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
