from __future__ import annotations

import platform
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models.functions import Now
from django.utils import timezone

from grader.models import Grading, Node

SILENT = timedelta(seconds=30)


class Command(BaseCommand):
    help = "Says whether a worker of this host does its work: it reported lately, and what is due gets claimed. Exit status 0 or 1."

    def handle(self, *args: Any, **options: Any) -> None:
        # What the workers of this host report is by its own clock, what is due by the database's.
        now = timezone.now()
        nodes = list(Node.objects.filter(host=platform.node()[:100], seen_at__gte=now - SILENT))
        if not nodes:
            raise CommandError("No worker of this host has reported in the last 30 seconds. Restart it; its log may say why.")
        overdue = Grading.objects.filter(state__in=Grading.DUE, next_at__lt=Now() - SILENT).exists()
        idle = all(one.claimed_at is None or one.claimed_at < now - SILENT for one in nodes)
        if overdue and idle:
            reasons = "; ".join(one.last_fault for one in nodes if one.last_fault) or "no fault was noted"
            raise CommandError(f"Work has been due for more than 30 seconds and this host's workers claim none ({reasons}).")
        graded = sum(one.graded for one in nodes)
        self.stdout.write(f"{len(nodes)} at work, {graded} graded, simulator held by: {nodes[0].wall}.")
