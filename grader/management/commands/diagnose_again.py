"""Has what was diagnosed found again from all answers that are stored, as if the method had changed. No grade is touched."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.models import Course
from grader.working.diagnosing import diagnose_all, find_again


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--course", metavar="SLUG", help="Only this course. Without it: all.")
        parser.add_argument("--now", action="store_true", help="Do it here and now, instead of leaving it to the workers.")

    def handle(self, *args: Any, **options: Any) -> None:
        course = None
        if options["course"] is not None:
            found = Course.objects.filter(slug=options["course"]).first()
            if found is None:
                raise CommandError(f"There is no course “{options['course']}”. Name one by its slug, as it stands in its address.")
            course = found.pk
        count = find_again(course)
        if options["now"]:
            diagnose_all()
            self.stdout.write(f"{count} diagnoses were found again.")
        else:
            self.stdout.write(f"{count} diagnoses will be found again, behind all that anybody waits for.")
