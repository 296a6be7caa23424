from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.models import User
from grader.deciding.anonymising import CannotAnonymise, anonymise


class Command(BaseCommand):
    help = (
        "Takes a person's name out of what is stored, for ever: a pseudonym instead, no way to sign in, no tokens, no words about them. "
        "Answers and results stay under the pseudonym."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("username", nargs="?", help="capital letters matter")
        which.add_argument("--number", type=int, help="of the account; for doing it again after an older backup was restored")
        parser.add_argument("--reason", required=True, help="is kept in the audit log, so it must not name the person")
        parser.add_argument("--yes", action="store_true", help="do not ask for the user name to be typed again")

    def handle(self, *args: Any, username: str | None, number: int | None, reason: str, yes: bool, **options: Any) -> None:
        person = User.objects.filter(username=username).first() if number is None else User.objects.filter(pk=number).first()
        if person is None:
            raise CommandError(f"There is nobody called {username or number}. User names distinguish capital letters.")
        former, number = person.username, person.pk
        if not yes:
            self.stderr.write(f"{former} ({person.get_full_name() or 'no name'}) will be nobody any more. There is no way back.")
            if input("Type the user name: ") != former:
                raise CommandError("That is another name. Nothing was changed.")
        try:
            taken = anonymise(person, reason=reason, by=None)
        except CannotAnonymise as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"Account number {number} is {taken.pseudonym} now.")
        self.stdout.write("Ended or removed: " + ", ".join(f"{count} {what}" for what, count in taken.ended.items()) + ".")
        self.stdout.write("Stays: " + "; ".join(f"{count} {what}" for what, count in taken.stays.items()) + ".")
        self.stdout.write(
            "Backups made before today, exported files, logs of a proxy and grades handed to other systems still have the name. "
            f"Note the number {number}: after restoring such a backup, run `manage.py anonymise_person --number {number}`."
        )
