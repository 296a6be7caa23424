"""Which wrong model of memory lies behind all of a student's answers, and how sure of it we are.

A misconception is a simulator with one rule changed, so what its holder would have answered to any question is not a guess of ours but a
run. Diagnosis is Bayes' rule over the hypotheses: the student holds no wrong model (NONE), one of those we know, two of them at once, or
one that we do not have (OTHER). The evidence is every answer, right ones too, of this submission and of earlier ones:

- A holder answers a question as the model's run does; where the model says nothing else than CPython, that is the right answer.
- Anybody slips: now and then the answer is another, as often as not one that others give for a reason, or one close to what was meant (by
  the format's own marks), or any.
- What was answered earlier counts less, and an answer that was given again after it hardly: whoever answers rightly since has moved on.

Where it comes from. Slips, guesses and beliefs that change from one answer to the next are those of Bayesian knowledge tracing (Corbett and
Anderson, 1994). That each hypothesis predicts a pattern over many questions is the idea of diagnostic classification models. That the
hypotheses are interpreters which run the same program wrongly is the SMoL Tutor's (misinterpreters, OOPSLA 2024).

Pure: no database, no clock, no chance. A change of what comes out raises METHOD, and what is stored is weighed again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sim
from exercises.formats import FORMATS, Answer, Question
from exercises.misconceptions import MISCONCEPTIONS, Misconception
from exercises.reading.revision import truths_of
from grader.simulating.jobs import TRUTH, Wanted

Answers = Mapping[str, Any]
# A model that never finishes says nothing about the moments after it was stopped; an exception is an ordinary end.
WHOLE = ("finished", "exception")

METHOD = 1

NONE, OTHER = "none", "other"  # no wrong model; one that we do not have
BOTH = "+"  # between two models that somebody holds at once

SLIP = 0.13  # how often somebody does not answer as they think, by how sure they say they are
SLIPS = {None: SLIP, 1: 0.3, 2: 0.18, 3: SLIP, 4: 0.08}
REASONED, NEAR = 0.5, 0.4  # of all slips, those that are somebody's answer for a reason; those that are close to what was meant
NEIGHBOURS = 3  # how many answers are close to one
AGED = 0.9  # what an answer counts for, for each submission that came after it
AGAIN = 0.25  # ... and for each later answer to the same question
RIGHT_OF_OTHER = 0.6  # how often a model that we do not have answers rightly

# Before any answer: how many hold none of our models, and how many one that we do not have. The models share the rest alike.
PRIOR_NONE, PRIOR_OTHER = 0.5, 0.06
LEADING, WITH_ALL = 8, 3  # so many of the likeliest models are tried in pairs; so many of them with every other
LEAST = 1e-6  # nats: a question that is expected to say less says nothing
SAY = 0.7  # from this weight on something is said
SAY_SLIPS = 0.8  # ... and from this on that it was slips


@dataclass(frozen=True)
class Item:
    """A question as diagnosis reads it: what is right, and what each model answers. A model that never came to the moment is left out."""

    exercise: str  # the same text has the same key
    question: Question
    right: Answer
    says: Mapping[str, Answer]

    @property
    def key(self) -> tuple[str, str]:
        return (self.exercise, self.question.id)

    @cached_property
    def others(self) -> dict[str, Answer]:
        """The models that answer otherwise than CPython."""
        return {model: answer for model, answer in self.says.items() if not alike(self.question, answer, self.right)}

    @cached_property
    def choices(self) -> int:
        """Among how many answers somebody guesses who does not know."""
        return choices(self.question)

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The different answers that anybody gives for a reason, the right one first."""
        found = [self.right]
        for answer in self.others.values():
            if not any(alike(self.question, answer, one) for one in found):
                found.append(answer)
        return tuple(found)

    def meant(self, given: Answer) -> Answer:
        """Whichever of `answers` it is marked as, where an answer may be written in more than one way."""
        at = self.find(given)
        return given if at is None else self.answers[at]

    @cached_property
    def place(self) -> dict[str, int]:
        """Where in `answers` each model's stands, of those that answer otherwise."""
        return {model: found for model, answer in self.others.items() if (found := self.find(answer)) is not None}

    def find(self, given: Answer) -> int | None:
        """Which of `answers` this is; None where nobody gives it for a reason that we know."""
        return next((at for at, answer in enumerate(self.answers) if alike(self.question, given, answer)), None)

    def chances(self, given: Answer, slip: float) -> list[float]:
        """How likely this answer is for somebody who means each of `answers`; last, for somebody with a model that we do not have."""
        at, others = self.find(given), len(self.answers) - 1
        reasoned = REASONED / others if others and at is not None else 0.0
        anything = (1 - NEAR - (REASONED if others else 0.0)) / self.choices
        strayed = [reasoned + anything + NEAR * closeness(self.question, given, meant) / NEIGHBOURS for meant in self.answers]
        unknown = RIGHT_OF_OTHER if at == 0 else (1 - RIGHT_OF_OTHER) * strayed[0]
        return [1 - slip if place == at else slip * one for place, one in enumerate(strayed)] + [unknown]

    @cached_property
    def expected(self) -> tuple[list[float], ...]:
        """The same for each of `answers` in turn, and for any answer beside them."""
        columns = [self.chances(answer, SLIP) for answer in self.answers]
        return (*columns, [max(1 - sum(row), LEAST) for row in zip(*columns, strict=True)])

    @cached_property
    def uncertain(self) -> list[float]:
        """How uncertain the answer of somebody is who means each of `answers`."""
        return [uncertainty(row) for row in zip(*self.expected, strict=True)]


