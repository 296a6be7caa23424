from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from grader.models import Seal
from grader.working.sealing import seal_written


class Command(BaseCommand):
    help = "Seals the audit events and results that no seal covers yet, as workers do every few seconds, and says the last seal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--strays", action="store_true", help="Also what appeared later than it could; `verify_records` names it.")

    def handle(self, *args: Any, strays: bool, **options: Any) -> None:
        made = seal_written(most=None, strays=strays)
        last = Seal.objects.order_by("number").last()
        self.stdout.write(
            f"{made} {'seal' if made == 1 else 'seals'} made. " + (f"Last seal: {last}" if last else "There is nothing to seal.")
        )
