"""The database's clock: the only one by which opening, lateness and disclosure are judged. A web host's own clock may be an hour off."""

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
