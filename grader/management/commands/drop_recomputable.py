from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.clock import database_now
from grader.models import JobRow

AT_ONCE = 500


class Command(BaseCommand):
    help = "Drops answers that can be worked out again and that nobody has asked for lately. What grades rest on is never dropped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than", type=float, required=True, metavar="DAYS", help="Days since somebody last asked.")

    def handle(self, *args: Any, older_than: float, **options: Any) -> None:
        if not 0 <= older_than <= 36_500:
            raise CommandError("--older-than takes a number of days from 0 on, for example --older-than 30.")
        finished = [JobRow.State.ANSWERED, JobRow.State.FAILED]
        old = JobRow.objects.filter(kept=False, state__in=finished, last_asked_at__lte=database_now() - timedelta(days=older_than))
        dropped = size = 0
        while chunk := list(old.order_by("id").values_list("id", "size")[:AT_ONCE]):
            # Looked at again in the deletion: somebody may have asked meanwhile.
            gone, _ = old.filter(id__in=[one for one, _ in chunk]).delete()
            dropped, size = dropped + gone, size + sum(one for _, one in chunk)
            if not gone:
                break
        self.stdout.write(f"{dropped} answers dropped, {size / 1024:.1f} KiB.")
