"""What a regrading asks otherwise than was answered: said before anybody applies it."""

from __future__ import annotations

from dataclasses import dataclass

from exercises.models import Placement, Revision
from exercises.reading.identity import Changes
from grader.deciding.regrading import submissions_of
from grader.marking.changes import changes_between
from grader.models import Regrading


@dataclass(frozen=True)
class AskedOtherwise:
    placement: Placement
    before: Revision
    after: Revision
    changes: Changes
    submissions: int

    def __str__(self) -> str:
        many = f"{self.submissions} answer{'' if self.submissions == 1 else 's'}"
        revisions = f"revision {self.before.number}, marked against revision {self.after.number}"
        return f"{self.placement.exercise.slug}: {many} to {revisions}: {self.changes.in_words()}"


def asked_otherwise(regrading: Regrading) -> list[AskedOtherwise]:
    """Only a regrading to the pinned revisions can ask otherwise. One entry for each revision that was answered and asks something else."""
    if not regrading.to_pinned_revision:
        return []
    answered = submissions_of(regrading).order_by().values_list("placement", "revision")
    counts: dict[tuple[int, int], int] = {}
    for pair in answered:
        counts[pair] = counts.get(pair, 0) + 1
    placements = Placement.objects.select_related("exercise", "revision").in_bulk({placement for placement, _ in counts})
    revisions = Revision.objects.in_bulk({revision for _, revision in counts})
    found = []
    for (placement, revision), many in sorted(counts.items()):
        pinned = placements[placement].revision
        changes = changes_between(revision, pinned.pk)
        if changes.changed or changes.added or changes.gone:
            found.append(AskedOtherwise(placements[placement], revisions[revision], pinned, changes, many))
    return found
