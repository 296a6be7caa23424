from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from exercises.reading.metadata import json_schema


class Command(BaseCommand):
    help = "Prints the JSON Schema of the block at the head of an exercise (published as exercises/exercise.schema.json)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(json_schema(), indent=2))
