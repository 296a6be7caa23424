from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.models import User
from grader.deciding.sign_in_links import DAYS, CannotMake, make_as_operator


class Command(BaseCommand):
    help = "Prints a link by which somebody sets a password and is signed in: once, and ended by the next link for the same account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="capital letters matter")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is nobody called {username}. User names distinguish capital letters.")
        try:
            link = make_as_operator(person)
        except CannotMake as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"{settings.PUBLIC.scheme}://{settings.PUBLIC.netloc}{link.path}")
        self.stderr.write(f"It works once, within {DAYS} days. Whoever has it has the account of {username}: hand it to nobody else.")
