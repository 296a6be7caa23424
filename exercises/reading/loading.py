"""Exercises from files to rows. A changed file adds a revision; nothing that somebody may have answered is ever changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max

from exercises.formats import ExerciseError
from exercises.models import Exercise, Revision
from exercises.models.exercise import digest_of
from exercises.reading.exercise import ExerciseText, spec_of
from exercises.reading.identity import Changes, question_changes
from exercises.reading.preview import preview
from exercises.reading.revision import questions_of
from exercises.reading.shown import shown_of


@dataclass
class Loaded:
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    questions: dict[str, Changes] = field(default_factory=dict)  # by exercise: what became of them, against the revision before


def load(exercises: Sequence[ExerciseText]) -> Loaded:
    """All or nothing. Raises the ExerciseErrors of every exercise as one ExceptionGroup."""
    check_slugs(exercises)
    wanted = {exercise.slug: digest_of(exercise.text) for exercise in exercises}
    latest = latest_digests(list(wanted))
    changed = [exercise for exercise in exercises if latest.get(exercise.slug) != wanted[exercise.slug]]
    previews = [preview(exercise) for exercise in changed]
    errors = [error for found in previews for error in found.errors]
    if errors:
        raise ExceptionGroup("exercises that cannot be used", errors)
    loaded = Loaded(unchanged=len(exercises) - len(changed))
    with transaction.atomic():
        for found in previews:
            before = Revision.objects.filter(exercise__slug=found.exercise.slug).order_by("-number").first()
            loaded.questions[found.exercise.slug] = question_changes(questions_of(before) if before else [], found.exercise.questions)
            if add_revision(found.exercise):
                loaded.new += 1
            else:
                loaded.revised += 1
    return loaded


def latest_digests(slugs: list[str]) -> dict[str, str]:
    rows = Revision.objects.filter(exercise__slug__in=slugs).order_by("number").values_list("exercise__slug", "digest")
    return dict(rows)  # later numbers overwrite earlier ones


def add_revision(exercise: ExerciseText) -> bool:
    """True when the exercise itself is new. Going back to an earlier text finds its old revision again."""
    row, new = Exercise.objects.update_or_create(slug=exercise.slug, defaults={"title": exercise.title, "topic": exercise.topic})
    digest = digest_of(exercise.text)
    if not row.revisions.filter(digest=digest).exists():
        number = (row.revisions.aggregate(last=Max("number"))["last"] or 0) + 1
        spec = spec_of(exercise)
        shown = shown_of(exercise.text)
        Revision.objects.create(
            exercise=row, number=number, source=exercise.text, digest=digest, spec=spec, shown=shown, pythons=spec["pythons"]
        )
    return new


def check_slugs(exercises: Sequence[ExerciseText]) -> None:
    seen: dict[str, str] = {}
    for exercise in exercises:
        if exercise.slug in seen:
            raise ExceptionGroup(
                "exercises that cannot be used",
                [ExerciseError(1, f"{seen[exercise.slug]} has the same name.", "Rename one of the two files.", exercise.path)],
            )
        seen[exercise.slug] = exercise.path
