from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import sim
from exercises.formats.format import Format, Mark
from exercises.formats.inputs import canonical
from exercises.formats.question import Option, Question
from exercises.formats.reasons import Reasons

Groups = list[list[str]]


class Same(Format):
    """Which names share one object after a line. Answer: the names in groups, a group for each object."""

    name = "same"
    input = "groups"
    fewest_names = 2
    most_names = 6
    causes_follow = False
    example = 'every name once, in a group for each object, for example [["a", "b"], ["c"]]'

    def usage(self) -> str:
        return "same a b c"

    def prompt(self, names: tuple[str, ...], line: int) -> str:
        return f"After line {line}, which of {', '.join(names)} are one and the same object?"

    def probes(self, question: Question) -> tuple[sim.Probe, ...]:
        return (sim.Probe("same", question.line, question.names),)

    def options(self, question: Question, outcomes: Sequence[sim.Outcome], survey: range) -> tuple[Option, ...]:
        return tuple(Option(name, name) for name in question.names)

    def truth(self, question: Question, outcome: sim.Outcome, probe_offset: int) -> Groups | None:
        seen = [one.value for one in outcome.observations if one.probe == probe_offset]
        return canonical(seen[0]) if len(seen) == 1 and seen[0] is not None else None

    def mark(self, question: Question, answer: Groups, truth: Groups) -> Mark:
        pairs = list(combinations(question.names, 2))
        hits = [together(answer, pair) == together(truth, pair) for pair in pairs]
        parts = tuple({"id": " ".join(pair), "right": hit} for pair, hit in zip(pairs, hits, strict=True))
        return Mark(fraction=sum(hits) / len(hits), right=answer == truth, parts=parts)

    def explain(self, question: Question, answer: Groups, truth: Groups, outcome: sim.Outcome) -> list[str]:
        reasons = Reasons(question, outcome)
        shared = [f"{sim.enumerated(group)} are names of one object{reasons.sharing(group)}." for group in truth if len(group) > 1]
        alone = [f"{group[0]} is an object of its own{reasons.origin(group[0])}." for group in truth if len(group) == 1]
        return shared + alone

    def show(self, question: Question, value: Groups) -> str:
        return "; ".join(" = ".join(group) for group in value)


def together(groups: Groups, pair: tuple[str, str]) -> bool:
    return any(pair[0] in group and pair[1] in group for group in groups)
