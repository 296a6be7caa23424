"""Every other `manage.py` command: Django's own and ours, with a sentence instead of a traceback where the cause is known."""

import sys

from django.core.management import execute_from_command_line
from django.db.utils import OperationalError

from config.environment import BadSetting


def main(argv: list[str]) -> int:
    try:
        execute_from_command_line(argv)
    except BadSetting as problem:
        print(f"A setting is wrong. {problem}", file=sys.stderr)
        return 2
    except OperationalError as problem:
        reason = str(problem).strip().splitlines()[-1]
        print(f"The database does not answer ({reason}). On a laptop, start it with `python3 manage.py up` first.", file=sys.stderr)
        return 3
    return 0