def alike(question: Question, one: Answer, other: Answer) -> bool:
    """Whether whoever gives one is right where the other is: spaces may differ."""
    return bool(one == other or FORMATS[question.format].mark(question, one, other).right)


def choices(question: Question) -> int:
    count = len(question.options or ())
    match question.input:
        case "number":
            return 6
        case "choices":
            return int(min(2**count, 4 + 2 * count))
        case "groups" | "order":
            return int(min(math.factorial(count), 4 + 2 * count)) + 1
        case "number_and_choices":
            return 8 + 2 * count
        case _:
            return 10


@dataclass(frozen=True)
class Observed:
    """An answer that was given; None where the student said that they do not know, which speaks for and against nobody."""

    item: Item
    given: Answer | None
    age: int = 0  # how many submissions of the student came after it: 0 is the submission that is looked at
    confidence: int | None = None  # 1 guessing ... 4 certain

    @cached_property
    def place(self) -> int | None:
        """Which of the item's answers this is."""
        return None if self.given is None else self.item.find(self.given)

    @cached_property
    def chances(self) -> list[float]:
        return self.item.chances(self.given, SLIPS.get(self.confidence, SLIP))


@dataclass(frozen=True)
class Idea:
    """What the weights allow to be said: "one" model; "either" of two or more that no answer tells apart; "both" of two at once; a model
    that we do not have ("other"); nothing but "slips"; or nothing yet ("open").
    """

    kind: str
    models: tuple[str, ...] = ()


@dataclass(frozen=True)
class Weighed:
    """What the answers say. Questions are named by their ids; those of the submission that is looked at alone."""

    weights: dict[str, float]  # model -> weight, NONE, OTHER and pairs ("a+b") among them; they add to 1
    explains: dict[str, tuple[str, ...]]  # model -> the wrong answers that it gives
    contradicts: dict[str, tuple[str, ...]]  # model -> the answers, right ones too, that its holder would not have given
    told: frozenset[str]  # the models that some answer can tell from CPython; of the others nothing is known
    untold: tuple[tuple[str, ...], ...]  # models that no answer so far tells apart
    method: int = METHOD

    @cached_property
    def holders(self) -> dict[str, float]:
        """For each model that the student holds it, alone or with another."""
        return {model: sum(weight for _, weight in having) for model, having in by_model(self.weights).items()}

    def weight(self, model: str) -> float:
        return self.holders.get(model, 0.0)

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """The models that something is known of, the likeliest first."""
        return tuple(sorted(self.told, key=lambda model: (-self.weight(model), model)))

    @cached_property
    def idea(self) -> Idea:
        """What may be said."""
        likeliest, weight = max(self.weights.items(), key=lambda one: one[1])
        if BOTH in likeliest and weight >= SAY:
            return Idea("both", tuple(likeliest.split(BOTH)))
        if self.ranked:
            first = self.ranked[0]
            group = next((one for one in self.untold if first in one), (first,))
            # That one of them is held, beside whatever else of which nothing is known. Which of several that the answers do not tell apart
            # could only be a guess by what others think: it is not made.
            if sum(weight for name, weight in self.weights.items() if set(group).intersection(name.split(BOTH))) >= SAY:
                return Idea("one" if len(group) == 1 else "either", group)
        if self.weights.get(OTHER, 0.0) >= SAY:
            return Idea("other")
        silent = sum(weight for name, weight in self.weights.items() if name == NONE or not self.told.intersection(name.split(BOTH)))
        return Idea("slips" if silent - self.weights.get(OTHER, 0.0) >= SAY_SLIPS else "open")


