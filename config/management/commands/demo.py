from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.laptop import demo


class Command(BaseCommand):
    help = "Makes the demonstration course with its people, or completes it, and prints how to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.FLEET:
            raise CommandError("The demo's passwords lie in a file: it is for a laptop, and HEAPLAB_URL says that this is a fleet.")
        for line in demo.ways_in(demo.make()):
            self.stdout.write(line)
