from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.formats import ExerciseError
from exercises.reading.exercise import SHIPPED, exercise_files
from exercises.reading.identity import Changes
from exercises.reading.loading import changed_files, load
from grader.management.commands.check_exercises import check_file, read_text


def in_words(changes: Changes) -> str:
    """`asks a, b` of a new exercise; else what happened to its questions."""
    new = not changes.kept and not changes.changed and not changes.gone
    return f"asks {', '.join(changes.added)}" if new else changes.in_words()


class Command(BaseCommand):
    help = "Loads exercises into the database. Run it as often as you like: a changed file adds a revision, an unchanged one does nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", nargs="?", type=Path, default=SHIPPED, help="A file or a folder. Left out: the exercises that Heaplab ships."
        )

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        if not path.exists():
            raise CommandError(f"There is no file or folder {path}. Give the path of an exercise or of a folder of exercises.")
        try:
            texts = self.read(path)
            changed = changed_files(texts)
            loaded = load([check_file(Path(one)) for one in changed], unchanged=len(texts) - len(changed))
        except ExceptionGroup as group:
            for error in group.exceptions:
                self.stderr.write(str(error))
            raise CommandError("Nothing was loaded. Mend what is listed above, then run it again.") from None
        for slug, changes in loaded.questions.items() if options["verbosity"] else ():
            self.stdout.write(f"  {slug}: {in_words(changes)}")
        total = loaded.new + loaded.revised + loaded.unchanged
        self.stdout.write(f"{total} exercises: {loaded.new} new, {loaded.revised} revised, {loaded.unchanged} unchanged.")

    def read(self, path: Path) -> dict[str, str]:
        texts, errors = {}, []
        for file in exercise_files(path):
            try:
                texts[str(file)] = read_text(file)
            except ExerciseError as error:
                errors.append(error)
        if errors:
            raise ExceptionGroup("exercises that cannot be used", errors)
        return texts
