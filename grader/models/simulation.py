from __future__ import annotations

from django.db import models

from grader.models.appending import AppendOnly


class Simulation(AppendOnly):
    """What one program does under one version of Python and one belief: worked out once, shared by everybody who answers about it."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 over everything that decides the outcome.")
    source_digest = models.CharField(max_length=64, db_index=True)
    python = models.CharField(max_length=8)
    belief = models.CharField(max_length=60)
    seed = models.BigIntegerField(default=0)
    sim_version = models.CharField(max_length=40)
    outcome = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"simulation {self.digest[:12]} (Python {self.python}, {self.belief})"
