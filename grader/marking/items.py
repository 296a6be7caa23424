"""What the wrong models answer to an exercise's questions, as diagnosis reads it: worked out once from the runs of all models, and stored.

Reading it runs nothing, so pages may choose a question by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import sim
from exercises.misconceptions import MISCONCEPTIONS
from exercises.models import Revision
from exercises.reading.revision import questions_of
from grader.marking.diagnosis import METHOD, Item, models_of
from grader.models import ModelAnswers
from grader.simulating.storable import storable

if TYPE_CHECKING:
    from grader.marking.marking import AnswerKey  # runs programs: nothing that pages import

Edition = tuple[int, str]  # revision, Python

CATALOGUE = hashlib.sha256(repr(sorted((one.id, one.belief_id) for one in MISCONCEPTIONS.values())).encode()).hexdigest()[:12]
MADE_WITH = f"{METHOD}+{CATALOGUE}+sim{sim.VERSION}"


def known_items(editions: Collection[Edition]) -> dict[Edition, tuple[Item, ...]]:
    """Of those whose models have all been run. Two queries."""
    rows = ModelAnswers.objects.filter(revision__in={revision for revision, _ in editions}, edition=MADE_WITH)
    wanted = [row for row in rows if (row.revision_id, row.python) in editions]
    revisions = Revision.objects.in_bulk({row.revision_id for row in wanted})
    return {(row.revision_id, row.python): items_from(revisions[row.revision_id], row.questions) for row in wanted}


def items_from(revision: Revision, stored: Mapping[str, Any]) -> tuple[Item, ...]:
    """The same question of an exercise is the same item in every revision that asks it."""
    return tuple(
        Item(str(revision.exercise_id), one, stored[one.id]["right"], stored[one.id]["says"])
        for one in questions_of(revision)
        if one.id in stored
    )


def work_out(revision: Revision, key: AnswerKey) -> tuple[Item, ...]:
    """From the runs that are stored, once all are; a model that could not be run says nothing."""
    models = models_of(key.questions, key.truths, key.outcomes_of_models(), key.wanted)
    stored = {
        question.id: {
            "right": key.truths[question.id],
            "says": {model.id: model.answers[question.id] for model in models if model.answers[question.id] is not None},
        }
        for question in key.questions
    }
    row = ModelAnswers(revision=revision, python=key.wanted.python, edition=MADE_WITH, questions=storable(stored))
    ModelAnswers.objects.bulk_create([row], ignore_conflicts=True)
    return items_from(revision, row.questions)
