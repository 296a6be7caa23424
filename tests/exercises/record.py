"""Records what real interpreters make of the shipped exercises. Run once after an exercise has changed:

    python -m tests.exercises.record 3.11=PATH_OF_PYTHON 3.12=... 3.13=... 3.14=... 3.15=...

For each exercise and version: what the program prints (SLUG.VERSION.out), and what a witness in its twin saw (SLUG.truths.json).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

django.setup()

from exercises.reading.exercise import SHIPPED, exercise_files, read_exercise  # noqa: E402 - models need Django
from tests.exercises.twins import twin_of  # noqa: E402

RECORDED = Path(__file__).parent / "recorded"


def run(python: str, program: Path, *arguments: str) -> str:
    # A bare start: what site imports would leave its traces in free lists and counters.
    command = [python, "-I", "-S", str(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "0"}, timeout=60, check=False)
    if done.returncode:
        raise SystemExit(f"{program} under {python}:\n{done.stderr}")
    return done.stdout


def record(file: Path, pythons: dict[str, str]) -> None:
    exercise = read_exercise(file.read_text(), str(file))
    truths: dict[str, Any] = {}
    for version, python in pythons.items():
        output = run(python, file)
        (RECORDED / f"{exercise.slug}.{version}.out").write_text(output)
        with tempfile.TemporaryDirectory() as folder:
            program, report = Path(folder) / "twin.py", Path(folder) / "report.json"
            program.write_text(twin_of(exercise))
            run(python, program, str(report), str(Path(__file__).parent))
            seen = json.loads(report.read_text())
        shown = list(zip(seen["lines"], output.splitlines(), strict=False))
        if len(seen["lines"]) > len(output.splitlines()):
            raise SystemExit(f"{file}: a print of this exercise does not print exactly one line")
        prints = [question for question in exercise.questions if question.format == "prints"]
        seen["truths"].update({one.id: "\n".join(text for line, text in shown if line == one.line) for one in prints})
        truths[version] = dict(sorted(seen["truths"].items()))
    (RECORDED / f"{exercise.slug}.truths.json").write_text(json.dumps(truths, indent=1) + "\n")


def main() -> None:
    pythons = dict(argument.split("=", 1) for argument in sys.argv[1:])
    if not pythons:
        raise SystemExit(__doc__)
    RECORDED.mkdir(exist_ok=True)
    for file in exercise_files(SHIPPED):
        record(file, pythons)


if __name__ == "__main__":
    main()
