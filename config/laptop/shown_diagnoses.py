"""Submissions of simulated students, for a person to judge: the program, the answers, the diagnosis, and last what was planted."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.laptop.diagnosis_trials import aged
from config.laptop.simulated_students import Student
from exercises.formats import FORMATS, Answer, Question
from exercises.misconceptions import MISCONCEPTIONS
from exercises.reading.exercise import exercise_files
from grader.marking.diagnosis import Item, Observed, Weighed, weigh

EARLIER = 2  # exercises that the student handed in before


def shown(items: Sequence[Item], path: Path, count: int, seed: int) -> str:
    chance = random.Random(seed)
    programs = {f"{file.parent.name}/{file.stem}": file.read_text(encoding="utf-8") for file in exercise_files(path)}
    texts: list[str] = []
    while len(texts) < count:
        exercise = chance.choice(list(programs))
        before = [one for one in programs if one != exercise and one.partition("/")[0] == exercise.partition("/")[0]]
        chosen = [*chance.sample(before, min(EARLIER, len(before))), exercise]
        told = sorted({model for item in items if item.exercise == exercise for model in item.others})
        some = [tuple(chance.sample(told, min(number, len(told)))) for number in (0, 0, 1, 1, 1, 2)]
        student = Student(chance.choice([*some, None]), chance.randrange(10**12))
        answered = [Observed(item, student.answer(item)) for one in chosen for item in items if item.exercise == one]
        if any(one.given is not None and one.place != 0 for one in answered if one.item.exercise == exercise):
            texts.append("\n".join(submission(len(texts) + 1, programs[exercise], exercise, aged(answered), student)))
    return "\n\n".join(texts)


def submission(number: int, program: str, exercise: str, answered: Sequence[Observed], student: Student) -> Iterator[str]:
    yield f"==== {number}. {exercise}"
    for line, text in enumerate(program.split("\n"), start=1):
        yield f"{line:3} {text}"
    weighed = weigh(answered)
    for one in sorted(answered, key=lambda one: -one.age):
        yield answer(one, weighed)
    yield f"Diagnosis: {sentence(weighed)}"
    yield "Weights: " + ", ".join(f"{name} {weight:.2f}" for name, weight in sorted(weighed.weights.items(), key=lambda one: -one[1])[:5])
    yield f"(Planted: {'a model that we do not have' if student.models is None else ' and '.join(student.models) or 'none'}.)"


def answer(one: Observed, weighed: Weighed) -> str:
    given, right = one.given, one.item.right
    question = one.item.question
    where = f"{'earlier, ' + one.item.exercise + ', ' if one.age else ''}line {question.line}: {question.prompt}"
    if given is None:
        return f"  {where} left out"
    if one.place == 0:
        return f"  {where} right: {words(question, given)}"
    models = [model for model, at in one.item.place.items() if at == one.place]
    return f"  {where} WRONG: {words(question, given)} (right: {words(question, right)}; so answer: {', '.join(models) or 'no model'})"


def words(question: Question, value: Answer) -> str:
    return FORMATS[question.format].show(question, value).replace("\n", " / ")


def sentence(weighed: Weighed) -> str:
    idea = weighed.idea
    beliefs = [f"{model} (“{MISCONCEPTIONS[model].belief}”, {weighed.weight(model):.2f})" for model in idea.models]
    match idea.kind:
        case "one":
            return f"{beliefs[0]}; explains {', '.join(weighed.explains.get(idea.models[0], ())) or 'earlier answers'}"
        case "either":
            return "one of these, which no answer tells apart: " + "; ".join(beliefs)
        case "both":
            return "both: " + "; ".join(beliefs)
        case "other":
            return "an idea that is none of ours"
        case "slips":
            return "these look like slips"
        case _:
            leading = weighed.ranked[0] if weighed.ranked else ""
            return f"nothing is sure enough (most likely {leading}, {weighed.weight(leading):.2f})"
