import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from exercises.models import User
from grader.models import AuditEvent
from grader.reading.personal import stored_about


class Command(BaseCommand):
    help = "Writes all that is stored about one person to a file, as JSON: right answers too, whether or not they may see them yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="capital letters matter")
        parser.add_argument("--to", required=True, metavar="FILE", help="a new file; only you can read it")

    def handle(self, *args: Any, username: str, to: str, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is nobody called {username}. User names distinguish capital letters.")
        text = json.dumps(stored_about(person, for_themselves=False), cls=DjangoJSONEncoder, indent=1, ensure_ascii=False)
        try:
            opened = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise CommandError(f"{to} is there already, and is left as it is. Name a new file.") from None
        except OSError as error:
            raise CommandError(f"{to} cannot be written: {error.strerror}. Name another file.") from None
        try:
            with os.fdopen(opened, "w", encoding="utf-8") as file:
                file.write(text + "\n")
        except OSError as error:
            Path(to).unlink(missing_ok=True)
            raise CommandError(f"{to} cannot be written: {error.strerror}. Name another file.") from None
        AuditEvent.record(None, "person.exported", target=f"user {person.pk}")
        self.stdout.write(f"All that is stored about {username} is in {to}. Right answers are in it: give it out when they may be seen.")