def priors(holders: Mapping[str, float] | None = None) -> dict[str, float]:
    """Before any answer. `holders`: how many of a class's students are thought to hold each model (the sum of their weights), NONE and
    OTHER among them; the catalogue counts for as much as twenty students.
    """
    models = [one for one in MISCONCEPTIONS if one != TRUTH]
    each = (1 - PRIOR_NONE - PRIOR_OTHER) / len(models)
    catalogue = {NONE: PRIOR_NONE, OTHER: PRIOR_OTHER, **dict.fromkeys(models, each)}
    known = holders or {}
    mixed = {name: share * 20 + known.get(name, 0.0) for name, share in catalogue.items()}
    total = sum(mixed.values())
    return {name: share / total for name, share in mixed.items()}


def weigh(observed: Sequence[Observed], prior: Mapping[str, float] | None = None) -> Weighed:
    answered = [one for one in observed if one.given is not None]
    told = frozenset(model for one in answered for model in one.item.others)
    return Weighed(
        weights=weights_of(observed, prior or priors()),
        explains=named(answered, told, explained=True),
        contradicts=named(answered, told, explained=False),
        told=told,
        untold=untold(answered, told),
    )


def weights_of(observed: Sequence[Observed], prior: Mapping[str, float]) -> dict[str, float]:
    """Each hypothesis' prior times the likelihood of all answers under it: by logarithms, beside what that is for NONE."""
    answered = [one for one in observed if one.given is not None]
    logs = {name: math.log(max(share, 1e-9)) for name, share in prior.items()}
    # Model -> the answers that it foretells otherwise than NONE does: how likely, and by how much more or less.
    gains: dict[str, dict[int, tuple[float, float]]] = {}
    plain = []
    for number, (one, counts) in enumerate(zip(answered, counts_for(answered), strict=True)):
        chances = [chance**counts for chance in one.chances]
        beside = [math.log(chance / chances[0]) for chance in chances]
        plain.append(chances[0])
        logs[OTHER] += beside[-1]
        for model, at in one.item.place.items():
            gains.setdefault(model, {})[number] = (chances[at], beside[at])
    alone = {model: sum(gain for _, gain in gains.get(model, {}).values()) for model in prior if model not in (NONE, OTHER)}
    for model, gain in alone.items():
        logs[model] += gain
    for first, second in in_pairs(alone, logs):
        ours, theirs = gains.get(first, {}), gains.get(second, {})
        log = math.log(prior[first] * prior[second]) + alone[first] + alone[second]
        for number in ours.keys() & theirs.keys():
            (mine, gain), (other, its) = ours[number], theirs[number]
            # Where both say something, either is as likely.
            log += math.log((mine + other) / 2 / plain[number]) - gain - its
        logs[BOTH.join(sorted((first, second)))] = log
    return adding_to_one(logs)


def in_pairs(alone: Mapping[str, float], logs: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """The likeliest of the models that anything speaks for, each with every other model; those that follow, among themselves."""
    likeliest = sorted(alone, key=lambda one: (-logs[one], one))
    leading = [one for one in likeliest if alone[one] > 0][:LEADING]
    for rank, first in enumerate(leading):
        # What weighs the same is treated alike.
        others = likeliest if logs[first] >= logs[leading[min(WITH_ALL, len(leading)) - 1]] - 1e-9 else leading
        yield from ((first, second) for second in others if second not in leading[: rank + 1])


def counts_for(answered: Sequence[Observed]) -> list[float]:
    """What each answer counts for: less by its age, and less where the question was answered again."""
    ages: dict[tuple[str, str], list[int]] = {}
    for one in answered:
        ages.setdefault(one.item.key, []).append(one.age)
    return [AGED**one.age * AGAIN ** sum(age < one.age for age in ages[one.item.key]) for one in answered]


def closeness(question: Question, given: Answer, meant: Answer) -> float:
    """From 0 to 1. Of numbers those next to it; else what the format would give for it."""
    if question.input == "number":
        return 1.0 if abs(given - meant) == 1 else 0.0
    return FORMATS[question.format].mark(question, given, meant).fraction


def adding_to_one(logs: Mapping[str, float]) -> dict[str, float]:
    most = max(logs.values())
    shares = {name: math.exp(value - most) for name, value in logs.items()}
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}


