"""Trials of the diagnosis on students who do not exist: who is asked what, and how what is found stands to what was planted.

| asked | |
|---|---|
| random | questions of the whole catalogue, in any order |
| chosen | each next one by what the answers so far leave open (next_question) |
| a topic's name | all questions of its exercises, one exercise after the other, as an assignment has them |
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from config.laptop.simulated_students import Student
from grader.marking.diagnosis import Item, Observed, next_question, priors, weigh, weights_of

RANDOM, CHOSEN = "random", "chosen"
COUNTS = (8, 12, 16, 24, 32)
ALIKE = 1e-6  # weights that differ by less are the same


@dataclass(frozen=True)
class Trial:
    models: tuple[str, ...] | None  # what is planted; None: a model that we do not have
    asked: str
    seed: int

    @property
    def kind(self) -> str:
        return "other" if self.models is None else ("none", "one", "two")[len(self.models)]


@dataclass(frozen=True)
class Ranked:
    """Chances, since models of the same weight share their places: that the planted one is first; that it is among the first two."""

    first: float
    second: float


@dataclass(frozen=True)
class Reading:
    """What was found after so many answers."""

    trial: Trial
    answers: int
    tellable: bool  # some answered question has another answer under each planted model than under CPython
    ranked: Ranked  # models that no answer tells apart count as one
    alone: Ranked  # each model counts for itself
    old: Ranked  # by the all-or-none method
    said: tuple[str, ...]
    old_said: bool
    leading: str
    weight: float  # of the leading one

    @property
    def leads_rightly(self) -> bool:
        return self.leading in (self.trial.models or ())

    @property
    def says_so(self) -> bool:
        return bool(self.trial.models) and set(self.trial.models or ()) <= set(self.said)

    @property
    def named(self) -> bool:
        """Both planted models stand before all others."""
        return self.ranked.second == 1


def in_order(items: Sequence[Item], trial: Trial) -> list[Item]:
    if trial.asked in (RANDOM, CHOSEN):
        return random.Random(trial.seed).sample(list(items), len(items))
    return [item for item in items if item.exercise.startswith(trial.asked + "/")]


def sitting(items: Sequence[Item], trial: Trial) -> Iterator[list[Observed]]:
    """One student, question by question; what has been answered so far."""
    student, rest, prior = Student(trial.models, trial.seed), in_order(items, trial), priors()
    answered: list[Observed] = []
    while rest:
        chosen = next_question(weights_of(answered, prior), rest) if trial.asked == CHOSEN else None
        item = chosen or rest[0]
        rest.remove(item)
        answered.append(Observed(item, student.answer(item)))
        yield answered


def aged(answered: Sequence[Observed]) -> list[Observed]:
    """As of the last exercise: those before it were handed in earlier."""
    exercises = list(dict.fromkeys(one.item.exercise for one in reversed(answered)))
    return [Observed(one.item, one.given, exercises.index(one.item.exercise)) for one in answered]


def readings(items: Sequence[Item], most: int, trial: Trial) -> list[Reading]:
    if trial.asked not in (RANDOM, CHOSEN):
        *_, answered = sitting(items, trial)
        return [reading(items, trial, aged(answered))]
    found = []
    for answered in sitting(items, trial):
        given = sum(one.given is not None for one in answered)
        # What is left out is no answer.
        if given in COUNTS and answered[-1].given is not None:
            found.append(reading(items, trial, answered))
        if given == most:
            break
    return found


def reading(items: Sequence[Item], trial: Trial, answered: Sequence[Observed]) -> Reading:
    weighed, planted = weigh(answered), trial.models or ()
    models = sorted({model for item in items for model in item.others})
    standing = {model: weighed.weight(model) for model in models}
    fitting = all_or_none(answered)
    leading = max(standing, key=lambda model: standing[model])
    return Reading(
        trial=trial,
        answers=sum(one.given is not None for one in answered),
        tellable=bool(planted) and weighed.told.issuperset(planted),
        ranked=ranked(standing, planted, weighed.untold),
        alone=ranked(standing, planted, ()),
        old=ranked(fitting, planted, ()),
        said=weighed.idea.models,
        old_said=bool(fitting),
        leading=leading,
        weight=standing[leading],
    )


def ranked(standing: dict[str, float], planted: Sequence[str], groups: Iterable[Sequence[str]]) -> Ranked:
    if len(planted) == 2:
        last = sorted(standing, key=lambda model: -standing[model])[:2]
        return Ranked(0, float(set(last) == set(planted)))
    if not planted or planted[0] not in standing:
        return Ranked(0, 0)
    group = {model: tuple(one) for one in groups for model in one}
    rivals: dict[tuple[str, ...], float] = {}
    for model, weight in standing.items():
        name = group.get(model, (model,))
        rivals[name] = max(weight, rivals.get(name, 0.0))
    own = rivals[group.get(planted[0], (planted[0],))]
    before = sum(weight > own * (1 + ALIKE) for weight in rivals.values())
    beside = sum(abs(weight - own) <= own * ALIKE for weight in rivals.values())
    first, second = (max(0, min(beside, places - before)) / beside for places in (1, 2))
    return Ranked(first, second)


def all_or_none(answered: Sequence[Observed]) -> dict[str, float]:
    """The method before this one: the models that give every wrong answer, those first that give most of the others too."""
    given = [one for one in answered if one.given is not None]
    wrong = [one for one in given if one.given != one.item.right]
    models = {model for one in wrong for model in one.item.others}
    fitting = [model for model in models if all(one.item.says.get(model) == one.given for one in wrong)]
    return {model: 1.0 + sum(one.item.says.get(model, one.item.right) == one.given for one in given) for model in fitting}


# ------------------------------------------------------------------------------------------------ many of them


def planned(items: Sequence[Item], seed: int, *, each: int, without: int, pairs: int) -> list[Trial]:
    """`each` students for every model and way of asking (more where they cost little), `without` that hold none, and pairs of models."""
    chance = random.Random(seed)
    models = sorted({model for item in items for model in item.others})
    topics = sorted({item.exercise.partition("/")[0] for item in items})

    def trials(asked: str, held: Iterable[tuple[str, ...] | None]) -> list[Trial]:
        return [Trial(one, asked, chance.randrange(10**12)) for one in held]

    plan = []
    for asked, times in [(RANDOM, 10), (CHOSEN, 1), *((topic, 2) for topic in topics)]:
        plan += trials(asked, [(model,) for model in models for _ in range(each * times)])
        plan += trials(asked, [()] * without)
        plan += trials(asked, [None] * (without // 8))
    told_apart = [(one, other) for one in models for other in models if one < other and are_two(items, one, other)]
    return plan + trials(CHOSEN, [chance.choice(told_apart) for _ in range(pairs)])


def are_two(items: Sequence[Item], one: str, other: str) -> bool:
    """Each gives some answer that the other does not, so that both can show."""
    ours, theirs = (
        {(item.key, number) for item in items for number, said in enumerate(item.answers) if item.others.get(model) == said}
        for model in (one, other)
    )
    return bool(ours - theirs) and bool(theirs - ours)


def carried_out(items: Sequence[Item], plan: Sequence[Trial], processes: int, most: int = max(COUNTS)) -> list[Reading]:
    work = partial(readings, items, most)
    if processes == 1:
        return [one for trial in plan for one in work(trial)]
    with ProcessPoolExecutor(processes, initializer=remember, initargs=(items, most)) as pool:
        return [one for found in pool.map(remembered, plan, chunksize=20) for one in found]


REMEMBERED: list[partial[list[Reading]]] = []


def remember(items: Sequence[Item], most: int) -> None:
    """Once in each process: the items go there once, and keep what is worked out about them."""
    REMEMBERED[:] = [partial(readings, items, most)]


def remembered(trial: Trial) -> list[Reading]:
    return REMEMBERED[0](trial)
