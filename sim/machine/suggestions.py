""""Did you mean ...?": the nearest of the names that would have done (Python/suggestions.c)."""

from __future__ import annotations

from collections.abc import Iterable

MOVE = 2  # inserting, deleting or changing a character
CASE = 1  # changing only its case
LONGEST = 40
MOST_CANDIDATES = 750


def closest(wrong: str, candidates: Iterable[str]) -> str | None:
    """The candidate that takes the fewest changes, if it takes few enough; None otherwise."""
    names = list(candidates)
    if len(names) >= MOST_CANDIDATES:
        return None
    best: str | None = None
    least: int | None = None
    for name in names:
        if name == wrong:
            continue
        bound = (len(wrong) + len(name) + 3) * MOVE // 6
        if least is not None:
            bound = min(bound, least - 1)
        cost = distance(wrong, name)
        if cost <= bound:
            best, least = name, cost
    return best


def distance(first: str, second: str) -> int:
    """Levenshtein's distance in MOVE and CASE; more than any bound for names that are too long."""
    if len(first) > LONGEST or len(second) > LONGEST:
        return MOVE * (LONGEST + 1) * 2
    row = [MOVE * column for column in range(len(second) + 1)]
    for above, left in enumerate(first, 1):
        diagonal, row[0] = row[0], MOVE * above
        for column, right in enumerate(second, 1):
            change = 0 if left == right else CASE if left.lower() == right.lower() else MOVE
            diagonal, row[column] = row[column], min(diagonal + change, row[column] + MOVE, row[column - 1] + MOVE)
    return row[-1]
