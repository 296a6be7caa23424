from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from grader.accepting.bell import BELL
from grader.simulating.child import JOBS, SERVER
from grader.working.drain import demand_wall, run
from grader.working.node import NODE


class Command(BaseCommand):
    help = "Grades due work straight from the database, without Celery or a broker, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="stop as soon as nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        demand_wall()
        node = NODE.begin()
        node.role = "drain"

        def stop(number: int, frame: FrameType | None) -> None:
            node.stopping.set()
            BELL.ring_nearby()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        try:
            run(node, 0.0, until_idle=options["until_idle"])
        finally:
            SERVER.stop()
            JOBS.stop()
        self.stdout.write(f"Graded {node.graded}.")
