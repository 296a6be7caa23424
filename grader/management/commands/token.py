from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.models import Course, User
from grader.deciding import tokens
from grader.models import Credential
from grader.models.credential import SCOPES


class Command(BaseCommand):
    help = "Issues, lists and revokes the tokens by which programs reach a course: token issue | list | revoke."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        issue = actions.add_parser("issue", help="makes a token and prints it, this once")
        issue.add_argument("course", help="the course's short name, as in its address")
        issue.add_argument("owner", help="user name of an assistant or instructor of the course, who answers for it")
        issue.add_argument("name", help="which program has it")
        issue.add_argument("--scope", action="append", choices=SCOPES, required=True, dest="scopes", help="may be given several times")
        issue.add_argument("--days", type=int, default=180)
        actions.add_parser("list", help="every token of a course that still works").add_argument("course")
        actions.add_parser("revoke", help="ends a token, at once").add_argument("prefix", help="its first characters, as list shows them")

    def handle(self, *args: Any, **options: Any) -> None:
        match options["action"]:
            case "issue":
                self.issue(options)
            case "list":
                for one in Credential.objects.filter(course=course_named(options["course"]), revoked_at=None).select_related("owner"):
                    ends = f"until {one.expires_at:%Y-%m-%d %H:%M} UTC"
                    self.stdout.write(f"{one.prefix}…  {one.name}  {one.owner.username}  {' '.join(one.scopes)}  {ends}")
            case "revoke":
                self.revoke(options["prefix"].rstrip("…"))

    def issue(self, options: dict[str, Any]) -> None:
        owner = User.objects.filter(username=options["owner"]).first()
        if owner is None:
            raise CommandError(f"There is nobody called {options['owner']}. User names distinguish capital letters.")
        try:
            _, token = tokens.issue(
                course=course_named(options["course"]),
                owner=owner,
                name=options["name"],
                scopes=options["scopes"],
                days=options["days"],
                by=None,
            )
        except tokens.CannotIssue as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(token)
        self.stderr.write("It is shown this once. Whoever has it can use it until it is revoked or expires.")

    def revoke(self, prefix: str) -> None:
        found = list(Credential.objects.filter(prefix=prefix, revoked_at=None).select_related("course"))
        if len(found) != 1:
            raise CommandError(f"{len(found)} working tokens begin with {prefix!r}. `token list COURSE` shows them.")
        tokens.revoke(found[0], None)
        self.stdout.write(f"{prefix}… is revoked.")


def course_named(slug: str) -> Course:
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise CommandError(f"There is no course {slug!r}. Its short name stands in the address of its page.")
    return course
