"""`python -m tests.sim.score [TOPIC ...]`: the truth programs passed per version, and every program that is refused or differs.

`--rows` prints the rows for refused.tsv instead.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict

import sim
from tests.sim import corpus
from tests.sim.corpus import Case


def verdict(case: Case) -> tuple[str, str]:
    """passed, refused or differs; and what was refused, or the first line that differs."""
    outcome = sim.run(case.source(), python=case.version)
    recording = case.recording()
    assert recording is not None
    if outcome.ending == "refused":
        return "refused", corpus.refused_feature(outcome)
    if outcome.output == recording:
        return "passed", ""
    got, wanted = outcome.output.splitlines(), recording.splitlines()
    for number, line in enumerate(wanted):
        if number >= len(got) or got[number] != line:
            printed = got[number] if number < len(got) else outcome.error or outcome.reason
            return "differs", f"line {number + 1}: CPython {line!r}, sim {printed!r}"
    return "differs", f"{len(got) - len(wanted)} lines too many"


def main(arguments: list[str]) -> int:
    topics = [argument for argument in arguments if not argument.startswith("-")]
    scores: dict[str, Counter[str]] = defaultdict(Counter)
    rows: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for case in corpus.cases():
        if topics and case.program.split("/")[0] not in topics and case.program not in topics:
            continue
        name, why = verdict(case)
        scores[case.version][name] += 1
        if name != "passed":
            rows[name, case.program, why].append(case.version)
    for (name, program, why), versions in rows.items():
        listed = "all" if len(versions) == len(sim.PYTHONS) else ",".join(versions)
        if "--rows" not in arguments:
            print(f"{name}: {program}\t{listed}\t{why}")
        elif name == "refused":
            print(f"{program}\t{listed}\t{why}")
    if "--rows" not in arguments:
        print(f"\n{'version':10}{'passed':>8}{'of':>6}{'refused':>10}{'differs':>10}")
        for version, score in scores.items():
            print(f"{version:10}{score['passed']:8}{score.total():6}{score['refused']:10}{score['differs']:10}")
    return 1 if any(score["differs"] for score in scores.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
