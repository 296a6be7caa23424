"""What is said of a stored diagnosis: which ideas, how sure, and what of the answers they explain. Words for people stand in templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exercises.misconceptions import MISCONCEPTIONS
from grader.marking.diagnosis import BOTH, NONE, OTHER
from grader.models import Diagnosis

# Beside models in stored weights: what nothing that was answered could tell, and crumbs.
REST = "rest"
CRUMB = 0.002


def weight_of(weights: Mapping[str, float], model: str) -> float:
    """That somebody holds this model, alone or with another."""
    return sum(weight for name, weight in weights.items() if model in name.split(BOTH))


def models_in(weights: Mapping[str, float]) -> set[str]:
    return {model for name in weights for model in name.split(BOTH)} - {NONE, OTHER, REST}


def expected(several: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Of several people's weights: how many are thought to hold each model, none, or one that we do not have."""
    holders: dict[str, float] = {}
    for weights in several:
        for name, weight in weights.items():
            for model in name.split(BOTH):
                holders[model] = holders.get(model, 0.0) + weight
    return holders


def by_question(found: Diagnosis) -> dict[str, dict[str, float]]:
    """Question id to the models that give the wrong answer there, with their weights."""
    questions: dict[str, dict[str, float]] = {}
    for model, given in found.explains.items():
        for question in given:
            questions.setdefault(question, {})[model] = round(weight_of(found.weights, model), 4)
    return questions


@dataclass(frozen=True)
class Belief:
    """A wrong model in words. One that is known no more keeps its name."""

    id: str
    belief: str
    refutation: str
    weight: float
    explains: tuple[str, ...]  # ids of the wrong answers that it gives
    contradicts: tuple[str, ...]  # of the answers that its holder would not have given


@dataclass(frozen=True)
class Said:
    """kind: one, either (of two, which nothing tells apart), both (at once), other (an idea that we do not have), slips, or open."""

    kind: str
    ideas: tuple[Belief, ...] = ()
    giving: int = 0  # how many models give some of the wrong answers, whether or not they are named

    @property
    def explained(self) -> int:
        """How many of the wrong answers the ideas explain between them."""
        return len({question for one in self.ideas for question in one.explains})

    def of(self, question: str) -> list[Belief]:
        """The ideas that explain this question's wrong answer."""
        return [one for one in self.ideas if question in one.explains]


MOST_EITHER = 2


def said_of(found: Diagnosis | None) -> Said | None:
    """None where nothing is wrong, or nothing is found yet. An idea that explains none of the wrong answers here is not spoken of, and of
    more than two that nothing tells apart it is not known enough to name any.
    """
    if found is None or found.found_at is None or not found.idea:
        return None
    ideas = tuple(belief_of(found, model) for model in found.models)
    ideas = tuple(one for one in ideas if one.explains)
    kind, giving = found.idea, len(found.explains)
    if kind in ("one", "either", "both"):
        if not ideas or len(ideas) > MOST_EITHER:
            return Said("open", giving=giving)
        return Said("one" if len(ideas) == 1 and kind != "either" else kind, ideas, giving)
    return Said(kind, giving=giving)


def belief_of(found: Diagnosis, model: str) -> Belief:
    words = described(model)
    return Belief(
        **words,
        weight=round(weight_of(found.weights, model), 4),
        explains=tuple(found.explains.get(model, ())),
        contradicts=tuple(found.contradicts.get(model, ())),
    )


def described(model: str) -> dict[str, str]:
    known = MISCONCEPTIONS.get(model)
    return {"id": model, "belief": known.belief if known else model, "refutation": known.refutation if known else ""}
