from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Sum

from grader.working.cleaning import answers_not_asked_for, drop


class Command(BaseCommand):
    help = "Drops answers that can be worked out again and that nobody has asked for lately. What grades rest on is never dropped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than", type=float, required=True, metavar="DAYS", help="Days since somebody last asked.")

    def handle(self, *args: Any, older_than: float, **options: Any) -> None:
        if not 0 <= older_than <= 36_500:
            raise CommandError("--older-than takes a number of days from 0 on, for example --older-than 30.")
        old = answers_not_asked_for(older_than)
        size = old.aggregate(size=Sum("size"))["size"] or 0
        dropped = drop(old)
        self.stdout.write(f"{dropped} answers dropped, {size / 1024:.1f} KiB.")
