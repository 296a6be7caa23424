"""Exercises from files to rows. A changed file adds a revision; nothing that somebody may have answered is ever changed.

Nothing is read or simulated here: what a file says has been worked out behind the wall (checking.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max

from exercises.formats import ExerciseError
from exercises.models import Exercise, Revision
from exercises.models.exercise import digest_of
from exercises.reading.checking import Checked, Revised
from exercises.reading.exercise import slug_of
from exercises.reading.identity import Changes, question_changes
from exercises.reading.revision import questions_of


@dataclass
class Loaded:
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    questions: dict[str, Changes] = field(default_factory=dict)  # by exercise: what became of them, against the revision before


def changed_files(texts: Mapping[str, str]) -> list[str]:
    """Of texts by path, the paths that are not in the database as they stand. Raises ExerciseErrors as one ExceptionGroup."""
    check_slugs(texts)
    latest = latest_digests([slug_of(path) for path in texts])
    return [path for path, text in texts.items() if latest.get(slug_of(path)) != digest_of(text)]


def load(found: Sequence[Checked], *, unchanged: int = 0) -> Loaded:
    """All or nothing. Raises the ExerciseErrors of every exercise as one ExceptionGroup."""
    errors = [error for one in found for error in one.errors]
    if errors:
        raise ExceptionGroup("exercises that cannot be used", errors)
    loaded = Loaded(unchanged=unchanged)
    with transaction.atomic():
        for one in found:
            if one.exercise is None:
                continue
            before = Revision.objects.filter(exercise__slug=one.exercise.slug).order_by("-number").first()
            loaded.questions[one.exercise.slug] = question_changes(questions_of(before) if before else [], one.exercise.questions)
            if add_revision(one.exercise):
                loaded.new += 1
            else:
                loaded.revised += 1
    return loaded


def latest_digests(slugs: list[str]) -> dict[str, str]:
    rows = Revision.objects.filter(exercise__slug__in=slugs).order_by("number").values_list("exercise__slug", "digest")
    return dict(rows)  # later numbers overwrite earlier ones


def add_revision(exercise: Revised) -> bool:
    """True when the exercise itself is new. Going back to an earlier text finds its old revision again."""
    row, new = Exercise.objects.update_or_create(slug=exercise.slug, defaults={"title": exercise.title, "topic": exercise.topic})
    digest = digest_of(exercise.source)
    if not row.revisions.filter(digest=digest).exists():
        number = (row.revisions.aggregate(last=Max("number"))["last"] or 0) + 1
        spec = exercise.spec
        Revision.objects.create(
            exercise=row, number=number, source=exercise.source, digest=digest, spec=spec, shown=exercise.shown, pythons=spec["pythons"]
        )
    return new


def check_slugs(paths: Sequence[str] | Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    wrong = []
    for path in paths:
        try:
            slug = slug_of(path)
        except ExerciseError as error:
            wrong.append(error)
            continue
        if slug in seen:
            wrong.append(ExerciseError(1, f"{seen[slug]} has the same name.", "Rename one of the two files.", path))
        seen[slug] = path
    if wrong:
        raise ExceptionGroup("exercises that cannot be used", wrong)
