"""Every belief on every program: what it prints, and which program tells which pair of beliefs apart.

`python -m tests.sim.belief_matrix [VERSION] [--pairs]` prints the answers that differ from CPython's, and with --pairs for every pair the
programs that tell it apart.
"""

from __future__ import annotations

import sys
from itertools import combinations

import sim
from tests.sim.belief_programs import OWN, PROGRAMS, answer

Matrix = dict[str, dict[str, str]]  # belief -> program -> answer


def matrix(python: str = "3.13") -> Matrix:
    return {belief: {name: answer(program, belief, python) for name, program in PROGRAMS.items()} for belief in sim.BELIEFS}


def telling(answers: Matrix, one: str, other: str) -> list[str]:
    """The programs on which two beliefs answer differently."""
    return [name for name in PROGRAMS if answers[one][name] != answers[other][name]]


def unresolved(answers: Matrix) -> list[tuple[str, str]]:
    return [pair for pair in combinations(answers, 2) if not telling(answers, *pair)]


def main(arguments: list[str]) -> int:
    python = next((word for word in arguments if word in sim.PYTHONS), "3.13")
    answers = matrix(python)
    truth = answers["cpython"]
    for name in PROGRAMS:
        print(f"\n{name}: CPython {python} prints {truth[name]}")
        for belief, row in answers.items():
            if row[name] != truth[name]:
                listed = f"   (by hand: {OWN[name].wrong})" if belief == name and row[name] != OWN[name].wrong else ""
                print(f"    {belief:24} {row[name]}{listed}")
    pairs = list(combinations(answers, 2))
    if "--pairs" in arguments:
        print()
        for one, other in pairs:
            print(f"{one} / {other}: {', '.join(telling(answers, one, other)) or 'NOTHING'}")
    left = unresolved(answers)
    print(f"\n{len(answers)} beliefs (CPython's among them), {len(PROGRAMS)} programs, {len(pairs)} pairs; alike: {left or 'none'}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
