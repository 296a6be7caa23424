"""What exercises can tell before anybody answers them: which wrong models from CPython, which from each other, and by which questions.

Pure, from what each exercise's check found: model -> question -> what it answers otherwise than CPython.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exercises.formats import Answer

Asked = tuple[str, str]  # exercise, question


@dataclass(frozen=True)
class Telling:
    by: dict[str, dict[Asked, Answer]]  # model -> what it answers otherwise, to which question; those told by most questions first
    silent: tuple[str, ...]  # models that no question tells from CPython

    @property
    def thin(self) -> list[str]:
        """Those that a single question tells: one slip there, and they stay unseen."""
        return [model for model, answers in self.by.items() if len(answers) == 1]

    @property
    def alike(self) -> list[tuple[str, ...]]:
        """Models that answer every question alike, so that no answers tell which of them it is."""
        groups: dict[str, list[str]] = {}
        for model, answers in sorted(self.by.items()):
            groups.setdefault(repr(sorted(answers.items())), []).append(model)
        return [tuple(group) for group in groups.values() if len(group) > 1]

    def between(self, one: str, other: str) -> list[Asked]:
        """The questions that these two answer differently."""
        ours, theirs = self.by.get(one, {}), self.by.get(other, {})
        return [asked for asked in {**ours, **theirs} if (asked in ours, ours.get(asked)) != (asked in theirs, theirs.get(asked))]

    @property
    def enough(self) -> list[Asked]:
        """Few questions, the most telling first, that tell every one of these models from CPython."""
        left, chosen = set(self.by), []
        while left:
            tells: dict[Asked, int] = {}
            for model in sorted(left):
                for asked in self.by[model]:
                    tells[asked] = tells.get(asked, 0) + 1
            best = max(tells, key=lambda asked: tells[asked])
            chosen.append(best)
            left = {model for model in left if best not in self.by[model]}
        return chosen

    def to_json(self) -> dict[str, Any]:
        return {
            "told": {model: [list(asked) for asked in answers] for model, answers in self.by.items()},
            "told_by_a_single_question": self.thin,
            "not_told": list(self.silent),
            "not_told_from_each_other": [list(group) for group in self.alike],
            "enough": [list(asked) for asked in self.enough],
        }


def telling(exercises: Mapping[str, Mapping[str, Mapping[str, Answer]]], models: Iterable[str]) -> Telling:
    """exercises: by name, what each one's check found of every model."""
    by: dict[str, dict[Asked, Answer]] = {}
    for exercise, found in exercises.items():
        for model, answers in found.items():
            by.setdefault(model, {}).update({(exercise, question): answer for question, answer in answers.items()})
    most_first = sorted(by, key=lambda model: (-len(by[model]), model))
    return Telling({model: by[model] for model in most_first}, tuple(model for model in models if model not in by))


def sentences(found: Telling) -> list[str]:
    """For an author."""
    known = len(found.by) + len(found.silent)
    lines = [f"Together they tell {len(found.by)} of {known} wrong models from CPython."]
    widest = max((len(model) for model in found.by), default=0)
    for model, answers in found.by.items():
        exercises = list(dict.fromkeys(exercise for exercise, _ in answers))
        lines.append(f"  {model:{widest}}  {counted(len(answers), 'question')} in {listed(exercises)}")
    if found.thin:
        lines.append(f"By a single question, so that one slip hides them: {', '.join(found.thin)}.")
    lines.append(f"By no question: {', '.join(found.silent) or 'none is left out'}.")
    groups = "; ".join(" = ".join(group) for group in found.alike)
    lines.append(f"Not told from each other: {groups}." if groups else "All of them are told from each other.")
    if found.by:
        chosen = found.enough
        words = ", ".join(f"{exercise} {question}" for exercise, question in chosen)
        lines.append(f"{counted(len(chosen), 'question')} would do to tell each from CPython: {words}.")
    return lines


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def listed(exercises: Sequence[str], most: int = 4) -> str:
    return ", ".join(exercises[:most]) + (f" and {len(exercises) - most} more" if len(exercises) > most else "")