def named(answered: Sequence[Observed], told: Iterable[str], *, explained: bool) -> dict[str, tuple[str, ...]]:
    """Model -> the answers of this submission that it gives and that are wrong, or those that it does not give."""
    found: dict[str, list[str]] = {}
    for one in answered:
        for model in sorted(told) if one.age == 0 else ():
            given, meant = one.place, one.item.place.get(model, 0)
            if (given == meant != 0) if explained else (given != meant and model in one.item.says):
                found.setdefault(model, []).append(one.item.question.id)
    return {model: tuple(questions) for model, questions in found.items()}


def untold(answered: Sequence[Observed], told: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Models under which every answer is as likely as under the others of the group."""
    groups: dict[tuple[float, ...], list[str]] = {}
    rows = [(one.item.place, [round(chance, 9) for chance in one.chances]) for one in answered]
    for model in sorted(told):
        groups.setdefault(tuple(chances[place.get(model, 0)] for place, chances in rows), []).append(model)
    return tuple(tuple(models) for models in groups.values() if len(models) > 1)


def next_question(weights: Mapping[str, float], items: Iterable[Item]) -> Item | None:
    """The question whose answer is expected to say most about the weights; None where none says anything."""
    holders = by_model(weights)
    unknown = weights.get(OTHER, 0.0)
    best, most = None, LEAST
    for item in items:
        expected = information(holders, unknown, item)
        if expected > most:
            best, most = item, expected
    return best


def by_model(weights: Mapping[str, float]) -> dict[str, list[tuple[str, float]]]:
    """Model -> the other that its holder has too, or "", and the weight of that."""
    found: dict[str, list[tuple[str, float]]] = {}
    for name, weight in weights.items():
        first, _, second = name.partition(BOTH)
        found.setdefault(first, []).append((second, weight))
        if second:
            found.setdefault(second, []).append((first, weight))
    return found


def information(holders: Mapping[str, Sequence[tuple[str, float]]], unknown: float, item: Item) -> float:
    """Expected, in nats: how uncertain the answer is, less how uncertain it would be for somebody who knew which hypothesis is true."""
    means = [0.0] * len(item.answers) + [unknown]  # how much of the weights means each answer
    if len(means) == 2:
        return 0.0
    for model, at in item.place.items():
        # Who holds another model too that says something here answers by either.
        means[at] += sum(weight / 2 if other in item.place else weight for other, weight in holders.get(model, ()))
    means[0] = max(1 - sum(means), 0.0)
    shares = [sum(mean * chance for mean, chance in zip(means, column, strict=True)) for column in item.expected]
    return uncertainty(shares) - sum(mean * one for mean, one in zip(means, item.uncertain, strict=True))


def uncertainty(chances: Iterable[float]) -> float:
    return -sum(one * math.log(one) for one in chances)


# ------------------------------------------------------------------------------------------------ from runs to items


@dataclass(frozen=True)
class Model:
    """A misconception and what it answers to an exercise's questions; None where its run never came to the moment."""

    misconception: Misconception
    answers: Answers

    @property
    def id(self) -> str:
        return self.misconception.id

    def gives(self, question: str, answer: Any) -> bool:
        return answer is not None and self.answers.get(question) == answer


def models_wanted(truth: Wanted) -> list[tuple[Misconception, Wanted]]:
    return [
        (one, Wanted(truth.source, truth.python, one.belief_id, truth.seed, truth.probes))
        for one in MISCONCEPTIONS.values()
        if one.belief_id != TRUTH and one.belief_id in sim.BELIEFS
    ]


def models_of(questions: Sequence[Question], right: Answers, outcomes: Mapping[str, sim.Outcome], truth: Wanted) -> tuple[Model, ...]:
    """The models that this exercise can tell from CPython, by the outcomes that are there (by digest): one that could not be run says
    nothing, and no grade depends on it.
    """
    models = []
    for misconception, wanted in models_wanted(truth):
        outcome = outcomes.get(wanted.digest)
        if outcome is None or outcome.ending not in WHOLE:
            continue
        answers = truths_of(questions, outcome)
        if any(answers[question.id] is not None and answers[question.id] != right[question.id] for question in questions):
            models.append(Model(misconception, answers))
    return tuple(models)
