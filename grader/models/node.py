from __future__ import annotations

from django.db import models


class Node(models.Model):
    """A process that grades, as it last reported itself. For people and for health checks: no rule of grading reads it."""

    name = models.CharField(max_length=80, unique=True)
    host = models.CharField(max_length=100)
    role = models.CharField(max_length=20)
    wall = models.TextField(help_text="What the simulating child is shut in by, and which ways out were found open: as tested at start-up.")
    sim_version = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="The last time it claimed work.")
    graded = models.PositiveBigIntegerField(default=0)
    fenced = models.PositiveBigIntegerField(
        default=0, help_text="Results it threw away, because somebody else had claimed the work meanwhile."
    )
    faults = models.PositiveBigIntegerField(default=0)
    resting_until = models.DateTimeField(null=True, blank=True, help_text="Set while it claims nothing, after several faults in a row.")
    last_fault = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.name
