from __future__ import annotations

import hashlib
from typing import Any, NoReturn

from django.db import models


class RevisionIsFrozen(Exception):
    """A revision is what somebody's answers refer to: it is replaced by a new number, never changed."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} cannot be changed: answers refer to it. Change the exercise's file and load it again; that adds a revision."
        )


class Exercise(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    topic = models.CharField(max_length=80, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["topic", "title"]

    def __str__(self) -> str:
        return self.title

    def latest_revision(self) -> Revision | None:
        return self.revisions.order_by("-number").first()


class RevisionQuerySet(models.QuerySet["Revision"]):
    # update() and bulk_update() go round save(), so they are closed here as well.
    def update(self, **kwargs: Any) -> NoReturn:
        raise RevisionIsFrozen("A revision")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RevisionIsFrozen("A revision")


class Revision(models.Model):
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    source = models.TextField(help_text="The whole file, question comments included.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the source, in hexadecimal.")
    spec = models.JSONField(help_text="What pages and the API show. Never contains a truth.")
    shown = models.JSONField(default=dict, help_text="The program as students see it, with its colours; derived from the source.")
    pythons = models.JSONField(help_text="The versions of Python the exercise may be set for.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["exercise", "number"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "number"], name="revision_number_once"),
            models.UniqueConstraint(fields=["exercise", "digest"], name="revision_digest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise} · revision {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise RevisionIsFrozen(str(self))
        super().save(*args, **kwargs)


def digest_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
