from __future__ import annotations

import re
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grader.models import Seal
from grader.working.sealing import KINDS, broken, unsealed


class Command(BaseCommand):
    help = (
        "Reads all audit events and results, and says which are no longer as they were sealed; then it ends with status 1. "
        "Only a digest that was kept elsewhere (--kept) shows whether the whole chain was made anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kept", action="append", default=[], metavar="NUMBER:DIGEST", help="A seal as it was said earlier. Any number."
        )

    def handle(self, *args: Any, kept: list[str], **options: Any) -> None:
        faults = 0
        for fault in broken(read(kept)):
            self.stdout.write(fault)
            faults += 1
        last = Seal.objects.order_by("number").last()
        waiting = ", ".join(f"{sum(1 for _ in unsealed(name, strays=False))} {kind.words}" for name, kind in KINDS.items())
        self.stdout.write(f"{last.number if last else 0} seals. Not sealed yet: {waiting}.")
        self.stdout.write(f"Last seal: {last}" if last else "There is no seal yet.")
        if faults:
            self.stdout.write(f"NOT AS THEY WERE WRITTEN: {faults} {'fault' if faults == 1 else 'faults'}.")
            self.stdout.flush()
            sys.exit(1)
        self.stdout.write("All records are as they were sealed.")


def read(kept: list[str]) -> dict[int, str]:
    found = {}
    for text in kept:
        if not (match := re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text.strip())):
            raise CommandError(
                f"--kept takes a seal as it is said here, a number, a colon and 64 hexadecimal digits; this is none: {text[:100]}"
            )
        found[int(match[1])] = match[2]
    return found
