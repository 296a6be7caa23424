from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Sum

from grader.models import JobRow, Simulation


class Command(BaseCommand):
    help = "Shows what was asked of the simulator, by kind and state, and how much room the answers take."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = JobRow.objects.values("kind", "state").annotate(many=Count("id"), bytes=Sum("size")).order_by("kind", "state")
        for row in rows:
            self.stdout.write(f"{row['kind']:10} {row['state']:10} {row['many']:6}  {row['bytes'] / 1024:10.1f} KiB")
        kept = JobRow.objects.filter(kept=True).count()
        self.stdout.write(
            f"{sum(row['many'] for row in rows)} jobs, {kept} of them kept; {Simulation.objects.count()} runs that grades rest on."
        )
