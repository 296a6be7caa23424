from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.models import Course, Placement, User
from grader.deciding import regrading
from grader.deciding.regrading import CannotRegrade
from grader.models import Regrading, Submission


class Command(BaseCommand):
    help = "Grades a course or one of its exercises again. Nothing a student sees changes before --apply; --undo goes back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("course", nargs="?", help="the course's slug")
        parser.add_argument("--exercise", help="the exercise's slug; without it, everything in the course")
        parser.add_argument("--assignment", help="the assignment's slug, where the exercise stands in several")
        parser.add_argument("--pinned", action="store_true", help="mark against the revision the placement is pinned to now")
        parser.add_argument("--changed-questions", action="store_true", help="with --apply: although other questions are asked now")
        parser.add_argument("--reason", help="why; it is kept in the audit log")
        parser.add_argument("--by", help="the user name of whoever decides")
        decision = parser.add_mutually_exclusive_group()
        decision.add_argument("--show", type=int, metavar="N", help="what regrading N would change")
        decision.add_argument("--apply", type=int, metavar="N", help="make regrading N count")
        decision.add_argument("--undo", type=int, metavar="N", help="make what counted before regrading N count again")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self.person(options["by"])
        number = options["show"] or options["apply"] or options["undo"]
        try:
            found = self.known(number) if number else self.request(options, by)
            if options["apply"]:
                regrading.apply(found, by, accept_changed_questions=options["changed_questions"])
            elif options["undo"]:
                regrading.undo(found, by)
        except CannotRegrade as problem:
            raise CommandError(str(problem)) from None
        self.show(found)

    def person(self, name: str | None) -> User | None:
        if name is None:
            return None
        user: User | None = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name}. Give the name somebody signs in with.")
        return user

    def known(self, number: int) -> Regrading:
        found = Regrading.objects.select_related("course", "placement").filter(pk=number).first()
        if found is None:
            raise CommandError(f"There is no regrading {number}. `manage.py regrade COURSE --reason ...` makes one and says its number.")
        return found

    def request(self, options: dict[str, Any], by: User | None) -> Regrading:
        course = Course.objects.filter(slug=options["course"] or "").first()
        if course is None:
            slugs = ", ".join(Course.objects.values_list("slug", flat=True)[:10])
            raise CommandError(f"Name the course to grade again. The courses are: {slugs or 'none yet'}.")
        if not options["reason"]:
            raise CommandError("Say why with --reason: it is kept with the grades.")
        if not options["exercise"]:
            if options["assignment"]:
                raise CommandError("Name the exercise of that assignment too, with --exercise.")
            return regrading.request(course=course, placement=None, reason=options["reason"], by=by, to_pinned_revision=options["pinned"])
        placed = Placement.objects.filter(assignment__course=course, exercise__slug=options["exercise"])
        if options["assignment"]:
            placed = placed.filter(assignment__slug=options["assignment"])
        if not placed:
            raise CommandError(f"{course.title} has no exercise {options['exercise']} there. Use the exercise's slug, as in its address.")
        if len(placed) > 1:
            where = ", ".join(placed.values_list("assignment__slug", flat=True))
            raise CommandError(f"{options['exercise']} stands in several assignments. Say which with --assignment: {where}.")
        return regrading.request(course=course, placement=placed[0], reason=options["reason"], by=by, to_pinned_revision=options["pinned"])

    def show(self, found: Regrading) -> None:
        difference = regrading.difference(found)
        state = "undone" if found.undone_at else "applied" if found.applied_at else "not applied"
        counts = f"{difference.waiting} waiting, {difference.same} the same, {len(difference.changes)} changed, {difference.failed} failed"
        self.stdout.write(f"Regrading {found.pk} ({state}): {counts}.")
        for change in difference.changes:
            before = "not graded" if change.before is None else change.before
            self.stdout.write(f"  {self.attempt(change.submission)}: {before} -> {change.after}")
        for failure in difference.failures:
            self.stdout.write(f"  {self.attempt(failure.submission)}: could not be graded again. {failure.reason}")
        changed = regrading.asked_otherwise(found)
        for one in changed:
            self.stdout.write(f"  asked otherwise: {one}")
        if changed:
            self.stdout.write("  What is added nobody answered, what is changed keeps its answers, what is gone counts no more.")
        if difference.ready and found.applied_at is None:
            self.stdout.write(f"To make it count: manage.py regrade --apply {found.pk}{' --changed-questions' if changed else ''}")

    def attempt(self, submission: Submission) -> str:
        return f"{submission.student.username}, attempt {submission.attempt_no}"
