"""What became of the questions between the revision that was answered and the one that answers are marked against."""

from __future__ import annotations

from functools import lru_cache

from exercises.models import Revision
from exercises.reading.identity import Changes, question_changes
from exercises.reading.revision import questions_of


@lru_cache(maxsize=256)
def changes_between(before: int, after: int) -> Changes:
    # Revisions never change, so neither does what lies between two of them.
    revisions = Revision.objects.in_bulk([before, after])
    return question_changes(questions_of(revisions[before]), questions_of(revisions[after]))
