"""One program under every version: which lines of its output differ, and which facts of the versions make them differ.

The reason is found by experiment: the older version's profile gets single facts of the newer one until the line comes out as the newer
version prints it. Where no single fact is enough, the smallest set that a removal one by one leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

from sim.facts import differences, sentence, with_facts
from sim.limits import Limits
from sim.outcome import Outcome
from sim.pipeline import run
from sim.profiles import PROFILES, PYTHONS, Profile

MOST_EXPLAINED = 12  # differences of one pair of versions that are traced to their facts


@dataclass(frozen=True)
class Change:
    """Lines of output that differ between two neighbouring versions. printed_by: the program's line, 0 if unknown; at: the first line of
    output in the older version, 1 and up; reasons: sentences, facts: the names of the facts.
    """

    at: int
    printed_by: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    facts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass
class Versions:
    """outcomes: by version. changes: from each version to the next, only where there are any."""

    outcomes: dict[str, Outcome]
    changes: dict[tuple[str, str], list[Change]] = field(default_factory=dict)


def versions(source: str | bytes, *, limits: Limits | None = None) -> Versions:
    """Run a program under all versions, find the lines that differ, and why."""
    found = Versions({python: run(source, python=python, limits=limits, record=True) for python in PYTHONS})
    for older, newer in pairwise(PYTHONS):
        experiment = Experiment(source, PROFILES[older], PROFILES[newer], limits)
        changes = experiment.changes(found.outcomes[older], found.outcomes[newer])
        if changes:
            found.changes[older, newer] = changes
    return found


def told_lines(outcome: Outcome) -> list[str]:
    """What a run shows: its output, and how it ended if it did not end well."""
    lines = outcome.output.splitlines()
    return [*lines, *(f"({text})" for text in (outcome.error, outcome.reason) if text)]


Hunk = tuple[int, int, tuple[str, ...]]  # lines of the older output [from, to) that read otherwise in the newer


def hunks(before: list[str], after: list[str]) -> list[Hunk]:
    """Where two outputs differ; line by line where as many lines stand against each other."""
    if len(before) == len(after):
        return [(index, index + 1, (after[index],)) for index in range(len(before)) if before[index] != after[index]]
    found: list[Hunk] = []
    for tag, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "replace" and end - start == last - first:
            found.extend((start + step, start + step + 1, (after[first + step],)) for step in range(end - start))
        elif tag != "equal":
            found.append((start, end, tuple(after[first:last])))
    return found


class Experiment:
    """Runs of one program under the older profile with some facts of the newer one."""

    def __init__(self, source: str | bytes, older: Profile, newer: Profile, limits: Limits | None) -> None:
        self.source, self.older, self.newer, self.limits = source, older, newer, limits
        self.differing = tuple(differences(older, newer))
        self.known: dict[frozenset[str], list[Hunk]] = {}
        self.base: list[str] = []

    def changes(self, before: Outcome, after: Outcome) -> list[Change]:
        self.base = told_lines(before)
        lines = printing_lines(before)
        found = []
        for number, hunk in enumerate(hunks(self.base, told_lines(after))):
            start, end, text = hunk
            facts = self.reason(hunk) if number < MOST_EXPLAINED else ()
            reasons = tuple(sentence(fact, self.older, self.newer) for fact in facts)
            printed_by = lines[start] if start < len(lines) else 0
            found.append(Change(start + 1, printed_by, tuple(self.base[start:end]), text, facts, reasons))
        return found

    def reason(self, hunk: Hunk) -> tuple[str, ...]:
        """A smallest set of facts that makes the older version print the newer one's lines."""
        for fact in self.differing:
            if self.does(frozenset((fact,)), hunk):
                return (fact,)
        needed = frozenset(self.differing)
        if not self.does(needed, hunk):
            return ()
        for fact in self.differing:
            if self.does(needed - {fact}, hunk):
                needed -= {fact}
        return tuple(fact for fact in self.differing if fact in needed)

    def does(self, facts: frozenset[str], hunk: Hunk) -> bool:
        if facts not in self.known:
            outcome = run(self.source, python=with_facts(self.older, self.newer, facts), limits=self.limits)
            self.known[facts] = hunks(self.base, told_lines(outcome))
        return hunk in self.known[facts]


def printing_lines(outcome: Outcome) -> list[int]:
    """For each line of the output the line of the program that ended it."""
    lines: list[int] = []
    for printed in outcome.printed:
        lines.extend([printed.line] * printed.text.count("\n"))
    return lines
