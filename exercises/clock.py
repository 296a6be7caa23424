"""The database's clock: the only one by which opening, lateness and disclosure are judged. A web host's own clock may be an hour off.

And how a moment is written for people: always with a name for its zone.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection


def now_sql() -> str:
    if connection.vendor == "sqlite":
        return "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f000', 'now')"
    return "clock_timestamp()"


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {now_sql()}", [])
        return moment_out(cursor.fetchone()[0])


def moment_out(value: datetime | str) -> datetime:
    """What a query of one's own brought back: SQLite keeps moments as text, in UTC."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


def dated(local: datetime) -> str:
    return f"{local:%a %-d %b %Y}, {clock(local)}"


def clock(local: datetime) -> str:
    """With the zone's letters; many zones have figures instead, which name nothing: then with the zone's own name."""
    letters = local.tzname() or ""
    return f"{local:%H:%M} {letters if letters.isalpha() else local.tzinfo}"
