from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import sim
from exercises.formats import Answer, ExerciseError
from exercises.reading.checking import Checked, refused
from exercises.reading.exercise import SHIPPED, exercise_files
from exercises.reading.telling import Telling, counted, sentences, telling
from grader.simulating.checking import check_behind_the_wall
from grader.simulating.child import SimulatorUnavailable
from grader.simulating.jobs import TRUTH

MODELS = [one for one in sim.BELIEFS if one != TRUTH]


class Command(BaseCommand):
    help = "Says what is wrong in exercises, what is right in which version, and which wrong models they tell apart."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", nargs="*", type=Path, default=[SHIPPED], help="Files and folders. Left out: the exercises that Heaplab ships."
        )
        parser.add_argument("--no-beliefs", action="store_true", help="Do not try the wrong models; faster.")
        parser.add_argument("--between", nargs=2, metavar="MODEL", help="Say which questions tell these two wrong models from each other.")
        parser.add_argument("--json", action="store_true", help="What was found, as one JSON document.")

    def handle(self, *args: Any, path: list[Path] | Path, no_beliefs: bool, **options: Any) -> None:
        paths = [path] if isinstance(path, Path | str) else path
        between = self.pair(options["between"])
        files = [file for one in paths for file in files_in(Path(one))]
        every = []
        for file in files:
            every.append(check_file(file, beliefs=not no_beliefs))
            if not options["json"]:
                self.show(every[-1])
            for error in every[-1].errors:
                self.stderr.write(str(error))
        found = telling({name_of(one): one.beliefs for one in every if not one.errors}, MODELS)
        if options["json"]:
            self.stdout.write(json.dumps({"exercises": [in_json(one) for one in every], "together": found.to_json()}, indent=1))
        elif between:
            self.say_between(found, *between)
        elif len(files) > 1 and not no_beliefs:
            self.stdout.write("\n".join(sentences(found)))
        self.conclude(every, quiet=options["json"])

    def pair(self, between: list[str] | None) -> list[str] | None:
        for model in between or ():
            if model not in MODELS:
                near = difflib.get_close_matches(model, MODELS, n=1)
                remedy = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(MODELS)}."
                raise CommandError(f"“{model}” is no wrong model. {remedy}")
        return between

    def say_between(self, found: Telling, one: str, other: str) -> None:
        asked = found.between(one, other)
        if not asked:
            self.stdout.write(f"No question tells {one} from {other}.")
            return
        self.stdout.write(f"{one} and {other} part at {counted(len(asked), 'question')}:")
        for exercise, question in asked:
            answers = [found.by.get(model, {}).get((exercise, question), "as CPython") for model in (one, other)]
            self.stdout.write(f"  {exercise} {question}: {in_words(answers[0])} | {in_words(answers[1])}")

    def conclude(self, every: Sequence[Checked], *, quiet: bool) -> None:
        wrong = sum(bool(one.errors) for one in every)
        if wrong:
            raise CommandError(f"{wrong} of {len(every)} exercises cannot be used as they are.")
        unexplained = sum(len(one.unexplained) for one in every)
        causes = f"{unexplained} whys name no cause" if unexplained else "every why names a cause"
        if not quiet:
            self.stdout.write(f"{counted(len(every), 'exercise')}: nothing is wrong; {causes}.")

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
        if groups := telling({found.path: found.beliefs}, ()).alike:
            self.stdout.write(f"  but not from each other: {'; '.join(' = '.join(group) for group in groups)}")


def files_in(path: Path) -> list[Path]:
    if not path.exists():
        raise CommandError(f"There is no file or folder {path}. Give the path of an exercise or of a folder of exercises.")
    files = list(exercise_files(path))
    if not files:
        raise CommandError(f"{path} has no exercises. An exercise is a file that ends in .py.")
    return files


def name_of(found: Checked) -> str:
    return found.exercise.slug if found.exercise else found.path


def in_words(answer: Answer) -> str:
    return answer.replace("\n", " / ") if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def in_json(found: Checked) -> dict[str, Any]:
    """The exercise itself left out: it is the file."""
    own = telling({name_of(found): found.beliefs}, ())
    told = {key: value for key, value in found.to_json().items() if key != "exercise"}
    return {**told, "slug": name_of(found), "not_told_from_each_other": own.to_json()["not_told_from_each_other"]}


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
