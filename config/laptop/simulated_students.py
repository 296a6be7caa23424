"""Students who do not exist, with known wrong models: how well diagnosis finds what was planted (manage.py bench_diagnosis).

They are not made as the method thinks of people: a third of their slips is what somebody else would answer for a reason, the others come
close to what was meant (which more often than not is again what some model says), and some questions they leave out.
"""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import sim
from exercises.formats import Answer, Question
from exercises.formats.inputs import canonical
from exercises.reading.exercise import SHIPPED, exercise_files, read_exercise, simulate, with_choices
from exercises.reading.revision import truths_of
from grader.marking.diagnosis import WHOLE, Item
from grader.simulating.jobs import TRUTH

SLIP = 0.1
DOES_NOT_KNOW = 0.05
REASONED = 1 / 3  # of all slips, those that are somebody's answer


# ------------------------------------------------------------------------------------------------ what there is to ask


def items_of_file(path: Path, python: str) -> list[Item]:
    """One exercise's questions with the answers of all models. Run here, without a wall: these are the exercises we ship."""
    exercise, _ = with_choices(read_exercise(path.read_text(encoding="utf-8"), str(path)))
    version = python if python in exercise.pythons else exercise.pythons[-1]
    answers = {}
    for name, belief in sim.BELIEFS.items():
        outcome = simulate(exercise, version, belief=belief)
        if outcome.ending in WHOLE:
            answers[name] = truths_of(exercise.questions, outcome)
    right = answers.pop(TRUTH)
    key = f"{path.parent.name}/{path.stem}"
    return [
        Item(key, question, right[question.id], {name: said for name, one in answers.items() if (said := one[question.id]) is not None})
        for question in exercise.questions
    ]


def catalogue(python: str, processes: int, path: Path = SHIPPED) -> list[Item]:
    files = list(exercise_files(path))
    if processes == 1:
        found = [items_of_file(one, python) for one in files]
    else:
        with ProcessPoolExecutor(processes) as pool:
            found = list(pool.map(items_of_file, files, [python] * len(files)))
    return [item for one in found for item in one]


# ------------------------------------------------------------------------------------------------ who answers


class Student:
    """Holds these models and answers by them. `models` None: a model that we do not have, with answers of its own."""

    def __init__(self, models: tuple[str, ...] | None, seed: int) -> None:
        self.models, self.seed = models, seed
        self.chance = random.Random(seed)

    def answer(self, item: Item) -> Answer | None:
        if self.chance.random() < DOES_NOT_KNOW:
            return None
        meant = self.meant(item)
        if meant is None or self.chance.random() >= SLIP:
            return meant
        reasoned = [answer for answer in item.answers if answer != meant]
        if reasoned and self.chance.random() < REASONED:
            return self.chance.choice(reasoned)
        return near(item.question, meant, self.chance)

    def meant(self, item: Item) -> Answer | None:
        if self.models is None:
            own = random.Random(f"{self.seed} {item.key}")
            return item.right if own.random() < 0.5 else near(item.question, item.right, own)
        differing = [model for model in self.models if model in item.others]
        if differing:
            return item.says[self.chance.choice(differing)]
        # Where the model's run never comes to the moment, its holder has nothing to say.
        return item.right if all(model in item.says for model in self.models) else None


def near(question: Question, meant: Answer, chance: random.Random) -> Answer:
    """Another answer, close to this one."""
    match question.input:
        case "number":
            return max(0, meant + chance.choice([-1, 1])) if meant else 1
        case "choices":
            return near_set(question, meant, chance)
        case "order":
            return near_order(question, meant, chance)
        case "groups":
            return near_groups(question, meant, chance)
        case "number_and_choices":
            if chance.random() < 0.5:
                return {"found": meant["found"] + chance.choice([1, 2]), "freed": meant["freed"]}
            return {"found": meant["found"], "freed": near_set(question, meant["freed"], chance)}
        case _:
            return near_text(meant, chance)


def near_set(question: Question, meant: list[str], chance: random.Random) -> list[str]:
    return sorted(set(meant) ^ {chance.choice(question.option_ids())})


def near_order(question: Question, meant: list[str], chance: random.Random) -> list[str]:
    if len(meant) > 1 and chance.random() < 0.5:
        at = chance.randrange(len(meant) - 1)
        return [*meant[:at], meant[at + 1], meant[at], *meant[at + 2 :]]
    one = chance.choice(question.option_ids())
    return [other for other in meant if other != one] if one in meant else [*meant, one]


def near_groups(question: Question, meant: list[list[str]], chance: random.Random) -> list[list[str]]:
    name = chance.choice(question.option_ids())
    rest = [[one for one in group if one != name] for group in meant]
    rest = [group for group in rest if group]
    if [name] not in meant:
        return canonical([*rest, [name]])
    at = chance.randrange(len(rest))
    return canonical([[*group, name] if number == at else group for number, group in enumerate(rest)])


def near_text(meant: str, chance: random.Random) -> str:
    lines = meant.split("\n")
    at = chance.randrange(len(lines))
    words = lines[at].split(" ")
    place = chance.randrange(len(words))
    word = words[place]
    opposite = {"True": "False", "False": "True", "None": "0"}
    if word in opposite:
        words[place] = opposite[word]
    elif word.isdecimal():
        words[place] = str(max(0, int(word) + chance.choice([-1, 1])) if int(word) else 1)
    elif len(lines) > 1:
        return "\n".join(lines[:at] + lines[at + 1 :])
    else:
        words[place] = word[:-1] if len(word) > 1 else "?"
    lines[at] = " ".join(words)
    return "\n".join(lines) or "?"
