from __future__ import annotations

from django.db import models

from grader.models.appending import AppendOnly


class Seal(AppendOnly):
    """A link of the chain that covers records: a digest over some of them as they stand, and over the seal before (working/sealing.py)."""

    number = models.PositiveBigIntegerField(primary_key=True, help_text="Its place in the chain, from 1, without gaps: given once.")
    kind = models.CharField(max_length=20)
    ranges = models.JSONField(help_text="The records' numbers, as pairs of first and last, ascending: exactly these are covered.")
    last = models.BigIntegerField(help_text="The highest of these numbers.")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "last"], name="seal_reach")]

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"
