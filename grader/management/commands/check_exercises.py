from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.formats import ExerciseError
from exercises.reading.checking import Checked, refused
from exercises.reading.exercise import SHIPPED, exercise_files
from grader.simulating.checking import check_behind_the_wall
from grader.simulating.child import SimulatorUnavailable


class Command(BaseCommand):
    help = "Says what is wrong in exercises, what is right in which version, and which wrong models they tell apart."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", nargs="?", type=Path, default=SHIPPED, help="A file or a folder. Left out: the exercises that Heaplab ships."
        )
        parser.add_argument("--no-beliefs", action="store_true", help="Do not try the wrong models; faster.")

    def handle(self, *args: Any, path: Path, no_beliefs: bool, **options: Any) -> None:
        if not path.exists():
            raise CommandError(f"There is no file or folder {path}. Give the path of an exercise or of a folder of exercises.")
        wrong = total = unexplained = 0
        for file in exercise_files(path):
            total += 1
            found = self.examine(file, beliefs=not no_beliefs)
            wrong += bool(found.errors)
            unexplained += len(found.unexplained)
        if total == 0:
            raise CommandError(f"{path} has no exercises. An exercise is a file that ends in .py.")
        if wrong:
            raise CommandError(f"{wrong} of {total} exercises cannot be used as they are.")
        causes = f"{unexplained} whys name no cause" if unexplained else "every why names a cause"
        self.stdout.write(f"{total} exercise{'' if total == 1 else 's'}: nothing is wrong; {causes}.")

    def examine(self, file: Path, *, beliefs: bool) -> Checked:
        found = check_file(file, beliefs=beliefs)
        self.show(found)
        for one in found.errors:
            self.stderr.write(str(one))
        return found

    def show(self, found: Checked) -> None:
        exercise = found.exercise
        if exercise is None:
            return
        self.stdout.write(f"{found.path}: {exercise.title} ({exercise.topic}; Python {', '.join(exercise.spec['pythons'])})")
        if found.errors:
            return
        widest = max(len(question.id) for question in exercise.questions)
        for question in exercise.questions:
            self.stdout.write(f"  line {question.line:<3} {question.id:{widest}}  {question.format:8} {found.truths[question.id]}")
        for question in exercise.questions:
            if question.id in found.unexplained:
                self.stdout.write(f"  line {question.line}: the reason that students read after `{question.format}` names no cause.")
        told = [f"{belief} ({', '.join(questions)})" for belief, questions in found.beliefs.items()]
        self.stdout.write(f"  tells apart: {', '.join(told) or 'no wrong model'}")


def check_file(file: Path, *, beliefs: bool = False) -> Checked:
    try:
        return check_behind_the_wall(read_text(file), str(file), beliefs=beliefs)
    except ExerciseError as error:
        return refused(str(file), error)
    except SimulatorUnavailable as error:
        raise CommandError(f"{file} cannot be tried on this machine just now: {error} Run the command again.") from None


def read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ExerciseError(1, "The file is not UTF-8 text.", "Save it as UTF-8.", str(file)) from None
    except OSError as error:
        raise ExerciseError(1, f"The file cannot be read: {error.strerror}.", "Look at its permissions.", str(file)) from None
